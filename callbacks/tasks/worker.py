"""The worker: takes jobs from the queue until it is told to stop, and outlives the database."""

import asyncio
import signal
from contextlib import suppress
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy import make_url

from callbacks.tasks.deferring import defer_maintenance
from callbacks.tasks.jobs import make_app
from callbacks.tasks.schema import SCHEMA, prepare
from data.db.engine import Database, connect
from data.errors import DatabaseError
from data.settings import Settings

AT_ONCE = 2
"""Jobs one worker runs side by side."""
_LOOK_SECONDS = 1.0
"""How long a job may wait after the one with its lock has ended: nothing tells of that."""
_GRACE_SECONDS = 20.0
_LONGEST_WAIT_SECONDS = 30.0
_log = structlog.get_logger(__name__)


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; running jobs are finished first. Raises DatabaseError."""
    database = connect(settings)
    try:
        prepare(database)
        with database.owning() as connection:
            defer_maintenance(connection)
        asyncio.run(_work_until_told(settings, database))
    finally:
        database.close()


async def _work_until_told(settings: Settings, database: Database) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    wait = 1.0
    while not stop.is_set():
        try:
            await work(queue(settings, database), stop)
            wait = 1.0
        except (ConnectorException, OperationalError, PoolTimeout, DatabaseError) as error:
            _log.warning("worker.database", error=str(error), again_in_seconds=wait)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)


async def work(app: App, stop: asyncio.Event) -> None:
    """Run one worker until ``stop`` is set or it ends by itself (the database went away)."""
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=AT_ONCE,
                install_signal_handlers=False,
                fetch_job_polling_interval=_LOOK_SECONDS,
                shutdown_graceful_timeout=_GRACE_SECONDS,
            )
        )
        told = asyncio.create_task(stop.wait())
        await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


def queue(settings: Settings, database: Database) -> App:
    """The queue of these settings, not opened yet. LISTEN needs the way past a pooler."""
    address = settings.database_direct_url or settings.database_url
    if address is None:
        raise DatabaseError("DATABASE_URL is not set: the worker has no queue.")
    url = make_url(address).set(drivername="postgresql")
    connector = PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False),
        kwargs={"application_name": "readiness-worker", "connect_timeout": 10},
        configure=_find_schema,
        min_size=1,
        max_size=AT_ONCE + 2,
    )
    return make_app(connector, database)


async def _find_schema(connection: AsyncConnection[Any]) -> None:
    """The library's statements name no schema."""
    await connection.execute(f"SET search_path TO {SCHEMA}")
    await connection.commit()
