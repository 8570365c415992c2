CREATE TABLE organizations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT DEFAULT 'UTC' NOT NULL,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT uq_organizations_name UNIQUE (name)
);

CREATE TABLE departments (
    organization_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    parent_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_departments PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_departments_organization_id_name UNIQUE (organization_id, name),
    CONSTRAINT fk_departments_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

CREATE TABLE identity.api_tokens (
    token_hash TEXT NOT NULL,
    user_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    label TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_tokens PRIMARY KEY (token_hash),
    CONSTRAINT fk_api_tokens_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_tokens_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
COMMENT ON COLUMN identity.api_tokens.token_hash IS 'SHA-256 of the token, hex';

CREATE TABLE identity.credentials (
    user_id UUID NOT NULL,
    password_hash TEXT NOT NULL,
    display_name TEXT DEFAULT '' NOT NULL,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_credentials PRIMARY KEY (user_id),
    CONSTRAINT fk_credentials_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);
COMMENT ON TABLE identity.credentials IS 'Local accounts (argon2id). Reached by the app role through functions only.';

CREATE TABLE identity.web_sessions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_web_sessions PRIMARY KEY (id),
    CONSTRAINT fk_web_sessions_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT fk_web_sessions_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

CREATE TABLE members (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role member_role_enum NOT NULL,
    departments UUID[] DEFAULT '{}' NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_members PRIMARY KEY (organization_id, user_id),
    CONSTRAINT fk_members_organizations FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_members_users FOREIGN KEY(user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);
