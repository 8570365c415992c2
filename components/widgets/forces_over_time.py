"""The four forces wave by wave, named at the ends of their lines."""

import plotly.graph_objects as go

from components.theme import CARD, FORCE_COLOURS, QUIET
from components.widgets import words
from components.widgets.figures import canvas, rule, say, spread
from components.widgets.waves import time_axis
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import DRIVING, FORCE_NAMES, Force
from data.queries.results import Estimate, WaveRow, WavesAnswer

MIDDLE = 3.0
LABEL_WIDTH = 84
GAP = 0.13
"""Least distance of two labels, as a share of the height: 16 px of 130."""

SYMBOLS: dict[Force, str] = {
    Force.PAIN: "square",
    Force.PULL: "circle",
    Force.ANCHORS: "diamond",
    Force.ANXIETY: "triangle-up",
}
"""Told apart without colour: markers by force, dashes for what resists."""


def series(answer: WavesAnswer, force: Force) -> list[tuple[WaveRow, Estimate]]:
    """The waves in which this force has a score, oldest first."""
    found = [(row, row.forces.get(force)) for row in answer.rows]
    return [(row, score) for row, score in found if score is not None and score.mean is not None]


def figure(answer: WavesAnswer, options: Options) -> go.Figure:
    """Lines on the scale 1-5, as much of it as is used; the dotted line is its middle."""
    drawn = canvas(margin=(14, LABEL_WIDTH, 8, 40))
    lines = {force: line for force in answer.forces if (line := series(answer, force))}
    if not lines:
        return drawn
    low, high = _range([score for line in lines.values() for _, score in line])
    drawn.update_yaxes(range=[low, high])
    time_axis(drawn, [row for row in answer.rows if row.forces], 0.08)
    rule(drawn, (0, 1), (MIDDLE, MIDDLE), QUIET, xref="paper", line={"dash": "dot"})
    say(
        drawn,
        "3",
        at=(0, MIDDLE),
        anchor="right",
        refs=("paper", "y"),
        colour=QUIET,
        shift=(-3, 0),
    )
    for force, line in lines.items():
        _line(drawn, force, line)
    _ends(drawn, {force: line[-1][1] for force, line in lines.items()}, low, high)
    return drawn


def _range(scores: list[Estimate]) -> tuple[float, float]:
    ends = [s.mean for s in scores] + [s.low for s in scores] + [s.high for s in scores]
    known = [*(end for end in ends if end is not None), MIDDLE]
    return min(known) - 0.15, max(known) + 0.15


def _line(drawn: go.Figure, force: Force, line: list[tuple[WaveRow, Estimate]]) -> None:
    colour = FORCE_COLOURS[force]
    drawn.add_trace(
        go.Scatter(
            x=[row.at for row, _ in line],
            y=[score.mean for _, score in line],
            error_y={
                "type": "data",
                "array": [score.half_width or 0.0 for _, score in line],
                "color": colour,
                "thickness": 1,
                "width": 3,
            },
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": "solid" if force in DRIVING else "dash"},
            marker={
                "color": colour,
                "size": 8,
                "symbol": SYMBOLS[force],
                "line": {"color": CARD, "width": 1},
            },
            name=FORCE_NAMES[force],
            hoverinfo="text",
            hovertext=[
                f"{FORCE_NAMES[force]}, {words.safe(row.name)}: {words.interval(score, 1)}, "
                f"n = {score.n:,}"
                for row, score in line
            ],
        )
    )


def _ends(drawn: go.Figure, last: dict[Force, Estimate], low: float, high: float) -> None:
    """Names and values beside the last points, moved apart where they would touch."""
    wanted = [score.mean or 0.0 for score in last.values()]
    margin = (high - low) * 0.05
    places = spread(wanted, GAP * (high - low), low + margin, high - margin)
    for (force, score), place in zip(last.items(), places, strict=True):
        name = words.capital(words.SHORT_NAMES[force])
        text = f"{name} <b>{words.mean(score, 1)}</b>"
        say(drawn, text, at=(1, place), anchor="left", refs=("paper", "y"), shift=(2, 0))


def headline(answer: WavesAnswer, options: Options) -> str:
    """The strongest force of the last wave, where its interval is above all the others'."""
    rows = [row for row in answer.rows if row.forces]
    if not rows:
        return "The forces over time"
    wave = rows[-1]
    known = {f: s for f, s in wave.forces.items() if s.mean is not None}
    ranked = sorted(known, key=lambda force: known[force].mean or 0.0, reverse=True)
    if len(ranked) > 1 and all(words.are_apart(known[ranked[0]], known[f]) for f in ranked[1:]):
        name = words.SHORT_NAMES[ranked[0]]
        score = words.interval(known[ranked[0]], 1)
        return f"In {wave.name} {name} is the strongest force, {score}"
    return f"The forces over {words.count(len(rows), 'wave')}"


def summary(answer: WavesAnswer, options: Options) -> str:
    parts = []
    for force in answer.forces:
        line = series(answer, force)
        if not line:
            continue
        (first, start), (last, end) = line[0], line[-1]
        name = FORCE_NAMES[force].lower()
        if first is last:
            parts.append(f"{name} {words.interval(end, 1)} in {last.name}")
        else:
            was, now = words.interval(start, 1), words.interval(end, 1)
            parts.append(f"{name} from {was} in {first.name} to {now} in {last.name}")
    if not parts:
        return "No wave has enough answers to show the forces."
    return (
        f"Mean scores from 1 to 5: {words.listed(parts)}. Changes here are not tested one by one."
    )


WIDGET = Widget(
    key="forces-over-time",
    type=WidgetType.LINE_CHART,
    title="The forces over time",
    unit="mean scores 1-5, 3 is the middle",
    description=(
        "The mean score of each force in each wave, whiskers are 95 % intervals. Solid lines drive "
        "towards AI, dashed lines hold back; the dotted line is the middle of the scale, 3."
    ),
    question=queries.waves,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (e.n for row in answer.rows for e in row.forces.values()),
    size=(4, 5),
)
