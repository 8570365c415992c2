"""From answers to released cells: ``rebuild`` is run after every change of a survey's data.

It scores, assigns atoms and releases what may be released. Running it again changes nothing, and
nothing it writes singles anybody out (docs/privacy-argument.md).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from data.db.engine import Database
from data.db.recordings import link_recordings
from data.db.versions import bump
from data.pipeline.atoms import assign_atoms
from data.pipeline.cells import write_cells
from data.pipeline.changes import Noted, noted
from data.pipeline.current import layout, make_current
from data.pipeline.flows import write_flows
from data.pipeline.locking import hold, try_hold
from data.pipeline.medians import write_medians
from data.pipeline.opening import open_survey, was_released
from data.pipeline.overlaps import write_overlaps
from data.pipeline.pooled import write_pooled
from data.pipeline.releasing import Released, release_again
from data.pipeline.role_table import withdraw_role_table, write_role_table
from data.pipeline.scoring import Scored, write_scores
from data.pipeline.sealing import is_sealed
from data.pipeline.survey import Survey, load_survey
from data.pipeline.terms import write_terms
from data.pipeline.voices import write_voices
from data.pipeline.waves import neighbouring_pairs
from data.pipeline.withdrawing import withdraw_summaries

__all__ = ["Rebuilt", "hold_survey", "rebuild", "rebuild_within", "release_voices"]

_BUSY = "Another rebuild of this survey is running. Try again later."


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did. ``scored`` counts rows that changed; atoms are counted, not named."""

    scored: int = 0
    released: int = 0
    withdrawn: int = 0
    waiting: int = 0
    is_new_version: bool = False


def rebuild(
    database: Database,
    organization: UUID,
    survey: UUID,
    *,
    now: datetime | None = None,
    with_voices: bool = True,
) -> Rebuilt:
    """Score the survey and release what may be released, in one transaction.

    ``now`` (aware) is the time of the release; voice recordings may be left to ``release_voices``.
    Raises UnknownName without such a survey and DatabaseError where another rebuild of it holds on
    for a quarter of an hour.
    """
    with database.owning(organization) as connection:
        return rebuild_within(connection, organization, survey, now=now, with_voices=with_voices)


def rebuild_within(
    connection: Connection,
    organization: UUID,
    survey: UUID,
    *,
    now: datetime | None = None,
    with_voices: bool = True,
) -> Rebuilt:
    """``rebuild`` as a part of the caller's transaction: what it changed is never seen without.

    Nothing happens to a survey whose answers were erased for their age. Raises as ``rebuild`` does.
    """
    _begin(connection, survey)
    found = load_survey(connection, organization, survey)
    if is_sealed(connection, organization, survey):
        return Rebuilt()
    return _rebuild(connection, found, now or datetime.now(UTC), with_voices)


def hold_survey(connection: Connection, survey: UUID) -> None:
    """Keep every other rebuild of this survey waiting until the caller's transaction ends.

    Raises DatabaseError where another one holds on for a quarter of an hour.
    """
    hold(connection, _lock(survey), _BUSY)


def release_voices(database: Database, organization: UUID, survey: UUID) -> bool:
    """Release the figures of voice recordings, if they may; True if any changed.

    They have a ledger of their own, so a transaction of their own is as safe. Scores come first:
    they say which session of a respondent counts. Raises as ``rebuild`` does.
    """
    with database.owning(organization) as connection:
        _begin(connection, survey)
        if is_sealed(connection, organization, survey):
            return False
        is_new = write_voices(connection, load_survey(connection, organization, survey))
        if is_new:
            bump(connection, organization, survey)
        return is_new


def _begin(connection: Connection, survey: UUID) -> None:
    # A rebuild reads whole surveys, often before the tables have statistics: then PostgreSQL
    # expects a handful of rows and joins them in nested loops.
    connection.execute(text("SET LOCAL enable_nestloop = off"))
    hold_survey(connection, survey)


def _lock(survey: UUID) -> str:
    """One rebuild per survey at a time."""
    return f"rebuild {survey}"


def _rebuild(connection: Connection, survey: Survey, now: datetime, with_voices: bool) -> Rebuilt:
    link_recordings(connection, survey.organization, survey.id)
    scored = write_scores(connection, survey)
    is_new = with_voices and write_voices(connection, survey)
    again = Released()
    compared = noted(connection, survey, layout(survey))
    leaves = assign_atoms(connection, survey, compared)
    if leaves is not None:
        make_current(connection, survey, leaves, compared)
        again = _release(connection, survey, compared, now)
        if again.is_new:
            write_medians(connection, survey)
        if again.withdrawn:
            withdraw_summaries(connection, survey)
        is_new = _link_waves(connection, survey, again) or again.is_new or is_new
        write_pooled(connection, survey)
    # Last: themes are held against the scores that are released by now.
    is_new = write_terms(connection, survey, _changed(scored, compared)) or is_new
    if is_new:
        bump(connection, survey.organization, survey.id)
    return Rebuilt(
        scored.rows, len(again.released), len(again.withdrawn), len(again.waiting), is_new
    )


def _changed(scored: Scored, compared: Noted) -> frozenset[UUID] | None:
    """Sessions of which anything changed; None where nobody knows which."""
    if scored.sessions is None or (compared.notes and not compared.rows):
        return None
    return scored.sessions.union(compared.sessions)


def _release(connection: Connection, survey: Survey, compared: Noted, now: datetime) -> Released:
    if was_released(connection, survey):
        again = release_again(connection, survey, compared, now)
        if again.is_new:
            withdraw_role_table(connection, survey)
        return again
    first = Released(frozenset(open_survey(connection, survey, compared, now)))
    write_cells(connection, survey, sorted(first.released))
    write_role_table(connection, survey)
    return first


def _link_waves(connection: Connection, survey: Survey, again: Released) -> bool:
    """Overlaps and flows with the waves before and after; True if this wave shows other flows."""
    pairs = neighbouring_pairs(connection, survey)
    write_overlaps(connection, survey, pairs, again.released | again.withdrawn)
    is_new = False
    for later, earlier in pairs:
        if later == survey.id:
            is_new = write_flows(connection, survey, earlier)
        # Where the wave after is being rebuilt right now, that rebuild writes its flows itself.
        elif try_hold(connection, _lock(later)):
            after = load_survey(connection, survey.organization, later)
            if write_flows(connection, after, earlier):
                bump(connection, survey.organization, later)
    return is_new
