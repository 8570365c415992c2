"""A survey and its questions, as a mapping describes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from data.analysis.forces import FORCES
from data.db.tables import organizations, questions, survey_sessions, surveys
from data.errors import IntakeError
from data.intake.mapping import Choice, Comment, Item, Mapping, Multiple, Question
from data.intake.rows import Asked

_KINDS: tuple[tuple[type[Question], str], ...] = (
    (Item, "scale"), (Comment, "comment"), (Choice, "choice"), (Multiple, "multiple"),
)  # fmt: skip


def find_survey(connection: Connection, organization: UUID, name: str) -> UUID | None:
    """The survey of this name in the organisation, None where there is none."""
    return connection.scalar(
        select(surveys.c.id).where(
            surveys.c.organization_id == organization, surveys.c.name == name
        )
    )


def survey_id(organization: UUID, name: str) -> UUID:
    """The id a survey gets when an import makes it: the same on every machine."""
    return uuid5(organization, f"survey/{name}")


def count_sessions(connection: Connection, organization: UUID, survey: UUID) -> int:
    """Sessions the survey has now."""
    return connection.scalar(
        select(func.count()).select_from(survey_sessions).where(
            survey_sessions.c.organization_id == organization,
            survey_sessions.c.survey_id == survey,
        )
    ) or 0  # fmt: skip


def ensure_survey(
    connection: Connection, organization: UUID, name: str, mapping: Mapping, now: datetime
) -> UUID:
    """The survey, made or brought up to the mapping; locked until the transaction ends."""
    known = connection.scalar(select(organizations.c.id).where(organizations.c.id == organization))
    if known is None:
        raise IntakeError("This organisation does not exist.")
    connection.execute(
        insert(surveys)
        .values(organization_id=organization, id=survey_id(organization, name), name=name)
        .on_conflict_do_nothing()
    )
    row = connection.execute(
        select(surveys.c.id, surveys.c.answers_erased_at)
        .where(surveys.c.organization_id == organization, surveys.c.name == name)
        .with_for_update()
    ).one()
    refuse_erased(name, row.answers_erased_at)
    id_: UUID = row.id
    stated = _stated(mapping)
    changed = [surveys.c[column].is_distinct_from(value) for column, value in stated.items()]
    connection.execute(
        update(surveys)
        .where(surveys.c.organization_id == organization, surveys.c.id == id_)
        .where(or_(*changed))
        .values(**stated, updated_at=now)
    )
    return id_


def refuse_erased(name: str, erased_at: datetime | None) -> None:
    """Raises IntakeError for a survey whose answers were erased for their age."""
    if erased_at is not None:
        raise IntakeError(
            f"The answers of '{name}' were erased on {erased_at:%Y-%m-%d}, as its settings say: it "
            "takes no more. Import new answers as a survey of another name."
        )


def _stated(mapping: Mapping) -> dict[str, object]:
    """What the mapping says of the survey; what it leaves out stays as it is."""
    part = mapping.survey
    asked = {item.force for item in mapping.items}
    stated: dict[str, object] = {
        "language": part.language,
        "forces": [force.value for force in FORCES if force in asked],
        "has_respondent_ids": mapping.columns.respondent is not None,
    }
    optional = {
        "series": part.series or None,
        "invited": part.invited,
        "opened_at": _moment(part.opened, mapping.time.zone, time.min),
        "closed_at": _moment(part.closed, mapping.time.zone, time.max),
    }
    return stated | {key: value for key, value in optional.items() if value is not None}


def _moment(stated: datetime | date | None, zone: str, at: time) -> datetime | None:
    if stated is None:
        return None
    moment = stated if isinstance(stated, datetime) else datetime.combine(stated, at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def set_dates(connection: Connection, organization: UUID, survey: UUID, mapping: Mapping) -> None:
    """Opened and closed from the first and last session, where the mapping does not say."""
    c = survey_sessions.c
    mine = (c.organization_id == organization, c.survey_id == survey)
    ends = {
        "opened_at": (mapping.survey.opened, func.min(c.started_at)),
        "closed_at": (mapping.survey.closed, func.max(func.greatest(c.completed_at, c.started_at))),
    }
    found = {
        column: select(end).where(*mine).scalar_subquery()
        for column, (stated, end) in ends.items()
        if stated is None
    }
    if found:
        connection.execute(
            update(surveys)
            .where(surveys.c.organization_id == organization, surveys.c.id == survey)
            .values(**found)
        )


def ensure_questions(
    connection: Connection, organization: UUID, survey: UUID, asked: Sequence[Asked],
    mapping: Mapping,
) -> list[UUID]:  # fmt: skip
    """The survey's questions as the mapping has them, others removed; ids in the same order."""
    rows = [_question(organization, survey, place, one, mapping) for place, one in enumerate(asked)]
    connection.execute(
        delete(questions).where(
            questions.c.organization_id == organization,
            questions.c.survey_id == survey,
            questions.c.key.not_in([row["key"] for row in rows]),
        )
    )
    made = insert(questions)
    kept = ("organization_id", "id", "survey_id", "key")
    made = made.on_conflict_do_update(
        index_elements=["organization_id", "survey_id", "key"],
        set_={column: made.excluded[column] for column in rows[0] if column not in kept},
    )
    connection.execute(made, rows)
    found = connection.execute(
        select(questions.c.key, questions.c.id).where(
            questions.c.organization_id == organization, questions.c.survey_id == survey
        )
    )
    ids = {row.key: row.id for row in found}
    return [ids[one.column.name] for one in asked]


def _question(
    organization: UUID, survey: UUID, place: int, asked: Asked, mapping: Mapping
) -> dict[str, object]:
    question = asked.question
    scale = mapping.scales[question.scale] if isinstance(question, Item) else None
    low, high = scale.bounds if scale else (None, None)
    force = getattr(question, "force", None)
    kind = next((name for type_, name in _KINDS if isinstance(question, type_)), "number")
    labels = {f"{(low or 0) + step:g}": label for step, label in enumerate(scale.labels)} \
        if scale else {}  # fmt: skip
    return {
        "organization_id": organization, "id": uuid5(survey, f"question/{asked.column.name}"),
        "survey_id": survey, "key": asked.column.name, "position": place,
        "text": question.text or asked.column.text, "kind": kind,
        "force": None if force is None else str(force),
        "is_outcome": isinstance(question, Item) and question.outcome,
        "is_reversed": isinstance(question, Item) and question.reversed,
        "scale_low": low, "scale_high": high, "labels": labels,
    }  # fmt: skip
