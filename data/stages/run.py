"""One run of the pipeline: every stage in order, timed, each failure told and none in the way.

What a stage has released stays readable whatever happens later; the next run does what is missing.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, Exists, and_, exists, func, or_, select

from data.cache import Cache
from data.contracts import AnalyticsResult, PipelineConfig, StageResult
from data.db.engine import Database
from data.db.tables import organizations, survey_sessions, surveys
from data.errors import PipelineFailed, UnknownName
from data.stages import recording
from data.stages.base import Span, Stage, Work
from data.stages.listed import STAGES


def run(
    database: Database,
    config: PipelineConfig,
    *,
    cache: Cache | None = None,
    now: datetime | None = None,
    stages: Sequence[Stage] = STAGES,
) -> AnalyticsResult:
    """Work through the stages for one organisation, or one of its surveys.

    Without a date range everything there is; with one, the surveys that have sessions in it, and
    the periods it touches (a survey is always released as a whole). Where a stage fails for a
    survey, the others go on. Raises UnknownName without such an organisation or survey, and
    PipelineFailed at the end, with the result, where a stage failed.
    """
    began = time.monotonic()
    moment = now or datetime.now(UTC)
    one = _Run(Work(database, config, *_scope(database, config), moment, cache))
    for stage in stages:
        one.stage(stage)
    result = AnalyticsResult(
        run_id=one.id,
        organization_id=config.organization_id,
        aggregation_level=config.aggregation_level,
        started_at=moment,
        seconds=time.monotonic() - began,
        stages=tuple(one.results),
    )
    if one.failures:
        raise _told(result) from one.failures[0]
    return result


@dataclass(slots=True)
class _Run:
    """What a run has done so far; ``broken`` are surveys of which a stage failed."""

    work: Work
    id: UUID = field(default_factory=uuid4)
    results: list[StageResult] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    broken: set[UUID] = field(default_factory=set)

    def stage(self, stage: Stage) -> None:
        """Run a stage for all it is about, or say why not."""
        refusal = stage.refusal(self.work.config)
        if refusal:
            self.results.append(
                StageResult(name=stage.name, about=stage.about, state="skipped", reason=refusal)
            )
            return
        about: Iterable[UUID | None] = self.work.surveys if stage.is_by_survey else (None,)
        began, rows, reason = time.monotonic(), 0, ""
        for survey in about:
            if survey not in self.broken:
                written, sentence = self._step(stage, survey)
                rows, reason = rows + written, reason or sentence
        self.results.append(
            StageResult(
                name=stage.name,
                about=stage.about,
                state="failed" if reason else "done",
                seconds=time.monotonic() - began,
                rows=rows,
                reason=reason,
            )
        )

    def _step(self, stage: Stage, survey: UUID | None) -> tuple[int, str]:
        """Rows written, and the sentence of what went wrong, "" if nothing did."""
        record = recording.begin(self.work, self.id, stage.name, survey)
        began = time.monotonic()
        try:
            rows = stage.run(self.work, survey)
        except Exception as error:  # whatever it is, the other surveys go on; raised at the end
            self.failures.append(error)
            if survey is not None:
                self.broken.add(survey)
            return 0, recording.failed(record, time.monotonic() - began, error)
        recording.done(record, time.monotonic() - began, rows)
        return rows, ""


def _told(result: AnalyticsResult) -> PipelineFailed:
    name, reason = next((s.name, s.reason) for s in result.stages if s.state == "failed")
    message = f"Stage {name} failed: {reason} What was released stays; run it again."
    return PipelineFailed(message, result)


def _scope(database: Database, config: PipelineConfig) -> tuple[str, tuple[UUID, ...], Span | None]:
    """The organisation's zone, the surveys to work on, oldest first, and the time to count."""
    organization = config.organization_id
    with database.owning(organization) as connection:
        o = organizations.c
        zone = connection.scalar(select(o.timezone).where(o.id == organization))
        if zone is None:
            raise UnknownName(f"There is no organisation {organization}.")
        return zone, _surveys(connection, config), _span(connection, config)


def _span(connection: Connection, config: PipelineConfig) -> Span | None:
    """For one survey without a date range: the time of its own sessions, None without any."""
    if config.date_range is not None:
        return config.date_range.start, config.date_range.end
    if config.survey_id is None:
        return None, None
    s = survey_sessions.c
    first, last = (
        func.least(s.started_at, s.completed_at),
        func.greatest(s.started_at, s.completed_at),
    )
    ends = select(func.min(first), func.max(last)).where(
        s.organization_id == config.organization_id, s.survey_id == config.survey_id
    )
    row = connection.execute(ends).one()
    return None if row[0] is None else (row[0], row[1])


def _surveys(connection: Connection, config: PipelineConfig) -> tuple[UUID, ...]:
    s, organization = surveys.c, config.organization_id
    query = select(s.id).where(s.organization_id == organization).order_by(s.opened_at, s.id)
    if config.survey_id is not None:
        found = tuple(connection.scalars(query.where(s.id == config.survey_id)))
        if not found:
            raise UnknownName(f"There is no survey {config.survey_id} in this organisation.")
        return found
    if config.date_range is not None:
        query = query.where(_has_sessions(config))
    return tuple(connection.scalars(query))


def _has_sessions(config: PipelineConfig) -> Exists:
    """Sessions of the time, or taken in since: an import brings old ones."""
    s = survey_sessions.c
    assert config.date_range is not None
    start, end = config.date_range.start, config.date_range.end
    times = (s.started_at, s.completed_at, s.created_at)
    return exists().where(
        s.organization_id == config.organization_id,
        s.survey_id == surveys.c.id,
        or_(*(and_(at >= start, at < end) for at in times)),
    )
