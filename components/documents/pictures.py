"""A widget's figure as PNG or SVG: in the light theme, saying itself what it shows."""

import textwrap
from pathlib import Path
from typing import Literal

import plotly.graph_objects as go

from components.documents.about import About
from components.documents.browser import BROWSER
from components.theme import CARD, QUIET, TEXT
from components.widgets.words import safe

PAD = 20
TITLE, SMALL = 16, 12
TITLE_LINE, SMALL_LINE = 23, 17
PNG_SCALE = 2.0
"""Pixels of a PNG per CSS pixel: sharp on paper and on dense screens."""


def png(
    figure: go.Figure, about: About, size: tuple[int, int], chromium: Path | None = None
) -> bytes:
    """``size`` is the drawing's own, in CSS pixels; the words come on top. Raises DocumentError."""
    return _picture(figure, about, size, "png", chromium)


def svg(
    figure: go.Figure, about: About, size: tuple[int, int], chromium: Path | None = None
) -> bytes:
    return _picture(figure, about, size, "svg", chromium)


def _picture(
    figure: go.Figure,
    about: About,
    size: tuple[int, int],
    kind: Literal["png", "svg"],
    chromium: Path | None,
) -> bytes:
    framed, whole = frame(figure, about, size)
    scale = PNG_SCALE if kind == "png" else 1.0
    return BROWSER.picture(framed.to_dict(), kind, whole, scale, chromium)


def frame(
    figure: go.Figure, about: About, size: tuple[int, int]
) -> tuple[go.Figure, tuple[int, int]]:
    """A copy with title above and base, threshold and data's age below, and its whole size."""
    width, height = size
    title = textwrap.wrap(about.title, max(width // 10, 20))
    small = textwrap.wrap(". ".join([about.sentence(), *about.notes]), max(width // 7, 30))
    top = PAD + len(title) * TITLE_LINE + 12
    bottom = 12 + len(small) * SMALL_LINE + PAD
    framed = go.Figure(figure)
    margin = framed.layout.margin
    left, upper, lower = margin.l or 0, margin.t or 0, margin.b or 0
    framed.update_layout(
        paper_bgcolor=CARD,
        height=None,
        margin={
            "l": left + PAD,
            "r": (margin.r or 0) + PAD,
            "t": upper + top,
            "b": lower + bottom,
        },
    )
    _write(framed, title, TITLE, left, above=upper + top - PAD)
    _write(framed, small, SMALL, left, below=lower + 12)
    return framed, (width + 2 * PAD, height + top + bottom)


def _write(
    figure: go.Figure, lines: list[str], size: int, left: int, above: int = 0, below: int = 0
) -> None:
    """Lines at the canvas's left edge, ``above`` its top or ``below`` its bottom, in pixels."""
    figure.add_annotation(
        text="<br>".join(safe(line) for line in lines),
        x=0,
        y=1 if above else 0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        xshift=-left,
        yshift=above or -below,
        align="left",
        showarrow=False,
        font={
            "size": size,
            "color": TEXT if above else QUIET,
            "weight": 600 if above else 400,
        },
    )
