"""What the pipeline did, stage by stage: kept for a while, to be shown and to be looked into."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, Index, Table, Text, Uuid

from data.db.tables.columns import (
    metadata,
    moment,
    of,
    of_organization,
    organization_id,
    own_id,
    tenant_key,
)

pipeline_runs = Table(
    "pipeline_runs",
    metadata,
    organization_id(),
    own_id(),
    Column("run", Uuid, nullable=False, comment="the same for all stages of one run"),
    Column("stage", Text, nullable=False),
    Column("level", Text, nullable=False, comment="real-time, hourly, daily or weekly"),
    Column("survey_id", Uuid, comment="null where the stage is of the whole organisation"),
    moment("started_at", now=True),
    moment("finished_at"),
    Column("seconds", Double),
    Column("rows", BigInteger, comment="written, or looked at where a stage only looks"),
    Column(
        "outcome",
        Text,
        nullable=False,
        server_default="running",
        comment="running, done, failed or cut_off",
    ),
    Column("error", Text, comment="why it failed, a sentence; never an answer or a name"),
    tenant_key("id"),
    CheckConstraint("outcome IN ('running', 'done', 'failed', 'cut_off')", name="outcome"),
    of_organization(),
    of("surveys", "survey_id"),
    Index("ix_pipeline_runs_started", "organization_id", "started_at"),
    Index("ix_pipeline_runs_finished", "stage", "finished_at"),
)
