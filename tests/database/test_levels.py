"""The pipeline by the clock, by the seed's job types, after an import, and by command."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from typer.testing import CliRunner

from callbacks import commands
from callbacks.tasks import configuration, defer_job, defer_maintenance, defer_rebuild, prepare
from callbacks.tasks.deferring import JOB_STAGES, PRIORITIES
from callbacks.tasks.levels import CLOCK, CRON, LOOKS_BACK
from callbacks.tasks.worker import queue
from callbacks.terminal import cli
from data.contracts import AnalyticsJob, JobType
from data.db.engine import Database
from data.db.tables import analytics_events, organizations
from data.errors import PipelineFailed, UnknownName
from data.settings import Settings
from data.stages import STAGES
from data.stages.base import Level
from tests.database.test_pipeline import Wave
from tests.database.test_worker import run

QUEUED = text(
    "SELECT task_name, args, priority, queueing_lock, scheduled_at "
    "FROM procrastinate.procrastinate_jobs WHERE task_name = 'analyse' ORDER BY id"
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _queue_schema(database: Database) -> None:
    prepare(database)


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    made = Wave(database, organization)
    made.add(range(30), skip=0)
    return made


def queued(database: Database) -> list[Any]:
    with database.owning() as connection:
        return list(connection.execute(QUEUED))


def stages_run(wave: Wave) -> list[tuple[str, str]]:
    return [
        (row.stage, row.outcome)
        for row in wave.run("SELECT stage, outcome FROM pipeline_runs ORDER BY started_at")
    ]


def work_off(settings: Settings, database: Database) -> None:
    """Run what waits; the clock stands still, or the hour of the test would decide what runs."""
    app = queue(settings, database)
    app.periodic_registry.periodic_tasks.clear()
    run(app, database)


def tick(database: Database, settings: Settings, level: str) -> None:
    """What the clock does, without working on what it queues."""

    async def main() -> None:
        app = queue(settings, database)
        async with app.open_async():
            context: Any = type("Context", (), {})()
            context.app, context.additional_context = app, {"database": database}
            await CLOCK[level](context, 0)

    asyncio.run(main())


def test_there_is_a_clock_and_a_span_for_every_level() -> None:
    levels = set(get_args(Level))
    assert set(CLOCK) == set(CRON) == set(LOOKS_BACK) == levels
    for level in levels:
        config = configuration(uuid4(), level, now=NOW)
        assert config.aggregation_level == level
        back = LOOKS_BACK[level]
        assert (config.date_range is None) == (back is None)
        if config.date_range and back:
            assert config.date_range.start == NOW - back
    assert configuration(uuid4(), "daily", uuid4()).date_range is None


@pytest.mark.parametrize("level", ["hourly", "daily", "weekly"])
def test_a_tick_queues_one_job_an_organisation(
    database: Database, settings: Settings, organization: UUID, level: str
) -> None:
    with database.owning() as connection:
        other = connection.scalar(
            insert(organizations).values(name="Other").returning(organizations.c.id)
        )
    tick(database, settings, level)
    tick(database, settings, level)
    waiting = queued(database)
    assert {job.args["organization"] for job in waiting} == {str(organization), str(other)}
    assert len(waiting) == 2
    assert {job.args["level"] for job in waiting} == {level}


def test_every_minute_only_organisations_in_which_something_happened(
    database: Database, settings: Settings, wave: Wave
) -> None:
    with database.owning() as connection:
        busy = connection.scalar(
            insert(organizations).values(name="Busy").returning(organizations.c.id)
        )
        connection.execute(
            insert(analytics_events).values(
                organization_id=busy, event_type="user_login", entity_type="u", entity_id=uuid4()
            )
        )
    tick(database, settings, "real-time")
    assert [job.args["organization"] for job in queued(database)] == [str(busy)]
    wave.run("UPDATE survey_sessions SET started_at = now()")
    tick(database, settings, "real-time")
    assert len(queued(database)) == 2
    work_off(settings, database)
    assert stages_run(wave) == [("extraction", "done")] * 2, "of both organisations"


@pytest.mark.parametrize("type_", get_args(JobType))
def test_the_seeds_jobs_are_stages(
    database: Database, settings: Settings, wave: Wave, type_: JobType
) -> None:
    job = AnalyticsJob(type=type_, payload={"surveyId": str(wave.id)}, priority="high")
    if type_ == "export-generation":
        with pytest.raises(UnknownName), database.owning() as connection:
            defer_job(connection, wave.organization, job)
        return
    with database.owning() as connection:
        defer_job(connection, wave.organization, job)
        defer_job(connection, wave.organization, job)
    if type_ != "data-cleanup":
        (waiting,) = queued(database)
        assert waiting.priority == PRIORITIES["high"]
    work_off(settings, database)
    only = JOB_STAGES.get(type_, ())
    wanted = [stage.name for stage in STAGES if only is None or stage.name in only]
    assert stages_run(wave) == [(name, "done") for name in wanted]


def test_a_job_without_a_survey_is_about_everything(
    database: Database, settings: Settings, wave: Wave
) -> None:
    with database.owning() as connection:
        defer_job(connection, wave.organization, AnalyticsJob(type="organizational-analysis"))
    work_off(settings, database)
    assert wave.run("SELECT FROM analytics_summaries WHERE period_type = 'year'")


def test_a_job_may_wait(database: Database, organization: UUID) -> None:
    job = AnalyticsJob(type="cache-warming", delay=60_000)
    with database.owning() as connection:
        defer_job(connection, organization, job)
        now = connection.scalar(text("SELECT now()"))
    (waiting,) = queued(database)
    assert now is not None
    assert timedelta(seconds=50) < waiting.scheduled_at - now < timedelta(seconds=70)


def test_an_import_is_followed_by_all_stages_of_its_survey(
    database: Database, settings: Settings, wave: Wave
) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, wave.organization, wave.id)
    work_off(settings, database)
    assert stages_run(wave) == [(stage.name, "done") for stage in STAGES]
    (year,) = wave.run(
        "SELECT * FROM analytics_summaries WHERE period_type = 'year' AND survey_id = :survey"
    )
    assert year.total_responses == 30


def test_upkeep_throws_away_old_runs_and_rollups(
    database: Database, settings: Settings, wave: Wave
) -> None:
    wave.run(
        "INSERT INTO pipeline_runs (organization_id, run, stage, level, outcome, started_at) "
        "SELECT organization_id, gen_random_uuid(), 'extraction', 'daily', 'done', "
        "now() - interval '91 days' FROM surveys"
    )
    wave.run(
        "INSERT INTO metric_rollups (organization_id, metric, level, bucket, n, total) "
        "SELECT organization_id, 'user_login', '1d', now() - interval '3 years', 1, 0 FROM surveys"
    )
    with database.owning() as connection:
        defer_maintenance(connection)
    work_off(settings, database)
    assert wave.run("SELECT FROM pipeline_runs") == []
    assert wave.run("SELECT FROM metric_rollups") == []


@pytest.fixture
def _commands_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def given() -> Iterator[Database]:
        yield database

    monkeypatch.setattr(commands, "database", given)


@pytest.mark.usefixtures("_commands_on")
def test_the_command_tells_of_every_stage(wave: Wave) -> None:
    done = CliRunner().invoke(cli, ["analyse", "--organization", "Acme", "--level", "weekly"])
    assert done.exit_code == 0, done.output
    assert all(stage.name in done.output for stage in STAGES)
    assert "s in all" in done.output
    counted = CliRunner().invoke(
        cli, ["analyse", "--organization", "Acme", "--survey", "wave", "--level", "real-time"]
    )
    assert counted.output.count("skipped") == len(STAGES) - 1


@pytest.mark.usefixtures("_commands_on")
def test_the_command_refuses_names_it_does_not_know(wave: Wave) -> None:
    nobody = CliRunner().invoke(cli, ["analyse", "--organization", "Nobody"])
    assert isinstance(nobody.exception, UnknownName)
    other = CliRunner().invoke(cli, ["analyse", "--organization", "Acme", "--survey", "wav"])
    assert isinstance(other.exception, UnknownName)
    assert "There are: wave" in str(other.exception)


@pytest.mark.usefixtures("_commands_on")
def test_the_command_tells_what_failed(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("data.pipeline.rebuild", fails)
    failed = CliRunner().invoke(cli, ["analyse", "--organization", "Acme"])
    assert isinstance(failed.exception, PipelineFailed)
    assert "transformation" in failed.output
    assert "ZeroDivisionError" in failed.output
