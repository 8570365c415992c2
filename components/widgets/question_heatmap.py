"""Questions by departments (or roles): where a group answers otherwise than everybody."""

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.widgets import words
from components.widgets.question_cells import apart, draw_cells, is_marked
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import Force
from data.queries.question import Question
from data.queries.results import (
    HeatmapCell,
    HeatmapGroup,
    HeatmapRow,
    ItemHeatmapAnswer,
)

Claimed = tuple[HeatmapRow, HeatmapGroup, HeatmapCell]


class QuestionHeatmapOptions(Options):
    """Which questions and how many groups; the table always has all of them."""

    show: int = Field(default=8, ge=1, le=60, title="How many questions")
    groups: int = Field(default=5, ge=1, le=40, title="How many groups")
    order: Literal["differences", "asked"] = Field(default="differences", title="Order")
    force: Force | None = Field(default=None, title="Only questions of this force")


def chosen(
    answer: ItemHeatmapAnswer, options: QuestionHeatmapOptions
) -> tuple[list[HeatmapRow], list[int]]:
    """The questions to draw, and the places of the groups: those that differ most often first.

    The cell the headline speaks of is always among them.
    """
    rows = [r for r in answer.rows if options.force is None or r.force is options.force]
    furthest = next(iter(_marked(answer, rows)), None)
    if options.order == "differences":
        rows.sort(key=lambda row: (not _is_of(furthest, row), -sum(map(is_marked, row.cells))))
    rows = rows[: options.show]
    places = list(range(len(answer.groups)))
    places.sort(
        key=lambda at: (
            not _is_of(furthest, answer.groups[at]),
            -sum(is_marked(r.cells[at]) for r in rows if at < len(r.cells)),
        )
    )
    return rows, sorted(places[: options.groups])


def _is_of(furthest: Claimed | None, one: HeatmapRow | HeatmapGroup) -> bool:
    return furthest is not None and any(part is one for part in furthest)


def figure(answer: ItemHeatmapAnswer, options: QuestionHeatmapOptions) -> go.Figure:
    """A question and under it a cell a group; cells of too few people are hatched."""
    rows, places = chosen(answer, options)
    return draw_cells(rows, places, [answer.groups[at] for at in places])


def _marked(answer: ItemHeatmapAnswer, rows: Sequence[HeatmapRow]) -> list[Claimed]:
    """Every cell of these questions that may be claimed, the furthest from everybody first."""
    found = [
        (row, group, cell)
        for row in rows
        for group, cell in zip(answer.groups, row.cells, strict=True)
        if is_marked(cell)
    ]
    return sorted(found, key=lambda one: -abs(apart(one[0], one[2]) or 0.0))


def headline(answer: ItemHeatmapAnswer, options: QuestionHeatmapOptions) -> str:
    rows = [r for r in answer.rows if options.force is None or r.force is options.force]
    found = _marked(answer, rows)
    if not found:
        return f"No {answer.dimension} differs clearly from the rest in any question"
    row, group, cell = found[0]
    score, turned = words.mean(cell.score, 1), " (turned)" if row.is_reversed else ""
    who, text = words.cut(group.name, 40), f"“{words.cut(row.text, 60)}”{turned}"
    return f"{who} differs most: {score} for {text}, {words.mean(row.everybody, 1)} overall"


def summary(answer: ItemHeatmapAnswer, options: QuestionHeatmapOptions) -> str:
    found, total = _marked(answer, answer.rows), len(answer.rows) * len(answer.groups)
    questions = words.count(len(answer.rows), "question")
    groups = words.count(len(answer.groups), answer.dimension)
    parts = [f"{questions} by {groups}: {len(found):,} of {total:,} differ from the rest."]
    if found:
        row, group, cell = found[0]
        parts.append(
            f"The furthest apart is {group.name} with {words.interval(cell.score, 1)} for "
            f"“{row.text}”, against {words.mean(row.everybody, 1)} of everybody."
        )
    more = [
        words.count(count, noun)
        for count, noun in ((answer.more_rows, "question"), (answer.more_groups, answer.dimension))
        if count
    ]
    if more:
        parts.append(f"{words.capital(words.listed(more))} more are not shown.")
    if answer.hidden:
        parts.append(f"Too small to show apart: {words.listed(list(answer.hidden[:6]))}.")
    return " ".join(parts)


def _widget(
    key: str, title: str, groups: str, question: Question[ItemHeatmapAnswer]
) -> Widget[ItemHeatmapAnswer, QuestionHeatmapOptions]:
    return Widget(
        key=key,
        type=WidgetType.HEATMAP,
        title=title,
        unit="mean score 1-5 of each question",
        description=(
            f"Mean score of each question by {groups}; questions asked the other way round are "
            "turned. Colour is the distance from everybody’s mean of that question: cool where it "
            "helps readiness, warm where it holds back. ▲ and ▼ mark what really differs from the "
            f"rest, better and worse. The {groups} that differ most often are drawn; the table has "
            "all of them. Hatched cells have too few answers to show."
        ),
        question=question,
        options=QuestionHeatmapOptions,
        figure=figure,
        headline=headline,
        summary=summary,
        bases=lambda answer: (row.everybody.n for row in answer.rows),
        size=(6, 8),
    )


WIDGET = _widget("question-heatmap", "Questions by department", "departments", queries.item_heatmap)
ROLES = _widget("question-roles", "Questions by role", "roles", queries.item_roles)
