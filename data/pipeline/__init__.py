"""From answers to released cells: ``rebuild`` is run after every change of a survey's data.

It scores, assigns atoms and releases what may be released. Running it again changes nothing, and
nothing it writes singles anybody out (docs/privacy-argument.md).
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from data.db.engine import Database
from data.db.versions import bump
from data.errors import DatabaseError
from data.pipeline.atoms import assign_atoms
from data.pipeline.cells import write_cells
from data.pipeline.current import make_current
from data.pipeline.opening import open_survey, was_released
from data.pipeline.releasing import Released, release_again
from data.pipeline.scoring import write_scores
from data.pipeline.survey import Survey, load_survey

__all__ = ["Rebuilt", "rebuild"]

LOCK_PATIENCE_SECONDS = 900.0
_LOCK_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did. ``scored`` counts rows that changed; atoms are counted, not named."""

    scored: int = 0
    released: int = 0
    withdrawn: int = 0
    waiting: int = 0
    is_new_version: bool = False


def rebuild(
    database: Database, organization: UUID, survey: UUID, *, now: datetime | None = None
) -> Rebuilt:
    """Score the survey and release what may be released, in one transaction.

    ``now`` (aware) is the time of the release. Raises UnknownName without such a survey and
    DatabaseError where another rebuild of it holds on for a quarter of an hour.
    """
    with database.owning(organization) as connection:
        _lock(connection, survey)
        return _rebuild(
            connection, load_survey(connection, organization, survey), now or datetime.now(UTC)
        )


def _rebuild(connection: Connection, survey: Survey, now: datetime) -> Rebuilt:
    scored = write_scores(connection, survey)
    if not assign_atoms(connection, survey):
        return Rebuilt(scored=scored)
    make_current(connection, survey)
    if was_released(connection, survey):
        again = release_again(connection, survey, now)
    else:
        again = Released(frozenset(open_survey(connection, survey, now)))
        write_cells(connection, survey, sorted(again.released))
    if again.is_new:
        bump(connection, survey.organization, survey.id)
    return Rebuilt(
        scored, len(again.released), len(again.withdrawn), len(again.waiting), again.is_new
    )


def _lock(connection: Connection, survey: UUID) -> None:
    """One rebuild per survey at a time; polled, so that no lock is held by one that waits."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    until = time.monotonic() + LOCK_PATIENCE_SECONDS
    while not connection.scalar(lock, {"name": f"rebuild {survey}"}):
        if time.monotonic() > until:
            raise DatabaseError("Another rebuild of this survey is running. Try again later.")
        time.sleep(_LOCK_POLL_SECONDS)
