"""Who answered compared with who was invited: two bars a group, its share of each."""

from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, LIGHT
from components.widgets import words
from components.widgets.figures import canvas, say, swatch
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.representation import Presence
from data.queries.results import PRESENCE_WORDS, PresenceRow, RepresentativenessAnswer

ROW, KEY = 50, 26
"""Pixels of a group with its label, and of what the colours mean."""
NAME_LENGTH = 26
SIGNS: dict[Presence, str] = {Presence.OVER: " ▲", Presence.UNDER: " ▼"}


class RepresentativenessOptions(Options):
    """By what, and how many groups; the table always has all of them."""

    by: Literal["department", "role"] = Field(default="department", title="By")
    show: int = Field(default=12, ge=1, le=200, title="How many groups")


def chosen(
    answer: RepresentativenessAnswer, options: RepresentativenessOptions
) -> list[PresenceRow]:
    """Groups of the chosen dimension, largest first."""
    rows = [row for row in answer.rows if row.dimension == options.by]
    return rows[: options.show]


def figure(answer: RepresentativenessAnswer, options: RepresentativenessOptions) -> go.Figure:
    """Grey: share of those invited; accent: share of those who answered."""
    rows = chosen(answer, options)
    count = max(len(rows), 1)
    longest = max([1.0, *(max(r.invited_share, r.started_share) for r in rows)])
    drawn = canvas(x=(0, longest), y=(count, 0), height=ROW * count + KEY, margin=(2, 2, 0, KEY))
    drawn.update_layout(barmode="overlay")
    sides = (
        (LIGHT.unclassified, 0.56, [row.invited_share for row in rows], "of those invited"),
        (ACCENT, 0.8, [row.started_share for row in rows], "of respondents"),
    )
    for place, (colour, at, shares, name) in enumerate(sides):
        _bars(drawn, rows, colour, at, shares)
        where = (0.5 * place, 0.0)
        swatch(drawn, colour, where, shift=(0, -16))
        text = f"% {name}"
        say(drawn, text, at=where, anchor="left", refs=("paper", "paper"), shift=(17, -16))
    for position, row in enumerate(rows):
        _label(drawn, row, position)
    return drawn


def _bars(
    drawn: go.Figure, rows: list[PresenceRow], colour: str, at: float, shares: list[float]
) -> None:
    drawn.add_trace(
        go.Bar(
            orientation="h",
            x=shares,
            y=[position + at for position in range(len(rows))],
            width=0.2,
            marker={"color": colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[_hover(row) for row in rows],
        )
    )


def _label(drawn: go.Figure, row: PresenceRow, position: int) -> None:
    shares = f"{_percent(row.invited_share)} → {_percent(row.started_share)} %"
    name = words.safe(words.cut(row.name, NAME_LENGTH))
    at, refs = position + 0.24, ("paper", "y")
    say(drawn, name, at=(0, at), anchor="left", refs=refs, hover=words.safe(row.name))
    said = shares + SIGNS.get(row.presence, "")
    say(drawn, said, at=(1, at), anchor="right", refs=refs)


def _percent(share: float) -> str:
    return words.number(share, 0 if share >= 1 else 1)


def _hover(row: PresenceRow) -> str:
    rate = "" if row.response_rate is None else f", {words.number(row.response_rate)} %"
    return (
        f"{words.wrap(row.name, 40)}<br>{row.started:,} of {row.invited:,} invited{rate}"
        f"<br>{PRESENCE_WORDS[row.presence]}"
    )


def headline(answer: RepresentativenessAnswer, options: RepresentativenessOptions) -> str:
    shown = chosen(answer, options)
    rows = [row for row in shown if row.presence is Presence.UNDER]
    over = [row for row in shown if row.presence is Presence.OVER]
    if not shown:
        return f"Who answered by {options.by}: not known here"
    if not rows and not over:
        # Not marked is not alike: that would need a test of its own.
        if all(row.presence is Presence.TOO_FEW for row in shown):
            return "Too few answered to tell who is over- or under-represented"
        return f"No {shown[0].dimension} is clearly over- or under-represented"
    worst = min(rows or over, key=lambda row: row.difference if rows else -row.difference)
    return (
        f"{words.cut(worst.name, 40)} is {PRESENCE_WORDS[worst.presence]}: "
        f"{_percent(worst.invited_share)} % of those invited, "
        f"{_percent(worst.started_share)} % of those who answered"
    )


def summary(answer: RepresentativenessAnswer, options: RepresentativenessOptions) -> str:
    if not chosen(answer, options):
        return f"How many were invited by {options.by} is not known here, or may not be told."
    parts = []
    if answer.response_rate is not None and answer.invited is not None:
        share = words.number(answer.response_rate)
        parts.append(f"{answer.started:,} of {answer.invited:,} invited answered ({share} %).")
    parts += answer.findings or ("No group is clearly over- or under-represented.",)
    if answer.hidden:
        names = words.listed([words.cut(name, 40) for name in answer.hidden[:6]])
        parts.append(f"Cannot be told apart: {names}.")
    return " ".join(parts)


WIDGET = Widget(
    key="representativeness",
    type=WidgetType.BAR_CHART,
    title="Who answered, who was invited",
    unit="share of those invited and of those who answered, %",
    description=(
        "Each group’s share of the people invited beside its share of those who answered. ▼ and ▲ "
        "mark groups that are under- and over-represented: standardised residuals of a chi-square "
        "test, corrected for all groups shown, and a tenth of the share at least. Groups in which "
        "1 to 4 people did not answer are not told."
    ),
    question=queries.representativeness,
    options=RepresentativenessOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(6, 7),
)
