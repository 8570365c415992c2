DROP FUNCTION identity.enter_by_openid(text, text, text, text, text, text, text[]);
DROP FUNCTION identity.leave_by_openid(text, text);
DROP FUNCTION identity.new_user(text);
DROP FUNCTION identity.organization_of(text);
CREATE OR REPLACE FUNCTION identity.principal_of(wanted_user uuid, wanted_organization uuid)
RETURNS TABLE (
    user_id uuid,
    organization_id uuid,
    organization_name text,
    display_name text,
    email text,
    role text,
    departments uuid[],
    is_demo boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.user_id, m.organization_id, o.name, coalesce(c.display_name, ''), u.email::text,
           m.role::text, m.departments, coalesce(c.is_demo, false)
    FROM public.members m
    JOIN public.organizations o ON o.id = m.organization_id
    JOIN auth.users u ON u.id = m.user_id
    LEFT JOIN identity.credentials c ON c.user_id = m.user_id
    WHERE m.user_id = wanted_user AND m.organization_id = wanted_organization AND m.is_active
$$;
DROP TABLE identity.openid_subjects;
