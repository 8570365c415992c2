"""Bring a database to the newest schema, or take the schema away again."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from data.db.engine import Database, check_version
from data.db.tables import metadata
from data.errors import DatabaseError

CONNECTION = "connection"
_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x7EAD1_0001
"""Advisory lock: two processes that start at once do not migrate at once."""


def migrate(database: Database, *, to: str = "head") -> None:
    """Upgrade to the newest schema, and make this and the next month's event partitions.

    Raises DatabaseTooOld below PostgreSQL 15, DatabaseError where the owner may not do this.
    """
    try:
        with database.owning() as connection:
            check_version(connection)
            _lock(connection)
            command.upgrade(_config(connection), to)
            create_event_partitions(connection)
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise DatabaseError(
            f"DATABASE_URL: its login lacks a right ({error.orig.diag.message_primary}). It needs "
            "a database of its own and CREATEROLE: as a superuser, ALTER ROLE owner CREATEROLE."
        ) from error


def unmigrate(database: Database) -> None:
    """Remove everything that ``migrate`` made, all data with it."""
    with database.owning() as connection:
        _lock(connection)
        command.downgrade(_config(connection), "base")
        connection.execute(text("DROP TABLE alembic_version"))


def create_event_partitions(connection: Connection) -> None:
    """Partitions of ``analytics_events`` for this and the next month (UTC), where not there yet."""
    connection.execute(
        text(
            "SELECT create_analytics_events_partition(now()), "
            "create_analytics_events_partition(now() + interval '1 month')"
        )
    )


def differences(connection: Connection) -> list[Any]:
    """What autogenerate would change: empty where the migrations and ``data.db.tables`` agree."""
    options = comparison()
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def comparison() -> dict[str, Any]:
    """How a database is compared with ``data.db.tables``."""
    return {
        "target_metadata": metadata,
        "include_schemas": True,
        "include_object": _is_ours,
        "compare_server_default": True,
    }


def _is_ours(item: Any, name: str | None, kind: str, reflected: bool, against: Any) -> bool:
    """Not partitions, nor what ``auth`` (another product's) and ``procrastinate`` hold."""
    if kind != "table" or not reflected or against is not None:
        return True
    others = ("auth", "procrastinate")
    return item.schema not in others and not str(name).startswith("analytics_events_")


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes[CONNECTION] = connection
    return config
