"""What the tables are made of: the metadata, the enums and the columns that many tables share."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
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


def own_id() -> Column[object]:
    return Column("id", Uuid, nullable=False, server_default=text("gen_random_uuid()"))


def organization_id() -> Column[object]:
    return Column("organization_id", Uuid, nullable=False)


def moment(name: str, *, now: bool = False) -> Column[object]:
    return Column(
        name, DateTime(timezone=True), nullable=not now, server_default=_NOW if now else None
    )


def json(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(
        name, JSONB, nullable=nullable, server_default=None if nullable else text("'{}'::jsonb")
    )


def array(name: str, of: type[TypeEngine[Any]]) -> Column[object]:
    return Column(name, ARRAY(of), nullable=False, server_default=_EMPTY)


def flag(name: str, default: bool = False) -> Column[object]:
    return Column(
        name, Boolean, nullable=False, server_default=text("true" if default else "false")
    )


def count(name: str, type_: type[TypeEngine[Any]] = Integer) -> Column[object]:
    return Column(name, type_, nullable=False, server_default=text("0"))


def of_organization(*, cascade: bool = True) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id"], ["organizations.id"], ondelete="CASCADE" if cascade else None
    )


def of(parent: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{parent}.organization_id", f"{parent}.id"],
        ondelete="CASCADE",
    )


def of_user(column: str, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], ["auth.users.id"], ondelete=ondelete)


def tenant_key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("organization_id", *columns)
