"""``metric_rollups``: how often what happened, by minute and coarser; counts, no persons.

Minutes are counted from the rows themselves, coarser levels from minutes, so counting again
changes nothing. Events say themselves whether they were counted (``processed_at``): late ones are
found, and their minutes counted anew. Sessions are counted anew for a stretch of time.

``n`` counts; ``total``, ``smallest`` and ``largest`` are the milliseconds that events took, where
they say so. Days and weeks are those of the organisation's zone.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from data.pipeline.locking import hold

KEPT = timedelta(days=2 * 365)
"""How long rollups are kept, of all levels."""
MINUTE = "1m"
STARTED, COMPLETED = "sessions_started", "sessions_completed"

_BUCKETS = {
    "5m": "date_bin('5 minutes', {0}, TIMESTAMPTZ '2000-01-01 00:00+00')",
    "1h": "date_trunc('hour', {0}, :zone)",
    "1d": "date_trunc('day', {0}, :zone)",
    "1w": "date_trunc('week', {0}, :zone)",
}
LEVELS: tuple[str, ...] = (MINUTE, *_BUCKETS)
_LONGEST = {"5m": "5 minutes", "1h": "2 hours", "1d": "2 days", "1w": "9 days"}
"""Not shorter than a bucket of the level, clock changes included."""

_BUSY = "Another run is counting this organisation's events. Try again later."

_WORK = """
    CREATE TEMPORARY TABLE rollup_minutes (
        metric text, bucket timestamptz, n bigint, total float8, smallest float8, largest float8
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE rollup_touched (metric text, bucket timestamptz) ON COMMIT DROP
"""

_TAKE_EVENTS = text("""
    WITH taken AS (
        UPDATE analytics_events SET processed_at = now()
        WHERE organization_id = :organization AND processed_at IS NULL AND occurred_at >= :oldest
        RETURNING event_type, date_trunc('minute', occurred_at) AS bucket
    )
    INSERT INTO rollup_touched SELECT DISTINCT event_type::text, bucket FROM taken
""")

_COUNT_EVENTS = text("""
    INSERT INTO rollup_minutes
    SELECT t.metric, t.bucket, count(*), coalesce(sum(e.processing_time_ms), 0),
           min(e.processing_time_ms), max(e.processing_time_ms)
    FROM rollup_touched t
    JOIN analytics_events e ON e.organization_id = :organization
         AND e.event_type = CAST(t.metric AS analytics_event_type)
         AND e.occurred_at >= t.bucket AND e.occurred_at < t.bucket + interval '1 minute'
    GROUP BY t.metric, t.bucket
""")

_COUNT_SESSIONS = text("""
    INSERT INTO rollup_minutes
    SELECT metric, date_trunc('minute', at), count(*), 0, NULL, NULL
    FROM (SELECT :started AS metric, started_at AS at FROM survey_sessions
          WHERE organization_id = :organization AND started_at >= :since AND started_at < :until
          UNION ALL
          SELECT :completed, completed_at FROM survey_sessions
          WHERE organization_id = :organization
            AND completed_at >= :since AND completed_at < :until) s
    GROUP BY 1, 2
""")

# Minutes that nothing happened in any more: their sessions were erased.
_FORGET_SESSIONS = text("""
    WITH gone AS (
        DELETE FROM metric_rollups m
        WHERE organization_id = :organization AND level = '1m' AND bucket >= :since
          AND bucket < :until AND metric IN (:started, :completed)
          AND NOT EXISTS (SELECT FROM rollup_minutes r
                          WHERE r.metric = m.metric AND r.bucket = m.bucket)
        RETURNING metric, bucket
    )
    INSERT INTO rollup_touched SELECT metric, bucket FROM gone
""")

_UPSERT = """
    ON CONFLICT (organization_id, metric, level, bucket) DO UPDATE
        SET n = excluded.n, total = excluded.total, smallest = excluded.smallest,
            largest = excluded.largest
        WHERE (kept.n, kept.total, kept.smallest, kept.largest)
              IS DISTINCT FROM (excluded.n, excluded.total, excluded.smallest, excluded.largest)
"""

_WRITE_MINUTES = text(f"""
    WITH written AS (
        INSERT INTO metric_rollups AS kept
            (organization_id, metric, level, bucket, n, total, smallest, largest)
        SELECT :organization, metric, '1m', bucket, n, total, smallest, largest FROM rollup_minutes
        {_UPSERT} RETURNING metric, bucket
    )
    INSERT INTO rollup_touched SELECT metric, bucket FROM written
""")


def _coarser(level: str) -> str:
    touched, minute = (_BUCKETS[level].format(of) for of in ("bucket", "m.bucket"))
    return f"""
        WITH touched AS (SELECT DISTINCT metric, {touched} AS bucket FROM rollup_touched),
        counted AS (
            SELECT t.metric, t.bucket, sum(m.n) AS n, sum(m.total) AS total,
                   min(m.smallest) AS smallest, max(m.largest) AS largest
            FROM touched t
            LEFT JOIN metric_rollups m ON m.organization_id = :organization
                 AND m.metric = t.metric AND m.level = '1m' AND m.bucket >= t.bucket
                 AND m.bucket < t.bucket + interval '{_LONGEST[level]}' AND {minute} = t.bucket
            GROUP BY t.metric, t.bucket
        ),
        emptied AS (
            DELETE FROM metric_rollups m USING counted c
            WHERE m.organization_id = :organization AND m.level = '{level}'
              AND m.metric = c.metric AND m.bucket = c.bucket AND c.n IS NULL
        )
        INSERT INTO metric_rollups AS kept
            (organization_id, metric, level, bucket, n, total, smallest, largest)
        SELECT :organization, metric, '{level}', bucket, n, total, smallest, largest
        FROM counted WHERE n IS NOT NULL
        {_UPSERT}
    """


_COARSER = tuple(text(_coarser(level)) for level in _BUCKETS)

_PRUNE = text("DELETE FROM metric_rollups WHERE bucket < :oldest")


def roll_up(
    connection: Connection,
    organization: UUID,
    zone: str,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    now: datetime | None = None,
) -> int:
    """Count events not counted yet, and sessions of the time given; returns rows written.

    Without ``since`` and ``until``: all sessions of the two years that are kept. Owner's
    connection. Raises DatabaseError where another run counts on and on.
    """
    hold(connection, f"rollups {organization}", _BUSY)
    oldest = _minute((now or datetime.now(UTC)) - KEPT)
    key: dict[str, object] = {"organization": organization, "zone": zone, "oldest": oldest}
    key |= {"started": STARTED, "completed": COMPLETED}
    key |= {"since": max(oldest, _minute(since)) if since else oldest, "until": _end(until)}
    for statement in _WORK.split(";"):
        connection.execute(text(statement))
    for work in (_TAKE_EVENTS, _COUNT_EVENTS):
        connection.execute(work, key)
    # From here on, what is touched is what has changed.
    connection.execute(text("TRUNCATE rollup_touched"))
    connection.execute(_COUNT_SESSIONS, key)
    connection.execute(_FORGET_SESSIONS, key)
    written = sum(connection.execute(step, key).rowcount for step in (_WRITE_MINUTES, *_COARSER))
    for table in ("rollup_minutes", "rollup_touched"):
        connection.execute(text(f"DROP TABLE {table}"))
    return written


def prune_rollups(connection: Connection, *, now: datetime | None = None) -> int:
    """Throw away what is older than it is kept, of all organisations; returns rows."""
    oldest = (now or datetime.now(UTC)) - KEPT
    return connection.execute(_PRUNE, {"oldest": oldest}).rowcount


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _end(until: datetime | None) -> datetime:
    """The end of the minute that ``until`` is in, for whole minutes are counted."""
    if until is None:
        return datetime.max.replace(tzinfo=UTC)
    return _minute(until + timedelta(seconds=59, microseconds=999_999))
