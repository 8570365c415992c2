"""Loading the demo: surveys, sessions, answers, then everything computed of them.

Loading it again changes nothing; asked for in another size, it replaces what is there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Double, Table, delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert

from data import pipeline
from data.analysis.forces import FORCES
from data.db.bulk import copy_into
from data.db.engine import Database
from data.db.tables import (
    analytics_atoms,
    analytics_cells,
    departments,
    organizations,
    overlap_cells,
    question_cells,
    questions,
    released_sessions,
    responses,
    session_scores,
    survey_invited,
    survey_sessions,
    surveys,
    voice_recordings,
)
from data.demo import plans, rows
from data.demo.answers import sessions
from data.demo.comments import comments
from data.demo.population import SMALLEST, Population, population
from data.demo.quarters import TIMEZONE, Wave, waves
from data.demo.rows import Block, made_of
from data.demo.scores import SCORE_COLUMNS, score_rows
from data.demo.story import WAVES
from data.demo.voices import voices
from data.errors import IntakeError

NAME = "Meridian Group (demo)"
RESPONDENTS = 4000

Progress = Callable[[str, float], None]
"""Told what is being done, and the share of everything that is done (0-1)."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo organisation as it is in the database; ``surveys`` oldest first.

    ``seconds`` is how long loading took, 0 where everything was there already.
    """

    organization: UUID
    surveys: tuple[UUID, ...]
    sessions: int
    answers: int
    seconds: float


def load(
    database: Database,
    *,
    respondents: int = RESPONDENTS,
    scores_only: bool = False,
    name: str | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Demo:
    """Make sure that the demo organisation is there, with that many people invited.

    ``scores_only``: sessions and their scores, no single answers, comments or recordings; for
    measuring questions at any size. ``now`` says which four quarters were the last; what is loaded
    already stays in the quarters it was loaded for. Raises IntakeError where ``name`` belongs to
    an organisation that is no demo, or for too few respondents.
    """
    if respondents < SMALLEST:
        raise IntakeError(f"The demo needs at least {SMALLEST} respondents.")
    began = time.monotonic()
    with database.owning() as connection:
        organization = _organization(connection, name or NAME)
        there = _surveys(connection, organization)
        if _is_as_wanted(connection, organization, there, respondents, scores_only):
            plans.write(connection, organization, there)
            return _told(connection, organization, there, 0.0)
        _clear(connection, organization)
    made = _Load(database, organization, population(respondents), scores_only, progress)
    for wave in waves(now or datetime.now(UTC)):
        made.wave(wave)
    with database.owning(organization) as connection:
        found = _surveys(connection, organization)
        plans.write(connection, organization, found)
        return _told(connection, organization, found, time.monotonic() - began)


def _organization(connection: Connection, name: str) -> UUID:
    made = insert(organizations).values(
        id=UUID(made_of("demo", name)), name=name, timezone=TIMEZONE, is_demo=True
    )
    connection.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    found = connection.execute(
        select(organizations.c.id, organizations.c.is_demo)
        .where(organizations.c.name == name)
        .with_for_update()
    ).one()
    if not found.is_demo:
        raise IntakeError(
            f"There is an organisation named {name} that is no demo. Choose another name."
        )
    id_: UUID = found.id
    return id_


def _surveys(connection: Connection, organization: UUID) -> tuple[UUID, ...]:
    query = select(surveys.c.id).where(surveys.c.organization_id == organization)
    return tuple(connection.scalars(query.where(surveys.c.series == rows.SERIES).order_by(
        surveys.c.opened_at
    )))  # fmt: skip


def _is_as_wanted(
    connection: Connection,
    organization: UUID,
    there: tuple[UUID, ...],
    respondents: int,
    scores_only: bool,
) -> bool:
    """Whether every wave is there in that size, and was released: loading may have been cut off."""
    released = exists().where(
        analytics_atoms.c.organization_id == organization,
        analytics_atoms.c.survey_id == surveys.c.id,
    )
    complete = connection.scalar(
        select(func.count()).where(
            surveys.c.organization_id == organization,
            surveys.c.id.in_(there),
            surveys.c.invited == respondents,
            released,
        )
    )
    answers = select(responses.c.id).where(responses.c.organization_id == organization).limit(1)
    has_answers = connection.scalar(answers) is not None
    return complete == WAVES and has_answers is not scores_only


def _told(
    connection: Connection, organization: UUID, there: tuple[UUID, ...], seconds: float
) -> Demo:
    counts = [
        connection.scalar(
            select(func.count()).select_from(table).where(
                table.c.organization_id == organization, table.c.survey_id.in_(there)
            )
        )
        for table in (survey_sessions, responses)
    ]  # fmt: skip
    return Demo(organization, there, counts[0] or 0, counts[1] or 0, seconds)


def _clear(connection: Connection, organization: UUID) -> None:
    """Removes the waves that are there, and makes the departments; people keep their accounts."""
    connection.execute(
        delete(surveys).where(
            surveys.c.organization_id == organization, surveys.c.series == rows.SERIES
        )
    )
    copy_into(
        connection,
        departments,
        ("organization_id", "id", "name"),
        ((organization, id_, name) for name, id_ in rows.department_ids(organization).items()),
        "keep",
    )


_GROWN = (
    survey_sessions, responses, session_scores, analytics_atoms, analytics_cells, question_cells,
    overlap_cells, released_sessions,
)  # fmt: skip
"""Tables whose statistics decide how joins and questions are planned."""


def _compared(table: Table) -> str:
    """The table and its columns for ANALYZE, without lists of numbers.

    Nobody compares those, and counting their elements takes longer than all the rest.
    """
    names = [
        column.name
        for column in table.columns
        if not (isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Double))
    ]
    return f"{table.name} ({', '.join(names)})"


_BLOCK = 50_000
"""People whose scores are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class _Load:
    """One load under way: waves are written and released one after the other, oldest first."""

    database: Database
    organization: UUID
    people: Population
    scores_only: bool
    progress: Progress | None

    def wave(self, wave: Wave) -> None:
        survey = UUID(made_of(self.organization, "survey", wave.name))
        self._tell(f"Writing {wave.name}", wave.number)
        with self.database.owning(self.organization) as connection:
            self._survey(connection, survey, wave)
            if self.scores_only:
                self._scores(connection, survey, wave)
            else:
                self._answers(connection, survey, wave)
        self._tell(f"Computing {wave.name}", wave.number + 0.6)
        pipeline.rebuild(self.database, self.organization, survey)
        with self.database.owning(self.organization) as connection:
            # Else the next wave, and the first questions, are planned as if the tables were empty.
            connection.execute(text("ANALYZE " + ", ".join(map(_compared, _GROWN))))
        self._tell(f"{wave.name} is there", wave.number + 1)

    def _tell(self, what: str, waves_done: float) -> None:
        if self.progress is not None:
            self.progress(what, waves_done / WAVES)

    def _survey(self, connection: Connection, survey: UUID, wave: Wave) -> None:
        connection.execute(
            insert(surveys).values(
                organization_id=self.organization,
                id=survey,
                name=f"{rows.SERIES} {wave.name}",
                series=rows.SERIES,
                opened_at=wave.opened_at,
                closed_at=wave.closed_at,
                invited=len(self.people),
                forces=[force.value for force in FORCES],
            )
        )
        asked = rows.question_rows(self.organization, survey)
        copy_into(connection, questions, rows.QUESTION_COLUMNS, asked)
        invited = rows.invited_rows(self.organization, survey, self.people)
        copy_into(connection, survey_invited, rows.INVITED_COLUMNS, invited)

    def _answers(self, connection: Connection, survey: UUID, wave: Wave) -> None:
        answered = sessions(self.people, wave.number, 0, len(self.people))
        block = Block.of(self.organization, survey, wave, self.people, answered)
        said = comments(self.people, wave.number, answered)
        spoken = voices(self.people, wave.number, answered)
        copy_into(connection, survey_sessions, rows.SESSION_COLUMNS, rows.session_rows(block))
        copy_into(connection, responses, rows.RESPONSE_COLUMNS, rows.response_rows(block, said))
        copy_into(connection, voice_recordings, rows.VOICE_COLUMNS, rows.voice_rows(block, spoken))

    def _scores(self, connection: Connection, survey: UUID, wave: Wave) -> None:
        for first in range(0, len(self.people), _BLOCK):
            stop = min(first + _BLOCK, len(self.people))
            answered = sessions(self.people, wave.number, first, stop).once()
            block = Block.of(self.organization, survey, wave, self.people, answered)
            copy_into(connection, survey_sessions, rows.SESSION_COLUMNS, rows.session_rows(block))
            copy_into(connection, session_scores, SCORE_COLUMNS, score_rows(block))
