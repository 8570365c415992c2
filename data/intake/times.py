"""Times and durations as survey files write them, into UTC and seconds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data.errors import MappingError
from data.intake.cells import Unreadable, parse_number
from data.intake.mapping import TimePart

_UNIX = {"unix": 1.0, "unix-ms": 1000.0}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_SECONDS = {"seconds": 1.0, "minutes": 60.0, "milliseconds": 0.001}


def time_reader(part: TimePart, now: datetime) -> Callable[[str], datetime]:
    """Text to a time in UTC; Unreadable for what does not fit the format or cannot be.

    A time without an offset is in ``part.zone``; one that a clock change makes occur twice is
    the earlier. ``now`` bounds what is believed: day and month exchanged often give a future.
    """
    zone, latest = ZoneInfo(part.zone), now + timedelta(days=1)
    parse = _parser(part.format)

    def read(cell: str) -> datetime:
        try:
            found = parse(cell.strip())
        except (ValueError, OverflowError, OSError):
            raise Unreadable(f"'{cell}' is not a time of the format {part.format}") from None
        found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        if not _EARLIEST <= found <= latest:
            side = "before 1990" if found < _EARLIEST else "in the future"
            raise Unreadable(f"'{cell}' read as {part.format} is {side}")
        return found

    return read


def _parser(format_: str) -> Callable[[str], datetime]:
    if format_ == "iso":
        return _iso
    if format_ in _UNIX:
        return lambda cell: datetime.fromtimestamp(float(cell) / _UNIX[format_], UTC)
    if "%" not in format_:
        raise MappingError(
            f"time > format: '{format_}' is not a format; use iso, unix, unix-ms or a pattern "
            "such as %d.%m.%Y %H:%M."
        )
    try:
        datetime.strptime(datetime(2024, 2, 29, 13, 5, tzinfo=UTC).strftime(format_), format_)
    except ValueError as error:
        raise MappingError(f"time > format: '{format_}' cannot be used: {error}.") from error
    return lambda cell: datetime.strptime(cell, format_)


def _iso(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        # Hours without a leading zero, as spreadsheets write them.
        return datetime.strptime(cell, "%Y-%m-%d %H:%M:%S")


def duration_reader(unit: str, decimal: str) -> Callable[[str], float]:
    """Text to seconds: a number in ``unit``, or h:mm:ss / mm:ss; Unreadable for anything else."""
    factor = _SECONDS[unit]

    def read(cell: str) -> float:
        parts = cell.strip().split(":")
        if len(parts) in (2, 3) and all(part.isdigit() for part in parts):
            return float(sum(int(part) * 60**power for power, part in enumerate(parts[::-1])))
        seconds = parse_number(cell, decimal)
        if seconds is None or seconds < 0:
            raise Unreadable(f"'{cell}' is not a duration in {unit}")
        return seconds * factor

    return read
