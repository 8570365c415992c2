"""The first release of a survey: everybody is new, so every atom of five or more is safe.

Set-based, because a first release may hold a million sessions.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from data.pipeline import changes
from data.pipeline.current import layout
from data.pipeline.survey import Survey

_WAS_RELEASED = text("""
    SELECT EXISTS (SELECT FROM release_classes WHERE organization_id = :organization
                   AND survey_id = :survey AND ledger = 'scores')
""")

_ATOMS = text("""
    INSERT INTO analytics_atoms (organization_id, survey_id, atom, departments, roles, periods,
                                 respondents, state, release, released_at)
    SELECT :organization, :survey, l.atom, l.departments, l.roles, l.periods,
           CASE WHEN p.people >= :smallest THEN p.people ELSE 0 END,
           CASE WHEN p.people >= :smallest THEN 'released' ELSE 'waiting' END,
           CASE WHEN p.people >= :smallest THEN row_number() OVER (ORDER BY l.atom) ELSE 0 END,
           CASE WHEN p.people >= :smallest THEN CAST(:now AS timestamptz) END
    FROM (SELECT atom, array_agg(DISTINCT department_id) AS departments,
                 array_agg(DISTINCT role) AS roles, array_agg(DISTINCT period) AS periods
          FROM atom_leaves WHERE organization_id = :organization AND survey_id = :survey
          GROUP BY atom) l
    JOIN (SELECT atom, count(DISTINCT respondent) AS people FROM current_sessions
          GROUP BY atom) p ON p.atom = l.atom
    RETURNING atom, state
""")

_CLASSES = text("""
    INSERT INTO release_classes (organization_id, survey_id, ledger, class, figure, releases)
    SELECT organization_id, survey_id, 'scores', release, '', ARRAY[release]
    FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey AND state = 'released'
""")

_LEDGER = text("""
    INSERT INTO released_sessions (organization_id, survey_id, ledger, session_id, version,
                                   respondent, atom, figures, items, classes)
    SELECT a.organization_id, a.survey_id, 'scores', c.session_id, 0, c.respondent, c.atom,
           c.figures, c.items, ARRAY[a.release]
    FROM current_sessions c
    JOIN analytics_atoms a ON a.organization_id = :organization AND a.survey_id = :survey
                          AND a.atom = c.atom AND a.state = 'released'
""")


_WAITING = text("SELECT session_id FROM current_sessions WHERE atom = ANY(:atoms)")


def was_released(connection: Connection, survey: Survey) -> bool:
    """Whether any figure of the survey was ever released."""
    return bool(connection.scalar(_WAS_RELEASED, survey.key))


def open_survey(
    connection: Connection, survey: Survey, compared: changes.Noted, now: datetime
) -> list[int]:
    """Write the first ledger; returns the atoms it releases."""
    parameters = {**survey.key, "smallest": survey.smallest, "now": now}
    atoms = connection.execute(_ATOMS, parameters).all()
    connection.execute(_CLASSES, survey.key)
    connection.execute(_LEDGER, survey.key)
    waiting = [row.atom for row in atoms if row.state == "waiting"]
    changes.settle(
        connection, survey, compared, set(connection.scalars(_WAITING, {"atoms": waiting}))
    )
    changes.save_ledger(connection, survey, layout(survey))
    return sorted(row.atom for row in atoms if row.state == "released")
