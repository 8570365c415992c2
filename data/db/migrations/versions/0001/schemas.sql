-- auth.users is used as it is where it exists (a Supabase database); the comments tell the
-- downgrade what is ours.
DO $$
BEGIN
    IF to_regnamespace('auth') IS NULL THEN
        CREATE SCHEMA auth;
        COMMENT ON SCHEMA auth IS 'AI Readiness Analytics';
    END IF;
    IF to_regclass('auth.users') IS NULL THEN
        CREATE TABLE auth.users (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            email text,
            created_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_users PRIMARY KEY (id),
            CONSTRAINT uq_users_email UNIQUE (email)
        );
        COMMENT ON TABLE auth.users IS
            'Left as it is where it exists (Supabase); credentials live in schema identity.';
    END IF;
END
$$;
CREATE SCHEMA identity;
COMMENT ON SCHEMA identity IS 'Accounts, sessions and tokens: reached through functions only';
