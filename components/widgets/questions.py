"""Mean score of each scaled question, highest first."""

from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, FORCE_COLOURS
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import FORCE_NAMES, Force
from data.queries.results import ItemRow, ItemsAnswer

LOWEST, MIDDLE, HIGHEST = 1.0, 3.0, 5.0


class QuestionsOptions(Options):
    """Which questions, how many, and in what order; the table always has all of them."""

    show: int = Field(default=12, ge=1, le=200, title="How many questions")
    order: Literal["highest", "lowest", "asked"] = Field(default="highest", title="Order")
    force: Force | None = Field(default=None, title="Only questions of this force")


def chosen(answer: ItemsAnswer, options: QuestionsOptions) -> list[ItemRow]:
    """The rows to draw; questions without a score come last."""
    rows = [r for r in answer.rows if options.force is None or r.force is options.force]
    if options.order != "asked":
        sign = -1.0 if options.order == "highest" else 1.0
        rows.sort(key=lambda r: (r.score.mean is None, sign * (r.score.mean or 0.0)))
    return rows[: options.show]


def figure(answer: ItemsAnswer, options: QuestionsOptions) -> go.Figure:
    """Bars from 1, the scale's lowest score; the line is the middle, 3."""
    rows = chosen(answer, options)
    return bars([_bar(row) for row in rows], LOWEST, (LOWEST, HIGHEST), MIDDLE, _key(rows), lines=2)


def _key(rows: list[ItemRow]) -> dict[str, str]:
    """The colours of the forces among these rows, and of outcomes."""
    forces = {row.force for row in rows}
    names = {words.capital(words.SHORT_NAMES[f]): FORCE_COLOURS[f] for f in Force if f in forces}
    return names | ({"Outcome": ACCENT} if None in forces else {})


def _bar(row: ItemRow) -> Bar:
    reversed_note = " (asked the other way round; turned)" if row.is_reversed else ""
    said = words.interval(row.score, 1)
    hover = f"{words.wrap(row.text, 48, 4)}{reversed_note}<br>{_kind(row)}: {said}"
    return Bar(
        name=row.text,
        value=row.score.mean,
        low=row.score.low,
        high=row.score.high,
        said=said,
        colour=FORCE_COLOURS[row.force] if row.force else ACCENT,
        hover=f"{hover}, n = {row.score.n:,}",
    )


def _kind(row: ItemRow) -> str:
    return FORCE_NAMES[row.force] if row.force else "Outcome"


def _extremes(answer: ItemsAnswer, options: QuestionsOptions) -> tuple[ItemRow, ItemRow] | None:
    rows = [r for r in chosen(answer, options) if r.score.mean is not None]
    if not rows:
        return None
    rows.sort(key=lambda r: r.score.mean or 0.0)
    return rows[-1], rows[0]


def headline(answer: ItemsAnswer, options: QuestionsOptions) -> str:
    ends = _extremes(answer, options)
    if ends is None:
        return "Questions"
    most = ends[0]
    return f"{words.mean(most.score, 1)} of 5 for “{words.cut(most.text, 60)}”"


def summary(answer: ItemsAnswer, options: QuestionsOptions) -> str:
    ends, shown = _extremes(answer, options), len(chosen(answer, options))
    if ends is None:
        return "No question has enough answers to show a score."
    high, low = ends
    return (
        f"{shown} of {words.count(len(answer.rows), 'question')} shown, mean scores from 1 to 5. "
        f"The highest is {words.interval(high.score, 1)} for “{high.text}”, the lowest "
        f"{words.interval(low.score, 1)} for “{low.text}”."
    )


WIDGET = Widget(
    key="questions",
    type=WidgetType.BAR_CHART,
    title="Questions",
    unit="mean score 1-5",
    description=(
        "The mean score of each scaled question with its 95 % interval, from 1 to 5; questions "
        "asked the other way round are turned. Bars start at 1, the lowest score; the line is the "
        "middle of the scale. The colour is the question's force."
    ),
    question=queries.items,
    options=QuestionsOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.score.n for row in answer.rows),
    size=(6, 6),
)
