"""The version of a survey's figures goes up with every release, and whoever caches is told."""

from uuid import UUID

from sqlalchemy import Connection, text

_BUMP = text("""
    INSERT INTO data_versions (organization_id, survey_id) VALUES (:organization, :survey)
    ON CONFLICT (organization_id, survey_id)
    DO UPDATE SET version = data_versions.version + 1, bumped_at = now()
""")


def bump(connection: Connection, organization: UUID, survey: UUID) -> None:
    """Raise the version; part of the caller's transaction."""
    connection.execute(_BUMP, {"organization": organization, "survey": survey})
