"""The stages of the seed, in its order. The list is walked by runs, tests and the documentation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from data import pipeline
from data.contracts import PipelineConfig
from data.db.tables import analytics_cache
from data.db.versions import tell
from data.pipeline.overview import refresh_overview
from data.pipeline.rollups import roll_up
from data.pipeline.session_analyses import write_session_analyses
from data.queries import departments, forces, readiness, summary
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.question import Question
from data.stages.base import FULL, Stage, Work
from data.stages.recording import was_done_lately
from data.stages.scored import widest
from data.stages.summaries import write_summaries

COUNTS_ONLY = "This level only counts; figures are released by the hourly run and those above."
NOT_WANTED = "The configuration leaves it out."

OVERVIEW_LASTS = timedelta(minutes=10)
"""The overview is of all organisations and counts every answer: not once for each of them."""

CRITICAL: tuple[Question[Any], ...] = (readiness, forces, departments, summary)
"""The seed's four critical queries: overview, forces, departments, what came in last."""


def _extract(work: Work, survey: UUID | None) -> int:
    if work.span is None:
        return 0
    with work.database.owning(work.organization) as connection:
        return roll_up(connection, work.organization, work.zone, *work.span, now=work.now)


def _transform(work: Work, survey: UUID | None) -> int:
    assert survey is not None
    done = pipeline.rebuild(
        work.database, work.organization, survey, now=work.now, with_voices=False
    )
    return done.scored


def _analyse(work: Work, survey: UUID | None) -> int:
    assert survey is not None
    with work.database.owning(work.organization) as connection:
        return write_session_analyses(connection, work.organization, survey)


def _listen(work: Work, survey: UUID | None) -> int:
    assert survey is not None
    return int(pipeline.release_voices(work.database, work.organization, survey))


def _summarise(work: Work, survey: UUID | None) -> int:
    return write_summaries(work)


def _cache(work: Work, survey: UUID | None) -> int:
    """Each step for itself: a view over all organisations is not held while questions are asked."""
    c = analytics_cache.c
    outlived = delete(analytics_cache).where(
        c.organization_id == work.organization, c.expires_at < work.now
    )
    with work.database.owning(work.organization) as connection:
        rows = connection.execute(outlived).rowcount
    with work.database.owning() as connection:
        if not was_done_lately(connection, "cache-update", OVERVIEW_LASTS):
            rows += refresh_overview(connection)
    return rows + _warm(work)


def _warm(work: Work) -> int:
    """Answers the widest viewer will ask for first; those kept already cost nothing."""
    if work.cache is None:
        return 0
    desk = Desk(work.database, work.cache)
    for question in CRITICAL:
        desk.ask(question, widest(work.organization), Filters())
    return len(CRITICAL)


def _tell(work: Work, survey: UUID | None) -> int:
    with work.database.owning(work.organization) as connection:
        tell(connection, work.organization)
    return 0


def _releasing(config: PipelineConfig) -> str:
    return "" if config.aggregation_level in FULL else COUNTS_ONLY


def _with_voices(config: PipelineConfig) -> str:
    return _releasing(config) or ("" if config.include_voice_data else NOT_WANTED)


def _caching(config: PipelineConfig) -> str:
    return _releasing(config) or ("" if config.caching_enabled else NOT_WANTED)


def _telling(config: PipelineConfig) -> str:
    return _releasing(config) or ("" if config.realtime_updates else NOT_WANTED)


STAGES: tuple[Stage, ...] = (
    Stage("extraction", "counts what came in, by minute, hour, day and week", _extract),
    Stage(
        "transformation",
        "scores sessions, and releases what singles nobody out",
        _transform,
        is_by_survey=True,
        refusal=_releasing,
    ),
    Stage(
        "jtbd-analysis",
        "writes the forces of every session, for the owner",
        _analyse,
        is_by_survey=True,
        refusal=_releasing,
    ),
    Stage(
        "voice-analysis",
        "releases the figures of voice recordings",
        _listen,
        is_by_survey=True,
        refusal=_with_voices,
    ),
    Stage(
        "trend-analysis",
        "summarises hours, days, weeks, months, quarters and years",
        _summarise,
        refusal=_releasing,
    ),
    Stage(
        "cache-update",
        "refreshes the overview of organisations and warms first answers",
        _cache,
        refusal=_caching,
    ),
    Stage("realtime-update", "tells every process to look again", _tell, refusal=_telling),
)
