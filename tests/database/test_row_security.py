"""The app role against every relation there is: nothing of nobody's, nothing of anybody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from data.audit import audit_row
from data.db.engine import APP_ROLE, Database, connect
from data.db.tables import OWNER_ONLY, TENANT_TABLES, audit_log, metadata
from data.settings import Settings
from tests.support.tenants import fill, values_for

WRITTEN = {
    "dashboard_configs", "analytics_cache", "export_jobs_enhanced", "report_schedules",
    "analytics_events", "action_plans", "action_plan_changes",
}  # fmt: skip
ADDED_TO_ONLY = {"analytics_events", "action_plan_changes"}
NEVER_DELETED = {"action_plans"}
RAW = {"survey_sessions", "responses", "voice_recordings"}
UNREAD = OWNER_ONLY | {"session_scores", "response_analysis_jtbd", "metric_rollups"}

RELATIONS = text(
    "SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind::text AS kind, "
    "  array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 "
    "    AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT') "
    "    ORDER BY a.attnum) AS columns, "
    "  has_schema_privilege(n.oid, 'USAGE') AS entered "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 't') ORDER BY 2"
)


@dataclass(frozen=True)
class Two:
    """A database in which two organisations have a row in every tenant table."""

    database: Database
    ours: UUID
    theirs: UUID


@pytest.fixture
def two(settings: Settings) -> Iterator[Two]:
    """On one pooled connection, so that every transaction but the first finds a used one."""
    database = connect(settings.model_copy(update={"pool_size": 1}))
    with database.owning() as owner:
        ours, theirs = fill(owner, "Ours"), fill(owner, "Theirs")
        owner.execute(text("REFRESH MATERIALIZED VIEW mv_organization_analytics"))
    with database.owning() as owner:
        owner.execute(text("ANALYZE"))
    yield Two(database, ours, theirs)
    database.close()


def visible(connection: Connection, organization: UUID) -> list[str]:
    """Every relation in pg_class in which this connection can read a trace of ``organization``."""
    found = []
    for relation in connection.execute(RELATIONS).all():
        if not relation.columns or not relation.entered:
            _assert_refused(connection, relation.name)
            continue
        row = ", ".join(f'"{column}"' for column in relation.columns)
        query = text(f"SELECT count(*) FROM {relation.name} WHERE ROW({row})::text LIKE :trace")
        if connection.scalar(query, {"trace": f"%{organization}%"}):
            found.append(relation.name)
    return found


def _assert_refused(connection: Connection, relation: str) -> None:
    with refused(connection):
        connection.execute(text(f"SELECT 1 FROM {relation}"))


@contextmanager
def refused(connection: Connection) -> Iterator[None]:
    """The statement inside is refused for want of a right; the transaction goes on."""
    with pytest.raises(ProgrammingError) as raised, connection.begin_nested():
        yield
    assert isinstance(raised.value.orig, InsufficientPrivilege)


def test_every_tenant_table_has_rows_of_both(two: Two) -> None:
    with two.database.owning() as owner:
        for table in TENANT_TABLES:
            own = table.c.id if table.name == "organizations" else table.c.organization_id
            kept = set(owner.scalars(select(own)))
            assert kept == {two.ours, two.theirs}, table.name


def test_tenant_tables_are_all_of_schema_public(two: Two) -> None:
    with two.database.owning() as owner:
        found = set(
            owner.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                    "AND relkind IN ('r', 'p') AND relrowsecurity"
                )
            )
        )
    assert found == {table.name for table in TENANT_TABLES}


def test_without_an_organization_nothing_is_seen_on_a_used_connection(two: Two) -> None:
    with two.database.asking(two.theirs) as connection:
        used = connection.scalar(text("SELECT pg_backend_pid()"))
    with two.database.nowhere() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == used
        assert connection.scalar(text("SHOW app.organization_id")) == ""
        assert visible(connection, two.theirs) == []
        assert visible(connection, two.ours) == []


def test_where_none_was_ever_set_nothing_is_seen(two: Two, settings: Settings) -> None:
    fresh = connect(settings)
    with fresh.owning() as connection:
        connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        never_set = connection.scalar(text("SELECT current_setting('app.organization_id', true)"))
        assert never_set is None
        assert visible(connection, two.theirs) == []
    fresh.close()


def test_inside_one_organization_nothing_of_another_is_seen(two: Two) -> None:
    with two.database.asking(two.ours) as connection:
        assert visible(connection, two.theirs) == []


def test_inside_an_organization_its_own_rows_are_seen(two: Two) -> None:
    """Else the tests above would pass on an empty screen."""
    with two.database.asking(two.ours) as connection:
        seen = set(visible(connection, two.ours))
    readable = {f"public.{t.name}" for t in TENANT_TABLES if t.name not in UNREAD}
    assert seen == readable | {"public.organization_analytics"}


@pytest.mark.parametrize(
    "hole",
    [
        "ALTER TABLE surveys DISABLE ROW LEVEL SECURITY",
        "GRANT SELECT ON mv_organization_analytics TO readiness_app",
        "GRANT SELECT ON analytics_events_default, analytics_events_y2024m01 TO readiness_app; "
        "UPDATE analytics_events SET occurred_at = '2024-01-15'",
        "CREATE OR REPLACE VIEW organization_analytics AS SELECT * FROM mv_organization_analytics",
        "GRANT USAGE ON SCHEMA identity TO readiness_app; "
        "GRANT SELECT ON identity.web_sessions TO readiness_app",
    ],
)
def test_the_check_finds_a_hole(two: Two, hole: str) -> None:
    with two.database.owning() as owner:
        owner.exec_driver_sql(hole, execution_options={"no_parameters": True})
    with two.database.asking(two.ours) as connection:
        assert visible(connection, two.theirs)


@pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)
def test_rows_of_another_organization_cannot_be_written(two: Two, table: Table) -> None:
    own = table.c.id if table.name == "organizations" else table.c.organization_id
    with two.database.owning() as owner:
        row = values_for(owner, table, two.theirs)
    with two.database.writing(two.ours) as connection:
        with refused(connection):
            connection.execute(insert(table).values(row))
        if table.name in WRITTEN - ADDED_TO_ONLY:
            touched = connection.execute(update(table).values({own: own}).where(own == two.theirs))
            assert touched.rowcount == 0
            if table.name not in NEVER_DELETED:
                assert connection.execute(delete(table).where(own == two.theirs)).rowcount == 0
            with refused(connection):
                connection.execute(update(table).values({own: two.theirs}))
        else:
            with refused(connection):
                connection.execute(delete(table))
            with refused(connection):
                connection.execute(update(table).values({own: own}))


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_request_writes_rows_of_its_own_organization(two: Two, name: str) -> None:
    table = metadata.tables[name]
    with two.database.owning() as owner:
        row = values_for(owner, table, two.ours) | _other_key(name)
    with two.database.writing(two.ours) as connection:
        connection.execute(insert(table).values(row))
        assert connection.scalar(select(func.count()).select_from(table)) == 2


def _other_key(name: str) -> dict[str, str]:
    return {"cache_key": "another"} if name == "analytics_cache" else {}


def test_the_audit_log_is_only_added_to_by_its_function(two: Two) -> None:
    with two.database.writing(two.ours) as connection:
        forged = insert(audit_log).values(organization_id=two.ours, action="", outcome="done")
        for statement in (delete(audit_log), update(audit_log).values(action=""), forged):
            with refused(connection):
                connection.execute(statement)
        _assert_refused(connection, "audit_log FOR UPDATE")
        with refused(connection):
            connection.execute(audit_row(two.theirs, None, "sign_in", "done"))
        connection.execute(audit_row(two.ours, None, "sign_in", "done"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("survey_sessions", "user_id"), ("survey_sessions", "department_id"),
        ("survey_sessions", "source_key"), ("responses", "value"), ("responses", "text"),
        ("responses", "user_id"), ("responses", "session_id"), ("voice_recordings", "transcript"),
        ("voice_recordings", "session_id"),
    ],
)  # fmt: skip
def test_requests_never_read_who_answered_what(two: Two, table: str, column: str) -> None:
    with two.database.asking(two.ours) as connection, refused(connection):
        connection.execute(text(f"SELECT {column} FROM {table}"))


def test_the_app_role_owns_nothing_and_is_nobody_special(two: Two) -> None:
    with two.database.owning() as owner:
        owned = text("SELECT count(*) FROM pg_class WHERE relowner = to_regrole(:role)")
        assert owner.scalar(owned, {"role": APP_ROLE}) == 0
        role = owner.execute(
            text("SELECT * FROM pg_roles WHERE rolname = :role"), {"role": APP_ROLE}
        ).one()
    assert not (role.rolsuper or role.rolbypassrls or role.rolcreaterole or role.rolcreatedb)


def test_the_app_role_can_make_nothing(two: Two) -> None:
    with two.database.writing(two.ours) as connection, refused(connection):
        connection.execute(text("CREATE TABLE public.mine (id int)"))
    with two.database.writing(two.ours) as connection, refused(connection):
        connection.execute(text("SELECT create_analytics_events_partition(now())"))
