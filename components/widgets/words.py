"""Text of charts, headlines, tables and summaries.

Figures are written by ``data.analysis.wording``, as in the sentence on top of the page.
"""

import textwrap
from datetime import UTC, datetime
from html import escape

from data.analysis import wording
from data.analysis.forces import Segment
from data.analysis.gate import claimed
from data.analysis.wording import (
    MINUS,
    SHORT_NAMES,
    change,
    decimals_of,
    fine,
    listed,
    mean,
    moved,
    number,
)
from data.queries.results import MARK_SIGNS, Cell, Column, Difference, Estimate, Mark

__all__ = [
    "MINUS",
    "SEGMENT_MEANINGS",
    "SHORT_NAMES",
    "are_apart",
    "capital",
    "cell",
    "change",
    "count",
    "cut",
    "day",
    "decimals_of",
    "difference",
    "fine",
    "interval",
    "is_marked",
    "listed",
    "mean",
    "moment",
    "moved",
    "number",
    "safe",
    "since",
    "wrap",
]

SEGMENT_MEANINGS: dict[Segment, str] = {
    Segment.CHAMPIONS: "high drive, low resistance",
    Segment.TORN: "high drive, high resistance",
    Segment.INDIFFERENT: "low drive, low resistance",
    Segment.RESISTERS: "low drive, high resistance",
    Segment.UNCLASSIFIED: "a side is missing",
}


def interval(estimate: Estimate, decimals: int) -> str:
    """Like "62 ± 3"; where there is no interval, "few answers" says why."""
    text = wording.interval(estimate, decimals)
    return f"{text} (few answers)" if estimate.few and estimate.mean is not None else text


def difference(of: Difference, decimals: int) -> str:
    """Like "▲ +0.3 ± 0.1": the mark, the change and its interval; in words where none is known."""
    if of.change is None:
        return "● too few to tell" if of.mark is Mark.TOO_FEW else "● not known"
    return f"{MARK_SIGNS[of.mark]} {wording.change_interval(of, decimals)}"


def is_marked(of: Difference | None) -> bool:
    """Whether a difference may be claimed in a sentence."""
    return of is not None and of.change is not None and of.mark in (Mark.BETTER, Mark.WORSE)


def are_apart(one: Estimate, other: Estimate) -> bool:
    """Whether two 95 % intervals do not touch, without the correction for those invited.

    Stricter than a test of the difference at 5 %, whatever the correlation of the two means, so a
    sentence may rest on it where no tested difference is at hand.
    """
    a, b = claimed(one), claimed(other)
    return a is not None and b is not None and (a[0] > b[1] or b[0] > a[1])


def side_of(of: Estimate, value: float) -> int:
    """1 where the whole 95 % interval lies above the value, -1 below, 0 where neither is so.

    Without the correction for those invited: it is a test.
    """
    found = claimed(of)
    return 0 if found is None else (found[0] > value) - (found[1] < value)


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Like "1 person", "1,204 people"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def since(previous: str, most: int = 12) -> str:
    """Like " since Q2"; a long name of a wave would fill the title, so it stays in the table."""
    if not previous:
        return ""
    return f" since {previous}" if len(previous) <= most else " since the last wave"


def cut(text: str, most: int) -> str:
    """At most ``most`` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def safe(text: str) -> str:
    """A name as chart text: Plotly reads a few HTML tags in labels, names must not be read so."""
    return escape(text, quote=False)


def wrap(text: str, width: int, lines: int = 2) -> str:
    """Chart text of at most ``lines`` lines of ``width`` characters, cut at the end if longer."""
    parts = textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], cut(" ".join(parts[lines - 1 :]), width)]
    return "<br>".join(safe(part) for part in parts)


def day(time: datetime, today: datetime | None = None) -> str:
    """Like "22 Nov", with the year where it is not this one (both in UTC)."""
    time, today = time.astimezone(UTC), today or datetime.now(UTC)
    return f"{time.day} {time:%b}" + ("" if time.year == today.year else f" {time.year}")


def moment(time: datetime) -> str:
    """Like "22 Nov 2026, 18:05 UTC"."""
    time = time.astimezone(UTC)
    return f"{time.day} {time:%b %Y, %H:%M} UTC"


def cell(value: Cell, column: Column) -> str:
    """A table's cell as people read it; an unknown one is an en dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, str):
        return value
    decimals = {"whole": 0, "percent": 0}.get(column.kind, column.decimals)
    if decimals is not None:
        return number(value, fine(value, decimals))
    return MINUS * (value < 0) + f"{abs(value):,.10g}"
