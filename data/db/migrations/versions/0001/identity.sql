-- What signing in, tokens and links need before any organisation is known. These run as the owner,
-- so row security does not hold them: each returns no more than the secret it is given opens.

CREATE FUNCTION identity.credentials_of(wanted_email text)
RETURNS TABLE (
    user_id uuid,
    password_hash text,
    display_name text,
    is_demo boolean,
    organization_id uuid,
    organization_name text,
    role text,
    departments uuid[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id, c.password_hash, c.display_name, c.is_demo,
           m.organization_id, o.name, m.role::text, m.departments
    FROM auth.users u
    JOIN identity.credentials c ON c.user_id = u.id
    JOIN public.members m ON m.user_id = u.id AND m.is_active
    JOIN public.organizations o ON o.id = m.organization_id
    WHERE lower(u.email) = lower(wanted_email)
    ORDER BY m.created_at, m.organization_id
$$;
COMMENT ON FUNCTION identity.credentials_of(text) IS
    'One row per active membership of the account of this email, the one joined first before.';

CREATE FUNCTION identity.open_session(wanted_user uuid, wanted_organization uuid) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO identity.web_sessions (user_id, organization_id)
    SELECT m.user_id, m.organization_id
    FROM public.members m
    WHERE m.user_id = wanted_user AND m.organization_id = wanted_organization AND m.is_active
    RETURNING id
$$;
COMMENT ON FUNCTION identity.open_session(uuid, uuid) IS
    'The new session; null where this person is no active member of this organisation.';

CREATE FUNCTION identity.principal_of(wanted_user uuid, wanted_organization uuid)
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
COMMENT ON FUNCTION identity.principal_of(uuid, uuid) IS
    'For the functions of this schema; the app role may not call it.';

CREATE FUNCTION identity.session_principal(wanted_session uuid)
RETURNS TABLE (
    user_id uuid,
    organization_id uuid,
    organization_name text,
    display_name text,
    email text,
    role text,
    departments uuid[],
    is_demo boolean,
    created_at timestamptz
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE identity.web_sessions s
    SET seen_at = now()
    WHERE s.id = wanted_session AND s.revoked_at IS NULL AND s.seen_at < now() - interval '1 minute';
    RETURN QUERY
    SELECT p.*, s.created_at
    FROM identity.web_sessions s
    CROSS JOIN LATERAL identity.principal_of(s.user_id, s.organization_id) p
    WHERE s.id = wanted_session
      AND s.revoked_at IS NULL
      AND s.created_at > now() - interval '14 days';
END
$$;
COMMENT ON FUNCTION identity.session_principal(uuid) IS
    'Who a session belongs to; no row where it is closed, 14 days old, or the member not active.';

CREATE FUNCTION identity.close_session(wanted_session uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE identity.web_sessions
    SET revoked_at = now()
    WHERE id = wanted_session AND revoked_at IS NULL
$$;

CREATE FUNCTION identity.token_principal(wanted_hash text)
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
    SELECT p.*
    FROM identity.api_tokens t
    CROSS JOIN LATERAL identity.principal_of(t.user_id, t.organization_id) p
    WHERE t.token_hash = wanted_hash
      AND t.revoked_at IS NULL
      AND (t.expires_at IS NULL OR t.expires_at > now())
$$;
COMMENT ON FUNCTION identity.token_principal(text) IS
    'Who a token (its SHA-256, hex) stands for; no row where it is revoked or has expired.';

CREATE FUNCTION identity.schema_revision() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.version_num FROM public.alembic_version v);
EXCEPTION WHEN undefined_table THEN
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION identity.schema_revision() IS
    'The migration this database ends with, for /readyz; null without any.';
