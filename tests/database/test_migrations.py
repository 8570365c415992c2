"""Migrations up and down, on the PostgreSQL we carry and on the oldest we promise."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Connection, Insert, Integer, Table, delete, insert, select, text

from data.db import migrate as migrations
from data.db.engine import Database, check_version, connect
from data.db.migrate import differences, migrate, unmigrate
from data.db.tables import analytics_events, metadata, survey_sessions, surveys
from data.errors import DatabaseTooOld
from data.settings import load_settings
from tests.support.postgres import Postgres, postgres

OLDEST = Path("/usr/lib/postgresql/15/bin")
VERSIONS = {"carried": 18, "oldest": 15}

EVERYTHING = {
    "relation": "SELECT n.nspname || '.' || c.relname || ' ' || c.relkind::text FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace",
    "type": "SELECT n.nspname || '.' || t.typname FROM pg_type t "
    "JOIN pg_namespace n ON n.oid = t.typnamespace",
    "function": "SELECT p.oid::regprocedure::text FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = p.pronamespace",
    "schema": "SELECT n.nspname || coalesce(n.nspacl::text, '') FROM pg_namespace n",
}
ROLES = "SELECT rolname || ' ' || rolcanlogin::text FROM pg_roles"
GRANTED_ROLES = (
    "SELECT roleid::regrole::text || ' to ' || member::regrole::text FROM pg_auth_members"
)


@pytest.fixture(scope="module")
def untouched() -> Iterator[dict[str, Postgres]]:
    """Servers on which this product was never installed, by version; those that can be had."""
    with postgres(migrated=False) as carried:
        if not OLDEST.is_dir():
            yield {"carried": carried}
            return
        with postgres(programs=OLDEST, migrated=False) as oldest:
            yield {"carried": carried, "oldest": oldest}


@pytest.fixture(params=VERSIONS)
def empty(untouched: dict[str, Postgres], request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database on each version."""
    if request.param not in untouched:
        pytest.skip(f"PostgreSQL {VERSIONS[request.param]} is not installed in {OLDEST}")
    with untouched[request.param].empty_database() as url:
        database = connect(load_settings(database_url=url))
        with database.owning() as owner:
            found = int(owner.scalar(text("SHOW server_version_num")) or 0)
            assert found // 10_000 == VERSIONS[request.param]
        yield database
        database.close()


def everything(database: Database) -> dict[str, set[str]]:
    """All relations, types, functions, schemas and roles that are not PostgreSQL's own."""
    own = " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    with database.owning() as owner:
        found = {kind: set(owner.scalars(text(q + own))) for kind, q in EVERYTHING.items()}
        found["role"] = set(owner.scalars(text(ROLES)))
        found["membership"] = set(owner.scalars(text(GRANTED_ROLES)))
    return found


def test_up_gives_the_model_and_down_leaves_nothing(empty: Database) -> None:
    before = everything(empty)
    migrate(empty)
    with empty.owning() as owner:
        assert differences(owner) == []
    empty.ping()
    assert everything(empty) != before
    unmigrate(empty)
    assert everything(empty) == before


def test_up_again_changes_nothing(empty: Database) -> None:
    migrate(empty)
    once = everything(empty)
    migrate(empty)
    assert everything(empty) == once
    unmigrate(empty)


def test_supabase_users_are_used_as_they_are(empty: Database) -> None:
    with empty.owning() as owner:
        owner.execute(text("CREATE SCHEMA auth"))
        owner.execute(
            text(
                "CREATE TABLE auth.users (id uuid PRIMARY KEY, email varchar(255), "
                "encrypted_password varchar(255), created_at timestamptz)"
            )
        )
        person = uuid4()
        owner.execute(
            text("INSERT INTO auth.users (id, email) VALUES (:id, 'a@example.com')"), {"id": person}
        )
    before = everything(empty)
    migrate(empty)
    with empty.owning() as owner:
        owner.execute(
            text("INSERT INTO identity.credentials (user_id, password_hash) VALUES (:id, 'x')"),
            {"id": person},
        )
        organization = owner.scalar(
            text("INSERT INTO organizations (name) VALUES ('Acme') RETURNING id")
        )
        owner.execute(
            text("INSERT INTO members VALUES (:o, :u, 'admin')"), {"o": organization, "u": person}
        )
    with empty.nowhere() as connection:
        found = connection.execute(text("SELECT * FROM identity.credentials_of('a@example.com')"))
        assert found.one().user_id == person
    unmigrate(empty)
    assert everything(empty) == before
    with empty.owning() as owner:
        assert owner.scalar(text("SELECT count(*) FROM auth.users")) == 1


def test_the_role_stays_where_another_database_uses_it(server: Postgres) -> None:
    with server.database() as kept, server.database() as left:
        other, leaving = (connect(load_settings(database_url=url)) for url in (kept, left))
        unmigrate(leaving)
        other.ping()
        other.close()
        leaving.close()


def test_a_forgotten_migration_is_noticed(database: Database) -> None:
    with database.owning() as owner:
        assert differences(owner) == []
        owner.execute(text("ALTER TABLE surveys ADD COLUMN forgotten int"))
        owner.execute(text("DROP INDEX ix_audit_log_time"))
        found = {change[0] for change in differences(owner)}
    assert found == {"remove_column", "add_index"}


def test_every_name_of_the_seed_is_there(database: Database) -> None:
    relations = {
        "analytics_summaries", "analytics_events", "dashboard_configs", "analytics_cache",
        "export_jobs_enhanced", "analytics_events_y2024m01", "mv_organization_analytics",
        "idx_analytics_summaries_org_period", "idx_analytics_events_org_type_time",
        "idx_dashboard_configs_user_org", "idx_analytics_cache_key_expires",
        "idx_export_jobs_status_created", "idx_responses_analytics", "idx_voice_analytics",
        "idx_jtbd_analysis_lookup",
    }  # fmt: skip
    types = {
        "analytics_period_type", "analytics_event_type", "dashboard_type_enum", "export_type_enum",
        "export_format_enum", "export_status_enum",
    }  # fmt: skip
    with database.owning() as owner:
        assert relations <= set(owner.scalars(text("SELECT relname FROM pg_class")))
        assert types <= set(owner.scalars(text("SELECT typname FROM pg_type")))


def test_keys_of_tenant_tables_begin_with_the_organization() -> None:
    tenants = [t for t in metadata.sorted_tables if t.schema is None and t.name != "organizations"]
    for table in tenants:
        assert "organization_id" in table.primary_key.columns, table.name
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name not in {"users", "organizations"}:
                assert "organization_id" in constraint.columns, (table.name, constraint.name)


def test_too_old_a_server_is_refused() -> None:
    class Old:
        def scalar(self, statement: Any) -> str:
            return "140011" if "num" in str(statement) else "14.11"

    old: Any = Old()
    with pytest.raises(DatabaseTooOld, match=r"PostgreSQL 14\.11; version 15 or newer"):
        check_version(old)


def _event(connection: Connection, organization: UUID, moment: str) -> str:
    """Write an event; the partition it went to."""
    row = insert(analytics_events).values(
        organization_id=organization,
        event_type="user_login",
        entity_type="user",
        entity_id=uuid4(),
        occurred_at=text(f"timestamptz '{moment}'"),
    )
    where = row.returning(text("tableoid::regclass::text"))
    return str(connection.execute(where).scalar_one())


def test_events_go_to_the_partition_of_their_month(database: Database, organization: UUID) -> None:
    with database.owning() as owner:
        assert _event(owner, organization, "2024-01-31 23:59+00") == "analytics_events_y2024m01"
        assert _event(owner, organization, "2024-02-01 00:00+00") == "analytics_events_default"
        this_month = str(owner.scalar(text('SELECT to_char(now(), \'"y"YYYY"m"MM\')')))
        assert _event(owner, organization, "now") == f"analytics_events_{this_month}"


def test_a_new_partition_takes_its_rows_from_the_default_one(
    database: Database, organization: UUID
) -> None:
    make = text("SELECT create_analytics_events_partition('2031-05-20 12:00+00')")
    with database.owning() as owner:
        _event(owner, organization, "2031-05-01 00:00+00")
        _event(owner, organization, "2031-06-01 00:00+00")
        owner.execute(text("SET LOCAL TimeZone = 'Pacific/Auckland'"))
        assert owner.scalar(make) == "analytics_events_y2031m05"
        assert owner.scalar(make) == "analytics_events_y2031m05"
        partitions = owner.scalars(
            text("SELECT tableoid::regclass::text FROM analytics_events ORDER BY occurred_at")
        )
        assert partitions.all() == ["analytics_events_y2031m05", "analytics_events_default"]
        assert _event(owner, organization, "2031-05-31 23:59+00") == "analytics_events_y2031m05"


def test_the_next_months_partition_is_made_ahead(database: Database) -> None:
    wanted = text(
        "SELECT to_regclass(to_char(date_trunc('month', now()) + interval '1 month', "
        '\'"analytics_events_y"YYYY"m"MM\')) IS NOT NULL'
    )
    with database.owning() as owner:
        assert owner.scalar(wanted)


def test_answers_do_not_weigh_completion_times(database: Database, organization: UUID) -> None:
    """The seed's view joins first: a session with more answers would count more often."""
    with database.owning() as owner:
        survey = owner.scalar(
            insert(surveys).values(organization_id=organization, name="W").returning(surveys.c.id)
        )
        keys = {"organization_id": organization, "survey_id": survey}
        question = owner.scalar(
            text(
                "INSERT INTO questions (organization_id, survey_id, key, position, text, kind) "
                "VALUES (:organization_id, :survey_id, 'q', 1, 'Q', 'scale') RETURNING id"
            ),
            keys,
        )
        for minutes, answers in ((10, 1), (20, 3)):
            _session(owner, keys, question, minutes, answers)
        owner.execute(text("REFRESH MATERIALIZED VIEW CONCURRENTLY mv_organization_analytics"))
        row = owner.execute(text("SELECT * FROM mv_organization_analytics")).one()
    assert (row.total_surveys, row.total_responses, row.unique_respondents) == (1, 4, 2)
    assert row.avg_completion_time.total_seconds() == 15 * 60
    with database.asking(organization) as connection:
        shown = connection.execute(text("SELECT * FROM organization_analytics")).one()
    assert shown.total_surveys == 1
    assert shown[3:] == (None, None, None), "two people are too few for requests"


def test_the_overview_times_nobody_alone(database: Database, organization: UUID) -> None:
    """Neither one person with five sessions, nor whoever comes between two refreshes."""
    with database.owning() as owner:
        survey = owner.scalar(
            insert(surveys).values(organization_id=organization, name="W").returning(surveys.c.id)
        )
        keys = {"organization_id": organization, "survey_id": survey}
        person = uuid4()
        for minutes in range(10, 15):
            owner.execute(_timed(keys, f"a{minutes}", minutes, user_id=person))
        for place in range(5):
            owner.execute(_timed(keys, f"b{place}", None))
    assert _mean_time(database, organization) is None, "five sessions, but one person took a time"
    with database.owning() as owner:
        for place in range(4):
            owner.execute(_timed(keys, f"c{place}", 20))
    before = _mean_time(database, organization)
    assert before is not None
    with database.owning() as owner:
        owner.execute(delete(survey_sessions).where(survey_sessions.c.source_key == "c3"))
        owner.execute(_timed(keys, "late", 200))
    assert _mean_time(database, organization) == before


def _timed(
    keys: dict[str, Any], source: str, minutes: int | None, user_id: UUID | None = None
) -> Insert:
    start = datetime(2024, 5, 1, 9, tzinfo=UTC)
    completed = None if minutes is None else start + timedelta(minutes=minutes)
    return insert(survey_sessions).values(
        **keys, source_key=source, user_id=user_id, started_at=start, completed_at=completed
    )


def _mean_time(database: Database, organization: UUID) -> timedelta | None:
    with database.owning() as owner:
        owner.execute(text("REFRESH MATERIALIZED VIEW mv_organization_analytics"))
    with database.asking(organization) as connection:
        shown: timedelta | None = connection.scalar(
            text("SELECT avg_completion_time FROM organization_analytics")
        )
        return shown


def _session(
    owner: Connection, keys: dict[str, Any], question: object, minutes: int, answers: int
) -> None:
    session = owner.scalar(
        insert(survey_sessions)
        .values(
            **keys,
            source_key=str(minutes),
            started_at=text("now()"),
            completed_at=text(f"now() + interval '{minutes} minutes'"),
        )
        .returning(survey_sessions.c.id)
    )
    for _ in range(answers):
        owner.execute(
            text(
                "INSERT INTO responses (organization_id, survey_id, session_id, id, question_id) "
                "VALUES (:organization_id, :survey_id, :session, gen_random_uuid(), :question)"
            ),
            keys | {"session": session, "question": question},
        )


def test_two_starts_at_once_migrate_once(server: Postgres) -> None:
    """The second waits for the first, then finds nothing to do."""
    with server.empty_database() as url:
        both = [connect(load_settings(database_url=url)) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(migrate, both))
        with both[0].owning() as owner:
            assert owner.scalar(text("SELECT count(*) FROM alembic_version")) == 1
            assert owner.scalar(select(text("count(*)")).select_from(surveys)) == 0
        for database in both:
            database.close()


def test_other_products_tables_in_auth_are_not_compared(database: Database) -> None:
    with database.owning() as owner:
        owner.execute(text("CREATE TABLE auth.identities (id int)"))
        assert differences(owner) == []
        Table("unknown", metadata, Column("id", Integer))
        try:
            assert [change[0] for change in differences(owner)] == ["add_table"]
        finally:
            metadata.remove(metadata.tables["unknown"])


def test_the_folder_of_migrations_is_found() -> None:
    assert (Path(migrations.__file__).with_name("migrations") / "env.py").is_file()
