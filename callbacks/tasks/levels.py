"""The pipeline by the clock: every minute counts, every hour, day and week figures.

A clock tick queues one job an organisation; a level waits at most once for each, and one job works
on an organisation at a time.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate import App, JobContext
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text

from data import stages
from data.contracts import AnalyticsResult, DateRange, PipelineConfig
from data.db.engine import Database
from data.stages.base import Level

ANALYSE = "analyse"
DATABASE = "database"
"""Under this name the database stands in a job's context."""

CRON: dict[Level, str] = {
    "real-time": "* * * * *",
    "hourly": "7 * * * *",
    "daily": "23 2 * * *",
    "weekly": "43 3 * * 1",
}
"""UTC; apart from each other and from the upkeep."""

LOOKS_BACK: dict[Level, timedelta | None] = {
    "real-time": timedelta(hours=1),
    "hourly": timedelta(days=2),
    "daily": timedelta(days=35),
    "weekly": None,
}
"""How far back sessions are counted anew; None: everything there is."""

_BUSY = text("""
    SELECT o.id FROM organizations o
    WHERE EXISTS (SELECT FROM analytics_events e
                  WHERE e.organization_id = o.id AND e.processed_at IS NULL)
       OR EXISTS (SELECT FROM surveys s JOIN survey_sessions t
                      ON t.organization_id = o.id AND t.survey_id = s.id
                  WHERE s.organization_id = o.id AND t.started_at > now() - interval '1 hour')
""")
_ALL = text("SELECT id FROM organizations")


def analyse(
    context: JobContext,
    organization: str,
    level: Level = "daily",
    survey: str | None = None,
    only: Sequence[str] | None = None,
) -> None:
    """Run the pipeline, or ``only`` these stages; running twice changes nothing."""
    database: Database = context.additional_context[DATABASE]
    chosen = tuple(s for s in stages.STAGES if only is None or s.name in only)
    config = configuration(UUID(organization), level, UUID(survey) if survey else None)
    stages.run(database, config, stages=chosen)


def analyse_survey(database: Database, organization: UUID, survey: UUID) -> AnalyticsResult:
    """Everything about one survey, whose data has changed."""
    return stages.run(database, configuration(organization, "daily", survey))


def configuration(
    organization: UUID, level: Level, survey: UUID | None = None, *, now: datetime | None = None
) -> PipelineConfig:
    """What a level works on: one survey as a whole, or the time the level looks back on."""
    back, end = LOOKS_BACK[level], now or datetime.now(UTC)
    span = DateRange(start=end - back, end=end + timedelta(minutes=1)) if back else None
    return PipelineConfig(
        organization_id=organization,
        survey_id=survey,
        date_range=None if survey else span,
        aggregation_level=level,
        realtime_updates=level != "real-time",
    )


async def real_time(context: JobContext, timestamp: int) -> None:
    """Every minute, for organisations in which something happened."""
    await _queue(context, "real-time")


async def hourly(context: JobContext, timestamp: int) -> None:
    """Figures, and the hours and days of the last two days."""
    await _queue(context, "hourly")


async def daily(context: JobContext, timestamp: int) -> None:
    """Figures, and all periods of the last five weeks."""
    await _queue(context, "daily")


async def weekly(context: JobContext, timestamp: int) -> None:
    """Figures, and every period there is, computed anew."""
    await _queue(context, "weekly")


CLOCK = {"real-time": real_time, "hourly": hourly, "daily": daily, "weekly": weekly}


async def _queue(context: JobContext, level: Level) -> None:
    database: Database = context.additional_context[DATABASE]
    for organization in await asyncio.to_thread(_organizations, database, level):
        await _queue_one(context.app, organization, level)


async def _queue_one(app: App, organization: UUID, level: Level) -> None:
    waiting = f"{ANALYSE}:{level}:{organization}"
    deferrer = app.configure_task(ANALYSE, lock=f"{ANALYSE}:{organization}", queueing_lock=waiting)
    try:
        await deferrer.defer_async(organization=str(organization), level=level)
    except AlreadyEnqueued:
        return  # it waits already and will see everything that is there by then


def _organizations(database: Database, level: Level) -> list[UUID]:
    with database.owning() as connection:
        return list(connection.scalars(_BUSY if level == "real-time" else _ALL))
