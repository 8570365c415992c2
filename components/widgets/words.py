"""How figures are written as text, the same in charts, headlines, tables and summaries.

Readiness and shares as whole numbers, force scores with one decimal, intervals as "62 ± 3".
"""

import textwrap
from datetime import UTC, datetime
from html import escape

from data.analysis.forces import FORCE_NAMES, SEGMENT_NAMES, Figure, Force, Segment
from data.queries.results import MARK_SIGNS, Cell, Column, Difference, Estimate, Mark

MINUS = "−"

SHORT_NAMES: dict[Force, str] = {
    Force.PAIN: "pain",
    Force.PULL: "pull",
    Force.ANCHORS: "anchors",
    Force.ANXIETY: "anxiety",
}

SEGMENT_MEANINGS: dict[Segment, str] = {
    Segment.CHAMPIONS: "high drive, low resistance",
    Segment.TORN: "high drive, high resistance",
    Segment.INDIFFERENT: "low drive, low resistance",
    Segment.RESISTERS: "low drive, high resistance",
    Segment.UNCLASSIFIED: "a side is missing",
}


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A figure with a true minus and thousands separators; with ``sign``, a plus as well."""
    rounded = round(value, decimals) + 0.0
    text = f"{abs(rounded):,.{decimals}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign and rounded > 0 else text


def decimals_of(figure: Figure | Force) -> int:
    """Readiness has none, scores 1-5 have one."""
    return 0 if figure is Figure.READINESS else 1


def mean(estimate: Estimate, decimals: int) -> str:
    """Like "3.4", "≥ 4.8" or "hidden"."""
    if estimate.mean is None:
        return "hidden"
    sign = {"": "", "<=": "≤ ", ">=": "≥ "}[estimate.bound]
    return sign + number(estimate.mean, decimals)


def fine(half: float | None, decimals: int) -> int:
    """Decimals of a figure and its interval: one more where the half-width would read 0."""
    return decimals if half is None or half == 0 or round(half, decimals) else decimals + 1


def interval(estimate: Estimate, decimals: int) -> str:
    """The mean and its half-width: "62 ± 3". Alone without one; "few answers" says why."""
    decimals = fine(estimate.half_width, decimals)
    text = mean(estimate, decimals)
    if estimate.mean is not None and estimate.half_width is not None:
        return f"{text} ± {number(estimate.half_width, decimals)}"
    return f"{text} (few answers)" if estimate.few and estimate.mean is not None else text


def difference(change: Difference, decimals: int) -> str:
    """Like "▲ +0.3 ± 0.1": the mark, the change and its interval; in words where none is known."""
    if change.change is None:
        return "● too few to tell" if change.mark is Mark.TOO_FEW else "● not known"
    decimals = fine(change.half_width, decimals)
    text = f"{MARK_SIGNS[change.mark]} {number(change.change, decimals, sign=True)}"
    if change.half_width is None:
        return text
    return f"{text} ± {number(change.half_width, decimals)}"


def is_marked(change: Difference | None) -> bool:
    """Whether a difference may be claimed in a sentence."""
    return (
        change is not None
        and change.change is not None
        and change.mark in (Mark.BETTER, Mark.WORSE)
    )


def are_apart(one: Estimate, other: Estimate) -> bool:
    """Whether two 95 % intervals do not touch.

    Stricter than a test of the difference at 5 %, whatever the correlation of the two means, so a
    sentence may rest on it where no tested difference is at hand.
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Like "1 person", "1,204 people"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(parts: list[str]) -> str:
    """Like "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


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


def segment_name(segment: Segment) -> str:
    return SEGMENT_NAMES[segment]


def force_name(force: Force) -> str:
    return FORCE_NAMES[force]
