-- People who sign in with their organisation's OpenID provider. They are known by issuer and subject,
-- never by email: whoever has somebody's address there is not somebody here.
CREATE TABLE identity.openid_subjects (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    left_organizations UUID[] DEFAULT '{}' NOT NULL,
    email TEXT,
    display_name TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_openid_subjects PRIMARY KEY (issuer, subject),
    CONSTRAINT fk_openid_subjects_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT fk_openid_subjects_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_openid_subjects_user_id ON identity.openid_subjects (user_id);
COMMENT ON TABLE identity.openid_subjects IS 'Who an OpenID provider''s subject is here. Reached by the app role through functions only.';
COMMENT ON COLUMN identity.openid_subjects.organization_id IS 'where the claims last made this person a member';
COMMENT ON COLUMN identity.openid_subjects.left_organizations IS 'memberships that claims switched off, which claims may switch on again';
COMMENT ON COLUMN identity.openid_subjects.email IS 'as last verified by the provider';

-- As before, and for people without a local account what their provider says.
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
    SELECT m.user_id, m.organization_id, o.name, coalesce(c.display_name, s.display_name, ''),
           coalesce(CASE WHEN c.user_id IS NULL THEN s.email END, u.email::text, s.email, ''),
           m.role::text, m.departments, coalesce(c.is_demo, false)
    FROM public.members m
    JOIN public.organizations o ON o.id = m.organization_id
    JOIN auth.users u ON u.id = m.user_id
    LEFT JOIN identity.credentials c ON c.user_id = m.user_id
    LEFT JOIN LATERAL (
        SELECT * FROM identity.openid_subjects WHERE openid_subjects.user_id = m.user_id
        ORDER BY seen_at DESC LIMIT 1
    ) s ON true
    WHERE m.user_id = wanted_user AND m.organization_id = wanted_organization AND m.is_active
$$;

CREATE FUNCTION identity.organization_of(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id FROM public.organizations o
    WHERE o.id::text = lower(wanted) OR o.name = wanted
    ORDER BY o.id::text = lower(wanted) DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION identity.organization_of(text) IS
    'The organisation of this id, else of exactly this name; null where there is none.';

CREATE FUNCTION identity.new_user(wanted_email text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made constant uuid := gen_random_uuid();
BEGIN
    -- An address that somebody else has here stays theirs.
    INSERT INTO auth.users (id, email)
    SELECT made, CASE WHEN NOT EXISTS (
        SELECT FROM auth.users u WHERE lower(u.email) = lower(wanted_email)
    ) THEN wanted_email END
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        INSERT INTO auth.users (id) VALUES (made);
    END IF;
    RETURN made;
END
$$;
COMMENT ON FUNCTION identity.new_user(text) IS
    'For the functions of this schema; the app role may not call it.';

CREATE FUNCTION identity.leave_by_openid(wanted_issuer text, wanted_subject text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known identity.openid_subjects;
BEGIN
    SELECT * INTO known FROM identity.openid_subjects s
    WHERE s.issuer = wanted_issuer AND s.subject = wanted_subject;
    UPDATE public.members m SET is_active = false
    WHERE m.user_id = known.user_id AND m.organization_id = known.organization_id AND m.is_active;
    -- One that an administrator has switched off is not noted here, so that it stays off.
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE identity.openid_subjects s
    SET left_organizations = s.left_organizations || known.organization_id
    WHERE s.issuer = wanted_issuer AND s.subject = wanted_subject;
    UPDATE identity.web_sessions w SET revoked_at = now()
    WHERE w.user_id = known.user_id AND w.organization_id = known.organization_id
      AND w.revoked_at IS NULL;
    UPDATE identity.api_tokens t SET revoked_at = now()
    WHERE t.user_id = known.user_id AND t.organization_id = known.organization_id
      AND t.revoked_at IS NULL;
END
$$;
COMMENT ON FUNCTION identity.leave_by_openid(text, text) IS
    'Switches off the membership that claims made, ends its sessions and tokens; the app role may not call it.';

CREATE FUNCTION identity.enter_by_openid(
    wanted_issuer text, wanted_subject text, wanted_email text, wanted_name text,
    wanted_organization text, wanted_role text, wanted_departments text[]
) RETURNS TABLE (user_id uuid, organization_id uuid, refusal text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    known identity.openid_subjects;
    place constant uuid := identity.organization_of(wanted_organization);
    led uuid[];
    reason text;
BEGIN
    IF nullif(current_setting('app.organization_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'signing in from inside an organisation' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Two first sign-ins of one person must not make two people.
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted_issuer || E'\x1f' || wanted_subject, 0));
    SELECT * INTO known FROM identity.openid_subjects s
    WHERE s.issuer = wanted_issuer AND s.subject = wanted_subject;
    SELECT coalesce(array_agg(d.id ORDER BY d.id), '{}') INTO led
    FROM public.departments d
    WHERE d.organization_id = place
      AND (d.name = ANY (wanted_departments) OR d.id::text = ANY (wanted_departments));
    reason := CASE
        WHEN place IS NULL THEN 'organization'
        WHEN wanted_role IS NULL THEN 'role'
        WHEN wanted_role = 'department_lead' AND led = '{}' THEN 'departments'
        WHEN EXISTS (
            SELECT FROM public.members m
            WHERE m.user_id = known.user_id AND m.organization_id = place AND NOT m.is_active
              AND place <> ALL (known.left_organizations)
        ) THEN 'inactive'
    END;
    IF reason IS NOT NULL OR known.organization_id <> place THEN
        PERFORM identity.leave_by_openid(wanted_issuer, wanted_subject);
    END IF;
    IF reason IS NOT NULL THEN
        RETURN QUERY SELECT known.user_id, place, reason;
        RETURN;
    END IF;
    INSERT INTO identity.openid_subjects AS s
        (issuer, subject, user_id, organization_id, email, display_name)
    VALUES (
        wanted_issuer, wanted_subject, coalesce(known.user_id, identity.new_user(wanted_email)),
        place, wanted_email, wanted_name
    )
    ON CONFLICT (issuer, subject) DO UPDATE
    SET organization_id = excluded.organization_id, email = excluded.email,
        display_name = excluded.display_name, seen_at = now(),
        left_organizations = array_remove(s.left_organizations, excluded.organization_id)
    RETURNING s.* INTO known;
    INSERT INTO public.members (organization_id, user_id, role, departments)
    VALUES (
        place, known.user_id, wanted_role::public.member_role_enum,
        CASE WHEN wanted_role = 'department_lead' THEN led ELSE '{}' END
    )
    ON CONFLICT (organization_id, user_id) DO UPDATE
    SET role = excluded.role, departments = excluded.departments, is_active = true;
    RETURN QUERY SELECT known.user_id, place, NULL::text;
END
$$;
COMMENT ON FUNCTION identity.enter_by_openid(text, text, text, text, text, text, text[]) IS
    'The person of this issuer and subject, member of this organisation with this role from now on;
or why not: organization, role, departments (a lead of none), inactive (switched off here).

Who may call it: the app role, outside of any organisation, as signing in is; a statement of a request
is inside one and is refused. With which arguments: what the server has read from a token whose
signature, issuer, audience, time and nonce it has checked, and mapped by its settings. The function
cannot check a signature, so the app role is trusted with that, as it is with open_session(). What it
cannot do by this whatever it passes: change the role of a local account or of another subject (the
person is found by issuer and subject in a table it cannot write), take over an email, bring back a
member whom an administrator switched off, or give departments of another organisation.';

REVOKE ALL ON FUNCTION
    identity.organization_of(text),
    identity.new_user(text),
    identity.leave_by_openid(text, text),
    identity.enter_by_openid(text, text, text, text, text, text, text[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    identity.organization_of(text),
    identity.enter_by_openid(text, text, text, text, text, text, text[])
TO readiness_app;
