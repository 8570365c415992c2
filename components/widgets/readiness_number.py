"""Readiness as one number, with its interval and the change since the last wave."""

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from components.widgets import words
from components.widgets.figures import BODY, HUGE, canvas, say
from components.widgets.readiness_gauge import (
    bases,
    big_number,
    headline,
    number_and_width,
    summary,
)
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import MARK_WORDS, ReadinessAnswer


def figure(answer: ReadinessAnswer, options: Options) -> go.Figure:
    """The same as the screen's number, for pictures."""
    drawn = canvas(x=(0, 1), y=(0, 1), margin=(8, 8, 4, 4))
    say(drawn, big_number(answer), at=(0, 0.62), anchor="left", size=HUGE, bold=True)
    say(drawn, words.safe(change_line(answer)), at=(0, 0.25), anchor="left", size=BODY)
    return drawn


def change_line(answer: ReadinessAnswer) -> str:
    """ "▲ +4 ± 2 since Q2: better"."""
    if answer.change is None or not answer.previous:
        return "No earlier wave to compare with"
    text = words.difference(answer.change, 0)
    if answer.change.change is None:
        return f"{text}, since {answer.previous}"
    return f"{text} since {answer.previous}: {MARK_WORDS[answer.change.mark]}"


def number(answer: ReadinessAnswer, options: Options) -> Component:
    big, small = number_and_width(answer)
    return html.Div(
        [
            html.P([html.Strong(big), html.Span(f" {small}")], className="metric-number"),
            html.P(change_line(answer), className="metric-change"),
        ],
        className="metric",
    )


WIDGET = Widget(
    key="readiness-number",
    type=WidgetType.METRIC_CARD,
    title="Readiness as a number",
    unit="0-100, 50 is balance",
    description=(
        "The mean readiness of the people who answered, with its 95 % interval, and the change "
        "since the wave before. ▲ better, ▼ worse, ● no clear difference."
    ),
    question=queries.readiness,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=bases,
    size=(3, 2),
    html=number,
)
