"""Ledgers of what exists for the whole survey only: flows between segments, terms of comments.

Each has one value a session (a digest of what the session adds) and few atoms, so all of it is
read at once; the rules are those of scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from data.analysis.ledger import Current, Ledger, Outcome, Session, advance
from data.pipeline import ledgers
from data.pipeline.survey import Survey

_ATOMS = text("""
    SELECT DISTINCT atom FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
""")

_GONE = text("""
    SELECT DISTINCT r.session_id FROM released_sessions r
    LEFT JOIN survey_sessions s ON s.organization_id = :organization AND s.id = r.session_id
    WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = :ledger
      AND s.id IS NULL
""")


@dataclass(frozen=True, slots=True)
class Settled:
    """Atoms to show anew, and atoms of which somebody is gone, so that they must be hidden."""

    released: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()


def smallest_whole(survey: Survey) -> int:
    """People needed to show anything of a whole survey's flows or terms."""
    return max(survey.smallest, survey.smallest_detail)


@dataclass(frozen=True, slots=True)
class Looked:
    """What would be released, were it kept; nothing of it is written yet."""

    stored: ledgers.Stored
    outcome: Outcome
    left: frozenset[int]


def settle(
    connection: Connection,
    survey: Survey,
    name: ledgers.Name,
    current: Mapping[Session, Current],
    figures: int = 1,
) -> Settled:
    """Compare ``current`` (every session there is) with the ledger and release what may be.

    ``figures``: how many values each session has. Atoms that somebody left show nothing until they
    may be released again.
    """
    return keep(connection, survey, look(connection, survey, name, current, figures))


def look(
    connection: Connection,
    survey: Survey,
    name: ledgers.Name,
    current: Mapping[Session, Current],
    figures: int = 1,
) -> Looked:
    """What ``settle`` would do."""
    key = {**survey.key, "ledger": name}
    gone = {row.session_id for row in connection.execute(_GONE, key)}
    atoms = {row.atom for row in connection.execute(_ATOMS, key)}
    stored = ledgers.load(connection, survey, name, (figures, 0), atoms)
    stored.ledger.last = _last(stored.ledger)
    left = _left(stored.ledger, current)
    touched = left | _changed(stored.ledger, current)
    outcome = Outcome()
    if touched or gone:
        outcome = advance(stored.ledger, current, gone, touched, smallest_whole(survey))
    return Looked(stored, outcome, frozenset(left))


def keep(connection: Connection, survey: Survey, looked: Looked) -> Settled:
    """Write into the ledger what was decided."""
    outcome = looked.outcome
    if outcome.changed:
        ledgers.save(connection, survey, looked.stored, outcome.changed)
    released = frozenset(outcome.released)
    hidden = looked.left | outcome.withdrawn | outcome.dissolved
    return Settled(released, hidden - released)


def _last(ledger: Ledger) -> dict[int, int]:
    """The latest release of each atom that still holds somebody."""
    last: dict[int, int] = {}
    for held in ledger.held.values():
        if held.is_live:
            last[held.atom] = max(last.get(held.atom, 0), *held.ever())
    return last


def _left(ledger: Ledger, current: Mapping[Session, Current]) -> set[int]:
    return {
        held.atom
        for session, held in ledger.held.items()
        if held.is_live and (session not in current or current[session].atom != held.atom)
    }


def _changed(ledger: Ledger, current: Mapping[Session, Current]) -> set[int]:
    return {
        now.atom
        for session, now in current.items()
        if (held := ledger.held.get(session)) is None
        or not held.is_live
        or (held.atom, held.values) != (now.atom, now.values)
    }
