"""``response_analysis_jtbd``: the scores of every session under the names of the seed, owner only.

One row a session, of analysis type "session". It goes with its session when that is erased.
"""

from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.forces import FORCES

ANALYSIS = "session"

_FORCES = ", ".join(f"'{force.value}', s.{force.value}" for force in FORCES)
_WRITE = text(f"""
    INSERT INTO response_analysis_jtbd AS kept
        (organization_id, id, survey_id, session_id, analysis_type, force_scores, readiness_score)
    SELECT s.organization_id, md5(:analysis || s.session_id)::uuid, s.survey_id, s.session_id,
           :analysis, n.force_scores, s.readiness
    FROM session_scores s
    CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(jsonb_build_object({_FORCES}))) n (force_scores)
    LEFT JOIN response_analysis_jtbd a ON a.organization_id = :organization
         AND a.id = md5(:analysis || s.session_id)::uuid
    WHERE s.organization_id = :organization AND s.survey_id = :survey
      AND (a.id IS NULL OR a.force_scores <> n.force_scores
           OR a.readiness_score IS DISTINCT FROM s.readiness)
    ON CONFLICT (organization_id, id) DO UPDATE
        SET force_scores = excluded.force_scores, readiness_score = excluded.readiness_score,
            analyzed_at = now()
        WHERE (kept.force_scores, kept.readiness_score)
              IS DISTINCT FROM (excluded.force_scores, excluded.readiness_score)
""")


def write_session_analyses(connection: Connection, organization: UUID, survey: UUID) -> int:
    """Bring the rows of a survey to its scores; returns how many changed.

    A force without a score is not among ``force_scores``. Owner's connection.
    """
    key = {"organization": organization, "survey": survey, "analysis": ANALYSIS}
    return connection.execute(_WRITE, key).rowcount
