"""Which session a voice recording belongs to: that of its respondent in the same survey."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, text

_LATEST = text("""
    SELECT DISTINCT ON (user_id) user_id, id FROM survey_sessions
    WHERE organization_id = :organization AND survey_id = :survey
      AND user_id = ANY(CAST(:respondents AS uuid[]))
    ORDER BY user_id, (is_completed IS TRUE) DESC,
             coalesce(completed_at, started_at, created_at) DESC, id
""")

_UNLINKED = text("""
    SELECT DISTINCT user_id FROM voice_recordings
    WHERE organization_id = :organization AND survey_id = :survey
      AND session_id IS NULL AND user_id IS NOT NULL
""")

_LINK = text("""
    UPDATE voice_recordings v SET session_id = s.session
    FROM unnest(CAST(:respondents AS uuid[]), CAST(:sessions AS uuid[])) AS s (respondent, session)
    WHERE v.organization_id = :organization AND v.survey_id = :survey
      AND v.session_id IS NULL AND v.user_id = s.respondent
""")


def sessions_of(
    connection: Connection, organization: UUID, survey: UUID, respondents: Collection[UUID]
) -> dict[UUID, UUID]:
    """The latest session of each respondent, a completed one first; without those who have none."""
    key = {"organization": organization, "survey": survey, "respondents": list(respondents)}
    return {row.user_id: row.id for row in connection.execute(_LATEST, key)}


def link_recordings(connection: Connection, organization: UUID, survey: UUID) -> None:
    """Give recordings that came before their respondent's session that session."""
    key = {"organization": organization, "survey": survey}
    waiting = connection.scalars(_UNLINKED, key).all()
    found = sessions_of(connection, organization, survey, waiting) if waiting else {}
    if found:
        pairs = {"respondents": list(found), "sessions": list(found.values())}
        connection.execute(_LINK, {**key, **pairs})
