"""What keeps the product running: rollups, schedules and the audit log."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import INET

from data.db.tables.columns import (
    array,
    export_format,
    flag,
    json,
    metadata,
    moment,
    of_organization,
    of_user,
    organization_id,
    own_id,
    tenant_key,
)

metric_rollups = Table(
    "metric_rollups",
    metadata,
    organization_id(),
    Column("metric", Text, nullable=False),
    Column("level", Text, nullable=False, comment="1m, 5m, 1h, 1d or 1w"),
    Column("bucket", DateTime(timezone=True), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("total", Double, nullable=False),
    Column("smallest", Double),
    Column("largest", Double),
    tenant_key("metric", "level", "bucket"),
    of_organization(),
)

report_schedules = Table(
    "report_schedules",
    metadata,
    organization_id(),
    own_id(),
    Column("name", Text, nullable=False),
    Column("cron", Text, nullable=False),
    Column("export_format", export_format, nullable=False),
    Column("report", Text, nullable=False),
    json("filters"),
    array("recipients", Text),
    Column("created_by", Uuid, nullable=False),
    flag("is_active", True),
    moment("last_run_at"),
    moment("created_at", now=True),
    tenant_key("id"),
    of_organization(),
    of_user("created_by"),
)

audit_log = Table(
    "audit_log",
    metadata,
    organization_id(),
    Column("id", BigInteger, nullable=False, autoincrement=True),
    Column("user_id", Uuid),
    Column("action", Text, nullable=False),
    Column("entity", Text),
    Column("outcome", Text, nullable=False),
    Column("address", INET),
    json("details"),
    moment("occurred_at", now=True),
    Column(
        "number",
        BigInteger,
        nullable=False,
        comment="1, 2, ... within the organisation, without a gap",
    ),
    Column("salt", Uuid, comment="null once what is personal of this row was erased"),
    Column(
        "personal_hash",
        LargeBinary,
        nullable=False,
        comment="of salt, user_id, address and details",
    ),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    tenant_key("id"),
    UniqueConstraint("organization_id", "number"),
    of_organization(),
    Index("ix_audit_log_time", "organization_id", "occurred_at"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    of_organization(),
    comment="The last row of each chain; locked while a row is added.",
)
