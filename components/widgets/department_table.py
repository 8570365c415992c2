"""Departments as a table: readiness, its interval, the forces, and what really differs."""

import plotly.graph_objects as go
from dash.development.base_component import Component

from components.theme import LINE, PAGE, TEXT
from components.widgets import groups, words
from components.widgets.figures import SMALL, canvas
from components.widgets.table import html_table
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import Column, GroupsAnswer, Table

LINE_HEIGHT, HEADER = 30, 60
NAME_LENGTH = 24


def figure(answer: GroupsAnswer, options: Options) -> go.Figure:
    """The table as a picture; the screen shows a real one."""
    table = answer.table()
    drawn = canvas(height=HEADER + LINE_HEIGHT * max(len(table.rows), 1))
    aligned = ["left" if column.kind == "text" else "right" for column in table.columns]
    common = {"align": aligned, "line": {"color": LINE, "width": 1}}
    drawn.add_trace(
        go.Table(
            columnwidth=[2 if column.kind == "text" else 1 for column in table.columns],
            header={
                "values": [f"<b>{words.wrap(c.header, 11, 3)}</b>" for c in table.columns],
                "fill": {"color": PAGE},
                "font": {"color": TEXT, "size": SMALL},
                "height": HEADER,
            }
            | common,
            cells={
                "values": [_column(table, position) for position in range(len(table.columns))],
                "fill": {"color": "rgba(0,0,0,0)"},
                "font": {"color": TEXT, "size": SMALL},
                "height": LINE_HEIGHT,
            }
            | common,
        )
    )
    return drawn


def _column(table: Table, position: int) -> list[str]:
    column: Column = table.columns[position]
    cells = [words.cell(row[position], column) for row in table.rows]
    return [words.safe(words.cut(text, NAME_LENGTH)) for text in cells]


def screen(answer: GroupsAnswer, options: Options) -> Component:
    return html_table(answer.table(), "Departments: readiness and forces")


def headline(answer: GroupsAnswer, options: Options) -> str:
    """The ends of the order; who really differs is the heatmap's headline and a column here."""
    ends = groups.ends(answer)
    if ends is None or ends[0] is ends[1]:
        return groups.headline(answer, options)
    low, high = (f"{words.mean(row.readiness, 0)} in {words.cut(row.name, 40)}" for row in ends)
    return f"Readiness runs from {low} to {high}"


WIDGET = Widget(
    key="department-table",
    type=WidgetType.DATA_TABLE,
    title="Departments as a table",
    unit="readiness 0-100, forces 1-5",
    description=(
        "Each department's readiness with its 95 % half-width (±), the mean score of each force, "
        "and whether it really differs from the rest: the same filters without the department."
    ),
    question=queries.departments,
    options=Options,
    figure=figure,
    headline=headline,
    summary=groups.summary,
    size=(8, 6),
    html=screen,
)
