"""Files that were made for somebody and may hold what somebody wrote."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, true, update

from data.db.tables import export_jobs_enhanced
from data.privacy.person import Person


def drop_files(connection: Connection, person: Person, home: Path) -> int:
    """Take away the files that the person asked for; returns how many there were."""
    own = export_jobs_enhanced.c.requested_by == person.member
    return _drop(connection, person.organization, home, own)


def drop_all_files(connection: Connection, organization: UUID, home: Path) -> int:
    """Take away every file the organisation had made; returns how many there were.

    For nobody knows any more whose comments are in which.
    """
    return _drop(connection, organization, home, true())


def _drop(
    connection: Connection, organization: UUID, home: Path, which: ColumnElement[bool]
) -> int:
    """They go before the transaction ends: a file too few is made again when asked for."""
    j = export_jobs_enhanced.c
    own = (j.organization_id == organization, j.file_path.is_not(None), which)
    expired = {"file_size_bytes": None, "download_url": None, "status": "expired"}
    paths = connection.scalars(
        update(export_jobs_enhanced).where(*own).values(**expired).returning(j.file_path)
    ).all()
    connection.execute(update(export_jobs_enhanced).where(*own).values(file_path=None))
    for path in paths:
        _unlink(home, path)
    return len(paths)


def _unlink(home: Path, path: str) -> None:
    """Only below ``home``: a path from a table never leads to anything else."""
    found = (home / path).resolve()
    if found.is_relative_to(home.resolve()):
        found.unlink(missing_ok=True)
