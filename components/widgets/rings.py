"""Rings: a donut of parts with labels beside it, and a ring of progress with its number inside."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.theme import ACCENT, CARD, QUIET, TRACK
from components.widgets.figures import BODY, SMALL, SUBHEAD, canvas, say, swatch

LABELS = 0.52
"""Where the labels' column starts, as a share of the width; the ring stands left of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a donut: ``said`` is its value in words, under its name."""

    name: str
    value: float
    said: str
    colour: str
    pattern: str = ""


def donut(parts: Sequence[Part], centre: str, under: str) -> go.Figure:
    """Parts clockwise from the top, named in a column in the same order, each with its swatch."""
    drawn = canvas(x=(0, 1), y=(0, 1), margin=(2, 2, 4, 4))
    drawn.add_trace(
        _ring([p.value for p in parts], [p.colour for p in parts], [p.pattern for p in parts])
    )
    drawn.data[0].update(
        domain={"x": [0, LABELS - 0.08], "y": [0, 1]},
        hoverinfo="text",
        hovertext=[f"{part.name}: {part.said}" for part in parts],
    )
    middle = (LABELS - 0.08) / 2
    refs = ("paper", "paper")
    say(drawn, f"<b>{centre}</b><br>{under}", at=(middle, 0.5), size=SMALL, refs=refs)
    step = min(1 / max(len(parts), 1), 0.24)
    for position, part in enumerate(parts):
        height = 0.5 + step * ((len(parts) - 1) / 2 - position)
        text = f"<b>{part.name}</b><br>{part.said}"
        say(drawn, text, at=(LABELS, height), anchor="left", refs=refs, shift=(18, 0))
        swatch(drawn, part.colour, (LABELS, height), shift=(0, 8))
    return drawn


def _ring(
    values: Sequence[float], colours: Sequence[str], patterns: Sequence[str], hole: float = 0.62
) -> go.Pie:
    return go.Pie(
        values=list(values),
        sort=False,
        direction="clockwise",
        hole=hole,
        textinfo="none",
        marker={
            "colors": list(colours),
            "line": {"color": CARD, "width": 2},
            "pattern": {
                "shape": list(patterns),
                "fgcolor": CARD,
                "size": 6,
                "solidity": 0.25,
                "fillmode": "overlay",
            },
        },
    )


def progress(percent: float | None, inside: str, beside: str) -> go.Figure:
    """A ring filled clockwise to ``percent`` (0-100); None draws the empty ring."""
    drawn = canvas(x=(0, 1), y=(0, 1), margin=(2, 2, 4, 4))
    filled = min(max(percent or 0.0, 0.0), 100.0)
    ring = _ring([filled, 100 - filled], [ACCENT, TRACK], ["", ""], 0.8)
    ring.update(hoverinfo="skip", domain={"x": [0, LABELS - 0.08], "y": [0, 1]})
    drawn.add_trace(ring)
    refs = ("paper", "paper")
    middle = ((LABELS - 0.08) / 2, 0.5)
    say(drawn, inside, at=middle, size=SUBHEAD, bold=True, refs=refs)
    say(drawn, beside, at=(LABELS, 0.5), anchor="left", size=BODY, colour=QUIET, refs=refs)
    return drawn
