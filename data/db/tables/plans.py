"""Action plans: what somebody took up, for which force and department, and what became of it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from data.db.tables.columns import (
    jtbd_force,
    metadata,
    moment,
    of,
    of_organization,
    of_user,
    organization_id,
    own_id,
    tenant_key,
)

_STATUSES = "status IN ('open', 'in_progress', 'done', 'dropped')"

action_plans = Table(
    "action_plans",
    metadata,
    organization_id(),
    own_id(),
    Column("rule", Text, nullable=False, comment="key in the rule table"),
    Column("title", Text, nullable=False, comment="of the rule when it was taken up"),
    Column("note", Text, nullable=False, server_default=""),
    Column("force", jtbd_force, comment="null: readiness as a whole"),
    Column("department_id", Uuid, comment="null: the whole organisation"),
    Column("owner_id", Uuid, comment="null: nobody, or a person who was erased"),
    Column("due", Date),
    Column("status", Text, nullable=False, server_default="open"),
    Column("survey_id", Uuid, nullable=False, comment="the wave it was taken up on"),
    Column(
        "revision",
        Integer,
        nullable=False,
        server_default=text("1"),
        comment="rises with every change: whoever saw an older one must look again",
    ),
    Column("created_by", Uuid),
    moment("created_at", now=True),
    moment("updated_at", now=True),
    tenant_key("id"),
    CheckConstraint(_STATUSES, name="status"),
    CheckConstraint("force <> 'demographic'", name="force"),
    of_organization(),
    of("departments", "department_id"),
    of("surveys", "survey_id"),
    of_user("owner_id", "SET NULL"),
    ForeignKeyConstraint(
        ["created_by"],
        ["auth.users.id"],
        name="fk_action_plans_created_by",  # the convention's name is that of the owner's key
        ondelete="SET NULL",
    ),
)

action_plan_changes = Table(
    "action_plan_changes",
    metadata,
    organization_id(),
    own_id(),
    Column("plan_id", Uuid, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("changed_by", Uuid, comment="null: the product itself, or a person who was erased"),
    moment("changed_at", now=True),
    tenant_key("id"),
    CheckConstraint(_STATUSES, name="status"),
    of_organization(),
    of("action_plans", "plan_id"),
    of_user("changed_by", "SET NULL"),
    Index("ix_action_plan_changes_plan", "organization_id", "plan_id", "changed_at"),
    comment="Every status a plan had, and who set it; only ever added to.",
)
