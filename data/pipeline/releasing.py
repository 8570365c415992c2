"""Every release after the first: what changed is found in SQL, the ledger decides.

Only sessions that changed, and those near them that are too few to be counted only, are read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.ledger import Current, Outcome, Session, advance, due
from data.pipeline import changes, crowds, ledgers
from data.pipeline.admission import hold_back
from data.pipeline.cells import delete_cells, write_cells
from data.pipeline.current import LEDGER, layout
from data.pipeline.relaying import relay
from data.pipeline.role_table import load_crossed, save_crossed
from data.pipeline.survey import Survey

_CHANGES = """
    SELECT coalesce(h.session_id, c.session_id) AS session, h.atom AS before, c.atom AS after
    FROM (SELECT * FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :survey
            AND ledger = 'scores' AND version = 0 {}) h
    FULL JOIN current_sessions c ON c.session_id = h.session_id
    WHERE (h.atom, h.respondent, h.figures, h.items)
          IS DISTINCT FROM (c.atom, c.respondent, c.figures, c.items)
"""

_GONE = """
    SELECT DISTINCT r.session_id FROM released_sessions r
    LEFT JOIN survey_sessions s ON s.organization_id = :organization AND s.id = r.session_id {1}
    WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = 'scores' {0}
      AND s.id IS NULL
"""

_NOTED, _AND_NOTED = "AND session_id = ANY(:noted)", "AND s.id = ANY(:noted)"
_ALL_CHANGES, _NOTED_CHANGES = text(_CHANGES.format("")), text(_CHANGES.format(_NOTED))
_ALL_GONE, _NOTED_GONE = text(_GONE.format("", "")), text(_GONE.format(_NOTED, _AND_NOTED))

_CURRENT = text("""
    SELECT session_id, respondent, atom, figures, items FROM current_sessions
    WHERE session_id = ANY(:sessions)
""")

_LAST = text("""
    SELECT atom, release, state FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey
""")

_SHOW = text("""
    INSERT INTO analytics_atoms (organization_id, survey_id, atom, departments, roles, periods,
                                 respondents, state, release, released_at)
    SELECT :organization, :survey, l.atom, array_agg(DISTINCT l.department_id),
           array_agg(DISTINCT l.role), array_agg(DISTINCT l.period),
           max(p.people), 'released', u.release, :now
    FROM atom_leaves l
    JOIN (SELECT atom, count(DISTINCT respondent) AS people FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
            AND version = 0 AND atom = ANY(:atoms)
          GROUP BY atom) p ON p.atom = l.atom
    JOIN unnest(CAST(:atoms AS int[]), CAST(:releases AS int[])) AS u (atom, release)
      ON u.atom = l.atom
    WHERE l.organization_id = :organization AND l.survey_id = :survey
    GROUP BY l.atom, u.release
    ON CONFLICT (organization_id, survey_id, atom) DO UPDATE
    SET departments = excluded.departments, roles = excluded.roles, periods = excluded.periods,
        respondents = excluded.respondents, state = excluded.state, release = excluded.release,
        released_at = excluded.released_at
""")

_WITHDRAW = text("""
    UPDATE analytics_atoms SET state = 'withdrawn', respondents = 0
    WHERE organization_id = :organization AND survey_id = :survey AND atom = ANY(:atoms)
      AND state = 'released'
""")

_WAIT = text("""
    INSERT INTO analytics_atoms (organization_id, survey_id, atom, departments, roles, periods,
                                 respondents, state)
    SELECT :organization, :survey, atom, array_agg(DISTINCT department_id),
           array_agg(DISTINCT role), array_agg(DISTINCT period), 0, 'waiting'
    FROM atom_leaves
    WHERE organization_id = :organization AND survey_id = :survey AND atom = ANY(:atoms)
    GROUP BY atom
    ON CONFLICT (organization_id, survey_id, atom) DO NOTHING
""")

_DISSOLVE = text("""
    DELETE FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey AND atom = ANY(:atoms)
""")


@dataclass(frozen=True, slots=True)
class Released:
    """Atoms by what happened to them; ``withdrawn`` only those that showed something before."""

    released: frozenset[int] = frozenset()
    withdrawn: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()

    @property
    def is_new(self) -> bool:
        return bool(self.released or self.withdrawn)


def release_again(
    connection: Connection, survey: Survey, compared: changes.Noted, now: datetime
) -> Released:
    """Compare today with the ledger; release, withdraw or let wait whatever changed."""
    relay(connection, survey)
    changes.save_ledger(connection, survey, layout(survey))
    noted = {**survey.key, "noted": compared.sessions}
    is_all = compared.is_everything
    gone = set(connection.scalars(_ALL_GONE if is_all else _NOTED_GONE, noted))
    apart = hold_back(connection, survey, compared, gone)
    rows = connection.execute(_ALL_CHANGES if is_all else _NOTED_CHANGES, noted).all()
    if not gone and not rows:
        changes.settle(connection, survey, compared, apart)
        return Released()
    touched = {atom for row in rows for atom in (row.before, row.after) if atom is not None}
    listed = gone | {row.session for row in rows}
    states = {row.atom: row for row in connection.execute(_LAST, survey.key)}
    stored, current = _load(connection, survey, states, touched, listed)
    outcome = advance(stored.ledger, current, gone, touched, survey.smallest)
    if outcome.changed:
        ledgers.save(connection, survey, stored, outcome.changed)
        save_crossed(connection, survey, stored.ledger.crossed)
    _write(connection, survey, outcome, stored.ledger.last, now)
    write_cells(connection, survey, sorted(outcome.released))
    changes.settle(connection, survey, compared, listed - outcome.changed | apart)
    showing = {atom for atom, row in states.items() if row.state == "released"}
    return Released(
        frozenset(outcome.released),
        frozenset((outcome.withdrawn | outcome.dissolved) & showing),
        frozenset(outcome.waiting),
    )


def _load(
    connection: Connection,
    survey: Survey,
    states: Mapping[int, Row[Any]],
    touched: set[int],
    listed: Collection[UUID],
) -> tuple[ledgers.Stored, dict[Session, Current]]:
    """The ledger and what is there now, of the listed sessions and all that are near enough."""
    shape = (len(LEDGER), len(survey.questions))
    stored = crowds.load_listed(connection, survey, "scores", shape, list(listed))
    ledger = stored.ledger
    ledger.last = {atom: row.release for atom, row in states.items() if row.release}
    ledger.crossed = load_crossed(connection, survey)
    current = _current(connection, survey, listed)
    left = {held.atom for held in ledger.held.values()}
    atoms = due(ledger, current, touched | left, survey.smallest)
    ledger.unread = frozenset((touched | left) - atoms)
    doubtful = left - atoms - {now.atom for now in current.values()}
    if doubtful:
        ledger.peopled = crowds.peopled(connection, survey, stored, doubtful)
    if not atoms:
        return stored, current
    for session in crowds.load_related(connection, survey, stored, current, atoms):
        held = ledger.held[session]
        if held.is_live:
            current[session] = Current(held.respondent, held.atom, held.values)
    return stored, current


def _current(
    connection: Connection, survey: Survey, sessions: Collection[UUID]
) -> dict[Session, Current]:
    rows = connection.execute(_CURRENT, {"sessions": list(sessions)})
    width = len(survey.questions)
    return {
        row.session_id: Current(
            row.respondent, row.atom, ledgers.as_values(row.figures, row.items, width)
        )
        for row in rows
    }


def _write(
    connection: Connection,
    survey: Survey,
    outcome: Outcome,
    last: Mapping[int, int],
    now: datetime,
) -> None:
    """States of atoms; the cells of those that show nothing any more go."""
    hidden = sorted(outcome.withdrawn | outcome.dissolved)
    delete_cells(connection, survey, hidden)
    connection.execute(_WITHDRAW, {**survey.key, "atoms": sorted(outcome.withdrawn)})
    connection.execute(_DISSOLVE, {**survey.key, "atoms": sorted(outcome.dissolved)})
    connection.execute(_WAIT, {**survey.key, "atoms": sorted(outcome.waiting)})
    atoms = sorted(outcome.released)
    releases = [last[atom] for atom in atoms]
    shown = {**survey.key, "atoms": atoms, "releases": releases, "now": now}
    connection.execute(_SHOW, shown)
