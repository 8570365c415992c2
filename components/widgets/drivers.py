"""What the outcome is associated with: the forces, or single questions, by relative weight."""

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, FORCE_COLOURS
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import FORCE_NAMES, Force
from data.analysis.gate import FINE
from data.queries.results import DriverRow, DriversAnswer

SHOWN_IN_WORDS = 4
ROOM = 1.02
"""The axis ends a little beyond the longest interval, so that its end is seen."""
WAYS = {1: "", -1: ", inverse", 0: ""}
DIRECTIONS = {
    1: "the outcome is higher where it is higher",
    -1: "the outcome is lower where it is higher",
    0: "without a direction",
}


class ItemDriversOptions(Options):
    """How many questions; the table always has all of them."""

    show: int = Field(default=12, ge=1, le=60, title="How many questions")


def _decimals(answer: DriversAnswer) -> int:
    return 3 if (answer.respondents or 0) >= FINE else 2


def _draw(answer: DriversAnswer, rows: tuple[DriverRow, ...], lines: int) -> go.Figure:
    longest = (max((row.high for row in rows), default=0.0) or 1.0) * ROOM
    drawn = [_bar(row, _decimals(answer)) for row in rows]
    return bars(drawn, 0.0, (0.0, longest), 0.0, _key(rows) if lines > 1 else None, lines=lines)


def _bar(row: DriverRow, decimals: int) -> Bar:
    weight, low, high = (words.number(v, decimals) for v in (row.weight, row.low, row.high))
    return Bar(
        name=row.name,
        value=row.weight,
        low=row.low,
        high=row.high,
        said=f"{words.number(row.share)} %{WAYS[row.sign]}",
        colour=FORCE_COLOURS[row.force] if row.force else ACCENT,
        hover=f"{words.wrap(row.name, 48, 4)}<br>relative weight {weight} ({low} to {high})<br>"
        f"{words.number(row.share)} % of what is explained; {DIRECTIONS[row.sign]}",
    )


def _key(rows: tuple[DriverRow, ...]) -> dict[str, str]:
    """The colours of the forces among these rows."""
    forces = {row.force for row in rows}
    return {words.capital(words.SHORT_NAMES[f]): FORCE_COLOURS[f] for f in Force if f in forces}


def stands_out(answer: DriversAnswer) -> bool:
    """Whether the first weight's interval lies above all others."""
    first, *others = answer.rows
    return all(first.low > other.high for other in others)


def _called(row: DriverRow) -> str:
    if row.force and row.name == FORCE_NAMES[row.force]:
        return words.SHORT_NAMES[row.force]
    return f"“{words.cut(row.name, 48)}”"


def _headline(answer: DriversAnswer) -> str:
    if not answer.rows:
        return "Drivers of the outcome"
    first = answer.rows[0]
    if stands_out(answer):
        return words.capital(
            f"{_called(first)} is most strongly associated with the outcome "
            f"({words.number(first.share)} % of what the {answer.of} explain)"
        )
    if answer.of == "questions":
        return "No single question stands out by its association with the outcome"
    two = [f"{_called(row)} ({words.number(row.share)} %)" for row in answer.rows[:2]]
    return words.capital(
        f"{words.listed(two)} are most associated with the outcome; neither stands out"
    )


def _summary(answer: DriversAnswer) -> str:
    if not answer.rows:
        return "There are no relative weights to show."
    decimals = _decimals(answer)
    explained = words.number(answer.r_squared or 0.0, decimals)
    parts = [
        f"{row.name}: {words.number(row.weight, decimals)} "
        f"({words.number(row.low, decimals)} to {words.number(row.high, decimals)}), "
        f"{words.number(row.share)} %, {DIRECTIONS[row.sign]}"
        for row in answer.rows[:SHOWN_IN_WORDS]
    ]
    return (
        f"Together the {answer.of} explain {explained} of the differences in the outcome (R², "
        f"0 to 1). Relative weight with its 95 % interval and share: {'; '.join(parts)}. "
        "These are associations, not causes."
    )


def figure(answer: DriversAnswer, options: Options) -> go.Figure:
    """Bars from 0, the weight, with the interval; the share beside them, and which are inverse."""
    return _draw(answer, answer.rows, 1)


def item_figure(answer: DriversAnswer, options: ItemDriversOptions) -> go.Figure:
    """The same for single questions, as many as chosen."""
    return _draw(answer, answer.rows[: options.show], 2)


def headline(answer: DriversAnswer, options: Options) -> str:
    return _headline(answer)


def summary(answer: DriversAnswer, options: Options) -> str:
    return _summary(answer)


_EXPLAINED = (
    "How much of the differences in the outcome goes with {each}, when all are looked at together "
    "(Johnson's relative weights, with a 95 % interval). The weights add up to R², the shares to "
    "100 %; inverse means that the outcome is lower where {each} is higher. Associated with the "
    "outcome, which is not to say that it is a cause."
)

WIDGET = Widget(
    key="drivers",
    type=WidgetType.BAR_CHART,
    title="Drivers of the outcome",
    unit="relative weight, part of R²",
    description=_EXPLAINED.format(each="each force"),
    question=queries.drivers,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(6, 4),
)

ITEMS_WIDGET = Widget(
    key="item-drivers",
    type=WidgetType.BAR_CHART,
    title="Questions that go with the outcome",
    unit="relative weight, part of R²",
    description=_EXPLAINED.format(each="each question"),
    question=queries.item_drivers,
    options=ItemDriversOptions,
    figure=item_figure,
    headline=headline,
    summary=summary,
    size=(6, 6),
)
