"""Who: people, organisations, departments and what signing in needs."""

from sqlalchemy import ARRAY, Column, Index, Table, Text, UniqueConstraint, Uuid, text

from data.db.tables.columns import (
    array,
    flag,
    member_role,
    metadata,
    moment,
    of_organization,
    of_user,
    organization_id,
    own_id,
    tenant_key,
)

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("email", Text, unique=True),
    moment("created_at", now=True),
    schema="auth",
    comment="Left as it is where it exists (Supabase); credentials live in schema identity.",
)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    flag("is_demo"),
    moment("created_at", now=True),
)

credentials = Table(
    "credentials",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False, server_default=""),
    flag("is_demo"),
    moment("changed_at", now=True),
    of_user("user_id"),
    schema="identity",
    comment="Local accounts (argon2id). Reached by the app role through functions only.",
)

openid_subjects = Table(
    "openid_subjects",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column(
        "organization_id",
        Uuid,
        nullable=False,
        comment="where the claims last made this person a member",
    ),
    Column(
        "left_organizations",
        ARRAY(Uuid),
        nullable=False,
        server_default=text("'{}'"),
        comment="memberships that claims switched off, which claims may switch on again",
    ),
    Column("email", Text, comment="as last verified by the provider"),
    Column("display_name", Text, nullable=False, server_default=""),
    moment("created_at", now=True),
    moment("seen_at", now=True),
    of_user("user_id"),
    of_organization(),
    Index(None, "user_id"),
    schema="identity",
    comment="Who an OpenID provider's subject is here. "
    "Reached by the app role through functions only.",
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True, comment="SHA-256 of the token, hex"),
    Column("user_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    moment("created_at", now=True),
    moment("expires_at"),
    moment("revoked_at"),
    of_user("user_id"),
    of_organization(),
    schema="identity",
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("user_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    moment("created_at", now=True),
    moment("seen_at", now=True),
    moment("revoked_at"),
    of_user("user_id"),
    of_organization(),
    schema="identity",
)

departments = Table(
    "departments",
    metadata,
    organization_id(),
    own_id(),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid),
    moment("created_at", now=True),
    tenant_key("id"),
    UniqueConstraint("organization_id", "name"),
    of_organization(),
)

members = Table(
    "members",
    metadata,
    organization_id(),
    Column("user_id", Uuid, nullable=False),
    Column("role", member_role, nullable=False),
    array("departments", Uuid),
    flag("is_active", True),
    moment("created_at", now=True),
    tenant_key("user_id"),
    of_organization(),
    of_user("user_id"),
)
