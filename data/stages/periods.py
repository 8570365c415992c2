"""Hours to years as summaries know them: of the organisation's zone, weeks by ISO 8601.

A period's key is its type and its first local day; the moments are PostgreSQL's, which knows what
midnight is where the clock changes at midnight.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, text

from data.stages.base import Level

PeriodType = Literal["hour", "day", "week", "month", "quarter", "year"]

BY_LEVEL: dict[Level, tuple[PeriodType, ...]] = {
    "real-time": (),
    "hourly": ("hour", "day"),
    "daily": ("hour", "day", "week", "month", "quarter", "year"),
    "weekly": ("hour", "day", "week", "month", "quarter", "year"),
}
"""Which summaries a level writes."""

_MOMENTS = text("""
    SELECT day, day::timestamp AT TIME ZONE :zone AS at
    FROM unnest(CAST(:days AS date[])) AS d (day)
""")


def first_day(type_: PeriodType, day: date) -> date:
    """The first day of the period that holds ``day``; an hour's is the day itself."""
    if type_ == "week":
        return day - timedelta(days=day.weekday())
    if type_ == "month":
        return day.replace(day=1)
    if type_ == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1)
    return date(day.year, 1, 1) if type_ == "year" else day


def next_first_day(type_: PeriodType, first: date) -> date:
    """The first day of the period after the one that begins on ``first``."""
    longest = {"hour": 1, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
    return first_day(type_, first + timedelta(days=longest[type_]))


def moments(connection: Connection, zone: str, days: Iterable[date]) -> dict[date, datetime]:
    """When these days begin in the zone."""
    rows = connection.execute(_MOMENTS, {"zone": zone, "days": sorted(set(days))})
    return {row.day: row.at for row in rows}
