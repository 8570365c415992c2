"""Blocks of absent people that may not be shown any more; they are never made again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from data.pipeline.survey import Survey

MOST_WAVES = 4
"""Waves that are ever counted together."""

SEEN = text("""
    SELECT coalesce(sum(latest), 0) FROM (
        SELECT max(release) AS latest FROM analytics_atoms
        WHERE organization_id = :organization AND survey_id = ANY(:between)
        GROUP BY survey_id) w
""")

_HIDE_RELEASED_AGAIN = text("""
    UPDATE pooled_blocks b SET is_shown = false
    WHERE b.organization_id = :organization AND b.survey_id = ANY(:waves) AND b.is_shown
      AND EXISTS (
        SELECT FROM unnest(b.atoms, b.releases) AS u (atom, release)
        LEFT JOIN analytics_atoms a ON a.organization_id = :organization
             AND a.survey_id = b.survey_id AND a.atom = u.atom AND a.state = 'released'
        WHERE a.release IS DISTINCT FROM u.release)
""")

_LOOK = text("""
    UPDATE pooled_blocks SET seen = :seen
    WHERE organization_id = :organization AND survey_id = :survey AND later_survey_id = :later
      AND block = 0 AND seen <> :seen
""")

_HIDE_LATE = text("""
    WITH shown AS (
        SELECT array_agg(release) AS releases FROM pooled_blocks
        WHERE organization_id = :organization AND survey_id = :survey
          AND later_survey_id = :later AND is_shown AND release > 0
    ), late AS (
        SELECT DISTINCT c.releases
        FROM release_classes c
        JOIN shown ON c.releases && shown.releases
        JOIN released_sessions h ON h.organization_id = :organization AND h.survey_id = :survey
             AND h.ledger = 'scores' AND h.version = 0 AND h.classes[1] = c.class
        JOIN released_sessions l ON l.organization_id = :organization
             AND l.survey_id = ANY(:between) AND l.ledger = 'scores' AND l.version = 0
             AND l.respondent = h.respondent
        WHERE c.organization_id = :organization AND c.survey_id = :survey AND c.ledger = 'scores'
    )
    UPDATE pooled_blocks b SET is_shown = false
    FROM late
    WHERE b.organization_id = :organization AND b.survey_id = :survey
      AND b.later_survey_id = :later AND b.is_shown AND b.release = ANY(late.releases)
""")

_FORGET_HIDDEN = text("""
    DELETE FROM pooled_cells c USING pooled_blocks b
    WHERE c.organization_id = :organization AND b.organization_id = :organization
      AND c.survey_id = ANY(:waves) AND b.survey_id = c.survey_id
      AND b.later_survey_id = c.later_survey_id AND b.block = c.block AND NOT b.is_shown
""")


def hide_blocks(connection: Connection, survey: Survey, waves: Sequence[UUID]) -> bool:
    """Blocks of atoms that were released again, and blocks of which somebody answered later."""
    everything = {**survey.key, "waves": list(waves)}
    hidden = connection.execute(_HIDE_RELEASED_AGAIN, everything).rowcount
    for place, wave in enumerate(waves):
        for last in range(place + 1, min(len(waves), place + MOST_WAVES)):
            between = list(waves[place + 1 : last + 1])
            key = {**survey.key, "survey": wave, "later": waves[last], "between": between}
            seen = connection.scalar(SEEN, key)
            if connection.execute(_LOOK, {**key, "seen": seen}).rowcount:
                hidden += connection.execute(_HIDE_LATE, key).rowcount
    if hidden:
        connection.execute(_FORGET_HIDDEN, everything)
    return hidden > 0
