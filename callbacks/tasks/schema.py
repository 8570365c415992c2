"""The queue's own schema in the database, made and upgraded by what the library carries."""

from importlib import resources

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

from data.db.engine import APP_ROLE, Database

SCHEMA = "procrastinate"
_LOCK = 0x7EAD1_0002
"""Advisory lock: a worker and a migration that start at once do not both make it."""


def prepare(database: Database) -> None:
    """Make the queue's schema, or bring it to the installed library's version. Owner only.

    The comment on the schema names the last of the library's migrations that it holds.
    """
    with database.owning() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        held = _held(connection)
        migrations = _migrations()
        if held is None:
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
        for script in _scripts(held, migrations):
            _run(connection, script)
        _run(connection, _OURS)
        _run(connection, f"COMMENT ON SCHEMA {SCHEMA} IS '{max(migrations)}'")


def _held(connection: Connection) -> str | None:
    """The last migration held; None where there is no schema."""
    query = text(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') "
        "FROM pg_namespace WHERE nspname = :name"
    )
    held: str | None = connection.scalar(query, {"name": SCHEMA})
    return held


def _migrations() -> dict[str, str]:
    """The library's migrations by name; names sort in order."""
    folder = resources.files("procrastinate.sql") / "migrations"
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }


def _scripts(held: str | None, migrations: dict[str, str]) -> list[str]:
    if held is None:
        return [SchemaManager.get_schema()]
    return [migrations[name] for name in sorted(migrations) if name > held]


def _run(connection: Connection, script: str) -> None:
    """Several statements without parameters: a % in them is only a %."""
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


# The web asks how the queue is doing as the app role, which must not see the jobs themselves:
# they belong to all organisations.
_OURS = f"""
CREATE OR REPLACE FUNCTION {SCHEMA}.readiness_queue(
    OUT waiting bigint, OUT running bigint, OUT failed_last_hour bigint,
    OUT oldest_waiting_seconds double precision, OUT workers bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {SCHEMA}, pg_catalog AS $$
    SELECT
        (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),
        (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'),
        (SELECT count(*) FROM procrastinate_events
            WHERE type = 'failed' AND at > now() - interval '1 hour'),
        (SELECT extract(epoch FROM now() - min(greatest(event.at, job.scheduled_at)))
            FROM procrastinate_jobs job
            JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
            WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()),
        (SELECT count(*) FROM procrastinate_workers
            WHERE last_heartbeat > now() - interval '30 seconds')
$$;
REVOKE ALL ON FUNCTION {SCHEMA}.readiness_queue() FROM PUBLIC;
GRANT USAGE ON SCHEMA {SCHEMA} TO {APP_ROLE};
GRANT EXECUTE ON FUNCTION {SCHEMA}.readiness_queue() TO {APP_ROLE};
"""
