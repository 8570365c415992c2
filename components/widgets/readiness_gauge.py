"""Readiness on its 0-100 scale, with its interval as a band and 50 marked as balance."""

from typing import Any

import plotly.graph_objects as go

from components.theme import ACCENT, QUIET, TEXT, TRACK
from components.widgets import words
from components.widgets.figures import HUGE, LEAD, box, canvas, rule, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import FORCE_NAMES
from data.queries.results import MARK_WORDS, ReadinessAnswer

BALANCE = 50.0
BALANCES = {
    1: "more drives than resists",
    -1: "more resists than drives",
    0: "which side of the balance at 50 that is cannot be told",
}


def figure(answer: ReadinessAnswer, options: Options) -> go.Figure:
    """A bar from 0 to the mean; the paler band over it is the 95 % interval."""
    estimate = answer.readiness
    drawn = canvas(x=(0, 100), y=(0, 100), margin=(8, 8, 4, 4))
    say(drawn, big_number(answer), at=(0, 76), anchor="left", size=HUGE, bold=True)
    box(drawn, (0, 100), (34, 46), TRACK)
    if estimate.mean is not None:
        box(drawn, (0, estimate.mean), (34, 46), ACCENT)
    if estimate.low is not None and estimate.high is not None:
        whole = (max(estimate.low, 0), min(estimate.high, 100))
        box(drawn, whole, (29, 51), ACCENT, opacity=0.3)
        for end in whole:
            rule(drawn, (end, end), (29, 51), ACCENT, 1)
    rule(drawn, (BALANCE, BALANCE), (24, 54), TEXT, 1.5)
    scale: dict[str, Any] = {"vertical": "top", "colour": QUIET}
    say(drawn, "0", at=(0, 22), anchor="left", **scale)
    say(drawn, "50 = balance", at=(BALANCE, 22), **scale)
    say(drawn, "100", at=(100, 22), anchor="right", **scale)
    return drawn


def big_number(answer: ReadinessAnswer) -> str:
    """Chart text: the mean large, its interval beside it small."""
    big, small = number_and_width(answer)
    return f'{big} <span style="font-size:{LEAD}px;font-weight:400">{small}</span>'


def number_and_width(answer: ReadinessAnswer) -> tuple[str, str]:
    """The mean, and what stands beside it: its interval, or why there is none."""
    estimate = answer.readiness
    big = words.mean(estimate, words.fine(estimate.half_width, 0))
    return big, words.interval(estimate, 0).removeprefix(big).strip()


def headline(answer: ReadinessAnswer, options: Options) -> str:
    text = f"Readiness is {words.interval(answer.readiness, 0)}"
    change = answer.change
    if change is None or change.change is None or not answer.previous:
        return text
    if not words.is_marked(change):
        return f"{text}, no clear change{words.since(answer.previous)}"
    return f"{text}, {words.moved(change, 0)}{words.since(answer.previous)}"


def summary(answer: ReadinessAnswer, options: Options) -> str:
    estimate = answer.readiness
    if estimate.mean is None:
        return "Readiness is hidden: too few people have a score. The forces may still be shown."
    balance = BALANCES[words.side_of(estimate, BALANCE)]
    forces = words.listed([FORCE_NAMES[f].lower() for f in answer.forces]) or "the forces asked"
    return (
        f"Readiness is {words.interval(estimate, 0)} on a scale of 0 to 100: {balance}. "
        f"It rests on {forces}, from {words.count(estimate.n, 'person', 'people')}"
        f"{_change(answer)}."
    )


def _change(answer: ReadinessAnswer) -> str:
    change = answer.change
    if change is None or change.change is None or not answer.previous:
        return ""
    amount = words.change(change, 0)
    return f"; since {answer.previous} it changed by {amount} ({MARK_WORDS[change.mark]})"


def bases(answer: ReadinessAnswer) -> tuple[int, ...]:
    return (answer.readiness.n,)


WIDGET = Widget(
    key="readiness-gauge",
    type=WidgetType.GAUGE_CHART,
    title="Readiness",
    unit="0-100, 50 is balance",
    description=(
        "Readiness is 50 where what drives people towards AI and what holds them back weigh the "
        "same; above, drive weighs more. It is the mean over people of 50 + 12.5 × (drive − "
        "resistance). The paler band is the 95 % interval."
    ),
    question=queries.readiness,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=bases,
    size=(3, 4),
)
