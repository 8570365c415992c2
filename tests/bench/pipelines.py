"""How long it takes from answers to cells: at once, and again after a little has changed.

Every step runs in a process of its own, so that its peak memory is its own.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, insert, text

from data import pipeline
from data.analysis.forces import FORCES
from data.db.bulk import copy_into
from data.db.engine import Database, connect
from data.db.tables import (
    departments,
    organizations,
    questions,
    responses,
    session_scores,
    survey_sessions,
    surveys,
)
from data.demo import rows
from data.demo.answers import Sessions, sessions
from data.demo.comments import comments
from data.demo.population import population
from data.demo.quarters import TIMEZONE, waves
from data.demo.rows import Block, made_of
from data.demo.scores import SCORE_COLUMNS, score_rows
from data.settings import load_settings
from tests.bench.measured import Measured
from tests.support.postgres import Postgres

RESPONDENTS = 100_000
SCORED = 1_000_000
ARRIVALS = 1_000
CORRECTIONS = 1_000
ERASURES = 50

_ORGANIZATION = UUID(made_of("bench", "pipeline"))
_SURVEY = UUID(made_of("bench", "pipeline", "survey"))
_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_BLOCK = 20_000
_ONE_IN = 20
"""One in so many of those who write a comment in the demo does so here."""
_ANSWERING = 0.5
"""Share of the invited who answer, or more."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: how long it took, the process's peak in bytes, and what rebuild said."""

    seconds: float
    peak: int
    rebuilt: pipeline.Rebuilt | None = None


def measure(
    server: Postgres, home: Path, respondents: int = RESPONDENTS, scored: int = SCORED
) -> Iterator[Measured]:
    """From rows of ``respondents``; then from the scores of ``scored``."""
    with server.database() as url:
        yield from _from_answers(url, home, respondents)
    with server.database() as url:
        yield from _from_scores(url, home, scored)


def _from_answers(url: str, home: Path, respondents: int) -> Iterator[Measured]:
    name = f"{respondents:,} from answers"
    wrote = _apart(_write, url, home, respondents, False)
    yield Measured("pipeline", f"{name}: writing raw rows", wrote.seconds, "s")
    yield from _rebuilt(url, home, f"{name}: full pipeline")
    _apart(_analyze, url, home)
    yield from _rebuilt(url, home, f"{name}: nothing new")
    _apart(_arrive, url, home, respondents, False)
    yield from _rebuilt(url, home, f"{name}: {ARRIVALS:,} sessions more")
    _apart(_correct, url, home)
    yield from _rebuilt(url, home, f"{name}: {CORRECTIONS:,} sessions corrected")
    _apart(_erase, url, home)
    yield from _rebuilt(url, home, f"{name}: {ERASURES:,} sessions erased")


def _from_scores(url: str, home: Path, respondents: int) -> Iterator[Measured]:
    name = f"{respondents:,} from scores"
    wrote = _apart(_write, url, home, respondents, True)
    yield Measured("pipeline", f"{name}: writing scores", wrote.seconds, "s")
    yield from _rebuilt(url, home, f"{name}: atoms and cells")
    _apart(_analyze, url, home)
    _apart(_arrive, url, home, respondents, True)
    yield from _rebuilt(url, home, f"{name}: {ARRIVALS:,} sessions more")


def _rebuilt(url: str, home: Path, what: str) -> Iterator[Measured]:
    step = _apart(_rebuild, url, home)
    assert step.rebuilt is not None
    yield Measured("pipeline", what, step.seconds, "s")
    yield Measured("pipeline", f"{what}: atoms released", step.rebuilt.released, "atoms")
    yield Measured("pipeline", f"{what}: atoms waiting", step.rebuilt.waiting, "atoms")
    yield Measured("pipeline", f"{what}: peak memory", step.peak / 2**20, "MiB")


def _apart(do: Callable[..., pipeline.Rebuilt | None], url: str, home: Path, *more: object) -> Step:
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_timed, do, url, home, *more).result()


def _timed(do: Callable[..., pipeline.Rebuilt | None], url: str, home: Path, *more: object) -> Step:
    database = connect(load_settings(database_url=url, home=home))
    try:
        with database.owning() as connection:  # connecting is not what is measured
            connection.execute(text("SELECT 1"))
        began = time.perf_counter()
        rebuilt = do(database, *more)
        seconds = time.perf_counter() - began
    finally:
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Step(seconds, peak * (1 if sys.platform == "darwin" else 1024), rebuilt)


def _rebuild(database: Database) -> pipeline.Rebuilt:
    return pipeline.rebuild(database, _ORGANIZATION, _SURVEY)


def _analyze(database: Database) -> None:
    """What autovacuum does within a minute."""
    with database.owning() as connection:
        connection.execute(text("ANALYZE"))


def _write(database: Database, respondents: int, are_scores: bool) -> None:
    with database.owning(_ORGANIZATION) as connection:
        _survey(connection)
    _sessions(database, respondents, 0, respondents, are_scores)


def _arrive(database: Database, respondents: int, are_scores: bool) -> None:
    """Others of the same population, so of all departments, roles and weeks."""
    _sessions(database, respondents, respondents, respondents + ARRIVALS, are_scores)


def _survey(connection: Connection) -> None:
    wave = waves(_NOW)[0]
    connection.execute(
        insert(organizations).values(id=_ORGANIZATION, name="Bench", timezone=TIMEZONE)
    )
    names = rows.department_ids(_ORGANIZATION).items()
    keyed = ((_ORGANIZATION, id_, name) for name, id_ in names)
    copy_into(connection, departments, ("organization_id", "id", "name"), keyed)
    connection.execute(
        insert(surveys).values(
            organization_id=_ORGANIZATION,
            id=_SURVEY,
            name="Bench",
            opened_at=wave.opened_at,
            forces=[force.value for force in FORCES],
        )
    )
    asked = rows.question_rows(_ORGANIZATION, _SURVEY)
    copy_into(connection, questions, rows.QUESTION_COLUMNS, asked)


def _sessions(
    database: Database, respondents: int, first: int, stop: int, are_scores: bool
) -> None:
    """Sessions number ``first`` to ``stop`` of those who answered, in blocks of people."""
    wave, people = waves(_NOW)[0], population(int((respondents + ARRIVALS) / _ANSWERING))
    seen = 0
    for start in range(0, len(people), _BLOCK):
        answered = sessions(people, wave.number, start, min(start + _BLOCK, len(people))).once()
        mine = range(max(first - seen, 0), min(stop - seen, len(answered)))
        seen += len(answered)
        if mine:
            chosen = Sessions(*(getattr(answered, f.name)[list(mine)] for f in fields(Sessions)))
            block = Block.of(_ORGANIZATION, _SURVEY, wave, people, chosen)
            with database.owning(_ORGANIZATION) as connection:
                _block(connection, block, are_scores)
        if seen >= stop:
            return


def _block(connection: Connection, block: Block, are_scores: bool) -> None:
    copy_into(connection, survey_sessions, rows.SESSION_COLUMNS, rows.session_rows(block))
    if are_scores:
        copy_into(connection, session_scores, SCORE_COLUMNS, score_rows(block))
        return
    said = comments(block.people, block.wave.number, block.answered)[::_ONE_IN]
    copy_into(connection, responses, rows.RESPONSE_COLUMNS, rows.response_rows(block, said))


_CORRECT = text("""
    UPDATE responses SET value = 6 - value
    WHERE organization_id = :organization AND value IS NOT NULL AND question_id = :question
      AND session_id IN (
          SELECT session_id FROM responses
          WHERE organization_id = :organization AND question_id = :question
          ORDER BY md5(session_id::text) LIMIT :sessions)
""")

_ERASE = text("""
    DELETE FROM survey_sessions WHERE organization_id = :organization AND id IN (
        SELECT id FROM survey_sessions WHERE organization_id = :organization
        ORDER BY md5(id::text) DESC LIMIT :sessions)
""")


def _correct(database: Database) -> None:
    """One answer each."""
    with database.owning(_ORGANIZATION) as connection:
        (question, *_) = connection.scalars(
            text("SELECT id FROM questions WHERE force IS NOT NULL AND kind = 'scale' ORDER BY key")
        )
        about = {"organization": _ORGANIZATION, "question": question, "sessions": CORRECTIONS}
        connection.execute(_CORRECT, about)


def _erase(database: Database) -> None:
    with database.owning(_ORGANIZATION) as connection:
        connection.execute(_ERASE, {"organization": _ORGANIZATION, "sessions": ERASURES})
