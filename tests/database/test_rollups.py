"""Rollups against counting by hand: late events, clock changes, erasure, and two years."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from data.db.engine import Database
from data.db.tables import analytics_events, survey_sessions, surveys
from data.pipeline.rollups import COMPLETED, KEPT, LEVELS, STARTED, prune_rollups, roll_up

NOW = datetime(2024, 6, 1, tzinfo=UTC)
DAYS = {"1d": 1, "1w": 7}
Buckets = dict[tuple[str, str, datetime], int]


class Source:
    """Events and sessions of one organisation."""

    def __init__(self, database: Database, organization: UUID, zone: str = "UTC") -> None:
        self.database, self.organization, self.zone = database, organization, zone
        with database.owning(organization) as connection:
            self.survey = connection.scalar(
                insert(surveys)
                .values(organization_id=organization, name="Q1")
                .returning(surveys.c.id)
            )

    def events(self, kind: str, times: Sequence[datetime], took: int | None = None) -> None:
        rows = [
            {
                "organization_id": self.organization,
                "event_type": kind,
                "entity_type": "page",
                "entity_id": uuid4(),
                "occurred_at": at,
                "processing_time_ms": took,
            }
            for at in times
        ]
        with self.database.owning(self.organization) as connection:
            connection.execute(insert(analytics_events), rows)

    def sessions(self, times: Sequence[datetime], minutes: int | None = 9) -> None:
        rows = [
            {
                "organization_id": self.organization,
                "survey_id": self.survey,
                "source_key": str(uuid4()),
                "started_at": at,
                "completed_at": at + timedelta(minutes=minutes) if minutes else None,
            }
            for at in times
        ]
        with self.database.owning(self.organization) as connection:
            connection.execute(insert(survey_sessions), rows)

    def roll_up(self, *span: datetime, now: datetime = NOW) -> int:
        with self.database.owning(self.organization) as connection:
            return roll_up(connection, self.organization, self.zone, *span, now=now)

    def run(self, statement: str) -> list[Any]:
        with self.database.owning(self.organization) as connection:
            result = connection.execute(text(statement))
            return list(result) if result.returns_rows else []

    def rollups(self) -> Buckets:
        query = "SELECT metric, level, bucket, n FROM metric_rollups"
        return {(r.metric, r.level, r.bucket): r.n for r in self.run(query)}

    def expected(self) -> Buckets:
        """The same by hand from the rows."""
        times = [(r.event_type, r.occurred_at) for r in self.run("SELECT * FROM analytics_events")]
        for row in self.run("SELECT * FROM survey_sessions"):
            times += [(STARTED, row.started_at), (COMPLETED, row.completed_at)]
        return Counter(
            (metric, level, self._bucket(level, at))
            for metric, at in times
            if at is not None and at >= NOW - KEPT
            for level in LEVELS
        )

    def _bucket(self, level: str, at: datetime) -> datetime:
        if level in ("1m", "5m", "1h"):
            local = at.astimezone(ZoneInfo(self.zone))
            step = {"1m": 1, "5m": 5, "1h": 60}[level]
            base = at.minute if step < 60 else local.minute
            return at.replace(second=0, microsecond=0) - timedelta(minutes=base % step)
        local = at.astimezone(ZoneInfo(self.zone))
        first = local.date() - timedelta(days=local.weekday() if level == "1w" else 0)
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(self.zone))
        return midnight.astimezone(UTC)


@pytest.fixture
def source(database: Database, organization: UUID) -> Source:
    return Source(database, organization)


def spread(count: int, start: datetime, step: timedelta) -> list[datetime]:
    return [start + i * step for i in range(count)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"])
def test_every_level_counts_what_there_is(
    database: Database, organization: UUID, zone: str
) -> None:
    source = Source(database, organization, zone)
    source.events("user_login", spread(200, NOW - timedelta(days=70), timedelta(minutes=517)))
    source.events("dashboard_viewed", spread(60, NOW - timedelta(days=2), timedelta(seconds=31)))
    source.sessions(spread(150, NOW - timedelta(days=65), timedelta(minutes=97)))
    source.sessions(spread(20, NOW - timedelta(days=1), timedelta(minutes=7)), None)
    source.roll_up()
    assert source.rollups() == source.expected()


def test_days_on_which_the_clock_changes(database: Database, organization: UUID) -> None:
    source = Source(database, organization, "Europe/Berlin")
    for night in (datetime(2024, 3, 30, 20, tzinfo=UTC), datetime(2023, 10, 28, 20, tzinfo=UTC)):
        source.events("user_login", spread(120, night, timedelta(minutes=17)))
    source.roll_up()
    assert source.rollups() == source.expected()
    hours = {b for (_, level, b) in source.rollups() if level == "1h"}
    assert datetime(2023, 10, 29, 0, tzinfo=UTC) in hours
    assert datetime(2023, 10, 29, 1, tzinfo=UTC) in hours, "two o'clock comes twice"


def test_again_changes_nothing(source: Source) -> None:
    source.events("user_login", spread(30, NOW - timedelta(days=3), timedelta(minutes=11)))
    source.sessions(spread(30, NOW - timedelta(days=3), timedelta(minutes=13)))
    assert source.roll_up() > 0
    before = source.rollups()
    assert source.roll_up() == 0
    assert source.rollups() == before


def test_late_events_are_counted_into_their_minutes(source: Source) -> None:
    day = NOW - timedelta(days=40)
    source.events("user_login", [day, day + timedelta(seconds=5)])
    source.roll_up()
    source.events("user_login", [day + timedelta(seconds=9), NOW - timedelta(minutes=1)])
    source.roll_up(NOW - timedelta(hours=1), NOW)
    assert source.rollups() == source.expected()
    assert source.rollups()["user_login", "1m", day] == 3
    assert source.run("SELECT FROM analytics_events WHERE processed_at IS NULL") == []


def test_how_long_events_took(source: Source) -> None:
    source.events("export_requested", [NOW - timedelta(minutes=9)], 400)
    source.events("export_requested", [NOW - timedelta(minutes=8)], 100)
    source.events("export_requested", [NOW - timedelta(minutes=7)])
    source.roll_up()
    (day,) = source.run("SELECT * FROM metric_rollups WHERE level = '1d'")
    assert (day.n, day.total, day.smallest, day.largest) == (3, 500, 100, 400)
    (unknown,) = source.run("SELECT * FROM metric_rollups WHERE level = '1m' AND largest IS NULL")
    assert (unknown.n, unknown.total) == (1, 0)


def test_sessions_are_counted_anew_for_the_time_given_only(source: Source) -> None:
    old, new = NOW - timedelta(days=30), NOW - timedelta(minutes=30)
    source.sessions([old, new])
    source.roll_up(NOW - timedelta(hours=1), NOW)
    assert {bucket for (_, level, bucket) in source.rollups() if level == "1m"} == {
        new,
        new + timedelta(minutes=9),
    }
    source.roll_up()
    assert source.rollups() == source.expected()


def test_the_erased_are_no_longer_counted(source: Source) -> None:
    source.sessions(spread(12, NOW - timedelta(days=9), timedelta(minutes=45)))
    source.events("user_login", [NOW - timedelta(days=9)])
    source.roll_up()
    source.run("DELETE FROM survey_sessions WHERE started_at > '2024-05-23 03:00+00'")
    source.roll_up()
    assert source.rollups() == source.expected()
    source.run("DELETE FROM survey_sessions")
    source.roll_up()
    assert {metric for metric, _, _ in source.rollups()} == {"user_login"}


def test_two_years_are_kept(source: Source) -> None:
    source.events("user_login", [NOW - timedelta(days=1), NOW - KEPT - timedelta(days=5)])
    source.sessions([NOW - timedelta(days=1), NOW - KEPT - timedelta(days=5)])
    source.roll_up()
    assert source.rollups() == source.expected()
    with source.database.owning() as connection:
        assert prune_rollups(connection, now=NOW) == 0
        assert prune_rollups(connection, now=NOW + KEPT + timedelta(days=30)) > 0
    assert source.rollups() == {}


def test_organisations_are_counted_apart(database: Database, organization: UUID) -> None:
    with database.owning() as connection:
        other = connection.scalar(
            text("INSERT INTO organizations (name) VALUES ('Other') RETURNING id")
        )
    here, there = Source(database, organization), Source(database, other)
    for source in (here, there):
        source.events("user_login", [NOW - timedelta(minutes=2)])
    here.roll_up()
    owners = here.run("SELECT DISTINCT organization_id AS o FROM metric_rollups")
    assert [row.o for row in owners] == [organization]
    there.roll_up()
    assert len(here.run("SELECT DISTINCT organization_id FROM metric_rollups")) == 2


def test_without_anything_nothing_is_written(source: Source) -> None:
    assert source.roll_up() == 0
