"""A real worker on a real queue: jobs run, are tried again, and never twice at the same time."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from uuid import UUID, uuid4

import pytest
from procrastinate import App
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError

from callbacks.tasks import SOMEBODY_WAITS, defer_maintenance, defer_rebuild, prepare
from callbacks.tasks.jobs import RETRY
from callbacks.tasks.worker import queue, work
from data.db import tables
from data.db.engine import Database
from data.settings import Settings

ROOT = Path(__file__).parents[2]
JOBS = text(
    "SELECT id, task_name, status::text, attempts, priority, args "
    "FROM procrastinate.procrastinate_jobs "
    "WHERE task_name IN ('rebuild', 'probe') ORDER BY id"
)
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
WORKER = """
from callbacks.tasks import run_worker
from data.settings import load_settings
run_worker(load_settings())
"""


@pytest.fixture(autouse=True)
def _queue_schema(database: Database) -> None:
    prepare(database)


@pytest.fixture
def survey(database: Database, organization: UUID) -> UUID:
    """A survey with one session that was not scored yet."""
    with database.owning() as connection:
        key = {"organization_id": organization, "survey_id": uuid4()}
        connection.execute(
            insert(tables.surveys).values(
                organization_id=organization, id=key["survey_id"], name="Q1", opened_at=OPENED
            )
        )
        connection.execute(
            insert(tables.survey_sessions).values(**key, source_key="1", started_at=OPENED)
        )
    return key["survey_id"]


def jobs(database: Database) -> list[tuple[str, str, int]]:
    with database.owning() as connection:
        return [(r.task_name, r.status, r.attempts) for r in connection.execute(JOBS)]


def change(database: Database, *statements: str) -> None:
    """Change the queue's tables behind its back; their triggers name no schema."""
    with database.owning() as connection:
        for statement in ("SET LOCAL search_path TO procrastinate", *statements):
            connection.execute(text(statement))


def run(app: App, database: Database) -> None:
    """Work until nothing runs and nothing waits that is due."""

    async def main() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(work(app, stop))
        while await asyncio.to_thread(_busy, database) and not working.done():
            await asyncio.sleep(0.05)
        stop.set()
        await working

    asyncio.run(main())


def _busy(database: Database) -> bool:
    query = text(
        "SELECT EXISTS (SELECT 1 FROM procrastinate.procrastinate_jobs "
        "WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at, now()) <= now())"
    )
    with database.owning() as connection:
        return bool(connection.scalar(query))


def test_preparing_twice_changes_nothing_and_an_older_schema_is_upgraded(
    database: Database,
) -> None:
    tables_then = _relations(database)
    prepare(database)
    assert _relations(database) == tables_then
    with database.owning() as connection:
        connection.exec_driver_sql(
            "SET LOCAL search_path TO procrastinate;"
            "DROP FUNCTION procrastinate_retry_job_v2;"
            "ALTER TYPE procrastinate_job_event_type RENAME TO gone;"
            "CREATE TYPE procrastinate_job_event_type AS ENUM ('scheduled');"
            "COMMENT ON SCHEMA procrastinate IS '03.03.00_01_pre_priority_lock_fetch_job.sql'"
        )
    prepare(database)
    with database.owning() as connection:
        found = connection.scalar(
            text(
                "SELECT to_regprocedure('procrastinate.procrastinate_retry_job_v2"
                "(bigint, timestamptz, integer, varchar, varchar)') IS NOT NULL"
            )
        )
    assert found is True


def _relations(database: Database) -> set[str]:
    query = text("SELECT relname FROM pg_class WHERE relnamespace = 'procrastinate'::regnamespace")
    with database.owning() as connection:
        return set(connection.scalars(query))


def test_a_deferred_rebuild_is_run_by_a_worker(
    database: Database, settings: Settings, organization: UUID, survey: UUID
) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey, priority=SOMEBODY_WAITS)
    run(queue(settings, database), database)
    assert jobs(database) == [("rebuild", "succeeded", 1)]
    with database.owning() as connection:
        scored = connection.scalars(select(tables.session_scores.c.survey_id)).all()
    assert scored == [survey]


def test_a_job_belongs_to_the_transaction_of_its_rows(
    database: Database, organization: UUID, survey: UUID
) -> None:
    with pytest.raises(ZeroDivisionError), database.owning() as connection:
        defer_rebuild(connection, organization, survey)
        raise ZeroDivisionError
    assert jobs(database) == []


def test_a_survey_waits_at_most_once(database: Database, organization: UUID, survey: UUID) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
        defer_rebuild(connection, organization, survey)
        before = connection.scalar(select(text("current_setting('search_path')")))
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
        defer_rebuild(connection, organization, uuid4())
    assert [status for _, status, _ in jobs(database)] == ["todo", "todo"]
    assert "procrastinate" not in str(before)


def test_a_waiting_job_does_not_start_before_the_rows_it_was_deferred_for_are_there(
    database: Database, settings: Settings, organization: UUID, survey: UUID
) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
        asyncio.run(_work_once(queue(settings, database)))
        assert [status for _, status, _ in jobs(database)] == ["todo"]
    run(queue(settings, database), database)
    assert [status for _, status, _ in jobs(database)] == ["succeeded"]


async def _work_once(app: App) -> None:
    """Take what can be taken at this moment."""
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False)


def test_a_failed_job_is_tried_again_later(database: Database, settings: Settings) -> None:
    attempts: list[float] = []

    def fails_once() -> None:
        attempts.append(time.time())
        if len(attempts) == 1:
            raise RuntimeError("the first time")

    run(_with_task(queue(settings, database), fails_once), database)
    assert jobs(database) == [("probe", "todo", 1)]
    with database.owning() as connection:
        wait = connection.scalar(
            text("SELECT scheduled_at - now() FROM procrastinate.procrastinate_jobs")
        )
    change(database, "UPDATE procrastinate_jobs SET scheduled_at = now()")
    assert wait is not None and 0 < wait.total_seconds() <= 3
    app = queue(settings, database)
    app.task(name="probe", retry=RETRY)(fails_once)
    run(app, database)
    assert jobs(database) == [("probe", "succeeded", 2)]


def _with_task(app: App, function: Callable[[], None], *, times: int = 1, lock: str = "") -> App:
    """The queue with one more task, of which ``times`` jobs wait."""
    task = app.task(name="probe", retry=RETRY)(function)

    async def main() -> None:
        async with app.open_async():
            for _ in range(times):
                await task.configure(lock=lock or None).defer_async()

    asyncio.run(main())
    return app


@pytest.mark.parametrize(("lock", "together"), [("survey", False), ("", True)])
def test_jobs_with_the_same_lock_never_run_together(
    database: Database, settings: Settings, lock: str, together: bool
) -> None:
    barrier = Barrier(2)
    met: list[bool] = []

    def meets() -> None:
        try:
            barrier.wait(1)
            met.append(True)
        except BrokenBarrierError:
            met.append(False)

    run(_with_task(queue(settings, database), meets, times=2, lock=lock), database)
    assert met == [together, together]


def test_what_a_dead_worker_was_doing_is_taken_up(
    database: Database, settings: Settings, organization: UUID, survey: UUID
) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
    change(
        database,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')",
        "UPDATE procrastinate_jobs SET status = 'doing', "
        "worker_id = (SELECT min(id) FROM procrastinate_workers)",
    )
    app = queue(settings, database)
    asyncio.run(_defer(app, "take_up_abandoned"))
    run(app, database)
    assert ("rebuild", "succeeded", 2) in jobs(database)


async def _defer(app: App, name: str) -> None:
    async with app.open_async():
        await app.configure_task(name).defer_async(timestamp=0)


def test_upkeep_makes_partitions_and_removes_closed_sessions(
    database: Database, settings: Settings, organization: UUID
) -> None:
    with database.owning() as connection:
        user = connection.scalar(insert(tables.users).returning(tables.users.c.id))
        key = {"user_id": user, "organization_id": organization}
        for values in ({}, {"revoked_at": text("now()")}, {"created_at": text("'2020-01-01'")}):
            connection.execute(insert(tables.web_sessions).values(key | values))
        connection.exec_driver_sql(f"DROP TABLE {_next_partition()}")
        defer_maintenance(connection)
    run(queue(settings, database), database)
    with database.owning() as connection:
        assert len(connection.execute(select(tables.web_sessions)).all()) == 1
        assert connection.scalar(
            text("SELECT to_regclass(:name) IS NOT NULL"), {"name": _next_partition()}
        )


def _next_partition() -> str:
    now = datetime.now(UTC)
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return f"analytics_events_y{year}m{month:02}"


def test_the_app_role_sees_how_the_queue_is_doing_but_no_job(
    database: Database, organization: UUID, survey: UUID
) -> None:
    with database.owning() as connection:
        defer_rebuild(connection, organization, survey)
    with database.asking(organization) as connection:
        counts = connection.execute(text("SELECT * FROM procrastinate.readiness_queue()")).one()
    assert (counts.waiting, counts.running, counts.failed_last_hour, counts.workers) == (1, 0, 0, 0)
    assert counts.oldest_waiting_seconds >= 0
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.asking(organization) as connection,
    ):
        connection.execute(JOBS)


def test_the_worker_process_stops_cleanly_when_told(
    database: Database, settings: Settings, organization: UUID, survey: UUID
) -> None:
    environment = os.environ | {
        "DATABASE_URL": str(settings.database_url),
        "READINESS_HOME": str(settings.home),
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment)
    try:
        with database.owning() as connection:
            defer_rebuild(connection, organization, survey)
        while ("rebuild", "succeeded", 1) not in jobs(database):
            assert worker.poll() is None
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait() == 0
    finally:
        worker.kill()
        worker.wait()
    with database.owning() as connection:
        left = connection.execute(text("SELECT * FROM procrastinate.procrastinate_workers")).all()
    assert left == []
