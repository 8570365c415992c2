"""What a rebuild need not do again: which sessions changed since, and what the last one went by."""

from sqlalchemy import Boolean, Column, Double, Index, Table, Text, Uuid, text

from data.db.tables.columns import array, metadata, of, organization_id, own_id, tenant_key

changed_sessions = Table(
    "changed_sessions",
    metadata,
    organization_id(),
    own_id(),
    Column("survey_id", Uuid, nullable=False),
    Column(
        "are_scores",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="to be compared with what was released; else to be scored first",
    ),
    Column(
        "are_texts",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="texts that differ from those released, and are too few to be looked at; "
        "neither to be scored nor compared",
    ),
    array("sessions", Uuid),
    tenant_key("id"),
    of("surveys", "survey_id"),
    Index("ix_changed_sessions_survey", "organization_id", "survey_id"),
    comment="One row a statement that changed sessions, answers or scores: triggers write it, the "
    "rebuild takes it away. Owner only.",
)

survey_states = Table(
    "survey_states",
    metadata,
    organization_id(),
    Column("survey_id", Uuid, nullable=False),
    Column("scoring", Text, nullable=False, server_default="", comment="digest of its rules"),
    Column(
        "median_seconds", Double, comment="of completed kept sessions; null where there is none"
    ),
    Column("ledger", Text, nullable=False, server_default="", comment="digest of its layout"),
    Column(
        "texts",
        Text,
        nullable=False,
        server_default="",
        comment="digest of the rules by which texts are read",
    ),
    array("items", Uuid),
    array("retired", Uuid),
    tenant_key("survey_id"),
    of("surveys", "survey_id"),
    comment="What the last rebuild went by; where it is no longer so, everything is done again. "
    "items: questions in the order of the ledger; retired: those that left it, never shown again. "
    "Owner only.",
)
