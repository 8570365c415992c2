"""Surveys whose answers were erased for their age: what was released stays, nothing is added."""

from uuid import UUID

from sqlalchemy import Connection, text

_IS_SEALED = text("""
    SELECT answers_erased_at IS NOT NULL FROM surveys
    WHERE organization_id = :organization AND id = :survey
""")


def is_sealed(connection: Connection, organization: UUID, survey: UUID) -> bool:
    """Whether the survey's figures are fixed; False where there is no such survey."""
    key = {"organization": organization, "survey": survey}
    return bool(connection.scalar(_IS_SEALED, key))
