"""Questions by departments (or roles): where a group answers otherwise than everybody."""

import textwrap
from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import CARD, DIVERGING, HATCH, QUIET, TEXT
from components.widgets import words
from components.widgets.figures import SMALL, canvas, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import DIRECTION, Figure, Force
from data.queries.question import Question
from data.queries.results import (
    MARK_SIGNS,
    MARK_WORDS,
    HeatmapCell,
    HeatmapGroup,
    HeatmapRow,
    ItemHeatmapAnswer,
)

Claimed = tuple[HeatmapRow, HeatmapGroup, HeatmapCell]

LABEL, CELL, HEADER, FOOTER = 38, 30, 36, 22
"""Pixels: a question over its cells, the cells, the names above all, what the colours mean."""
NAME_LENGTH = 44
"""Characters of a question that fit a line at 320 px."""
ALL_NAMES = 55
"""Characters of all group names together that fit a line at 320 px."""
STRENGTH = 0.55
"""Opacity of the colours, so that text on them reads in light and dark."""
LEAST_REACH = 0.3
"""Differences smaller than this never have the full colour."""


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
        rows.sort(key=lambda row: (not _is_of(furthest, row), -sum(map(_is_marked, row.cells))))
    rows = rows[: options.show]
    places = list(range(len(answer.groups)))
    places.sort(
        key=lambda at: (
            not _is_of(furthest, answer.groups[at]),
            -sum(_is_marked(r.cells[at]) for r in rows if at < len(r.cells)),
        )
    )
    return rows, sorted(places[: options.groups])


def _is_of(furthest: Claimed | None, one: HeatmapRow | HeatmapGroup) -> bool:
    return furthest is not None and any(part is one for part in furthest)


def _is_marked(cell: HeatmapCell) -> bool:
    return words.is_marked(cell.against_rest)


def figure(answer: ItemHeatmapAnswer, options: QuestionHeatmapOptions) -> go.Figure:
    """A question and under it a cell a group; cells of too few people are hatched."""
    rows, places = chosen(answer, options)
    groups = [answer.groups[at] for at in places]
    count, columns = max(len(rows), 1), max(len(groups), 1)
    drawn = canvas(
        x=(-0.5, columns - 0.5),
        y=(count, 0),
        height=HEADER + FOOTER + count * (LABEL + CELL),
        margin=(0, 0, HEADER, FOOTER),
    )
    _colours(drawn, rows, places, groups)
    _hatched(drawn, rows, places)
    _labels(drawn, rows, groups)
    _cells(drawn, rows, places)
    say(
        drawn,
        "cool helps more than everybody’s mean",
        at=(0, 0),
        anchor="left",
        colour=QUIET,
        refs=("paper", "paper"),
        shift=(0, -12),
    )
    return drawn


SHARE = LABEL / (LABEL + CELL)
"""Of a row, what its label takes."""


def _colours(
    drawn: go.Figure, rows: list[HeatmapRow], places: list[int], groups: list[HeatmapGroup]
) -> None:
    blank = [None] * len(places)
    values = [[_apart(row, row.cells[at]) for at in places] for row in rows]
    known = [abs(v) for line in values for v in line if v is not None]
    reach = max([LEAST_REACH, *known])
    texts = [
        [_hover(row, row.cells[at], group) for at, group in zip(places, groups, strict=True)]
        for row in rows
    ]
    edges = [edge for at in range(len(rows)) for edge in (at, at + SHARE)] + [len(rows)]
    drawn.add_trace(
        go.Heatmap(
            x=list(range(len(places))),
            y=edges,
            z=[line for row in values for line in (blank, row)],
            zmin=-reach,
            zmid=0.0,
            zmax=reach,
            colorscale=[list(stop) for stop in DIVERGING],
            showscale=False,
            opacity=STRENGTH,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            text=[line for row in texts for line in ([""] * len(places), row)],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _apart(row: HeatmapRow, cell: HeatmapCell) -> float | None:
    """Distance from everybody's mean, positive where it helps readiness."""
    if cell.score.mean is None or row.everybody.mean is None:
        return None
    figure = Figure(row.force.value) if row.force else Figure.OUTCOME
    return DIRECTION[figure] * (cell.score.mean - row.everybody.mean)


def _hatched(drawn: go.Figure, rows: list[HeatmapRow], places: list[int]) -> None:
    """Cells of fewer people than may be shown: hatched, never just empty."""
    cells = [
        (column, line)
        for line, row in enumerate(rows)
        for column, at in enumerate(places)
        if row.cells[at].score.mean is None
    ]
    drawn.add_trace(
        go.Bar(
            x=[column for column, _ in cells],
            y=[1 - SHARE - 0.04] * len(cells),
            base=[line + SHARE + 0.02 for _, line in cells],
            width=0.96,
            marker={
                "color": CARD,
                "line": {"width": 0},
                "pattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": HATCH},
            },
            hovertext="hidden to protect people",
            hoverinfo="text",
        )
    )


def _labels(drawn: go.Figure, rows: list[HeatmapRow], groups: list[HeatmapGroup]) -> None:
    room = max(4, ALL_NAMES // max(len(groups), 1))
    for column, group in enumerate(groups):
        name = "The rest" if group.is_others else group.name
        say(
            drawn,
            _short(name, room),
            at=(column, 1),
            vertical="bottom",
            refs=("x", "paper"),
            shift=(0, 2),
            hover=f"{words.safe(group.name)}, n = {group.n:,}",
        )
    for line, row in enumerate(rows):
        say(
            drawn,
            words.wrap(_question(row), NAME_LENGTH, 2),
            at=(0, line + SHARE),
            anchor="left",
            vertical="bottom",
            refs=("paper", "y"),
            shift=(0, 2),
            hover=words.wrap(row.text, 48, 4),
        )


def _short(name: str, room: int) -> str:
    """At most two lines, broken between words only."""
    lines = textwrap.wrap(" ".join(name.split()), room, break_long_words=False) or [""]
    lines = [lines[0], " ".join(lines[1:])] if len(lines) > 2 else lines
    return "<br>".join(words.safe(words.cut(line, room)) for line in lines)


def _question(row: HeatmapRow) -> str:
    """A question asked the other way round says that its score is turned."""
    return f"{row.text} (turned)" if row.is_reversed else row.text


def _cells(drawn: go.Figure, rows: list[HeatmapRow], places: list[int]) -> None:
    spots = [(column, line) for line in range(len(rows)) for column in range(len(places))]
    drawn.add_trace(
        go.Scatter(
            x=[column for column, _ in spots],
            y=[line + (1 + SHARE) / 2 for _, line in spots],
            mode="text",
            text=[_text(rows[line].cells[places[column]]) for column, line in spots],
            textfont={"size": SMALL, "color": TEXT},
            hoverinfo="skip",
        )
    )


def _text(cell: HeatmapCell) -> str:
    if cell.score.mean is None:
        return ""
    difference = cell.against_rest
    sign = f" {MARK_SIGNS[difference.mark]}" if difference and _is_marked(cell) else ""
    return words.mean(cell.score, 1) + sign


def _hover(row: HeatmapRow, cell: HeatmapCell, group: HeatmapGroup) -> str:
    question = words.wrap(_question(row), 48, 4)
    if cell.score.mean is None:
        return f"{question}<br>{words.safe(group.name)}: hidden to protect people"
    said = f"{words.interval(cell.score, 1)}, n = {cell.score.n:,}"
    everybody = f"everybody {words.mean(row.everybody, 1)}"
    finding = MARK_WORDS[cell.against_rest.mark] if cell.against_rest else ""
    against = f"<br>against the rest: {finding}" if finding else ""
    return f"{question}<br>{words.safe(group.name)} {said}, {everybody}{against}"


def _marked(answer: ItemHeatmapAnswer, rows: Sequence[HeatmapRow]) -> list[Claimed]:
    """Every cell of these questions that may be claimed, the furthest from everybody first."""
    found = [
        (row, group, cell)
        for row in rows
        for group, cell in zip(answer.groups, row.cells, strict=True)
        if _is_marked(cell)
    ]
    return sorted(found, key=lambda one: -abs(_apart(one[0], one[2]) or 0.0))


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
