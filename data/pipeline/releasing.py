"""Every release after the first: what changed is found in SQL, the ledger decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from data.analysis.ledger import Current, Outcome, Session, advance
from data.pipeline import ledgers
from data.pipeline.cells import delete_cells, write_cells
from data.pipeline.current import LEDGER
from data.pipeline.role_table import load_crossed, save_crossed
from data.pipeline.survey import Survey

_CHANGES = text("""
    SELECT coalesce(h.session_id, c.session_id) AS session, h.atom AS before, c.atom AS after
    FROM (SELECT * FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :survey
            AND ledger = 'scores' AND version = 0) h
    FULL JOIN current_sessions c ON c.session_id = h.session_id
    WHERE (h.atom, h.respondent, h.figures, h.items)
          IS DISTINCT FROM (c.atom, c.respondent, c.figures, c.items)
""")

_GONE = text("""
    SELECT DISTINCT r.session_id FROM released_sessions r
    LEFT JOIN survey_sessions s ON s.organization_id = :organization AND s.id = r.session_id
    WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = 'scores'
      AND s.id IS NULL
""")

_CURRENT = text("""
    SELECT session_id, respondent, atom, figures, items FROM current_sessions
    WHERE atom = ANY(:atoms)
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
           (SELECT count(DISTINCT respondent) FROM current_sessions c WHERE c.atom = l.atom),
           'released', u.release, :now
    FROM atom_leaves l
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


def release_again(connection: Connection, survey: Survey, now: datetime) -> Released:
    """Compare today with the ledger; release, withdraw or let wait whatever changed."""
    gone = {row.session_id for row in connection.execute(_GONE, survey.key)}
    changes = connection.execute(_CHANGES, survey.key).all()
    if not gone and not changes:
        return Released()
    touched = {atom for row in changes for atom in (row.before, row.after) if atom is not None}
    moved = gone | {row.session for row in changes}
    shape = (len(LEDGER), len(survey.questions))
    stored = ledgers.load(connection, survey, "scores", shape, touched, moved)
    states = {row.atom: row for row in connection.execute(_LAST, survey.key)}
    stored.ledger.last = {atom: row.release for atom, row in states.items() if row.release}
    stored.ledger.crossed = load_crossed(connection, survey)
    current = _current(connection, survey, touched)
    outcome = advance(stored.ledger, current, gone, touched, survey.smallest)
    showing = {atom for atom, row in states.items() if row.state == "released"}
    _write(connection, survey, outcome, stored.ledger.last, now)
    ledgers.save(connection, survey, stored, outcome.changed)
    save_crossed(connection, survey, stored.ledger.crossed)
    write_cells(connection, survey, sorted(outcome.released))
    return Released(
        frozenset(outcome.released),
        frozenset((outcome.withdrawn | outcome.dissolved) & showing),
        frozenset(outcome.waiting),
    )


def _current(
    connection: Connection, survey: Survey, atoms: Iterable[int]
) -> dict[Session, Current]:
    rows = connection.execute(_CURRENT, {"atoms": list(atoms)})
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
