"""Putting work into the queue, in the transaction of the rows it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONValue
from sqlalchemy import Connection, func, select, text

from callbacks.tasks.jobs import MAINTAIN, REBUILD, ROUTINE, SOMEBODY_WAITS, make_app
from callbacks.tasks.levels import ANALYSE
from callbacks.tasks.schema import SCHEMA
from data.contracts import AnalyticsJob, JobType
from data.errors import UnknownName
from data.stages.base import StageName

JOB_STAGES: dict[JobType, tuple[StageName, ...] | None] = {
    "organizational-analysis": None,
    "trend-calculation": ("trend-analysis",),
    "voice-analysis-batch": ("voice-analysis",),
    "cache-warming": ("cache-update",),
}
"""The seed's jobs that are stages of the pipeline; None: all of them."""

PRIORITIES = {"low": -5, "medium": ROUTINE, "high": 5, "critical": SOMEBODY_WAITS}


def defer_rebuild(
    connection: Connection, organization: UUID, survey: UUID, *, priority: int = ROUTINE
) -> None:
    """Have a survey computed anew once this transaction commits. Owner's connection.

    A survey waits at most once, and is never computed twice at the same time.
    """
    arguments: dict[str, JSONValue] = {"organization": str(organization), "survey": str(survey)}
    _defer(connection, REBUILD, f"{REBUILD}:{survey}", priority, arguments)


def defer_maintenance(connection: Connection) -> None:
    """Have the upkeep done soon: a machine that was off may have missed its hour."""
    _defer(connection, MAINTAIN, MAINTAIN, ROUTINE, {})


def defer_job(connection: Connection, organization: UUID, job: AnalyticsJob) -> None:
    """Have a job of the seed's types done for an organisation. Owner's connection.

    Of the payload ``surveyId`` is read, never an organisation. Like every task it is tried five
    times, whatever ``max_retries`` says. Raises UnknownName for what is made on request only.
    """
    if job.type == "data-cleanup":
        defer_maintenance(connection)
        return
    if job.type not in JOB_STAGES:
        raise UnknownName(f"Jobs of type {job.type} are not queued: a file is made when asked for.")
    survey, stages = job.payload.get("surveyId"), JOB_STAGES[job.type]
    arguments: dict[str, JSONValue] = {
        "organization": str(organization),
        # Without a survey everything there is, not only what the day looks back on.
        "level": "daily" if survey else "weekly",
        "survey": None if survey is None else str(UUID(str(survey))),
        "only": None if stages is None else list(stages),
    }
    key = f"{job.type}:{organization}:{survey or ''}"
    _defer(
        connection, ANALYSE, key, PRIORITIES[job.priority], arguments,
        lock=f"{ANALYSE}:{organization}", delay=timedelta(milliseconds=job.delay or 0),
    )  # fmt: skip


def _defer(
    connection: Connection,
    task: str,
    key: str,
    priority: int,
    arguments: dict[str, JSONValue],
    *,
    lock: str = "",
    delay: timedelta = timedelta(),
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
                    lock=lock or key,
                    queueing_lock=key,
                    priority=priority,
                    schedule_in={"seconds": delay.total_seconds()} if delay else None,
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
