"""What all figures share: an empty canvas, text at a place, bands and shapes.

Figures are drawn without knowing their width (the card decides it, from 320 px up), so text is
placed at fractions of the canvas and moved by pixels, and nothing needs room that a phone lacks.
Colours are the light theme's and stand alone (no mixed rgba): the browser swaps them for dark.
"""

from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from components.theme import ACCENT, FORCE_COLOURS, QUIET, TEXT, template
from data.analysis.forces import Figure, Force

SMALL, BODY, LEAD, SUBHEAD, HUGE = 12, 14, 16, 20, 40
"""Text sizes of the design language, in pixels."""

ROW = 40
"""Pixels of one bar with its label above it."""


def colour_of(figure: Figure | Force) -> str:
    """A force's own colour; readiness and everything else, the accent."""
    return FORCE_COLOURS.get(Force(figure.value), ACCENT) if figure.value in set(Force) else ACCENT


def canvas(
    *,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] | None = None,
    height: int | None = None,
    margin: tuple[int, int, int, int] = (0, 0, 0, 0),
) -> go.Figure:
    """A figure without axes to be seen; ``margin`` is left, right, top, bottom in pixels.

    ``height`` in pixels only for figures that grow with their rows: the card then scrolls.
    """
    left, right, top, bottom = margin
    figure = go.Figure()
    figure.update_layout(
        template=template(),
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
    )
    bare = {"visible": False, "fixedrange": True}
    figure.update_xaxes(**bare, range=None if x is None else list(x))
    figure.update_yaxes(**bare, range=None if y is None else list(y))
    return figure


def say(
    figure: go.Figure,
    text: str,
    *,
    at: tuple[float, float],
    anchor: Literal["left", "center", "right"] = "center",
    vertical: Literal["top", "middle", "bottom"] = "middle",
    size: int = SMALL,
    colour: str = TEXT,
    bold: bool = False,
    shift: tuple[int, int] = (0, 0),
    refs: tuple[str, str] = ("x", "y"),
    hover: str = "",
    **more: Any,
) -> None:
    """Put text at a place; ``refs`` are Plotly's ("paper" or an axis), ``shift`` pixels."""
    if hover:
        more["hovertext"] = hover
    figure.add_annotation(
        text=text,
        x=at[0],
        y=at[1],
        xref=refs[0],
        yref=refs[1],
        xanchor=anchor,
        yanchor=vertical,
        xshift=shift[0],
        yshift=shift[1],
        align=anchor,
        showarrow=False,
        font={"size": size, "color": colour, "weight": 600 if bold else 400},
        **more,
    )


def box(
    figure: go.Figure,
    x: tuple[float, float],
    y: tuple[float, float],
    colour: str,
    **more: Any,
) -> None:
    """A filled rectangle in data units, without an outline."""
    figure.add_shape(
        {"type": "rect", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "fillcolor": colour}
        | {"line": {"width": 0}, "layer": "below"}
        | more
    )


def rule(
    figure: go.Figure,
    x: tuple[float, float],
    y: tuple[float, float],
    colour: str = QUIET,
    width: float = 1,
    **more: Any,
) -> None:
    """A straight line in data units."""
    line = {"color": colour, "width": width} | more.pop("line", {})
    figure.add_shape(
        {"type": "line", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "line": line}
        | {"layer": "above"}
        | more
    )


def swatch(
    figure: go.Figure, colour: str, at: tuple[float, float], *, shift: tuple[int, int] = (0, 0)
) -> None:
    """A square of 12 px whose left middle is at this fraction of the canvas."""
    figure.add_shape(
        {"type": "rect", "xref": "paper", "yref": "paper", "xsizemode": "pixel"}
        | {"ysizemode": "pixel", "xanchor": at[0], "yanchor": at[1]}
        | {"x0": shift[0], "x1": shift[0] + 12, "y0": shift[1] - 6, "y1": shift[1] + 6}
        | {"fillcolor": colour, "line": {"width": 0}}
    )


def band(
    figure: go.Figure,
    xs: Sequence[Any],
    lows: Sequence[float],
    highs: Sequence[float],
    colour: str,
) -> None:
    """The interval band of a line, as one closed shape."""
    figure.add_trace(
        go.Scatter(
            x=[*xs, *reversed(xs)],
            y=[*highs, *reversed(lows)],
            fill="toself",
            fillcolor=colour,
            line={"width": 0, "color": colour},
            mode="lines",
            opacity=0.2,
            hoverinfo="skip",
        )
    )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels near the wanted ones, at least ``gap`` apart, inside low..high.

    Labels keep their order. Where they cannot all fit, they are spaced evenly.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    places: list[float] = []
    for index in order:
        floor = places[-1] + gap if places else low
        places.append(max(wanted[index], floor))
    top = high
    for position in range(len(places) - 1, -1, -1):
        places[position] = min(places[position], top)
        top = places[position] - gap
    result = [0.0] * len(wanted)
    for index, place in zip(order, places, strict=True):
        result[index] = place
    return result
