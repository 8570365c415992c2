"""Horizontal bars with their label above each: readable on a phone however long the names are."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.theme import QUIET, TEXT, TRACK
from components.widgets import words
from components.widgets.figures import ROW, box, canvas, rule, say, swatch

NAME_LENGTH = 44
"""Characters of a name that fit beside its value at 320 px; hover has the whole name."""
LINE = 16
"""Pixels a further line of a name takes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from the axis's start to ``value``, with its interval in the same unit.

    ``said`` stands at the right, above the bar; ``value`` None draws the words alone.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    said: str
    colour: str
    hover: str


KEY = 24
"""Pixels of the line under the bars that says what the colours mean."""


def bars(
    rows: Sequence[Bar],
    start: float,
    ends: tuple[float, float],
    mark: float,
    key: Mapping[str, str] | None = None,
    lines: int = 1,
) -> go.Figure:
    """Bars downward in the given order, from ``start``, on an axis from ``ends[0]`` to ``ends[1]``.

    ``mark`` is the reading line (zero, or the middle of a scale). ``key`` names colours where the
    bars' own labels do not. Names take up to ``lines`` lines. Grows with the rows.
    """
    bottom = KEY if key else 0
    place = _Place(ROW + LINE * (lines - 1), lines)
    height = max(len(rows), 1) * place.height + bottom
    drawn = canvas(x=ends, y=(max(len(rows), 1), 0), height=height, margin=(2, 2, 0, bottom))
    for position, (name, colour) in enumerate((key or {}).items()):
        at = (position / len(key or {}), 0.0)
        swatch(drawn, colour, at, shift=(0, -14))
        say(drawn, name, at=at, anchor="left", refs=("paper", "paper"), shift=(17, -14))
    for position, row in enumerate(rows):
        _label(drawn, row, position, place)
        if row.value is not None:
            box(drawn, ends, place.between(position, 0.56, 0.84), TRACK)
            _bar(drawn, row, position, start, place)
            rule(drawn, (mark, mark), place.between(position, 0.5, 0.9), QUIET)
    return drawn


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things stand within a row ``height`` pixels high, its name above its bar."""

    height: int
    lines: int

    def at(self, position: int, share: float) -> float:
        """``share`` of a row with a name of one line; further lines push it down."""
        return position + (share * ROW + LINE * (self.lines - 1)) / self.height

    def between(self, position: int, top: float, bottom: float) -> tuple[float, float]:
        return self.at(position, top), self.at(position, bottom)


def _label(drawn: go.Figure, row: Bar, position: int, place: _Place) -> None:
    name = _name(row, place.lines)
    refs = ("paper", "y")
    foot = place.at(position, 0.27)
    middle = foot - name.count("<br>") * LINE / 2 / place.height
    say(drawn, name, at=(0, middle), anchor="left", refs=refs, hover=words.safe(row.name))
    say(drawn, row.said, at=(1, foot), anchor="right", refs=refs)


def _name(row: Bar, lines: int) -> str:
    """The last line shares its row with the value; the lines above it have the whole width."""
    room = max(NAME_LENGTH - len(row.said), 12)
    parts = textwrap.wrap(" ".join(row.name.split()), NAME_LENGTH, break_on_hyphens=False)
    if lines == 1 or len(row.name) <= room or len(parts) < lines:
        return words.wrap(row.name, room, lines)
    above, last = parts[: lines - 1], words.cut(" ".join(parts[lines - 1 :]), room)
    return "<br>".join(words.safe(part) for part in (*above, last))


def _bar(drawn: go.Figure, row: Bar, position: int, start: float, place: _Place) -> None:
    middle = place.at(position, 0.7)
    drawn.add_trace(
        go.Bar(
            orientation="h",
            x=[(row.value or 0.0) - start],
            base=[start],
            y=[middle],
            width=[0.28 * ROW / place.height],
            marker={"color": row.colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[row.hover],
        )
    )
    if row.low is not None and row.high is not None:
        rule(drawn, (row.low, row.high), (middle, middle), TEXT, 1.5)
        for end in (row.low, row.high):
            rule(drawn, (end, end), place.between(position, 0.6, 0.8), TEXT, 1.5)
