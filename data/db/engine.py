"""Connections: as the app role inside one organisation, or as the owner of the schema.

Every request asks as ``readiness_app``, which owns nothing and sees the rows of the organisation
its transaction names. The organisation is set as a literal from a validated UUID: ``SET LOCAL``
takes no parameters, and ``set_config()`` does not reach the workers of a Citus cluster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from data.errors import DatabaseError, DatabaseTooOld
from data.settings import Settings

APP_ROLE = "readiness_app"
OLDEST_VERSION = 15
_log = structlog.get_logger(__name__)


class Database:
    """The engines of one process. Made by ``connect``; ``close`` gives the connections back."""

    def __init__(self, owner: Engine, app: Engine, reader: Engine, timeout_ms: int) -> None:
        self._owner = owner
        self._app = app
        self._reader = reader
        self._timeout_ms = timeout_ms

    @contextmanager
    def asking(self, organization: UUID, *, purpose: str = "") -> Iterator[Connection]:
        """One snapshot, read only, as the app role inside ``organization``.

        ``purpose`` is written into every statement as a comment, to be found in the server's log.
        """
        with _connection(self._reader, self._as_app(organization), purpose) as connection:
            snapshot = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with snapshot.begin():
                yield snapshot

    @contextmanager
    def writing(self, organization: UUID, *, purpose: str = "") -> Iterator[Connection]:
        """As the app role inside ``organization``; commits on success."""
        with (
            _connection(self._app, self._as_app(organization), purpose) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def owning(self, organization: UUID | None = None) -> Iterator[Connection]:
        """As the owner, whom row security does not hold; commits on success.

        For migrations, imports and the pipeline; never for a request.
        """
        prelude = _UTC + (_inside(organization) if organization else "")
        opening = _connection(self._owner, prelude, "", is_operator=True)
        with opening as connection, connection.begin():
            yield connection

    @contextmanager
    def nowhere(self) -> Iterator[Connection]:
        """As the app role in no organisation: sees no rows, may call schema identity's functions.

        For signing in, tokens and links, which come before any organisation is known.
        """
        with _connection(self._app, self._as_app(None), "") as connection, connection.begin():
            yield connection

    def ping(self) -> None:
        """One statement as the app role. Raises DatabaseError where it is not answered."""
        with self.nowhere() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        for engine in {id(e): e for e in (self._owner, self._app, self._reader)}.values():
            engine.dispose()

    def _as_app(self, organization: UUID | None) -> str:
        return (
            f"SET LOCAL ROLE {APP_ROLE}; SET LOCAL statement_timeout = {int(self._timeout_ms)}; "
            + _UTC
            + (_inside(organization) if organization else "SET LOCAL app.organization_id = ''")
        )


def connect(settings: Settings) -> Database:
    """The database of these settings; connects on first use. Raises DatabaseError without a URL."""
    if settings.database_url is None:
        raise DatabaseError("DATABASE_URL is not set and no embedded server was started.")
    pooled = settings.database_direct_url is not None
    owner = _engine(settings.database_url, settings.pool_size, pooled)
    app = _engine_or(settings.database_app_url, owner, settings, pooled)
    reader = _engine_or(settings.database_read_url, app, settings, pooled)
    return Database(owner, app, reader, settings.statement_timeout_ms)


def check_version(connection: Connection) -> None:
    """Raises DatabaseTooOld below PostgreSQL 15."""
    found = connection.scalar(text("SHOW server_version_num"))
    if int(found or 0) // 10_000 < OLDEST_VERSION:
        raise DatabaseTooOld(
            f"This is PostgreSQL {connection.scalar(text('SHOW server_version'))}; "
            f"version {OLDEST_VERSION} or newer is needed."
        )


_UTC = "SET LOCAL TimeZone = 'UTC'; "


def _inside(organization: UUID) -> str:
    """The statements that name the organisation; the second only means something to Citus."""
    return (
        f"SET LOCAL citus.propagate_set_commands = 'local'; "
        f"SET LOCAL app.organization_id = '{UUID(str(organization))}'"
    )


def _engine_or(url: str | None, otherwise: Engine, settings: Settings, pooled: bool) -> Engine:
    return otherwise if url is None else _engine(url, settings.pool_size, pooled)


def _engine(url: str, pool_size: int, pooled: bool) -> Engine:
    """``pooled``: a transaction pooler stands in between, where prepared statements get lost.

    Errors say what was asked, never with which values: logs hold no answers and no names.
    """
    options: dict[str, Any] = {"application_name": "readiness", "connect_timeout": 10}
    if pooled:
        options["prepare_threshold"] = None
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args=options,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _set_out)
    event.listen(engine, "before_cursor_execute", _name_statement, retval=True)
    return engine


def _set_out(connection: Connection) -> None:
    """Role, organisation and limits of the transaction that begins, in one round trip."""
    prelude = connection.get_execution_options().get("readiness_prelude")
    if prelude:
        connection.exec_driver_sql(prelude, execution_options={"no_parameters": True})


def _name_statement(
    connection: Connection,
    cursor: Any,
    statement: str,
    parameters: Any,
    context: Any,
    executemany: bool,
) -> tuple[str, Any]:
    purpose = connection.get_execution_options().get("readiness_purpose")
    return (f"/* {purpose} */ {statement}" if purpose else statement), parameters


@contextmanager
def _connection(
    engine: Engine, prelude: str, purpose: str, *, is_operator: bool = False
) -> Iterator[Connection]:
    """A pooled connection whose transaction begins with ``prelude``.

    Why it cannot be had (the driver names host, port and user) an operator reads in the error,
    everybody else only in the log: visitors see the error before they have signed in.
    """
    try:
        opened = engine.connect()
    except (OperationalError, PoolTimeout) as error:
        reason = _first_line(error)
        if is_operator:
            raise DatabaseError(f"The database cannot be reached: {reason}") from error
        _log.warning("database.unreachable", reason=reason)
        raise DatabaseError("The database cannot be reached just now. Try again.") from error
    named = "".join(letter for letter in purpose if letter.isalnum() or letter in "-_. ")
    with opened as connection:
        yield connection.execution_options(readiness_prelude=prelude, readiness_purpose=named)


def _first_line(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) else None
    return str(original or error).strip().splitlines()[0]
