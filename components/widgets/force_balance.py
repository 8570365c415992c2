"""The force diagram: two forces push from the left, two push back, a line marks the balance.

Thickness is the mean score (1-5), length the share of people above the midpoint. The line stands
where readiness is on the 0-100 scale under it, its interval as a band.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

from components.theme import CARD, FORCE_COLOURS, LINE, QUIET, TEXT
from components.widgets import words
from components.widgets.figures import LEAD, SMALL, box, canvas, rule, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import DRIVING, FORCE_NAMES, RESISTING, STRENGTH_NAMES, Force
from data.queries.results import ForceFigure, ForcesAnswer

BALANCE = 50.0
LEFT, RIGHT = -30.0, 130.0
"""Ends of the canvas in units of the scale: room for an arrow even where the balance is far off."""

FULL = 70.0
"""Length of an arrow of 100 %, in units of the scale, where both sides have room for it."""

THICKEST = 15.0
"""Thickness of an arrow of score 5, in units of the canvas's height of 100."""

HIDDEN_SHARE = 12.0
"""Length of an arrow whose share is hidden: its thickness shows, its tail is dotted."""
HEAD = 5.0
"""Length of an arrow's head, in units of the scale."""

ROWS: tuple[tuple[Force, Force, float], ...] = (
    (Force.PAIN, Force.ANCHORS, 63.0),
    (Force.PULL, Force.ANXIETY, 17.0),
)
"""Which forces face each other, and the height of their arrows."""

SCALE, TOP = 2.0, 98.0


@dataclass(frozen=True)
class _Side:
    """Which way a force pushes: where it starts and how its text is set."""

    sign: int
    edge: float
    anchor: str

    @classmethod
    def of(cls, force: Force) -> "_Side":
        return cls(1, LEFT, "left") if force in DRIVING else cls(-1, RIGHT, "right")


def figure(answer: ForcesAnswer, options: Options) -> go.Figure:
    drawn = canvas(x=(LEFT, RIGHT), y=(0, 100), margin=(2, 2, 24, 18))
    line = answer.readiness.mean if answer.readiness.mean is not None else BALANCE
    _balance(drawn, answer, line)
    found = {f.force: f for f in answer.forces}
    full = min(FULL, line - LEFT - 2, RIGHT - line - 2)
    for left, right, height in ROWS:
        for force in (left, right):
            _force(drawn, force, found.get(force), line, height, full)
    return drawn


def _balance(drawn: go.Figure, answer: ForcesAnswer, line: float) -> None:
    """The 0-100 scale, the line on it and the interval's band."""
    low, high = answer.readiness.low, answer.readiness.high
    if low is not None and high is not None:
        box(drawn, (max(low, 0), min(high, 100)), (SCALE, TOP), QUIET, opacity=0.16)
    rule(drawn, (0, 100), (SCALE, SCALE), QUIET, 1.5)
    for place, text in ((0, "0"), (BALANCE, "50"), (100, "100")):
        rule(drawn, (place, place), (SCALE - 1, SCALE + 1), QUIET)
        say(drawn, text, at=(place, SCALE - 1.5), vertical="top", colour=QUIET)
    known = answer.readiness.mean is not None
    if known:
        rule(drawn, (line, line), (SCALE, TOP), TEXT, 2.5)
    text = f"Balance {words.interval(answer.readiness, 0)}" if known else "Balance not known"
    say(drawn, text, at=(line, TOP), vertical="bottom", size=LEAD, bold=True)


def _force(
    drawn: go.Figure,
    force: Force,
    found: ForceFigure | None,
    line: float,
    height: float,
    full: float,
) -> None:
    """One arrow with its words above it, or the words that say why there is none."""
    side = _Side.of(force)
    shape: dict[str, object] = {"anchor": side.anchor, "vertical": "bottom", "bgcolor": CARD}
    above = (side.edge, height + THICKEST / 2)
    lines = _lines(found)
    text = "<br>".join((f"<b>{FORCE_NAMES[force]}</b>", *lines))
    say(drawn, text, at=above, size=SMALL, borderpad=0, **shape)  # type: ignore[arg-type]
    if found is None or found.score.mean is None or found.above_share is None:
        inner = line - side.sign * 3
        rule(drawn, (side.edge, inner), (height, height), LINE, 2, line={"dash": "dot"})
    if found is None or found.score.mean is None:
        return
    _arrow(drawn, found, side, line, height, full)


def _lines(found: ForceFigure | None) -> tuple[str, ...]:
    if found is None:
        return ("not asked in this survey",)
    if found.score.mean is None:
        return ("hidden: too few answers",)
    strength = f", {STRENGTH_NAMES[found.strength]}" if found.strength else ""
    above = found.above_share
    share = "share hidden" if above is None else f"{words.number(above)} % above middle"
    return (f"{words.interval(found.score, 1)}{strength}", share)


def _arrow(
    drawn: go.Figure, found: ForceFigure, side: _Side, line: float, height: float, full: float
) -> None:
    """An arrow whose tip touches the line; thickness by score, length by share above the middle."""
    mean = found.score.mean or 0.0
    share = HIDDEN_SHARE if found.above_share is None else found.above_share
    half = max((mean - 1) / 4 * THICKEST, 1.0) / 2
    length = max(share / 100 * full, 1.0)
    head = min(HEAD, length)
    tip, neck, tail = (line - side.sign * part for part in (0.8, 0.8 + head, 0.8 + length))
    wide = half + 2.5
    drawn.add_trace(
        go.Scatter(
            x=[tail, neck, neck, tip, neck, neck, tail, tail],
            y=[
                *(height + part for part in (half, half, wide, 0.0)),
                *(height - part for part in (wide, half, half)),
                height + half,
            ],
            mode="lines",
            fill="toself",
            fillcolor=FORCE_COLOURS[found.force],
            line={"width": 0, "color": FORCE_COLOURS[found.force]},
            hoveron="fills",
            hoverinfo="text",
            text=hover(found),
            name=FORCE_NAMES[found.force],
        )
    )


def hover(found: ForceFigure) -> str:
    return f"{FORCE_NAMES[found.force]}: {words.interval(found.score, 1)}, n = {found.score.n:,}"


def headline(answer: ForcesAnswer, options: Options) -> str:
    """The pair pull and anxiety where their intervals are apart, else the balance."""
    scores = {f.force: f.score for f in answer.forces}
    pull, anxiety = scores.get(Force.PULL), scores.get(Force.ANXIETY)
    if pull and anxiety and words.are_apart(pull, anxiety):
        gap = words.number(abs((pull.mean or 0) - (anxiety.mean or 0)), 1)
        over = (
            ("Pull", "anxiety") if (pull.mean or 0) > (anxiety.mean or 0) else ("Anxiety", "pull")
        )
        return f"{over[0]} outweighs {over[1]} by {gap}"
    return _balance_words(answer)


def _balance_words(answer: ForcesAnswer) -> str:
    readiness = answer.readiness
    side = words.side_of(readiness, BALANCE)
    if side > 0:
        return f"Drive outweighs resistance: balance at {words.interval(readiness, 0)}"
    if side < 0:
        return f"Resistance outweighs drive: balance at {words.interval(readiness, 0)}"
    if readiness.mean is None:
        return "The four forces; their balance is not known"
    return f"Neither side clearly outweighs: balance at {words.interval(readiness, 0)}"


def summary(answer: ForcesAnswer, options: Options) -> str:
    """Two sentences: the four scores by side, then where the balance is."""
    found = {f.force: f for f in answer.forces}
    sides = [
        f"{verb} {words.listed([_said(force, found.get(force)) for force in side])}"
        for verb, side in (("drive comes from", DRIVING), ("resistance from", RESISTING))
    ]
    return (
        f"{words.capital(sides[0])}; {sides[1]}. {_balance_words(answer)}, on a scale of 0 to 100."
    )


def _said(force: Force, found: ForceFigure | None) -> str:
    name = FORCE_NAMES[force].lower()
    if found is None:
        return f"{name} (not asked)"
    if found.score.mean is None:
        return f"{name} (hidden, too few answers)"
    score, share = _lines(found)
    return f"{name} ({', '.join(part for part in (score, share) if part)})"


WIDGET = Widget(
    key="force-balance",
    type=WidgetType.FORCE_DIAGRAM,
    title="The four forces",
    unit="mean scores 1-5, balance 0-100",
    description=(
        "Pain of the old and pull of the new drive people towards AI; anchors to the old and "
        "anxiety of the new hold them back. An arrow's thickness is the mean score, its length the "
        "share of people above the middle of the scale (3). The line stands at readiness, 50 is "
        "balance; the grey band and ± are 95 % intervals."
    ),
    question=queries.forces,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (answer.readiness.n, *(f.score.n for f in answer.forces)),
    size=(6, 5),
    least=232,
)
