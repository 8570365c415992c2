"""Horizontal bars with their label above each: readable on a phone however long the names are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.theme import QUIET, TEXT, TRACK
from components.widgets import words
from components.widgets.figures import ROW, box, canvas, rule, say, swatch

NAME_LENGTH = 40
"""Characters of a name that fit beside its value at 320 px; hover has the whole name."""


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
) -> go.Figure:
    """Bars downward in the given order, from ``start``, on an axis from ``ends[0]`` to ``ends[1]``.

    ``mark`` is the reading line (zero, or the middle of a scale). ``key`` names colours where the
    bars' own labels do not. Grows with the rows.
    """
    bottom = KEY if key else 0
    height = max(len(rows), 1) * ROW + bottom
    drawn = canvas(x=ends, y=(max(len(rows), 1), 0), height=height, margin=(2, 2, 0, bottom))
    for position, (name, colour) in enumerate((key or {}).items()):
        at = (position / len(key or {}), 0.0)
        swatch(drawn, colour, at, shift=(0, -14))
        say(drawn, name, at=at, anchor="left", refs=("paper", "paper"), shift=(17, -14))
    for position, row in enumerate(rows):
        _label(drawn, row, position)
        if row.value is not None:
            box(drawn, ends, (position + 0.56, position + 0.84), TRACK)
            _bar(drawn, row, position, start)
            rule(drawn, (mark, mark), (position + 0.5, position + 0.9), QUIET)
    return drawn


def _label(drawn: go.Figure, row: Bar, position: int) -> None:
    room = max(NAME_LENGTH - len(row.said), 12)
    name = words.safe(words.cut(row.name, room))
    refs = ("paper", "y")
    top = position + 0.27
    say(drawn, name, at=(0, top), anchor="left", refs=refs, hover=words.safe(row.name))
    say(drawn, row.said, at=(1, top), anchor="right", refs=refs)


def _bar(drawn: go.Figure, row: Bar, position: int, start: float) -> None:
    middle = position + 0.7
    drawn.add_trace(
        go.Bar(
            orientation="h",
            x=[(row.value or 0.0) - start],
            base=[start],
            y=[middle],
            width=[0.28],
            marker={"color": row.colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[row.hover],
        )
    )
    if row.low is not None and row.high is not None:
        rule(drawn, (row.low, row.high), (middle, middle), TEXT, 1.5)
        for end in (row.low, row.high):
            rule(drawn, (end, end), (middle - 0.1, middle + 0.1), TEXT, 1.5)
