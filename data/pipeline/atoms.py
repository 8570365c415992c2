"""Leaves of a survey are assigned to atoms: once by partition, then by refinement only."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from data.analysis.partition import Count, Leaf, Period, choose_period, coarsen, partition, refine
from data.db.bulk import copy_into
from data.db.tables import atom_leaves
from data.pipeline.changes import Noted
from data.pipeline.survey import Survey

_DAYS = text("""
    SELECT s.department_id, s.role, s.answered_on,
           count(DISTINCT coalesce(s.user_id, s.session_id)) AS people,
           count(DISTINCT coalesce(s.user_id, s.session_id))
               FILTER (WHERE r.respondent IS NULL) AS fresh
    FROM session_scores s
    LEFT JOIN (SELECT DISTINCT respondent FROM released_sessions
               WHERE organization_id = :organization AND survey_id = :survey
                 AND ledger = 'scores') r ON r.respondent = coalesce(s.user_id, s.session_id)
    WHERE s.organization_id = :organization AND s.survey_id = :survey AND s.is_kept
    GROUP BY s.department_id, s.role, s.answered_on
""")

_LEAVES = text("""
    SELECT department_id, role, period, atom FROM atom_leaves
    WHERE organization_id = :organization AND survey_id = :survey
""")

_SET_PERIOD = text("""
    UPDATE surveys SET period = CAST(:period AS survey_period_enum)
    WHERE organization_id = :organization AND id = :survey
""")


_IS_SETTLED = text("""
    SELECT NOT EXISTS (
        SELECT FROM session_scores s
        LEFT JOIN atom_leaves l ON l.organization_id = :organization AND l.survey_id = :survey
             AND l.department_id = s.department_id AND l.role = s.role
             AND l.period = CASE :period WHEN 'wave' THEN CAST(:wave AS date)
                            ELSE date_trunc(:period, s.answered_on)::date END
        WHERE s.organization_id = :organization AND s.survey_id = :survey AND s.is_kept
          AND s.session_id = ANY(:noted) AND l.atom IS NULL)
    AND NOT EXISTS (
        SELECT FROM (SELECT DISTINCT atom FROM atom_leaves
                     WHERE organization_id = :organization AND survey_id = :survey) l
        LEFT JOIN analytics_atoms a ON a.organization_id = :organization
             AND a.survey_id = :survey AND a.atom = l.atom AND a.state = 'released'
        LEFT JOIN (SELECT atom, count(*) AS noted FROM released_sessions
                   WHERE organization_id = :organization AND survey_id = :survey
                     AND ledger = 'scores' AND version = 0 AND session_id = ANY(:noted)
                   GROUP BY atom) h ON h.atom = l.atom
        WHERE a.atom IS NULL OR a.respondents - coalesce(h.noted, 0) < :smallest)
""")


@dataclass(frozen=True, slots=True)
class Leaves:
    """How a kept session finds its leaf. ``wave`` stands for all days where the period is it."""

    period: Period
    wave: date


def assign_atoms(connection: Connection, survey: Survey, compared: Noted) -> Leaves | None:
    """Give every leaf its atom; None where the whole survey is still too small.

    Nothing is fixed before the first release. The period is chosen once, with the first atoms.
    Where atoms are merged, everything is compared from here on.
    """
    assigned = {
        Leaf(row.department_id, row.role, row.period): row.atom
        for row in connection.execute(_LEAVES, survey.key)
    }
    if survey.period is not None and assigned and not compared.is_everything:
        leaves = Leaves(survey.period, _wave(assigned, {}))
        if _is_settled(connection, survey, leaves, compared):
            return leaves
    days, counts = _days(connection, survey)
    if not assigned and sum(days.values()) < survey.smallest:
        return None
    wave = _wave(assigned, days)
    period = survey.period or choose_period(days, survey.smallest, wave)
    atoms = _atoms(assigned, days, counts, period, wave, survey.smallest)
    if survey.period is None:
        connection.execute(_SET_PERIOD, {**survey.key, "period": period.value})
    if any(atoms[leaf] != atom for leaf, atom in assigned.items()):
        compared.is_everything = True
    _write(connection, survey, atoms)
    return Leaves(period, wave)


def _is_settled(connection: Connection, survey: Survey, leaves: Leaves, compared: Noted) -> bool:
    """Whether all leaves are known and every atom stays large enough, whoever of it changed."""
    parameters = {
        "period": leaves.period.value,
        "wave": leaves.wave,
        "noted": compared.sessions,
        "smallest": survey.smallest,
    }
    return bool(connection.scalar(_IS_SETTLED, {**survey.key, **parameters}))


def _days(connection: Connection, survey: Survey) -> tuple[dict[Leaf, int], dict[Leaf, int]]:
    """People per day, and those of them that were never released."""
    days: dict[Leaf, int] = {}
    fresh: dict[Leaf, int] = {}
    for row in connection.execute(_DAYS, survey.key):
        leaf = Leaf(row.department_id, row.role, row.answered_on)
        days[leaf], fresh[leaf] = row.people, row.fresh
    return days, fresh


def _wave(assigned: dict[Leaf, int], days: dict[Leaf, int]) -> date:
    """What stands for "the whole wave" in a leaf; the same for ever after the first release."""
    return min((leaf.period for leaf in (assigned or days)), default=date.min)


def _atoms(
    assigned: dict[Leaf, int],
    days: dict[Leaf, int],
    fresh: dict[Leaf, int],
    period: Period,
    wave: date,
    smallest: int,
) -> dict[Leaf, int]:
    leaves = coarsen(days, period, wave)
    if not assigned:
        groups = partition(leaves, smallest)
        return {leaf: atom for atom, group in enumerate(groups, 1) for leaf in group.leaves}
    new = coarsen(fresh, period, wave)
    counts = {leaf: Count(people, new[leaf]) for leaf, people in leaves.items()}
    return refine(assigned, counts, smallest)


def _write(connection: Connection, survey: Survey, atoms: dict[Leaf, int]) -> None:
    columns = ("organization_id", "survey_id", "department_id", "role", "period", "atom")
    rows = ((survey.organization, survey.id, *leaf, atom) for leaf, atom in sorted(atoms.items()))
    copy_into(connection, atom_leaves, columns, rows, on_conflict="replace")
