"""What links two waves of a series: people who answered both.

Everything here is for pairs of neighbouring waves, in the order in which they opened. A wave whose
answers were erased for their age links nobody any more: what was summed before stays as it is.
"""

from uuid import UUID

from sqlalchemy import Connection, text

from data.pipeline.survey import Survey

_NEIGHBOURS = text("""
    WITH waves AS (
        SELECT id, has_respondent_ids,
               lag(id) OVER in_time AS before, lead(id) OVER in_time AS after
        FROM surveys
        WHERE organization_id = :organization AND series = :series AND series <> ''
        WINDOW in_time AS (ORDER BY coalesce(opened_at, created_at), id)
    )
    SELECT w.before, w.after,
           b.has_respondent_ids AND b.answers_erased_at IS NULL AS before_has,
           a.has_respondent_ids AND a.answers_erased_at IS NULL AS after_has
    FROM waves w
    LEFT JOIN surveys b ON b.organization_id = :organization AND b.id = w.before
    LEFT JOIN surveys a ON a.organization_id = :organization AND a.id = w.after
    WHERE w.id = :survey
""")


def neighbouring_pairs(connection: Connection, survey: Survey) -> list[tuple[UUID, UUID]]:
    """(later, earlier) for the wave before and the wave after; only where people are linked."""
    if not survey.has_ids:
        return []
    parameters = {**survey.key, "series": survey.series}
    row = connection.execute(_NEIGHBOURS, parameters).one_or_none()
    if row is None:
        return []
    pairs = [(survey.id, row.before)] if row.before and row.before_has else []
    return pairs + ([(row.after, survey.id)] if row.after and row.after_has else [])
