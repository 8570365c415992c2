"""Summaries written ahead hold figures of former releases: what is hidden goes from them too."""

from sqlalchemy import Connection, text

from data.pipeline.survey import Survey

_WITHDRAW = text("""
    DELETE FROM analytics_summaries
    WHERE organization_id = :organization
      AND (survey_id = :survey AND jtbd_force_scores <> '{}'
           OR calculation_metadata ->> 'scoresOf' = CAST(:survey AS text))
""")


def withdraw_summaries(connection: Connection, survey: Survey) -> int:
    """Take away the rows with scores of this survey until they are written anew; returns rows."""
    return connection.execute(_WITHDRAW, survey.key).rowcount
