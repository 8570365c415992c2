"""Voice recordings as numbers: how many, how long, how well they were transcribed."""

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from components.widgets import words
from components.widgets.figures import BODY, HUGE, canvas, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import VoicesAnswer

NOT_CHECKED = "the transcriber's own estimate"
CHECKED = "checked against reference texts"


def big_number(answer: VoicesAnswer) -> str:
    return "–" if answer.recordings is None else f"{answer.recordings:,}"


def length(answer: VoicesAnswer) -> str:
    """Like "17 s" or "1 min 5 s"; empty where it is not known."""
    if answer.mean_seconds is None:
        return ""
    minutes, seconds = divmod(round(answer.mean_seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def accuracy(answer: VoicesAnswer) -> str:
    """Like "94 %", and never without what it rests on beside it; empty where it is not known."""
    return "" if answer.accuracy is None else f"{round(100 * answer.accuracy)} %"


def basis(answer: VoicesAnswer) -> str:
    return CHECKED if answer.accuracy_basis == "word_error_rate" else NOT_CHECKED


def lines(answer: VoicesAnswer) -> list[str]:
    """What stands under the number."""
    said = []
    if long := length(answer):
        said.append(f"{long} long on average")
    if well := accuracy(answer):
        said.append(f"transcripts {well} accurate ({basis(answer)})")
    return said or ["length and accuracy are known of too few people"]


def figure(answer: VoicesAnswer, options: Options) -> go.Figure:
    """The same as the screen's numbers, for pictures."""
    drawn = canvas(x=(0, 1), y=(0, 1), margin=(8, 8, 4, 4))
    say(drawn, big_number(answer), at=(0, 0.72), anchor="left", size=HUGE, bold=True)
    for place, line in enumerate(lines(answer)):
        say(drawn, words.capital(line), at=(0, 0.36 - 0.22 * place), anchor="left", size=BODY)
    return drawn


def numbers(answer: VoicesAnswer, options: Options) -> Component:
    return html.Div(
        [
            html.P(html.Strong(big_number(answer)), className="metric-number"),
            *(html.P(words.capital(line), className="metric-change") for line in lines(answer)),
        ],
        className="metric",
    )


def headline(answer: VoicesAnswer, options: Options) -> str:
    if answer.recordings is None:
        return "Voice recordings"
    long = length(answer)
    counted = words.count(answer.recordings, "voice recording")
    return f"{counted}, {long} on average" if long else counted


def summary(answer: VoicesAnswer, options: Options) -> str:
    if answer.recordings is None:
        return "There are too few voice recordings to say anything of them."
    people = "" if answer.respondents is None else f" by {answer.respondents:,} people"
    said = "; ".join(lines(answer))
    return (
        f"{words.count(answer.recordings, 'completed recording')}{people}: {said}. In means each "
        "person counts once."
    )


WIDGET = Widget(
    key="voice-recordings",
    type=WidgetType.METRIC_CARD,
    title="Voice recordings",
    unit="completed recordings",
    description=(
        "Completed voice recordings of the whole survey, their mean length, and how well they were "
        "transcribed: 1 less the mean word error rate where at least 10 people's recordings have a "
        "reference text, else the mean confidence the transcriber gave, which checks no word."
    ),
    question=queries.voices,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 3),
    html=numbers,
)
