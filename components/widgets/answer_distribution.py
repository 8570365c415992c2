"""How answers are spread: stacked bars on both sides of the scale's middle, question by question.

Left is the low end of the scale as it was asked, right the high end; nothing says which is good.
"""

from collections import defaultdict
from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, LIGHT, QUIET, TEXT, TRACK
from components.widgets import words
from components.widgets.figures import SMALL, canvas, rule, say, swatch
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import Force
from data.queries.results import DistributionAnswer, DistributionRow, SpreadPart

ROW, LINE, KEY = 58, 16, 40
"""Pixels of a row with a name of one line, of a further line, and of what the colours mean."""
NAME_LENGTH = 44
READABLE = 8.0
"""Percent below which a part is too narrow for its number."""
STRONGEST, WEAKEST = 0.62, 0.22
"""Opacity at the ends of the scale and next to its middle, so that text on them reads."""
UNKNOWN_ITEM = "This question is not in this survey. Choose another in the settings."


class DistributionOptions(Options):
    """Which questions; ``item`` is the key of a single one. The table always has all of them."""

    show: int = Field(default=8, ge=1, le=200, title="How many questions")
    order: Literal["asked", "highest", "lowest"] = Field(default="asked", title="Order")
    force: Force | None = Field(default=None, title="Only questions of this force")
    item: str = Field(default="", max_length=300, title="Only the question with this key")


def chosen(answer: DistributionAnswer, options: DistributionOptions) -> list[DistributionRow]:
    """The rows to draw; those too few answered come last."""
    rows = [
        row
        for row in answer.rows
        if (options.force is None or row.force is options.force)
        and (not options.item or row.id == options.item)
    ]
    if options.order != "asked":
        sign = -1.0 if options.order == "highest" else 1.0
        rows.sort(key=lambda row: (not row.parts, sign * _above(row)))
    return rows[: options.show]


def _side(row: DistributionRow, part: SpreadPart) -> float:
    """Where a part lies: -1 the lowest point, 0 the middle, 1 the highest."""
    middle = (len(row.points) - 1) / 2
    return ((part.first + part.last) / 2 - middle) / middle if middle else 0.0


def _above(row: DistributionRow) -> float:
    """Percent on the upper side of the middle."""
    return sum(part.share for part in row.parts if _side(row, part) > 0)


def _below(row: DistributionRow) -> float:
    return sum(part.share for part in row.parts if _side(row, part) < 0)


def _start(row: DistributionRow) -> float:
    """Where a row's bar begins, so that half of what is in the middle is on either side of 0."""
    middle = sum(part.share for part in row.parts if _side(row, part) == 0)
    return -_below(row) - middle / 2


def figure(answer: DistributionAnswer, options: DistributionOptions) -> go.Figure:
    """One bar a question; all share one middle line."""
    rows = chosen(answer, options)
    shown = [row for row in rows if row.parts]
    left = min([_start(row) for row in shown], default=-50.0)
    right = max([_start(row) + sum(p.share for p in row.parts) for row in shown], default=50.0)
    height = ROW + LINE
    count = max(len(rows), 1)
    drawn = canvas(
        x=(left, right), y=(count, 0), height=height * count + KEY, margin=(2, 2, 0, KEY)
    )
    if not rows:
        message = UNKNOWN_ITEM if options.item else "No question of this force."
        say(drawn, message, at=(0, 0.5), anchor="left", refs=("paper", "y"))
    for position, row in enumerate(rows):
        _label(drawn, row, position)
    drawn.update_layout(barmode="overlay")
    _parts(drawn, rows)
    for position, row in enumerate(rows):
        if row.parts:
            rule(drawn, (0.0, 0.0), (position + 0.62, position + 0.98), QUIET)
    if shown:
        _key(drawn, shown)
    return drawn


FOOT = 2 * LINE / (ROW + LINE)
"""Of a row, where the lines of its label end."""


def _label(drawn: go.Figure, row: DistributionRow, position: int) -> None:
    said = f"n = {row.n:,}" if row.parts else "too few to show"
    name = words.wrap(row.text, NAME_LENGTH, 2)
    whole = words.wrap(row.text, 48, 4)
    at = position + FOOT
    refs = ("paper", "y")
    say(drawn, name, at=(0, at), anchor="left", vertical="bottom", refs=refs, hover=whole)
    say(drawn, said, at=(1, at), anchor="right", vertical="bottom", colour=QUIET, refs=refs)


def _parts(drawn: go.Figure, rows: list[DistributionRow]) -> None:
    """One trace for each shade: parts of the same side and strength together."""
    shades: dict[tuple[str, float], list[tuple[float, float, float, str, str]]] = defaultdict(list)
    for position, row in enumerate(rows):
        begin = _start(row)
        for part in row.parts:
            shade = _shade(_side(row, part))
            text = words.number(part.share) if part.share >= READABLE else ""
            shades[shade].append((part.share, begin, position + 0.8, text, _hover(row, part)))
            begin += part.share
    for (colour, opacity), bars in shades.items():
        widths, begins, places, texts, hovers = (list(column) for column in zip(*bars, strict=True))
        drawn.add_trace(
            go.Bar(
                orientation="h",
                x=widths,
                base=begins,
                y=places,
                width=[0.3] * len(bars),
                marker={"color": colour, "opacity": opacity, "line": {"width": 0}},
                text=texts,
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"size": SMALL, "color": TEXT},
                hoverinfo="text",
                hovertext=hovers,
            )
        )


def _shade(side: float) -> tuple[str, float]:
    if side == 0:
        return TRACK, 1.0
    colour = ACCENT if side > 0 else LIGHT.unclassified
    return colour, round(WEAKEST + (STRONGEST - WEAKEST) * abs(side), 2)


def _hover(row: DistributionRow, part: SpreadPart) -> str:
    label = words.wrap(part.label, 48, 3)
    return f"{words.wrap(row.text, 48, 4)}<br>{label}: {words.number(part.share, 1)} %"


def _key(drawn: go.Figure, rows: list[DistributionRow]) -> None:
    """The ends of the scale, where all questions drawn have the same; else just low and high."""
    scales = {row.points for row in rows}
    points = next(iter(scales)) if len(scales) == 1 else ("lowest answer", "highest answer")
    ends = ((points[0], -1.0, 0.0), (points[-1], 1.0, 0.5))
    for name, side, place in ends:
        colour, opacity = _shade(side)
        swatch(drawn, colour, (place, 0.0), shift=(0, -24))
        drawn.layout.shapes[-1].opacity = opacity
        text = words.safe(words.cut(name, 20))
        say(drawn, text, at=(place, 0), anchor="left", refs=("paper", "paper"), shift=(17, -24))


def headline(answer: DistributionAnswer, options: DistributionOptions) -> str:
    rows = [row for row in chosen(answer, options) if row.parts]
    if not rows:
        return "How answers are spread"
    most = max(rows, key=lambda row: max(_above(row), _below(row)))
    upper = _above(most) >= _below(most)
    share = words.number(_above(most) if upper else _below(most))
    side = "upper" if upper else "lower"
    return f"{share} % are on the {side} side of “{words.cut(most.text, 60)}”"


def summary(answer: DistributionAnswer, options: DistributionOptions) -> str:
    rows = chosen(answer, options)
    shown = [row for row in rows if row.parts]
    if not rows:
        return UNKNOWN_ITEM if options.item else "No question of this force was asked."
    if not shown:
        return "No question has enough answers to show how they are spread."
    parts = [
        f"{words.capital(words.cut(row.text, 80))}: {words.number(_below(row))} % below the "
        f"middle, {words.number(_above(row))} % above it"
        for row in shown
    ]
    hidden = len(rows) - len(shown)
    note = f" Too few answered {words.count(hidden, 'question')}." if hidden else ""
    return f"{'; '.join(parts)}.{note}"


WIDGET = Widget(
    key="answer-distribution",
    type=WidgetType.BAR_CHART,
    title="How answers are spread",
    unit="share of answers, %",
    description=(
        "The share of answers to each point of the scale, as it was asked: the low end on the "
        "left, the high end on the right of the line, what is in the middle on both sides of it. "
        "From 30 answers on; points that fewer than 5 people chose are shown with their neighbour, "
        "and people are counted in fives."
    ),
    question=queries.distribution,
    options=DistributionOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.n for row in answer.rows if row.parts),
    size=(6, 8),
)
