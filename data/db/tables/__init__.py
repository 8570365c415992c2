"""Every table of the product, as SQLAlchemy constructs: migrations, questions and tests read them.

Tenant tables carry ``organization_id`` in their primary and foreign keys, so that row-level
security and sharding by organisation both work. Times are timestamptz, UTC.
"""

from sqlalchemy import Table

from data.db.tables.analytics import (
    analytics_cache,
    analytics_events,
    analytics_summaries,
    dashboard_configs,
    export_jobs_enhanced,
)
from data.db.tables.answers import (
    questions,
    response_analysis_jtbd,
    responses,
    survey_sessions,
    surveys,
    voice_recordings,
)
from data.db.tables.atoms import (
    analytics_atoms,
    analytics_cells,
    atom_leaves,
    data_versions,
    overlap_cells,
    question_cells,
    release_classes,
    released_sessions,
    role_cells,
    role_crossings,
    session_scores,
    survey_flows,
    survey_terms,
)
from data.db.tables.columns import (
    NOT_STATED,
    dashboard_type,
    event_type,
    export_format,
    export_status,
    export_type,
    jtbd_force,
    member_role,
    metadata,
    period_type,
    question_kind,
    survey_period,
)
from data.db.tables.incremental import changed_sessions, survey_states
from data.db.tables.invited import survey_invited
from data.db.tables.medians import survey_medians
from data.db.tables.operations import audit_heads, audit_log, metric_rollups, report_schedules
from data.db.tables.people import (
    api_tokens,
    credentials,
    departments,
    members,
    openid_subjects,
    organizations,
    users,
    web_sessions,
)
from data.db.tables.plans import action_plan_changes, action_plans
from data.db.tables.pooled import pooled_blocks, pooled_cells
from data.db.tables.runs import pipeline_runs
from data.db.tables.texts import survey_themes, theme_comments
from data.db.tables.voices import survey_voices

TENANT_TABLES: tuple[Table, ...] = tuple(
    table
    for table in metadata.sorted_tables
    if table.schema is None and (table is organizations or "organization_id" in table.c)
)
"""Every table with row-level security: all of schema public."""

OWNER_ONLY: frozenset[str] = frozenset(
    {"released_sessions", "release_classes", "role_crossings", "changed_sessions", "survey_states"}
)
"""Tables the app role has no grant on at all."""

__all__ = [
    "NOT_STATED",
    "OWNER_ONLY",
    "TENANT_TABLES",
    "action_plan_changes",
    "action_plans",
    "analytics_atoms",
    "analytics_cache",
    "analytics_cells",
    "analytics_events",
    "analytics_summaries",
    "api_tokens",
    "atom_leaves",
    "audit_heads",
    "audit_log",
    "changed_sessions",
    "credentials",
    "dashboard_configs",
    "dashboard_type",
    "data_versions",
    "departments",
    "event_type",
    "export_format",
    "export_jobs_enhanced",
    "export_status",
    "export_type",
    "jtbd_force",
    "member_role",
    "members",
    "metadata",
    "metric_rollups",
    "openid_subjects",
    "organizations",
    "overlap_cells",
    "period_type",
    "pipeline_runs",
    "pooled_blocks",
    "pooled_cells",
    "question_cells",
    "question_kind",
    "questions",
    "release_classes",
    "released_sessions",
    "report_schedules",
    "response_analysis_jtbd",
    "responses",
    "role_cells",
    "role_crossings",
    "session_scores",
    "survey_flows",
    "survey_invited",
    "survey_medians",
    "survey_period",
    "survey_sessions",
    "survey_states",
    "survey_terms",
    "survey_themes",
    "survey_voices",
    "surveys",
    "theme_comments",
    "users",
    "voice_recordings",
    "web_sessions",
]
