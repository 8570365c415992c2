"""Putting work into the queue, in the transaction of the rows it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Connection, func, select, text

from callbacks.tasks.jobs import MAINTAIN, REBUILD, ROUTINE, make_app
from callbacks.tasks.schema import SCHEMA


def defer_rebuild(
    connection: Connection, organization: UUID, survey: UUID, *, priority: int = ROUTINE
) -> None:
    """Have a survey computed anew once this transaction commits. Owner's connection.

    A survey waits at most once, and is never computed twice at the same time.
    """
    arguments = {"organization": str(organization), "survey": str(survey)}
    _defer(connection, REBUILD, f"{REBUILD}:{survey}", priority, arguments)


def defer_maintenance(connection: Connection) -> None:
    """Have the upkeep done soon: a machine that was off may have missed its hour."""
    _defer(connection, MAINTAIN, MAINTAIN, ROUTINE, {})


def _defer(
    connection: Connection, task: str, key: str, priority: int, arguments: dict[str, str]
) -> None:
    """Queue the task unless it waits already.

    A job that waits is locked until this transaction ends: were it started before, it would miss
    the rows written here, and nobody would queue another. If it has just started, a new one waits.
    """
    while not _holds_waiting(connection, key):
        try:
            with connection.begin_nested(), _search_path(connection):
                _queue().configure_task(
                    task,
                    lock=key,
                    queueing_lock=key,
                    priority=priority,
                    connection=connection.connection.driver_connection,
                ).defer(**arguments)
                return
        except AlreadyEnqueued:
            continue


def _queue() -> App:
    """Never opened: it only writes through the connection it is given."""
    return make_app(SyncPsycopgConnector())


def _holds_waiting(connection: Connection, key: str) -> bool:
    query = text(
        "SELECT id FROM procrastinate.procrastinate_jobs "
        "WHERE queueing_lock = :key AND status = 'todo' FOR UPDATE"
    )
    return connection.execute(query, {"key": key}).first() is not None


@contextmanager
def _search_path(connection: Connection) -> Iterator[None]:
    """The library's statements name no schema."""
    before = connection.scalar(select(func.current_setting("search_path")))
    connection.execute(select(func.set_config("search_path", SCHEMA, True)))
    yield
    connection.execute(select(func.set_config("search_path", before, True)))
