"""Readiness wave by wave with its interval, and whether it is a trend."""

import plotly.graph_objects as go

from components.theme import ACCENT, CARD, QUIET
from components.widgets import words
from components.widgets.figures import band, canvas, rule, say
from components.widgets.waves import OverTime, Point, time_axis
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import WavesAnswer

BALANCE = 50.0
PAD = 6.0
"""Readiness points of air above and below what is drawn."""

LABELLED = 6
"""Up to so many waves each point says its value; beyond, only the first and the last."""


def known(answer: OverTime) -> list[Point]:
    return [row for row in answer.rows if row.readiness.mean is not None]


def figure(answer: OverTime, options: Options) -> go.Figure:
    """A line on the readiness scale; balance (50) is always on it."""
    rows = known(answer)
    drawn = canvas(margin=(20, 4, 8, 40))
    if not rows:
        return drawn
    low, high = _range(rows)
    drawn.update_yaxes(range=[low - PAD, high + PAD])
    time_axis(drawn, rows, 0.12)
    rule(drawn, (0, 1), (BALANCE, BALANCE), QUIET, xref="paper", line={"dash": "dot"})
    say(
        drawn,
        "50",
        at=(0, BALANCE),
        anchor="right",
        refs=("paper", "y"),
        colour=QUIET,
        shift=(-3, 0),
    )
    certain = [row for row in rows if row.readiness.low is not None]
    if len(certain) > 1:
        lows = [row.readiness.low or 0.0 for row in certain]
        highs = [row.readiness.high or 0.0 for row in certain]
        band(drawn, [row.at for row in certain], lows, highs, ACCENT)
    _line(drawn, rows)
    _values(drawn, rows)
    return drawn


def _range(rows: list[Point]) -> tuple[float, float]:
    means = [row.readiness.mean or 0.0 for row in rows]
    lows = [row.readiness.low for row in rows if row.readiness.low is not None]
    highs = [row.readiness.high for row in rows if row.readiness.high is not None]
    return min([*means, *lows, BALANCE]), max([*means, *highs, BALANCE])


def _line(drawn: go.Figure, rows: list[Point]) -> None:
    drawn.add_trace(
        go.Scatter(
            x=[row.at for row in rows],
            y=[row.readiness.mean for row in rows],
            error_y={
                "type": "data",
                "array": [row.readiness.half_width or 0.0 for row in rows],
                "color": ACCENT,
                "thickness": 1,
                "width": 3,
            },
            mode="lines+markers",
            line={"color": ACCENT, "width": 2},
            marker={"color": ACCENT, "size": 8, "line": {"color": CARD, "width": 2}},
            hoverinfo="text",
            hovertext=[
                f"{words.safe(row.name)}: {words.interval(row.readiness, 0)}, "
                f"n = {row.readiness.n:,}"
                for row in rows
            ],
        )
    )


def _values(drawn: go.Figure, rows: list[Point]) -> None:
    """Each value above its interval, where there is room for all; always the ends."""
    for row in rows if len(rows) <= LABELLED else (rows[0], rows[-1]):
        top = row.readiness.high if row.readiness.high is not None else row.readiness.mean
        text = words.mean(row.readiness, words.fine(row.readiness.half_width, 0))
        say(drawn, text, at=(row.at, top or 0.0), vertical="bottom", bold=True, shift=(0, 3))  # type: ignore[arg-type]


def headline(answer: WavesAnswer, options: Options) -> str:
    rows = known(answer)
    return finding(answer, "wave", f"in {rows[-1].name}") if rows else "Readiness over time"


def finding(answer: OverTime, noun: str, last: str) -> str:
    """Where readiness goes over these waves or periods; ``last`` says which one it now stands in.

    For answers with at least one row to show.
    """
    rows = known(answer)
    over = f"over {words.count(len(rows), noun)}"
    if answer.direction is not None and len(rows) > 1:
        return f"Readiness has been {answer.direction} {over}"
    now = f"Readiness is {words.interval(rows[-1].readiness, 0)} {last}"
    return f"{now}; no clear trend {over}" if len(rows) > 1 else now


def summary(answer: WavesAnswer, options: Options) -> str:
    rows = known(answer)
    if not rows:
        return "No wave has enough answers to show readiness."
    said = [f"{words.interval(row.readiness, 0)} in {row.name}" for row in rows]
    if len(rows) == 1:
        return f"Readiness was {said[0]}. A trend needs at least two waves."
    return f"Readiness was {words.listed(said)}. {trend(answer)}."


def trend(answer: OverTime) -> str:
    """Like "The trend is improving (p = 0.004)"."""
    test = "" if answer.p is None else f" (p = {max(answer.p, 0.001):.3f})"
    return f"The trend is {answer.direction or 'not clear'}{test}"


WIDGET = Widget(
    key="readiness-trend",
    type=WidgetType.TREND_LINE,
    title="Readiness over time",
    unit="0-100, 50 is balance",
    description=(
        "Mean readiness of each wave at its real date; the band and the whiskers are 95 % "
        "intervals, the dotted line is balance, 50. A trend is claimed only where a test over all "
        "waves finds one; stable means that a real change would have been seen."
    ),
    question=queries.waves,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.readiness.n for row in answer.rows),
    size=(4, 5),
)
