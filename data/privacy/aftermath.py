"""What a rebuild does not look at: notes, rare roles, summaries, counts and caches."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, or_, select, text

from data.db.tables import analytics_cache, analytics_summaries, organizations, survey_sessions
from data.db.versions import bump
from data.pipeline.rollups import roll_up
from data.privacy.person import Person

_NOTES = text("""
    UPDATE changed_sessions
    SET sessions = ARRAY(SELECT s FROM unnest(sessions) s WHERE s <> ALL(:sessions))
    WHERE organization_id = :organization AND survey_id = :survey
      AND sessions && CAST(:sessions AS uuid[])
""")

_EMPTY_NOTES = text("""
    DELETE FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND sessions = '{}'
""")

# The atom must keep another leaf: then its number and place stay taken.
_LEAVES = text("""
    DELETE FROM atom_leaves l
    WHERE l.organization_id = :organization AND l.survey_id = :survey
      AND NOT EXISTS (SELECT FROM session_scores s
                      WHERE s.organization_id = :organization AND s.survey_id = :survey
                        AND s.department_id = l.department_id AND s.role = l.role)
      AND EXISTS (SELECT FROM atom_leaves o
                  JOIN session_scores s ON s.organization_id = :organization
                       AND s.survey_id = :survey AND s.department_id = o.department_id
                       AND s.role = o.role
                  WHERE o.organization_id = :organization AND o.survey_id = :survey
                    AND o.atom = l.atom)
    RETURNING l.atom
""")

_DESCRIBE = text("""
    UPDATE analytics_atoms a
    SET departments = l.departments, roles = l.roles, periods = l.periods
    FROM (SELECT atom, array_agg(DISTINCT department_id) AS departments,
                 array_agg(DISTINCT role) AS roles, array_agg(DISTINCT period) AS periods
          FROM atom_leaves
          WHERE organization_id = :organization AND survey_id = :survey AND atom = ANY(:atoms)
          GROUP BY atom) l
    WHERE a.organization_id = :organization AND a.survey_id = :survey AND a.atom = l.atom
""")

_HIDDEN_BLOCKS = text("""
    UPDATE pooled_blocks SET departments = '{}', roles = '{}', periods = '{}'
    WHERE organization_id = :organization AND survey_id = :survey AND NOT is_shown AND block > 0
""")


def moments(connection: Connection, person: Person) -> tuple[datetime, ...]:
    """When the person's sessions began and ended: the minutes to be counted again."""
    s = survey_sessions.c
    rows = connection.execute(
        select(s.started_at, s.completed_at).where(
            s.organization_id == person.organization, s.id.in_(person.sessions)
        )
    )
    return tuple(sorted({at for row in rows for at in row if at is not None}))


def count_again(connection: Connection, organization: UUID, at: Iterable[datetime]) -> None:
    """Counts of sessions by minute and coarser, for these moments."""
    o = organizations.c
    zone = connection.execute(select(o.timezone).where(o.id == organization)).scalar_one()
    for moment in at:
        roll_up(connection, organization, zone, moment, moment)


def tidy(
    connection: Connection, organization: UUID, survey: UUID, sessions: Collection[UUID]
) -> None:
    """After the rebuild of a survey that people were erased from.

    A role that nobody else has is taken out of its group's description; summaries and stored
    answers are dropped, to be made again, and every process is told.
    """
    key = {"organization": organization, "survey": survey}
    connection.execute(_NOTES, {**key, "sessions": list(sessions)})
    connection.execute(_EMPTY_NOTES, key)
    atoms: Sequence[int] = connection.scalars(_LEAVES, key).all()
    if atoms:
        connection.execute(_DESCRIBE, {**key, "atoms": sorted(set(atoms))})
    connection.execute(_HIDDEN_BLOCKS, key)
    drop_written_ahead(connection, organization, survey)


def drop_written_ahead(connection: Connection, organization: UUID, survey: UUID) -> None:
    """Summaries of the survey and of the whole organisation, and everything cached."""
    a = analytics_summaries.c
    of = or_(a.survey_id == survey, a.survey_id.is_(None))
    connection.execute(delete(analytics_summaries).where(a.organization_id == organization, of))
    connection.execute(
        delete(analytics_cache).where(analytics_cache.c.organization_id == organization)
    )
    bump(connection, organization, survey)
