"""Settings of a survey that protect its people: thresholds, how long answers are kept, consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from data.audit import audit_row
from data.db.engine import Database
from data.db.tables import survey_sessions, surveys
from data.db.versions import bump
from data.errors import SettingRefused, UnknownName
from data.intake.words import tidy
from data.pipeline import hold_survey, rebuild_within

FOREVER = 0
"""Days that stand for keeping answers until somebody erases them."""

_SHOWN = ("name", "smallest_group", "smallest_detail", "retention_days", "consent")


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """The settings as they are. ``retention_days`` None: answers are kept."""

    name: str
    smallest_group: int
    smallest_detail: int
    retention_days: int | None
    consent: str


def change_settings(
    database: Database,
    organization: UUID,
    name: str,
    *,
    smallest_group: int | None = None,
    smallest_detail: int | None = None,
    retention_days: int | None = None,
    consent: str | None = None,
) -> SurveySettings:
    """Change what is given, write down the change, and compute the figures by it at once.

    Returns the settings that hold now; without anything given nothing changes. Raises UnknownName,
    and SettingRefused for a threshold that is too low or lower than before.
    """
    given: dict[str, int | str | None] = {
        "smallest_group": smallest_group,
        "smallest_detail": smallest_detail,
        "retention_days": retention_days,
        "consent": consent,
    }
    with database.owning(organization) as connection:
        row = find_survey(connection, organization, name)
        hold_survey(connection, row.id)
        row = find_survey(connection, organization, name)
        wanted: dict[str, Any] = {k: value for k, value in given.items() if value is not None}
        if wanted.get("retention_days") == FOREVER:
            wanted["retention_days"] = None
        changed = {key: value for key, value in wanted.items() if value != getattr(row, key)}
        if changed:
            _check(connection, row, changed)
            _save(connection, row, changed)
        row = find_survey(connection, organization, name)
        return SurveySettings(*(getattr(row, key) for key in _SHOWN))


def find_survey(connection: Connection, organization: UUID, name: str) -> Row[Any]:
    """The survey of this name. Raises UnknownName, saying which there are."""
    own = surveys.c.organization_id == organization
    named = surveys.c.name == tidy(name)
    row = connection.execute(select(surveys).where(own, named)).one_or_none()
    if row is not None:
        return row
    names = connection.scalars(select(surveys.c.name).where(own).order_by(surveys.c.name)).all()
    there = ", ".join(names) or "none yet"
    raise UnknownName(f"There is no survey '{name}'. There are: {there}.")


def _check(connection: Connection, row: Row[Any], changed: Mapping[str, Any]) -> None:
    if row.answers_erased_at is not None:
        raise SettingRefused(
            f"The answers of {row.name} were erased for their age: nothing of it changes any more."
        )
    for key, least in (("smallest_group", 5), ("smallest_detail", 10)):
        if changed.get(key, least) < least:
            raise SettingRefused(f"{_said(key)} is {least} people at least.")
        if changed.get(key, getattr(row, key)) < getattr(row, key) and _has_answers(
            connection, row
        ):
            raise SettingRefused(
                f"{_said(key)} is {getattr(row, key)} people in {row.name}. It may be raised, but "
                "not lowered after the first answer: people answered under it."
            )
    days = changed.get("retention_days")
    if days is not None and days < 1:
        raise SettingRefused("Answers are kept for a day at least.")


def _said(key: str) -> str:
    return {"smallest_group": "The smallest group", "smallest_detail": "The smallest detail"}[key]


def _has_answers(connection: Connection, row: Row[Any]) -> bool:
    s = survey_sessions.c
    answers = select(s.id).where(s.organization_id == row.organization_id, s.survey_id == row.id)
    return connection.execute(answers.limit(1)).first() is not None


def _save(connection: Connection, row: Row[Any], changed: Mapping[str, Any]) -> None:
    own = (surveys.c.organization_id == row.organization_id, surveys.c.id == row.id)
    connection.execute(update(surveys).where(*own).values(**changed))
    told = {key: {"before": getattr(row, key), "after": value} for key, value in changed.items()}
    connection.execute(
        audit_row(
            row.organization_id, None, "change_survey_settings", "done", str(row.id), details=told
        )
    )
    rebuild_within(connection, row.organization_id, row.id)
    bump(connection, row.organization_id, row.id)
