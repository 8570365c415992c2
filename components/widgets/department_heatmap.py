"""Departments by forces: what helps is cool, what holds back is warm, the middle is the card."""

import plotly.graph_objects as go
from pydantic import Field

from components.theme import CARD, DIVERGING, HATCH, TEXT
from components.widgets import groups, words
from components.widgets.figures import SMALL, canvas, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import DIRECTION, FORCE_NAMES, MIDPOINT, Figure, Force
from data.queries.results import MARK_SIGNS, MARK_WORDS, GroupRow, GroupsAnswer, Mark

LINE_HEIGHT, TALLEST = 34, 56
"""Pixels of a row: at least, and where few rows leave room, at most."""

ROOM = 380
"""Pixels of rows that a card of the overview holds."""

NAME_WIDTH, NAME_LENGTH = 112, 16
"""At least, and at most with four forces at 320 px; fewer forces leave room for longer names."""

THE_REST = "The rest"
"""Of the organisation; as the headlines call it, short enough beside the cells."""

FREED, CHARACTER = 6, 7.2
"""Characters that a force left out frees; pixels of one."""
HEADER, FOOTER = 24, 2

HEADER_SHIFTS: dict[Force, int] = {
    Force.PAIN: 0,
    Force.PULL: 0,
    Force.ANCHORS: -3,
    Force.ANXIETY: 0,
}
"""Pixels by which the two long headers keep apart at 320 px."""

REACH = 2.0
"""Distance from the middle of the scale (3) at which a colour is full."""

STRENGTH = 0.55
"""Opacity of the colours, so that text on them reads in light and dark."""


class HeatmapOptions(Options):
    """``marks``: show which differences from the rest are real."""

    marks: bool = Field(default=True, title="Mark real differences from the rest")


def figure(answer: GroupsAnswer, options: HeatmapOptions) -> go.Figure:
    """One row a department in the answer's order; suppressed cells are hatched."""
    rows, forces = answer.rows, answer.forces
    count = max(len(rows), 1)
    line = min(TALLEST, max(LINE_HEIGHT, ROOM // count))
    height = HEADER + FOOTER + line * count
    drawn = canvas(
        x=(-0.5, len(forces) - 0.5),
        y=(count - 0.5, -0.5),
        height=height,
        margin=(_names_width(answer), 0, HEADER, FOOTER),
    )
    _colours(drawn, answer)
    _hatched(drawn, answer)
    _texts(drawn, answer, options)
    _names(drawn, answer)
    return drawn


def _colours(drawn: go.Figure, answer: GroupsAnswer) -> None:
    drawn.add_trace(
        go.Heatmap(
            x=list(range(len(answer.forces))),
            y=list(range(len(answer.rows))),
            z=[[_helps(row, force) for force in answer.forces] for row in answer.rows],
            zmin=-REACH,
            zmid=0.0,
            zmax=REACH,
            colorscale=[list(stop) for stop in DIVERGING],
            showscale=False,
            opacity=STRENGTH,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            text=[[_hover(row, force) for force in answer.forces] for row in answer.rows],
            customdata=[[[row.id, force.value] for force in answer.forces] for row in answer.rows],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _helps(row: GroupRow, force: Force) -> float | None:
    """Distance from the middle, positive where it helps readiness."""
    mean = row.forces[force].mean if force in row.forces else None
    figure = Figure(force.value)
    return None if mean is None else DIRECTION[figure] * (mean - MIDPOINT[figure])


def _hidden(row: GroupRow, force: Force) -> bool:
    return force in row.forces and row.forces[force].mean is None


def _hatched(drawn: go.Figure, answer: GroupsAnswer) -> None:
    """Cells of fewer people than may be shown: hatched, never just empty."""
    cells = [
        (column, line)
        for line, row in enumerate(answer.rows)
        for column, force in enumerate(answer.forces)
        if _hidden(row, force)
    ]
    drawn.add_trace(
        go.Bar(
            x=[column for column, _ in cells],
            y=[0.94] * len(cells),
            base=[line - 0.47 for _, line in cells],
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


def _texts(drawn: go.Figure, answer: GroupsAnswer, options: HeatmapOptions) -> None:
    places = [(c, r) for r in range(len(answer.rows)) for c in range(len(answer.forces))]
    drawn.add_trace(
        go.Scatter(
            x=[column for column, _ in places],
            y=[row for _, row in places],
            mode="text",
            text=[_text(answer.rows[r], answer.forces[c], options.marks) for c, r in places],
            textfont={"size": SMALL, "color": TEXT},
            hoverinfo="skip",
        )
    )


def _text(row: GroupRow, force: Force, marks: bool) -> str:
    if force not in row.forces or row.forces[force].mean is None:
        return ""
    difference = row.against_rest.get(Figure(force.value))
    claimed = difference is not None and difference.mark in (Mark.BETTER, Mark.WORSE)
    sign = f" {MARK_SIGNS[difference.mark]}" if marks and claimed and difference else ""
    return words.mean(row.forces[force], 1) + sign


def _name_length(answer: GroupsAnswer) -> int:
    return NAME_LENGTH + FREED * (len(Force) - len(answer.forces))


def _names_width(answer: GroupsAnswer) -> int:
    """Pixels beside the cells: as many as the longest name needs."""
    longest = max((len(row.name) for row in answer.rows), default=0)
    return max(NAME_WIDTH, round(CHARACTER * min(longest, _name_length(answer))))


def _names(drawn: go.Figure, answer: GroupsAnswer) -> None:
    for position, row in enumerate(answer.rows):
        name = words.wrap(THE_REST if row.is_others else row.name, _name_length(answer), 1)
        text = f"{name}<br><b>{words.interval(row.readiness, 0)}</b>"
        whole = words.safe(row.name)
        if row.readiness.mean is not None:
            whole += f", readiness n = {row.readiness.n:,}"
        say(
            drawn,
            text,
            at=(0, position),
            anchor="left",
            refs=("paper", "y"),
            shift=(-_names_width(answer), 0),
            hover=whole,
        )
    for column, force in enumerate(answer.forces):
        name = FORCE_NAMES[force].split()[0]
        aside = HEADER_SHIFTS[force]
        say(drawn, name, at=(column, 1), vertical="bottom", refs=("x", "paper"), shift=(aside, 4))


def _hover(row: GroupRow, force: Force) -> str:
    estimate = row.forces.get(force)
    if estimate is None or estimate.mean is None:
        return f"{words.safe(row.name)}: hidden to protect people"
    difference = row.against_rest.get(Figure(force.value))
    finding = f"<br>against the rest: {MARK_WORDS[difference.mark]}" if difference else ""
    said = f"{FORCE_NAMES[force]} {words.interval(estimate, 1)}, n = {estimate.n:,}"
    return f"{words.wrap(row.name, 40)}<br>{said}{finding}"


WIDGET = Widget(
    key="department-heatmap",
    type=WidgetType.HEATMAP,
    title="Departments and forces",
    unit="readiness 0-100, forces 1-5: cool helps, warm holds back, 3 is the middle",
    description=(
        "Mean force scores by department, most ready first; under each name is its readiness with "
        "the 95 % interval. Colour is the distance from the middle of the scale, 3: cool where it "
        "helps readiness, warm where it holds back. ▲ and ▼ mark departments that really differ "
        "from the rest, better and worse. Hatched cells have too few answers to show."
    ),
    question=queries.departments,
    options=HeatmapOptions,
    figure=figure,
    headline=groups.headline,
    summary=groups.summary,
    size=(8, 6),
)
