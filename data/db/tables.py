"""Every table of the product, as SQLAlchemy constructs: migrations, questions and tests read them.

Tenant tables carry ``organization_id`` in their primary and foreign keys, so that row-level
security and sharding by organisation both work. Times are timestamptz, UTC.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NOT_STATED = "00000000-0000-0000-0000-000000000000"
"""Stands for "no department stated" where a department is part of a key."""

period_type = Enum(
    "hour", "day", "week", "month", "quarter", "year",
    name="analytics_period_type", metadata=metadata,
)  # fmt: skip
event_type = Enum(
    "response_created", "survey_completed", "user_login", "export_requested", "dashboard_viewed",
    name="analytics_event_type", metadata=metadata,
)  # fmt: skip
dashboard_type = Enum(
    "overview", "detailed", "executive", "departmental", "custom",
    name="dashboard_type_enum", metadata=metadata,
)  # fmt: skip
export_type = Enum(
    "survey_responses", "analytics_summary", "jtbd_analysis", "voice_recordings", "full_backup",
    name="export_type_enum", metadata=metadata,
)  # fmt: skip
export_format = Enum(
    "csv", "xlsx", "json", "pdf", "png", name="export_format_enum", metadata=metadata
)
export_status = Enum(
    "queued", "processing", "completed", "failed", "cancelled", "expired",
    name="export_status_enum", metadata=metadata,
)  # fmt: skip
jtbd_force = Enum(
    "pain_of_old", "pull_of_new", "anchors_to_old", "anxiety_of_new", "demographic",
    name="jtbd_force_enum", metadata=metadata,
)  # fmt: skip
question_kind = Enum(
    "scale", "choice", "multiple", "comment", "number",
    name="question_kind_enum", metadata=metadata,
)  # fmt: skip
member_role = Enum(
    "executive", "department_lead", "analyst", "admin", name="member_role_enum", metadata=metadata
)
survey_period = Enum(
    "week", "month", "quarter", "wave", name="survey_period_enum", metadata=metadata
)

_EMPTY = text("'{}'")
_NOW = text("now()")


def _id() -> Column[object]:
    return Column("id", Uuid, nullable=False, server_default=text("gen_random_uuid()"))


def _org() -> Column[object]:
    return Column("organization_id", Uuid, nullable=False)


def _time(name: str, *, now: bool = False) -> Column[object]:
    return Column(
        name, DateTime(timezone=True), nullable=not now, server_default=_NOW if now else None
    )


def _json(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(
        name, JSONB, nullable=nullable, server_default=None if nullable else text("'{}'::jsonb")
    )


def _list(name: str, of: type[TypeEngine[Any]]) -> Column[object]:
    return Column(name, ARRAY(of), nullable=False, server_default=_EMPTY)


def _flag(name: str, default: bool = False) -> Column[object]:
    return Column(
        name, Boolean, nullable=False, server_default=text("true" if default else "false")
    )


def _count(name: str, type_: type[TypeEngine[Any]] = Integer) -> Column[object]:
    return Column(name, type_, nullable=False, server_default=text("0"))


def _of_organization(*, cascade: bool = True) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id"], ["organizations.id"], ondelete="CASCADE" if cascade else None
    )


def _of(parent: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{parent}.organization_id", f"{parent}.id"],
        ondelete="CASCADE",
    )


def _of_user(column: str, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], ["auth.users.id"], ondelete=ondelete)


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("organization_id", *columns)


def _where(clause: str) -> TextClause:
    return text(clause)


# --- Foundation: who ---------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("email", Text, unique=True),
    _time("created_at", now=True),
    schema="auth",
    comment="Left as it is where it exists (Supabase); credentials live in schema identity.",
)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    _flag("is_demo"),
    _time("created_at", now=True),
)

credentials = Table(
    "credentials",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False, server_default=""),
    _flag("is_demo"),
    _time("changed_at", now=True),
    _of_user("user_id"),
    schema="identity",
    comment="Local accounts (argon2id). Reached by the app role through functions only.",
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True, comment="SHA-256 of the token, hex"),
    Column("user_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    _time("created_at", now=True),
    _time("expires_at"),
    _time("revoked_at"),
    _of_user("user_id"),
    _of_organization(),
    schema="identity",
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("user_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    _time("created_at", now=True),
    _time("seen_at", now=True),
    _time("revoked_at"),
    _of_user("user_id"),
    _of_organization(),
    schema="identity",
)

departments = Table(
    "departments",
    metadata,
    _org(),
    _id(),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid),
    _time("created_at", now=True),
    _key("id"),
    UniqueConstraint("organization_id", "name"),
    _of_organization(),
)

members = Table(
    "members",
    metadata,
    _org(),
    Column("user_id", Uuid, nullable=False),
    Column("role", member_role, nullable=False),
    _list("departments", Uuid),
    _flag("is_active", True),
    _time("created_at", now=True),
    _key("user_id"),
    _of_organization(),
    _of_user("user_id"),
)

# --- Foundation: surveys and answers -------------------------------------------------------------

surveys = Table(
    "surveys",
    metadata,
    _org(),
    _id(),
    Column("name", Text, nullable=False),
    Column("series", Text, nullable=False, server_default="", comment="waves of a series"),
    _time("opened_at"),
    _time("closed_at"),
    Column("invited", Integer, comment="people invited; null where it is not known"),
    Column("smallest_group", SmallInteger, nullable=False, server_default=text("5")),
    Column("smallest_detail", SmallInteger, nullable=False, server_default=text("10")),
    _flag("has_respondent_ids", True),
    _flag("leaves_out_low_quality", True),
    Column("period", survey_period, comment="finest period shown; null before the first release"),
    _list("forces", Text),
    Column("language", Text, nullable=False, server_default="en"),
    _time("created_at", now=True),
    _time("updated_at", now=True),
    _key("id"),
    UniqueConstraint("organization_id", "name"),
    CheckConstraint("smallest_group >= 5", name="smallest_group"),
    CheckConstraint("smallest_detail >= 10", name="smallest_detail"),
    _of_organization(),
)

questions = Table(
    "questions",
    metadata,
    _org(),
    _id(),
    Column("survey_id", Uuid, nullable=False),
    Column("key", Text, nullable=False, comment="the column's name in the survey file"),
    Column("position", SmallInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", question_kind, nullable=False),
    Column("force", jtbd_force),
    _flag("is_outcome"),
    _flag("is_reversed"),
    Column("scale_low", Double),
    Column("scale_high", Double),
    _json("labels"),
    _key("id"),
    UniqueConstraint("organization_id", "survey_id", "key"),
    _of("surveys", "survey_id"),
)

survey_sessions = Table(
    "survey_sessions",
    metadata,
    _org(),
    _id(),
    Column("survey_id", Uuid, nullable=False),
    Column("user_id", Uuid, comment="the respondent, pseudonymous; null without ids"),
    Column("source_key", Text, nullable=False, comment="the row, the same on re-import"),
    Column("department_id", Uuid),
    Column("role", Text),
    Column("language", Text),
    _time("started_at"),
    _time("completed_at"),
    Column("is_completed", Boolean, comment="null where the file does not tell"),
    Column("seconds", Double, comment="time taken; null where it is not known"),
    Column("digest", Text, nullable=False, server_default="", comment="of the row as imported"),
    _time("created_at", now=True),
    _key("id"),
    UniqueConstraint("organization_id", "survey_id", "source_key"),
    _of("surveys", "survey_id"),
    _of("departments", "department_id"),
    Index("ix_survey_sessions_started", "organization_id", "survey_id", "started_at"),
    Index("ix_survey_sessions_user", "organization_id", "user_id"),
)

responses = Table(
    "responses",
    metadata,
    _org(),
    Column("id", Uuid, nullable=False, comment="md5 of session and question"),
    Column("session_id", Uuid, nullable=False),
    Column("survey_id", Uuid, nullable=False),
    Column("question_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("value", Double, comment="on the item's own scale; null for text and unsure"),
    Column("text", Text),
    Column("is_unsure", Boolean, nullable=False, server_default=text("false")),
    _time("answered_at"),
    _key("id"),
    _of("survey_sessions", "session_id"),
    _of("questions", "question_id"),
    Index("ix_responses_session", "organization_id", "session_id"),
    Index(
        "idx_responses_analytics", "survey_id", "user_id", "answered_at",
        postgresql_where=_where("answered_at IS NOT NULL"),
    ),
)  # fmt: skip

voice_recordings = Table(
    "voice_recordings",
    metadata,
    _org(),
    _id(),
    Column("survey_id", Uuid, nullable=False),
    Column("session_id", Uuid),
    Column("question_id", Uuid),
    Column("user_id", Uuid),
    Column("processing_status", Text, nullable=False, server_default="pending"),
    Column("transcription_status", Text, nullable=False, server_default="pending"),
    Column("duration_seconds", Double),
    Column("language", Text),
    Column("confidence", Double, comment="mean word confidence the transcriber gave, 0-1"),
    Column("transcript", Text),
    Column("reference_text", Text),
    Column("quality", Text),
    _time("created_at", now=True),
    _key("id"),
    _of("surveys", "survey_id"),
    _of("survey_sessions", "session_id"),
    _of("questions", "question_id"),
    Index(
        "idx_voice_analytics",
        "survey_id", "processing_status", "transcription_status", "created_at",
        postgresql_where=_where("processing_status = 'completed'"),
    ),
)  # fmt: skip

response_analysis_jtbd = Table(
    "response_analysis_jtbd",
    metadata,
    _org(),
    _id(),
    Column("survey_id", Uuid, nullable=False),
    Column("session_id", Uuid),
    Column("analysis_type", Text, nullable=False),
    _json("force_scores"),
    Column("readiness_score", Double),
    _time("analyzed_at", now=True),
    _key("id"),
    _of("surveys", "survey_id"),
    _of("survey_sessions", "session_id"),
    Index(
        "idx_jtbd_analysis_lookup", "survey_id", "analysis_type", "analyzed_at",
        postgresql_include=["force_scores", "readiness_score"],
    ),
)  # fmt: skip

# --- Scores and atoms ----------------------------------------------------------------------------

session_scores = Table(
    "session_scores",
    metadata,
    _org(),
    Column("session_id", Uuid, nullable=False),
    Column("survey_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("department_id", Uuid, nullable=False, server_default=text(f"'{NOT_STATED}'")),
    Column("role", Text, nullable=False, server_default="", comment="'' where it is not stated"),
    Column("answered_on", Date, nullable=False, comment="in the organisation's time zone"),
    Column("pain_of_old", Double),
    Column("pull_of_new", Double),
    Column("anchors_to_old", Double),
    Column("anxiety_of_new", Double),
    Column("drive", Double),
    Column("resistance", Double),
    Column("readiness", Double),
    Column("outcome", Double),
    Column("segment", Text, nullable=False, server_default="unclassified"),
    _flag("is_kept", True),
    _flag("is_counted", True),
    Column("quality", Text, nullable=False, server_default="high"),
    _list("flags", Text),
    Column("is_completed", Boolean),
    Column("seconds", Double),
    _list("items", Double),
    Column("atom", Integer),
    _key("session_id"),
    _of("survey_sessions", "session_id"),
    Index("ix_session_scores_survey", "organization_id", "survey_id", "atom"),
    comment="One row a session. is_kept: not a duplicate. is_counted: also good enough. "
    "items: item scores 1-5 in order of question position, NaN where missing.",
)

analytics_atoms = Table(
    "analytics_atoms",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    _list("departments", Uuid),
    _list("roles", Text),
    _list("periods", Date),
    Column("respondents", Integer, nullable=False, comment="at the last release"),
    Column("state", Text, nullable=False, comment="released, withdrawn or waiting"),
    Column("release", Integer, nullable=False, server_default=text("0")),
    _time("released_at"),
    _key("survey_id", "atom"),
    _of("surveys", "survey_id"),
    comment="The fixed groups of at least five people that every figure is summed from.",
)

atom_leaves = Table(
    "atom_leaves",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("department_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("period", Date, nullable=False),
    Column("atom", Integer, nullable=False),
    _key("survey_id", "department_id", "role", "period"),
    _of("surveys", "survey_id"),
)

analytics_cells = Table(
    "analytics_cells",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False, comment="respondents in this figure's own base"),
    Column("total", Double, nullable=False),
    Column("squares", Double, nullable=False),
    Column("above", Integer, nullable=False, server_default=text("0")),
    _list("products", Double),
    _key("survey_id", "atom", "figure"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "atom"],
        ["analytics_atoms.organization_id", "analytics_atoms.survey_id", "analytics_atoms.atom"],
        ondelete="CASCADE",
        name="fk_analytics_cells_atoms",
    ),
    comment="Released sums per atom and figure. Figures: data/analysis/cells.py.",
)

question_cells = Table(
    "question_cells",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("question_id", Uuid, nullable=False),
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False, comment="of item scores 1-5, reversed items turned"),
    Column("squares", Double, nullable=False),
    _list("histogram", Integer),
    _key("survey_id", "atom", "question_id"),
    ForeignKeyConstraint(
        ["organization_id", "survey_id", "atom"],
        ["analytics_atoms.organization_id", "analytics_atoms.survey_id", "analytics_atoms.atom"],
        ondelete="CASCADE",
        name="fk_question_cells_atoms",
    ),
    _of("questions", "question_id"),
    comment="histogram: answers per point of the item's scale, lowest first, not turned.",
)

released_sessions = Table(
    "released_sessions",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    _list("figures", Double),
    _list("items", Double),
    _list("classes", Integer),
    _key("survey_id", "session_id"),
    _of("surveys", "survey_id"),
    comment="What of each session the last release holds: the ledger that decides whether the next "
    "release could single somebody out. Owner only.",
)

release_classes = Table(
    "release_classes",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("class", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("departed", Integer, nullable=False, server_default=text("0")),
    _list("releases", Integer),
    _key("survey_id", "class"),
    _of("surveys", "survey_id"),
    comment="People who were in exactly the same releases of a figure. departed: how many of them "
    "have left; counts only, no person. Owner only.",
)

overlap_cells = Table(
    "overlap_cells",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("atom", Integer, nullable=False),
    Column("earlier_survey_id", Uuid, nullable=False),
    Column("earlier_atom", Integer, nullable=False),
    Column("figure", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("earlier_total", Double, nullable=False),
    Column("product", Double, nullable=False),
    _key("survey_id", "atom", "earlier_survey_id", "earlier_atom", "figure"),
    _of("surveys", "survey_id"),
    comment="People who answered both waves, per pair of atoms: the covariance of a difference.",
)

survey_terms = Table(
    "survey_terms",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("language", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("authors", Integer, nullable=False, comment="distinct people; never below 5"),
    Column("base", Integer, nullable=False, comment="people who wrote anything in this language"),
    _key("survey_id", "language", "term"),
    _of("surveys", "survey_id"),
)

survey_flows = Table(
    "survey_flows",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("earlier_survey_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("respondents", Integer, nullable=False),
    _key("survey_id", "earlier_survey_id", "source", "target"),
    _of("surveys", "survey_id"),
    comment="People by segment in the earlier and this wave; whole organisation, one release.",
)

data_versions = Table(
    "data_versions",
    metadata,
    _org(),
    Column("survey_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
    _time("bumped_at", now=True),
    _key("survey_id"),
    _of("surveys", "survey_id"),
)

# --- The seed's analytics tables -----------------------------------------------------------------

analytics_summaries = Table(
    "analytics_summaries",
    metadata,
    _org(),
    _id(),
    Column("survey_id", Uuid),
    Column("period_type", period_type, nullable=False),
    Column("period_start", DateTime(timezone=True), nullable=False),
    Column("period_end", DateTime(timezone=True), nullable=False),
    _count("total_responses"),
    Column("completion_rate", Numeric(5, 2), nullable=False, server_default=text("0")),
    _count("average_completion_time"),
    _count("unique_respondents"),
    _json("jtbd_force_scores"),
    _list("dominant_forces", Text),
    _json("force_balance"),
    _json("department_breakdown"),
    _json("role_breakdown"),
    _json("response_quality_distribution"),
    _json("voice_recording_metrics", nullable=True),
    _json("transcription_quality", nullable=True),
    _json("response_trends"),
    _json("engagement_metrics"),
    _json("calculation_metadata"),
    _time("last_calculated_at", now=True),
    _time("created_at", now=True),
    _time("updated_at", now=True),
    _key("id"),
    _of_organization(),
    _of("surveys", "survey_id"),
    Index("idx_analytics_summaries_org_period", "organization_id", "period_type", "period_start"),
)

analytics_events = Table(
    "analytics_events",
    metadata,
    _org(),
    _id(),
    Column("event_type", event_type, nullable=False),
    Column("entity_type", String(50), nullable=False),
    Column("entity_id", Uuid, nullable=False),
    _json("event_data"),
    Column("user_id", Uuid),
    Column("session_id", Uuid),
    Column("processing_time_ms", Integer),
    Column("memory_usage_mb", Numeric(10, 2)),
    _json("metadata"),
    _time("occurred_at", now=True),
    _time("processed_at"),
    _key("id", "occurred_at"),
    _of_organization(),
    Index("idx_analytics_events_org_type_time", "organization_id", "event_type", "occurred_at"),
    postgresql_partition_by="RANGE (occurred_at)",
)

dashboard_configs = Table(
    "dashboard_configs",
    metadata,
    _org(),
    _id(),
    Column("user_id", Uuid),
    Column("dashboard_type", dashboard_type, nullable=False),
    Column("config_name", String(255), nullable=False),
    _json("layout_config"),
    _json("filter_preferences"),
    _json("visualization_settings"),
    _flag("is_shared"),
    _list("shared_with_roles", Text),
    _flag("is_default"),
    _time("last_accessed_at"),
    _count("access_count"),
    _time("created_at", now=True),
    _time("updated_at", now=True),
    _key("id"),
    _of_organization(),
    _of_user("user_id"),
    Index("idx_dashboard_configs_user_org", "user_id", "organization_id"),
)

analytics_cache = Table(
    "analytics_cache",
    metadata,
    _org(),
    _id(),
    Column("cache_key", String(500), nullable=False),
    Column("cached_data", JSONB, nullable=False),
    Column("data_size_bytes", Integer),
    Column("computation_time_ms", Integer),
    Column("cache_version", String(20), nullable=False, server_default="1.0"),
    _list("dependencies", Text),
    _list("tags", Text),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    _count("hit_count"),
    _time("last_hit_at"),
    _time("created_at", now=True),
    _key("id"),
    UniqueConstraint("organization_id", "cache_key"),
    _of_organization(),
    Index("idx_analytics_cache_key_expires", "cache_key", "expires_at"),
)

export_jobs_enhanced = Table(
    "export_jobs_enhanced",
    metadata,
    _org(),
    _id(),
    Column("requested_by", Uuid, nullable=False),
    Column("export_type", export_type, nullable=False),
    Column("export_format", export_format, nullable=False),
    _json("filters"),
    _json("date_range", nullable=True),
    Column("status", export_status, nullable=False, server_default="queued"),
    _count("progress_percentage"),
    _time("estimated_completion_at"),
    Column("file_path", String(500)),
    Column("file_size_bytes", BigInteger),
    Column("download_url", Text),
    _time("download_expires_at"),
    _count("download_count"),
    _time("processing_started_at"),
    _time("processing_completed_at"),
    Column("processing_duration_ms", Integer),
    Column("error_message", Text),
    _count("retry_count"),
    Column("max_retries", Integer, nullable=False, server_default=text("3")),
    _json("metadata"),
    _time("created_at", now=True),
    _time("updated_at", now=True),
    _key("id"),
    _of_organization(),
    _of_user("requested_by", "RESTRICT"),
    Index("idx_export_jobs_status_created", "status", "created_at"),
)

# --- Ours beside them ----------------------------------------------------------------------------

metric_rollups = Table(
    "metric_rollups",
    metadata,
    _org(),
    Column("metric", Text, nullable=False),
    Column("level", Text, nullable=False, comment="1m, 5m, 1h, 1d or 1w"),
    Column("bucket", DateTime(timezone=True), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("total", Double, nullable=False),
    Column("smallest", Double),
    Column("largest", Double),
    _key("metric", "level", "bucket"),
    _of_organization(),
)

report_schedules = Table(
    "report_schedules",
    metadata,
    _org(),
    _id(),
    Column("name", Text, nullable=False),
    Column("cron", Text, nullable=False),
    Column("export_format", export_format, nullable=False),
    Column("report", Text, nullable=False),
    _json("filters"),
    _list("recipients", Text),
    Column("created_by", Uuid, nullable=False),
    _flag("is_active", True),
    _time("last_run_at"),
    _time("created_at", now=True),
    _key("id"),
    _of_organization(),
    _of_user("created_by"),
)

audit_log = Table(
    "audit_log",
    metadata,
    _org(),
    Column("id", BigInteger, nullable=False, autoincrement=True),
    Column("user_id", Uuid),
    Column("action", Text, nullable=False),
    Column("entity", Text),
    Column("outcome", Text, nullable=False),
    Column("address", INET),
    _json("details"),
    _time("occurred_at", now=True),
    _key("id"),
    _of_organization(),
    Index("ix_audit_log_time", "organization_id", "occurred_at"),
)

TENANT_TABLES: tuple[Table, ...] = tuple(
    table
    for table in metadata.sorted_tables
    if table.schema is None and (table is organizations or "organization_id" in table.c)
)
"""Every table with row-level security: all of schema public."""

OWNER_ONLY: frozenset[str] = frozenset({"released_sessions", "release_classes"})
"""Tables the app role has no grant on at all."""
