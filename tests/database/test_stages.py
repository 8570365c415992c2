"""The named stages: in order, timed, recorded; what fails or is killed leaves what was released."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Row, text

from data.cache import Cache
from data.contracts import AnalyticsResult, DateRange, PipelineConfig
from data.db.engine import Database
from data.db.versions import listen
from data.errors import DatabaseError, PipelineFailed, UnknownName
from data.queries import readiness
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.settings import Settings
from data.stages import STAGES, Stage, Work, run
from data.stages.base import StageName
from data.stages.listed import CRITICAL
from data.stages.recording import COUNTS_KEPT, KEPT, prune
from data.stages.scored import widest
from tests.database.test_pipeline import Wave

ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 6, 1, tzinfo=UTC)
"""A time at which the waves of these tests are still kept by minute."""
DERIVED = {
    "summaries": "SELECT survey_id, period_type, period_start, total_responses, completion_rate, "
    "jtbd_force_scores, department_breakdown FROM analytics_summaries ORDER BY 1, 2, 3",
    "analyses": "SELECT session_id, force_scores, readiness_score FROM response_analysis_jtbd "
    "ORDER BY 1",
    "rollups": "SELECT metric, level, bucket, n FROM metric_rollups ORDER BY 1, 2, 3",
    "cells": "SELECT atom, figure, n, total FROM analytics_cells ORDER BY 1, 2",
}


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    made = Wave(database, organization)
    for home in range(3):
        made.add(range(20 * home, 20 * home + 20), home, skip=0)
    return made


def work(wave: Wave, stages: Sequence[Stage] = STAGES, **config: Any) -> AnalyticsResult:
    asked = PipelineConfig(organization_id=wave.organization, **config)
    return run(wave.database, asked, stages=stages, now=NOW)


def states(result: AnalyticsResult) -> dict[str, str]:
    return {stage.name: stage.state for stage in result.stages}


def rows(result: AnalyticsResult) -> dict[str, int]:
    return {stage.name: stage.rows for stage in result.stages}


def records(wave: Wave) -> list[Row[Any]]:
    return wave.run("SELECT * FROM pipeline_runs ORDER BY started_at, stage")


def derived(wave: Wave) -> dict[str, list[Row[Any]]]:
    """Everything the stages write, without ids and times of writing."""
    return {name: wave.run(query) for name, query in DERIVED.items()}


def asked(wave: Wave) -> Any:
    """Readiness as a page would ask it now."""
    desk = Desk(wave.database, Cache(2**20, 60))
    return desk.ask(readiness, widest(wave.organization), Filters())


def test_the_stages_are_those_of_the_seed_in_its_order() -> None:
    assert tuple(stage.name for stage in STAGES) == get_args(StageName)
    assert all(stage.about for stage in STAGES)


def test_a_run_does_everything_and_says_so(wave: Wave) -> None:
    result = work(wave, realtime_updates=True)
    assert set(states(result).values()) == {"done"}
    done = rows(result)
    assert done["transformation"] == done["jtbd-analysis"] == 60
    assert done["extraction"] > 0
    assert done["trend-analysis"] > 0
    assert asked(wave).respondents == 60
    kept = records(wave)
    assert [(r.stage, r.outcome, r.rows) for r in kept] == [
        (s.name, "done", s.rows) for s in result.stages
    ]
    assert {r.run for r in kept} == {result.run_id}
    assert all(r.seconds >= 0 and r.finished_at >= r.started_at and not r.error for r in kept)
    by_survey = {s.name for s in STAGES if s.is_by_survey}
    assert {r.stage for r in kept if r.survey_id == wave.id} == by_survey


def test_a_run_again_writes_nothing(wave: Wave) -> None:
    work(wave)
    before = derived(wave)
    assert set(rows(work(wave)).values()) == {0}
    assert derived(wave) == before


@pytest.mark.parametrize(
    ("config", "skipped"),
    [
        ({"include_voice_data": False}, {"voice-analysis", "realtime-update"}),
        ({"caching_enabled": False}, {"cache-update", "realtime-update"}),
        ({"realtime_updates": True}, set()),
        (
            {"aggregation_level": "real-time", "realtime_updates": True},
            {s.name for s in STAGES} - {"extraction"},
        ),
    ],
)
def test_the_configuration_is_honoured(
    wave: Wave, config: dict[str, Any], skipped: set[str]
) -> None:
    result = work(wave, **config)
    assert {name for name, state in states(result).items() if state == "skipped"} == skipped
    assert all(stage.reason for stage in result.stages if stage.state == "skipped")
    assert not {r.stage for r in records(wave)} & skipped


def test_one_survey_or_those_with_sessions_in_the_time(wave: Wave) -> None:
    later = Wave(wave.database, wave.organization, "later", day=90)
    later.add(range(30), skip=0)
    wave.run("UPDATE survey_sessions SET created_at = started_at")

    def scored() -> set[UUID]:
        found = wave.run("SELECT DISTINCT survey_id FROM session_scores")
        return {row.survey_id for row in found}

    around = DateRange(start=later.start - timedelta(days=1), end=later.start + timedelta(days=1))
    work(wave, date_range=around)
    assert scored() == {later.id}
    kept = wave.run(
        "SELECT DISTINCT survey_id FROM analytics_summaries WHERE survey_id IS NOT NULL"
    )
    assert [row.survey_id for row in kept] == [later.id]
    work(wave, survey_id=wave.id)
    assert scored() == {wave.id, later.id}


def test_what_does_not_exist_is_refused(wave: Wave) -> None:
    with pytest.raises(UnknownName, match="no organisation"):
        run(wave.database, PipelineConfig(organization_id=uuid4()))
    with pytest.raises(UnknownName, match="no survey"):
        work(wave, survey_id=uuid4())
    assert records(wave) == []


def test_an_organisation_without_anything_runs_through(
    database: Database, organization: UUID
) -> None:
    result = run(database, PipelineConfig(organization_id=organization, realtime_updates=True))
    assert set(states(result).values()) == {"done"}


def test_a_survey_without_sessions_runs_through(database: Database, organization: UUID) -> None:
    bare = Wave(database, organization)
    assert set(rows(work(bare, survey_id=bare.id)).values()) <= {0, 1}
    assert bare.run("SELECT FROM analytics_summaries") == []


class Breaking(Database):
    """A database whose transactions fail at their very end, after everything was written."""

    broken = False

    @contextmanager
    def owning(self, organization: UUID | None = None) -> Iterator[Connection]:
        with super().owning(organization) as connection:
            yield connection
            if self.broken:
                raise DatabaseError("The cable was pulled.")


def _cut(stage: Stage) -> Stage:
    """The stage, whose own transactions do not commit."""

    def cut(work: Work, survey: UUID | None) -> int:
        assert isinstance(work.database, Breaking)
        work.database.broken = True
        try:
            return stage.run(work, survey)
        finally:
            work.database.broken = False

    return replace(stage, run=cut)


@pytest.fixture
def breaking(settings: Settings) -> Iterator[Breaking]:
    from data.db.engine import connect

    plain = connect(settings)
    yield Breaking(plain._owner, plain._app, plain._reader, plain._timeout_ms)
    plain.close()


@pytest.mark.parametrize("name", get_args(StageName))
def test_a_failure_at_any_stage_leaves_what_was_released_and_is_made_up_for(
    wave: Wave, breaking: Breaking, name: str
) -> None:
    work(wave, realtime_updates=True)
    released, before = asked(wave), derived(wave)
    wave.add(range(100, 130), 1, skip=0)
    wave.database = breaking
    stages = [_cut(stage) if stage.name == name else stage for stage in STAGES]
    with pytest.raises(PipelineFailed, match=rf"{name} failed: The cable was pulled\.") as raised:
        work(wave, stages, realtime_updates=True)
    result = raised.value.result
    assert result is not None
    assert states(result)[name] == "failed"
    (failed,) = [r for r in records(wave) if r.outcome == "failed"]
    assert (failed.stage, failed.error) == (name, "The cable was pulled.")
    after = asked(wave)
    if name == "transformation":
        assert after.model_dump(exclude={"data_time"}) == released.model_dump(exclude={"data_time"})
        assert derived(wave)["cells"] == before["cells"]
    else:
        assert after.respondents == 90, "what was released before or after is readable"
    work(wave, realtime_updates=True)
    finished = derived(wave)
    assert asked(wave).respondents == 90
    assert len(finished["analyses"]) == 90
    assert sum(r.n for r in finished["rollups"] if r.level == "1d" and "started" in r.metric) == 90
    (year,) = [r for r in finished["summaries"] if r.survey_id and r.period_type == "year"]
    assert year.total_responses == 90
    assert rows(work(wave, realtime_updates=True)).pop("trend-analysis") == 0
    assert derived(wave) == finished


def test_what_fails_for_one_survey_is_done_for_the_others(wave: Wave) -> None:
    other = Wave(wave.database, wave.organization, "other", day=90)
    other.add(range(30), skip=0)

    def fails(work: Work, survey: UUID | None) -> int:
        if survey == wave.id:
            raise ZeroDivisionError("session 4711 of Ann divided by zero")
        return transformation.run(work, survey)

    transformation = next(stage for stage in STAGES if stage.name == "transformation")
    stages = [replace(s, run=fails) if s is transformation else s for s in STAGES]
    with pytest.raises(PipelineFailed) as raised:
        work(wave, stages)
    assert "Ann" not in str(raised.value), "what a library says may name an answer"
    assert "ZeroDivisionError" in str(raised.value)
    told = {(r.stage, r.survey_id): r.outcome for r in records(wave) if r.survey_id}
    assert told == {
        ("transformation", wave.id): "failed",
        **{(s.name, other.id): "done" for s in STAGES if s.is_by_survey},
    }
    assert asked(other).respondents == 30


KILLED = """
import os, signal, sys
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID
from data.contracts import PipelineConfig
from data.db.engine import Database, connect
from data.settings import load_settings
from data.stages import STAGES, run

organization, name = UUID(sys.argv[1]), sys.argv[2]

class Dying(Database):
    dying = False

    @contextmanager
    def owning(self, organization=None):
        with super().owning(organization) as connection:
            yield connection
            if self.dying:
                os.kill(os.getpid(), signal.SIGKILL)

def dies(stage):
    def run_it(work, survey):
        work.database.dying = True
        return stage.run(work, survey)
    return replace(stage, run=run_it)

plain = connect(load_settings())
database = Dying(plain._owner, plain._app, plain._reader, plain._timeout_ms)
stages = [dies(stage) if stage.name == name else stage for stage in STAGES]
run(database, PipelineConfig(organization_id=organization, realtime_updates=True), stages=stages)
"""


@pytest.mark.parametrize(
    "name",
    [
        name if name == "transformation" else pytest.param(name, marks=pytest.mark.long)
        for name in get_args(StageName)
    ],
)
def test_a_process_killed_in_a_stage_is_made_up_for(
    wave: Wave, settings: Settings, name: str
) -> None:
    work(wave)
    released = asked(wave)
    wave.add(range(100, 130), 1, skip=0)
    place = {"DATABASE_URL": str(settings.database_url), "READINESS_HOME": str(settings.home)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(wave.organization), name],
        cwd=ROOT,
        env={**os.environ, **place},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    (running,) = [r for r in records(wave) if r.outcome == "running"]
    assert running.stage == name
    position = get_args(StageName).index(name)
    after = asked(wave)
    assert after.respondents == (released.respondents if position < 2 else 90)
    work(wave, realtime_updates=True)
    assert [r.stage for r in records(wave) if r.outcome == "cut_off"] == [name]
    assert asked(wave).respondents == 90
    assert len(derived(wave)["analyses"]) == 90


def test_analyses_follow_the_scores_and_go_with_the_erased(wave: Wave) -> None:
    work(wave)
    query = """
        SELECT a.session_id, a.survey_id, a.analysis_type, a.force_scores, a.readiness_score,
               a.analyzed_at, s.pain_of_old, s.pull_of_new, s.anchors_to_old, s.anxiety_of_new,
               s.readiness
        FROM response_analysis_jtbd a JOIN session_scores s USING (session_id) ORDER BY 1
    """
    first = wave.run(query)
    assert len(first) == 60
    for row in first:
        scores = {
            name: getattr(row, name)
            for name in ("pain_of_old", "pull_of_new", "anchors_to_old", "anxiety_of_new")
            if getattr(row, name) is not None
        }
        assert row.force_scores == scores
        assert (row.readiness_score, row.analysis_type) == (row.readiness, "session")
    changed, erased = first[0].session_id, first[1].session_id
    wave.run("UPDATE responses SET value = 8 - value WHERE session_id = :s", s=changed)
    wave.erase([erased])
    assert rows(work(wave))["jtbd-analysis"] == 1
    again = {row.session_id: row for row in wave.run(query)}
    assert erased not in again
    assert again[changed].analyzed_at > first[0].analyzed_at
    assert again[first[2].session_id].analyzed_at == first[2].analyzed_at


def test_critical_answers_are_warm_after_a_run_with_a_cache(wave: Wave) -> None:
    cache = Cache(2**22, 60)
    run(wave.database, PipelineConfig(organization_id=wave.organization), cache=cache)
    before = cache.counters
    desk = Desk(wave.database, cache)
    for question in CRITICAL:
        desk.ask(question, widest(wave.organization), Filters())
    after = cache.counters
    assert (after.hits - before.hits, after.misses - before.misses) == (len(CRITICAL), 0)


def test_every_process_is_told_where_that_is_wanted(wave: Wave, settings: Settings) -> None:
    work(wave)
    told: Queue[UUID | None] = Queue()
    listener = listen(str(settings.database_url), told.put)
    try:
        assert told.get() is None, "the first word is that of the connection itself"
        work(wave, realtime_updates=True)
        assert told.get() == wave.organization
    finally:
        listener.close()
    assert told.empty()


def test_an_overview_that_was_never_filled_is_refreshed(wave: Wave) -> None:
    wave.run("REFRESH MATERIALIZED VIEW mv_organization_analytics WITH NO DATA")
    work(wave)
    (row,) = wave.run("SELECT * FROM mv_organization_analytics")
    assert (row.total_surveys, row.unique_respondents) == (1, 60)
    with wave.database.asking(wave.organization) as connection:
        shown = connection.execute(text("SELECT * FROM organization_analytics")).one()
    assert shown.avg_completion_time == timedelta(minutes=9)
    assert shown.total_responses % 5 == 0


def test_the_overview_is_not_refreshed_for_every_organisation(wave: Wave) -> None:
    refreshed = "UPDATE pipeline_runs SET finished_at = finished_at - interval '11 minutes'"
    assert rows(work(wave))["cache-update"] == 1
    assert rows(work(wave))["cache-update"] == 0
    wave.run(refreshed)
    assert rows(work(wave))["cache-update"] == 1


def test_old_runs_are_thrown_away(wave: Wave) -> None:
    work(wave)
    there = len(records(wave))
    with wave.database.owning() as connection:
        assert prune(connection) == prune(connection, now=datetime.now(UTC) + COUNTS_KEPT) == 0
        assert prune(connection, now=datetime.now(UTC) + KEPT + timedelta(days=1)) == there
    assert records(wave) == []
    work(wave, aggregation_level="real-time")
    with wave.database.owning() as connection:
        assert prune(connection, now=datetime.now(UTC) + 2 * COUNTS_KEPT) == 1


def test_requests_see_the_runs_of_their_own_organisation_only(wave: Wave) -> None:
    work(wave)
    count = text("SELECT count(*) FROM pipeline_runs")
    with wave.database.asking(wave.organization) as connection:
        assert connection.scalar(count) == len(records(wave))
    with wave.database.asking(uuid4()) as connection:
        assert connection.scalar(count) == 0
