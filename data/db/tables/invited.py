"""How many were invited, by department and role: head counts, nobody's answers."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, Uuid, text

from data.db.tables.columns import NOT_STATED, metadata, of, organization_id, tenant_key

survey_invited = Table(
    "survey_invited",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("department_id", Uuid, nullable=False, server_default=text(f"'{NOT_STATED}'")),
    Column("role", Text, nullable=False, server_default="", comment="'' where it is not stated"),
    Column("invited", Integer, nullable=False),
    tenant_key("survey_id", "department_id", "role"),
    CheckConstraint("invited >= 0", name="invited"),
    of("surveys", "survey_id"),
    comment="People invited by department and role; the sum is surveys.invited.",
)
