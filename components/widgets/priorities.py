"""Where help would move the whole most: departments by force, in order of share x gap."""

import plotly.graph_objects as go
from pydantic import Field

from components.theme import FORCE_COLOURS
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import Force
from data.queries.results import MARK_SIGNS, MARK_WORDS, PrioritiesAnswer, PriorityRow

DECIMALS = 3


class PrioritiesOptions(Options):
    """How many bars; the table always has all."""

    show: int = Field(default=8, ge=1, le=200, title="How many")


def figure(answer: PrioritiesAnswer, options: PrioritiesOptions) -> go.Figure:
    """Bars from 0; the longest fills the axis."""
    rows = answer.rows[: options.show]
    most = max((row.value for row in rows), default=0.0) or 1.0
    return bars([_bar(row) for row in rows], 0.0, (0.0, most), 0.0, _key(rows))


def _key(rows: tuple[PriorityRow, ...]) -> dict[str, str]:
    found = {row.force for row in rows}
    return {
        words.capital(words.SHORT_NAMES[force]): FORCE_COLOURS[force]
        for force in Force
        if force in found
    }


def _bar(row: PriorityRow) -> Bar:
    return Bar(
        name=f"{row.name}: {words.SHORT_NAMES[row.force]}",
        value=row.value,
        low=None,
        high=None,
        said=f"{MARK_SIGNS[row.against_rest.mark]} {words.number(row.value, DECIMALS)}",
        colour=FORCE_COLOURS[row.force],
        hover=words.wrap(row.sentence, 48, 6),
    )


def _clear(answer: PrioritiesAnswer) -> PriorityRow | None:
    """The first one that really differs from the rest."""
    return next((row for row in answer.rows if words.is_marked(row.against_rest)), None)


def headline(answer: PrioritiesAnswer, options: PrioritiesOptions) -> str:
    first = _clear(answer)
    if first is None:
        return "No department clearly stands out from the rest"
    name = words.cut(first.name, 40)
    return f"The largest clear gap by weight: {words.SHORT_NAMES[first.force]} in {name}"


def summary(answer: PrioritiesAnswer, options: PrioritiesOptions) -> str:
    if not answer.rows:
        return "No force of any department lies beyond the quartile of the departments."
    clear = sum(words.is_marked(row.against_rest) for row in answer.rows)
    first = answer.rows[0]
    return (
        f"{words.count(len(answer.rows), 'priority', 'priorities')}, {clear} of them clearly "
        f"different from the rest. The first: {first.sentence} Priority "
        f"{words.number(first.value, DECIMALS)}, {MARK_WORDS[first.against_rest.mark]}."
    )


WIDGET = Widget(
    key="priorities",
    type=WidgetType.BAR_CHART,
    title="Priorities",
    unit="share x gap, points of the mean of all",
    description=(
        "Share of respondents times the gap to what a quarter of the departments have reached: "
        "pull below their third quartile, anchors and anxiety above their first, never pain. It is "
        "by how much the mean of all would move if the department reached the quartile. ▼ marks "
        "what is clearly worse than the rest, ● what is not; departments with fewer than 20 "
        "answers are not ranked."
    ),
    question=queries.priorities,
    options=PrioritiesOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.score.n for row in answer.rows),
    size=(6, 6),
)
