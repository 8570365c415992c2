"""A real HTML table of an answer: caption, headers with scope, numbers aligned to the right."""

from typing import Any

from dash import html

from components.widgets import words
from data.queries.results import Cell, Column, Table


def attributes(values: dict[str, str]) -> dict[str, Any]:
    """``aria-*`` and ``data-*`` as keywords; Dash's types name only the attributes without."""
    return dict(values)


def html_table(table: Table, caption: str) -> html.Div:
    """The table in a frame that scrolls sideways by keyboard where it is wider than its card."""
    head = html.Tr([html.Th(c.header, scope="col", className=_align(c)) for c in table.columns])
    body = [_row(table.columns, row) for row in table.rows]
    caption_line = html.Caption(caption, className="visually-hidden")
    inner = html.Table([caption_line, html.Thead(head), html.Tbody(body)], className="figures")
    return html.Div(
        inner,
        className="table-scroll",
        tabIndex=0,
        role="region",
        **attributes({"aria-label": caption}),
    )


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> html.Tr:
    """The first cell names the row."""
    cells = [
        html.Th(words.cell(value, column), scope="row", className=_align(column))
        if position == 0
        else html.Td(words.cell(value, column), className=_align(column))
        for position, (column, value) in enumerate(zip(columns, row, strict=True))
    ]
    return html.Tr(cells)


def _align(column: Column) -> str:
    return "text" if column.kind in ("text", "time") else "number"
