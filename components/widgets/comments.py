"""What people say of a theme in their own words, without names, in no order."""

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component
from pydantic import Field

from components.attributes import attributes
from components.theme import LINE, PAGE, TEXT
from components.widgets import words
from components.widgets.figures import SMALL, canvas
from components.widgets.table import html_table
from components.widgets.themes import Chosen
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import Column, CommentsAnswer, Table, ThemeComments

LINE_HEIGHT, HEADER = 18, 34
WIDTH = 70
"""Characters of a line in the picture."""
OFFERED = 12
"""Themes that can be chosen on the card; the options reach all of them."""
LINES = 4
"""Lines of a comment in the picture; the screen has all of it."""


class CommentsOptions(Options):
    """Which theme; the table has the first comments of every one."""

    theme: int = Field(default=1, ge=1, le=200, title="Theme, 1 is the most common")
    force: Chosen | None = Field(default=None, title="Only themes of this force")


def chosen(answer: CommentsAnswer, options: CommentsOptions) -> ThemeComments | None:
    """The theme of that rank, or the last there is."""
    rows = [r for r in answer.rows if options.force is None or r.force == options.force]
    return rows[min(options.theme, len(rows)) - 1] if rows else None


def table(answer: CommentsAnswer, options: CommentsOptions) -> Table:
    of = chosen(answer, options)
    return Table((Column("Comment"),), tuple((c,) for c in of.comments) if of else ())


def figure(answer: CommentsAnswer, options: CommentsOptions) -> go.Figure:
    """The comments as a picture; the screen shows a real table."""
    told = [words.wrap(str(row[0]), WIDTH, LINES) for row in table(answer, options).rows]
    lines = max((text.count("<br>") + 1 for text in told), default=1)
    height = LINE_HEIGHT * lines + 12
    drawn = canvas(height=HEADER + height * max(len(told), 1))
    common = {"align": "left", "line": {"color": LINE, "width": 1}}
    font = {"color": TEXT, "size": SMALL}
    head = {"values": ["<b>Comment</b>"], "fill": {"color": PAGE}, "font": font, "height": HEADER}
    body = {"values": [told], "fill": {"color": "rgba(0,0,0,0)"}, "font": font, "height": height}
    drawn.add_trace(go.Table(header=head | common, cells=body | common))
    return drawn


def screen(answer: CommentsAnswer, options: CommentsOptions) -> Component:
    """The themes to choose from (assets/cards.js has the card drawn again), and the comments."""
    of = chosen(answer, options)
    caption = f"Comments on “{of.label}”" if of else "Comments"
    return html.Div([_choices(answer, of), html_table(table(answer, options), caption)])


def _choices(answer: CommentsAnswer, of: ThemeComments | None) -> Component:
    choices = [
        html.Button(
            words.cut(row.label, 40),
            type="button",
            className="theme-choice",
            **attributes(
                data_theme=str(rank), aria_pressed="true" if row is of else "false", title=row.label
            ),
        )
        for rank, row in enumerate(answer.rows[:OFFERED], 1)
    ]
    return html.Div(
        choices, className="theme-choices", role="group", **attributes(aria_label="Themes")
    )


def headline(answer: CommentsAnswer, options: CommentsOptions) -> str:
    of = chosen(answer, options)
    return f"What people say of “{words.cut(of.label, 60)}”" if of else "Comments"


def summary(answer: CommentsAnswer, options: CommentsOptions) -> str:
    of = chosen(answer, options)
    if of is None:
        return "No theme has enough people for its comments to be shown."
    return (
        f"{words.count(len(of.comments), 'comment')} on “{of.label}”, without names, addresses and "
        "long numbers, in no order; said alike by several, a comment is there once."
    )


WIDGET = Widget(
    key="comments",
    type=WidgetType.DATA_TABLE,
    title="Comments",
    unit="comments of one theme",
    description=(
        "Comments that speak of one theme, in people's own words: without who wrote them, when, "
        "where and with what score, in no order. Names, addresses and long numbers are taken out. "
        "Only of themes that at least 10 people speak of, and for the whole survey only."
    ),
    question=queries.comments,
    options=CommentsOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(6, 5),
    html=screen,
)
