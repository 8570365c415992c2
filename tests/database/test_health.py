"""Alive, ready and well: told from a real database, with a queue and without."""

import httpx
import pytest
from sqlalchemy import text

from callbacks.tasks import prepare
from data.contracts import HealthStatus
from data.db.engine import Database, connect
from data.errors import DatabaseError
from data.monitoring import health, newest_revision, require_ready
from data.settings import Settings
from data.version import VERSION
from tests.support.site import services_of, serving, site


def test_a_migrated_database_is_ready_and_another_schema_is_not(database: Database) -> None:
    require_ready(database)
    with database.owning() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(DatabaseError, match=f"schema 0000, this version needs {newest_revision()}"):
        require_ready(database)
    with database.owning() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(DatabaseError, match="schema none"):
        require_ready(database)


def test_every_part_is_told_of(database: Database, settings: Settings) -> None:
    prepare(database)
    found = health(database, settings)
    assert isinstance(found, HealthStatus)
    assert {name: check.status for name, check in found.checks.items()} == {
        "database": "healthy",
        "redis": "not_configured",
        "websockets": "healthy",
        "jobs": "degraded",
        "external": "not_configured",
    }
    assert found.checks["jobs"].error == "No worker is running."
    assert (found.status, found.version) == ("degraded", VERSION)
    assert found.checks["database"].response_time is not None


def test_a_worker_that_works_makes_the_whole_healthy(
    database: Database, settings: Settings
) -> None:
    prepare(database)
    with database.owning() as connection:
        connection.execute(text("INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES"))
    found = health(database, settings)
    assert (found.status, found.checks["jobs"].details["workers"]) == ("healthy", 1)


def test_a_missing_queue_is_said_without_the_drivers_words(
    database: Database, settings: Settings
) -> None:
    found = health(database, settings)
    assert found.status == "degraded"
    assert found.checks["jobs"].error == "The database refused the question."


@pytest.fixture
def lost(settings: Settings) -> Database:
    """A database that cannot be reached."""
    return connect(
        settings.model_copy(update={"database_url": "postgresql+psycopg://x@127.0.0.1:1/x"})
    )


def test_without_its_database_the_process_is_alive_but_not_ready(
    lost: Database, settings: Settings
) -> None:
    with serving(site(services_of(settings, lost))) as address:
        assert httpx.get(f"{address}/healthz").json() == {"status": "alive"}
        ready = httpx.get(f"{address}/readyz")
        assert ready.status_code == 503
        said = ready.json()["message"]
        assert "cannot be reached" in said and "127.0.0.1" not in said
        form = httpx.post(f"{address}/sign-in", data={"email": "a@b.example", "password": "x"})
        assert form.status_code == 503 and "cannot be reached" in form.text
        assert "127.0.0.1" not in form.text
        token = {"Authorization": "Bearer ara_x"}
        refused = httpx.get(f"{address}/api/v1/health", headers=token)
        assert refused.status_code == 503 and refused.json()["error"] == "DatabaseError"
    assert health(lost, settings).status == "unhealthy"


def test_with_its_database_it_is_ready(database: Database, settings: Settings) -> None:
    with serving(site(services_of(settings, database))) as address:
        assert httpx.get(f"{address}/readyz").json() == {"status": "ready"}
