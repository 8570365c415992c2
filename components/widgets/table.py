"""A real HTML table of an answer: caption, headers with scope, numbers aligned to the right."""

import json

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.widgets import words
from data.queries.results import Cell, Column, Table


def html_table(table: Table, caption: str) -> html.Div:
    """The table in a frame that scrolls sideways by keyboard where it is wider than its card.

    The browser builds the table itself from ``data-table`` (assets/tables.js): as Dash components
    every cell would listen to every change of the page, and a page has thousands of cells.
    """
    content = {
        "caption": caption,
        "columns": [{"name": c.header, "align": _align(c)} for c in table.columns],
        "rows": [_row(table.columns, row) for row in table.rows],
    }
    return html.Div(
        className="table-scroll",
        tabIndex=0,
        role="region",
        **attributes(aria_label=caption, data_table=json.dumps(content)),
    )


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> list[str]:
    return [words.cell(value, column) for column, value in zip(columns, row, strict=True)]


def _align(column: Column) -> str:
    return "text" if column.kind in ("text", "time") else "number"


def is_table(shown: Component | None) -> bool:
    """Whether what a card shows holds an ``html_table``, so that no other table is needed."""
    if shown is None:
        return False
    children = getattr(shown, "children", None)
    inside = children if isinstance(children, list) else []
    return any(getattr(part, "data-table", None) is not None for part in (shown, *inside))
