"""What a connection of each kind may do, how long, and in which state the next one finds it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from data.db.engine import Database, connect
from data.db.tables import dashboard_configs, organizations
from data.errors import DatabaseError
from data.settings import Settings, load_settings
from tests.support.postgres import Postgres

STATE = text(
    "SELECT current_user::text AS role, current_setting('app.organization_id', true) AS inside, "
    "current_setting('transaction_isolation') AS isolation, "
    "current_setting('transaction_read_only') AS read_only, "
    "current_setting('statement_timeout') AS timeout, current_setting('TimeZone') AS zone"
)
COUNT = text("SELECT count(*) FROM organizations")


def test_asking_is_one_snapshot_read_only_as_the_app_role(
    database: Database, organization: UUID
) -> None:
    with database.asking(organization) as connection:
        assert connection.execute(STATE).one() == (
            "readiness_app", str(organization), "repeatable read", "on", "5s", "UTC",
        )  # fmt: skip


def test_writing_is_read_committed_as_the_app_role(database: Database, organization: UUID) -> None:
    with database.writing(organization) as connection:
        assert connection.execute(STATE).one() == (
            "readiness_app", str(organization), "read committed", "off", "5s", "UTC",
        )  # fmt: skip


def test_nothing_of_a_transaction_stays_on_its_connection(
    settings: Settings, organization: UUID
) -> None:
    database = connect(settings.model_copy(update={"pool_size": 1}))
    with database.asking(organization) as connection:
        used = connection.scalar(text("SELECT pg_backend_pid()"))
    with database.owning() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == used
        assert connection.execute(STATE).one() == (
            "readiness", "", "read committed", "off", "0", "UTC",
        )  # fmt: skip
    database.close()


def test_a_snapshot_does_not_see_what_comes_later(database: Database, organization: UUID) -> None:
    with database.asking(organization) as asking:
        before = asking.scalar(text("SELECT name FROM organizations"))
        with database.owning() as owner:
            owner.execute(text("UPDATE organizations SET name = 'Renamed'"))
        assert asking.scalar(text("SELECT name FROM organizations")) == before
    with database.asking(organization) as asking:
        assert asking.scalar(text("SELECT name FROM organizations")) == "Renamed"


def test_asking_cannot_write(database: Database, organization: UUID) -> None:
    row = insert(dashboard_configs).values(
        organization_id=organization, dashboard_type="custom", config_name="a"
    )
    with pytest.raises(DBAPIError) as raised, database.asking(organization) as connection:
        connection.execute(row)
    assert isinstance(raised.value.orig, ReadOnlySqlTransaction)


def test_errors_do_not_say_with_which_values(database: Database, organization: UUID) -> None:
    """They go to logs; a comment or a name does not belong there."""
    statement = text("SELECT CAST(:number AS int) WHERE 'x' <> :comment")
    with pytest.raises(DBAPIError) as raised, database.asking(organization) as connection:
        connection.execute(statement, {"number": 1e300, "comment": "My boss is Petersen"})
    assert "Petersen" not in str(raised.value)


def test_writing_commits_on_success_only(database: Database, organization: UUID) -> None:
    row = insert(dashboard_configs).values(
        organization_id=organization, dashboard_type="custom", config_name="a"
    )
    with database.writing(organization) as connection:
        connection.execute(row)
    with pytest.raises(ZeroDivisionError), database.writing(organization) as connection:
        connection.execute(row)
        raise ZeroDivisionError
    with database.asking(organization) as connection:
        assert connection.scalar(text("SELECT count(*) FROM dashboard_configs")) == 1


def test_owning_sees_all_organizations(database: Database, organization: UUID) -> None:
    with database.owning() as connection:
        connection.execute(insert(organizations).values(name="Other"))
        assert connection.scalar(COUNT) == 2
    with database.asking(organization) as connection:
        assert connection.scalar(COUNT) == 1
    with database.nowhere() as connection:
        assert connection.scalar(COUNT) == 0


def test_a_slow_statement_is_ended(settings: Settings, organization: UUID) -> None:
    database = connect(settings.model_copy(update={"statement_timeout_ms": 50}))
    with pytest.raises(DBAPIError) as raised, database.asking(organization) as connection:
        connection.execute(text("SELECT pg_sleep(60)"))
    assert isinstance(raised.value.orig, QueryCanceled)
    with database.owning() as connection:
        connection.execute(text("SELECT pg_sleep(0.1)"))
    database.close()


def test_an_organization_that_is_no_uuid_never_reaches_sql(database: Database) -> None:
    not_a_uuid: UUID = "x'; RESET ROLE; --"  # type: ignore[assignment]  # a caller's mistake
    with pytest.raises(ValueError, match="badly formed"), database.asking(not_a_uuid):
        pass


def test_statements_name_what_they_are_for(database: Database, organization: UUID) -> None:
    with database.asking(organization, purpose="readiness */ DROP") as connection:
        own = text("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        connection.execute(text("RESET ROLE"))
        assert str(connection.scalar(own)).startswith("/* readiness  DROP */ SELECT query")


def test_ping_answers_or_says_that_nobody_does(database: Database) -> None:
    database.ping()
    nowhere = connect(load_settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(DatabaseError, match="cannot be reached"):
        nowhere.ping()


def test_an_app_login_of_its_own_cannot_become_the_owner(
    server: Postgres, settings: Settings, organization: UUID
) -> None:
    login = f"web_{uuid4().hex[:8]}"
    owner = connect(settings)
    with owner.owning() as connection:
        connection.execute(
            text(f"CREATE ROLE {login} LOGIN PASSWORD 'secret' IN ROLE readiness_app")
        )
    url = settings.database_url or ""
    app_url = f"postgresql://{login}:secret@{url.split('@')[1]}"
    database = connect(settings.model_copy(update={"database_app_url": app_url}))
    with database.asking(organization) as connection:
        assert connection.execute(STATE).one().role == "readiness_app"
        assert connection.scalar(COUNT) == 1
    with pytest.raises(DBAPIError, match="permission denied"), database.nowhere() as connection:
        connection.execute(text("RESET ROLE"))
        connection.execute(text("SET ROLE readiness"))
    database.close()
    with owner.owning() as connection:
        connection.execute(text(f"DROP ROLE {login}"))
    owner.close()


def test_connections_that_died_are_replaced(settings: Settings, organization: UUID) -> None:
    first, second = connect(settings), connect(settings)
    with first.owning() as connection:
        victim = connection.scalar(text("SELECT pg_backend_pid()"))
    with second.owning() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": victim})
    with first.asking(organization) as connection:
        assert connection.scalar(COUNT) == 1
    first.close()
    second.close()


def test_times_come_back_in_utc(database: Database, organization: UUID) -> None:
    with database.asking(organization) as connection:
        made = connection.scalar(text("SELECT created_at FROM organizations"))
    assert isinstance(made, datetime)
    assert made.utcoffset() == timedelta(0)
