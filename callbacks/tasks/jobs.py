"""What a worker can do. Every task may run twice: a worker that dies leaves its job to another."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Status
from sqlalchemy import delete, func, or_

from callbacks.tasks.levels import ANALYSE, CLOCK, CRON, DATABASE, analyse, analyse_survey
from data.accounts import SESSION_DAYS
from data.db import tables
from data.db.engine import Database
from data.db.migrate import create_event_partitions
from data.pipeline.rollups import prune_rollups
from data.privacy.retention import erase_outlived
from data.settings import load_settings
from data.stages.recording import prune

REBUILD = "rebuild"
MAINTAIN = "maintain"
TAKE_UP = "take_up_abandoned"
OUTLIVED = "erase_outlived_answers"

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
"""Tried again after 3, 9, 27, 81 and 243 seconds, then failed."""

ROUTINE = 0
SOMEBODY_WAITS = 10
"""Priorities: higher runs first."""

_FINISHED_JOBS_KEPT_HOURS = 7 * 24
_log = structlog.get_logger(__name__)


def make_app(connector: BaseConnector, database: Database | None = None) -> App:
    """The queue. Each process makes its own; ``database`` is what the tasks work on."""
    app = App(connector=connector, worker_defaults={"additional_context": {DATABASE: database}})
    app.task(name=REBUILD, retry=RETRY, pass_context=True)(rebuild)
    app.task(name=ANALYSE, retry=RETRY, pass_context=True)(analyse)
    for level, cron in CRON.items():
        tick = app.task(name=level, queueing_lock=level, pass_context=True)(CLOCK[level])
        app.periodic(cron=cron)(tick)
    maintain_task = app.task(
        name=MAINTAIN, queueing_lock=MAINTAIN, lock=MAINTAIN, retry=RETRY, pass_context=True
    )(maintain)
    app.periodic(cron="17 * * * *")(maintain_task)
    take_up_task = app.task(name=TAKE_UP, queueing_lock=TAKE_UP, pass_context=True)(
        take_up_abandoned
    )
    app.periodic(cron="* * * * *")(take_up_task)
    outlived_task = app.task(
        name=OUTLIVED, queueing_lock=OUTLIVED, lock=OUTLIVED, retry=RETRY, pass_context=True
    )(erase_outlived_answers)
    app.periodic(cron="47 1 * * *")(outlived_task)
    return app


def rebuild(context: JobContext, organization: str, survey: str) -> None:
    """All stages for a survey whose data has changed; running twice changes nothing."""
    analyse_survey(_database(context), UUID(organization), UUID(survey))


async def maintain(context: JobContext, timestamp: int | None = None) -> None:
    """Make the next partitions, and throw away what nobody can use any more."""
    await asyncio.to_thread(_tidy, _database(context))
    await context.app.job_manager.delete_old_jobs(
        nb_hours=_FINISHED_JOBS_KEPT_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


async def erase_outlived_answers(context: JobContext, timestamp: int | None = None) -> None:
    """Every day: erase the answers of surveys that kept them as long as they were to."""
    await asyncio.to_thread(erase_outlived, _database(context), load_settings().home)


async def take_up_abandoned(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker was doing when it died; give up after the last attempt."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        _log.warning("jobs.abandoned", job=job.id, task=job.task_name, attempts=job.attempts)
        if job.attempts >= (RETRY.max_attempts or 0):
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)


def _tidy(database: Database) -> None:
    """Partitions of the coming months; what is closed, outlived or no longer kept goes."""
    sessions, tokens = tables.web_sessions, tables.api_tokens
    oldest = func.now() - timedelta(days=SESSION_DAYS)
    with database.owning() as connection:
        create_event_partitions(connection)
        prune(connection)
        prune_rollups(connection)
        for table, is_over in (
            (sessions, or_(sessions.c.created_at < oldest, sessions.c.revoked_at.is_not(None))),
            (tokens, or_(tokens.c.expires_at < func.now(), tokens.c.revoked_at.is_not(None))),
        ):
            connection.execute(delete(table).where(is_over))


def _database(context: JobContext) -> Database:
    database: Database = context.additional_context[DATABASE]
    return database
