"""When the demo's waves took place: the four quarters that ended before today, three weeks each."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.demo.story import WAVES

TIMEZONE = "Europe/Berlin"
DAYS_OPEN = 21


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave: "2026 Q3", and its first local midnight. No clock change falls into a wave."""

    number: int
    name: str
    opened_at: datetime
    closed_at: datetime


def waves(now: datetime) -> tuple[Wave, ...]:
    """The four waves, oldest first. ``now`` is aware; quarters are those of TIMEZONE."""
    today = now.astimezone(ZoneInfo(TIMEZONE)).date()
    current = today.year * 4 + (today.month - 1) // 3
    return tuple(_wave(number, current - WAVES + number) for number in range(WAVES))


def _wave(number: int, quarter: int) -> Wave:
    year, index = divmod(quarter, 4)
    # From the first Monday of the quarter's second month: clear of clock changes and of New Year.
    first = date(year, 3 * index + 2, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    opened = datetime.combine(monday, time(), ZoneInfo(TIMEZONE))
    closed = datetime.combine(monday + timedelta(days=DAYS_OPEN), time(), ZoneInfo(TIMEZONE))
    return Wave(number, f"{year} Q{index + 1}", opened, closed)
