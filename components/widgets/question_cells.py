"""How questions by groups are drawn: a question, and under it a cell a group."""

import textwrap

import plotly.graph_objects as go

from components.theme import CARD, DIVERGING, HATCH, QUIET, TEXT
from components.widgets import words
from components.widgets.figures import SMALL, canvas, say
from data.analysis.forces import DIRECTION, Figure
from data.queries.results import MARK_SIGNS, MARK_WORDS, HeatmapCell, HeatmapGroup, HeatmapRow

LABEL, CELL, HEADER, FOOTER = 38, 30, 36, 22
"""Pixels: a question over its cells, the cells, the names above all, what the colours mean."""
SIDE = 5
"""Pixels left and right, which the first and last name need where columns are narrow."""
NAME_LENGTH = 44
"""Characters of a question that fit a line at 320 px."""
ALL_NAMES = 55
"""Characters of all group names together that fit a line at 320 px."""
STRENGTH = 0.55
"""Opacity of the colours, so that text on them reads in light and dark."""
LEAST_REACH = 0.3
"""Differences smaller than this never have the full colour."""


def is_marked(cell: HeatmapCell) -> bool:
    return words.is_marked(cell.against_rest)


def draw_cells(rows: list[HeatmapRow], places: list[int], groups: list[HeatmapGroup]) -> go.Figure:
    """``groups`` are those at these ``places`` of each row; too few people are hatched."""
    count, columns = max(len(rows), 1), max(len(groups), 1)
    drawn = canvas(
        x=(-0.5, columns - 0.5),
        y=(count, 0),
        height=HEADER + FOOTER + count * (LABEL + CELL),
        margin=(SIDE, SIDE, HEADER, FOOTER),
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
    values = [[apart(row, row.cells[at]) for at in places] for row in rows]
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


def apart(row: HeatmapRow, cell: HeatmapCell) -> float | None:
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
    sign = f" {MARK_SIGNS[difference.mark]}" if difference and is_marked(cell) else ""
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
