"""``pipeline_runs``: every stage of every run, written beside the stage's own transaction.

So a row says "running" while the stage runs, and goes on saying so where the process was killed;
the next run of the same stage then writes "cut_off" over it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from traceback import extract_tb
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from data.db.tables import pipeline_runs
from data.errors import ReadinessError
from data.stages.base import StageName, Work

KEPT = timedelta(days=90)
COUNTS_KEPT = timedelta(days=1)
"""How long runs are kept; those of every minute are too many to keep as long."""
UNEXPECTED = "It stopped unexpectedly ({kind}); the log of the process says where."
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """The row of a stage that has begun."""

    work: Work
    id: UUID


def begin(work: Work, run: UUID, stage: StageName, survey: UUID | None) -> Record:
    """Write that the stage runs; what never ended of the same stage was cut off."""
    p, id_ = pipeline_runs.c, uuid4()
    left = update(pipeline_runs).where(
        p.organization_id == work.organization,
        p.stage == stage,
        p.survey_id.is_not_distinct_from(survey),
        p.outcome == "running",
    )
    row = insert(pipeline_runs).values(
        organization_id=work.organization,
        id=id_,
        run=run,
        stage=stage,
        level=work.config.aggregation_level,
        survey_id=survey,
        outcome="running",
    )
    with work.database.owning(work.organization) as connection:
        connection.execute(left.values(outcome="cut_off"))
        connection.execute(row)
    return Record(work, id_)


def done(record: Record, seconds: float, rows: int) -> None:
    """Write that the stage ended well."""
    _end(record, seconds, outcome="done", rows=rows)


def failed(record: Record, seconds: float, error: Exception) -> str:
    """Write that the stage failed, and why; returns the sentence.

    Requests may read it, so it is one of ours; what a library says may name an answer (PostgreSQL
    quotes the row that it could not copy), so the log holds where it happened, not what was said.
    """
    sentence = told(error)
    frames = extract_tb(error.__traceback__)
    _log.error(
        "pipeline.failed",
        record=str(record.id),
        error=sentence,
        state=getattr(getattr(error, "orig", error), "sqlstate", None),
        at=[f"{frame.name}, {frame.filename}:{frame.lineno}" for frame in frames[-6:]],
    )
    _end(record, seconds, outcome="failed", error=sentence)
    return sentence


def told(error: Exception) -> str:
    """What of an error may be shown to whoever looks at the system's state."""
    if isinstance(error, ReadinessError):
        return str(error)
    return UNEXPECTED.format(kind=type(error).__name__)


def prune(connection: Connection, *, now: datetime | None = None) -> int:
    """Throw away runs older than they are kept, of all organisations; returns rows."""
    p, moment = pipeline_runs.c, now or datetime.now(UTC)
    old = or_(
        p.started_at < moment - KEPT,
        and_(p.level == "real-time", p.started_at < moment - COUNTS_KEPT),
    )
    return connection.execute(delete(pipeline_runs).where(old)).rowcount


def was_done_lately(connection: Connection, stage: StageName, within: timedelta) -> bool:
    """Whether the stage ended well for any organisation so recently. Owner in no organisation."""
    p = pipeline_runs.c
    recent = exists().where(
        p.stage == stage, p.finished_at > func.now() - within, p.outcome == "done"
    )
    return bool(connection.scalar(select(recent)))


def _end(record: Record, seconds: float, **values: object) -> None:
    p, work = pipeline_runs.c, record.work
    row = update(pipeline_runs).where(p.organization_id == work.organization, p.id == record.id)
    with work.database.owning(work.organization) as connection:
        connection.execute(row.values(finished_at=func.now(), seconds=seconds, **values))
