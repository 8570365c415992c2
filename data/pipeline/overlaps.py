"""Sums over people who answered two waves, per pair of atoms: the covariance of a difference.

Each pair of waves is summed once in its life, when both are first released: then the sums are over
disjoint sets of people, and nothing can be subtracted. An atom that is released again, merged or
withdrawn later takes its sums with it; a difference is then tested without the covariance, which
widens its interval.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.forces import FIGURES
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

_DONE_MARK = 0
"""Number of no atom: its row says that a pair of waves was summed."""

_DROP = text("""
    DELETE FROM overlap_cells
    WHERE organization_id = :organization
      AND (survey_id = :survey AND atom = ANY(:atoms)
           OR earlier_survey_id = :survey AND earlier_atom = ANY(:atoms))
""")

_IS_DONE = text("""
    SELECT EXISTS (SELECT FROM overlap_cells WHERE organization_id = :organization
                   AND survey_id = :survey AND earlier_survey_id = :earlier AND atom = :mark)
""")

_OVERLAPS = text("""
    INSERT INTO overlap_cells (organization_id, survey_id, atom, earlier_survey_id, earlier_atom,
                               figure, n, total, earlier_total, product)
    SELECT :organization, :survey, a.atom, :earlier, b.atom, f.name, count(*),
           sum(a.figures[f.place]), sum(b.figures[f.place]),
           sum(a.figures[f.place] * b.figures[f.place])
    FROM released_sessions a
    JOIN released_sessions b ON b.organization_id = :organization AND b.survey_id = :earlier
                            AND b.ledger = 'scores' AND b.version = 0
                            AND b.respondent = a.respondent
    JOIN analytics_atoms x ON x.organization_id = :organization AND x.survey_id = :survey
                          AND x.atom = a.atom AND x.state = 'released'
    JOIN analytics_atoms y ON y.organization_id = :organization AND y.survey_id = :earlier
                          AND y.atom = b.atom AND y.state = 'released'
    CROSS JOIN unnest(CAST(:names AS text[]), CAST(:places AS int[])) AS f (name, place)
    WHERE a.organization_id = :organization AND a.survey_id = :survey
      AND a.ledger = 'scores' AND a.version = 0
      AND a.figures[f.place] IS NOT NULL AND b.figures[f.place] IS NOT NULL
    GROUP BY a.atom, b.atom, f.name
    HAVING count(*) >= :smallest
""")

_DONE = text("""
    INSERT INTO overlap_cells (organization_id, survey_id, atom, earlier_survey_id, earlier_atom,
                               figure, n, total, earlier_total, product)
    VALUES (:organization, :survey, :mark, :earlier, :mark, '', 0, 0, 0, 0)
    ON CONFLICT DO NOTHING
""")

_IS_RELEASED = text("""
    SELECT count(DISTINCT survey_id) FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id IN (:survey, :earlier)
      AND state = 'released'
""")


def write_overlaps(
    connection: Connection,
    survey: Survey,
    pairs: Iterable[tuple[UUID, UUID]],
    changed: Iterable[int],
) -> set[UUID]:
    """Drop the sums of ``changed`` atoms, add those of pairs never summed.

    Returns the later waves that got sums. ``pairs`` are (later, earlier).
    """
    connection.execute(_DROP, {**survey.key, "atoms": sorted(changed)})
    written = {later for later, earlier in pairs if _write(connection, survey, later, earlier)}
    return written


def _write(connection: Connection, survey: Survey, later: UUID, earlier: UUID) -> bool:
    key = {
        "organization": survey.organization,
        "survey": later,
        "earlier": earlier,
        "mark": _DONE_MARK,
    }
    if connection.scalar(_IS_DONE, key) or connection.scalar(_IS_RELEASED, key) != 2:
        return False
    names = [figure.value for figure in FIGURES]
    places = [LEDGER.index(name) + 1 for name in names]
    parameters = {**key, "names": names, "places": places, "smallest": survey.smallest}
    connection.execute(_OVERLAPS, parameters)
    connection.execute(_DONE, key)
    return True
