"""Who moved between segments since the last wave, among people who answered both."""

from typing import Any

import plotly.graph_objects as go

from components.theme import QUIET, SEGMENT_COLOURS, TEXT, faint
from components.widgets import words
from components.widgets.figures import SMALL, canvas, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import SEGMENT_NAMES, Segment
from data.queries.results import FlowRow, FlowsAnswer

STAYED, MOVED = 0.2, 0.45
"""Opacity of flows: who moved stands out from who stayed."""


def figure(answer: FlowsAnswer, options: Options) -> go.Figure:
    """Earlier segments at the left, present ones at the right; a flow is coloured by its origin."""
    drawn = canvas(margin=(2, 2, 22, 8))
    sources = _present([row.source for row in answer.rows])
    targets = _present([row.target for row in answer.rows])
    if not answer.rows:
        return drawn
    drawn.add_trace(
        go.Sankey(
            arrangement="fixed",
            textfont={"size": SMALL, "color": TEXT, "shadow": "none"},
            node=_nodes(answer, sources, targets),
            link={
                "source": [sources.index(row.source) for row in answer.rows],
                "target": [len(sources) + targets.index(row.target) for row in answer.rows],
                "value": [row.n for row in answer.rows],
                "color": [_tint(row) for row in answer.rows],
                "customdata": [
                    f"{SEGMENT_NAMES[row.source]} → {SEGMENT_NAMES[row.target]}"
                    for row in answer.rows
                ],
                "hovertemplate": "%{customdata}: %{value:,} people<extra></extra>",
            },
        )
    )
    _ends(drawn, words.safe(words.cut(answer.previous or "Before", 22)))
    return drawn


def _ends(drawn: go.Figure, before: str) -> None:
    """Which wave stands at the left, and which at the right."""
    said: dict[str, Any] = {"vertical": "bottom", "refs": ("paper", "paper"), "shift": (0, 4)}
    say(drawn, before, at=(0, 1), anchor="left", colour=QUIET, **said)
    say(drawn, "now", at=(1, 1), anchor="right", colour=QUIET, **said)


def _stays(row: FlowRow) -> bool:
    return row.source is row.target


def _tint(row: FlowRow) -> str:
    return faint(SEGMENT_COLOURS[row.source], STAYED if _stays(row) else MOVED)


def _present(segments: list[Segment]) -> list[Segment]:
    return [segment for segment in Segment if segment in segments]


def _nodes(
    answer: FlowsAnswer, sources: list[Segment], targets: list[Segment]
) -> dict[str, object]:
    left = [sum(row.n for row in answer.rows if row.source is s) for s in sources]
    right = [sum(row.n for row in answer.rows if row.target is s) for s in targets]
    names = [SEGMENT_NAMES[segment] for segment in (*sources, *targets)]
    return {
        "label": [f"{name} {n:,}" for name, n in zip(names, [*left, *right], strict=True)],
        "color": [SEGMENT_COLOURS[segment] for segment in (*sources, *targets)],
        "x": [0.001] * len(sources) + [0.999] * len(targets),
        "y": [*_middles(left), *_middles(right)],
        "line": {"width": 0},
        "thickness": 10,
        "pad": 14,
        "hovertemplate": "%{label} people<extra></extra>",
    }


def _middles(sizes: list[int]) -> list[float]:
    """Centres of the nodes of one side, as shares of the height, in the given order."""
    total, done, middles = sum(sizes) or 1, 0.0, []
    for size in sizes:
        middles.append(min(max((done + size / 2) / total, 0.001), 0.999))
        done += size
    return middles


def headline(answer: FlowsAnswer, options: Options) -> str:
    total = sum(row.n for row in answer.rows)
    if not total:
        return "Moves between segments"
    moved = sum(row.n for row in answer.rows if not _stays(row))
    since = words.since(answer.previous)
    # Small flows are nearly all moves: where they are withheld this is no share of everybody.
    of = f"{words.count(total, 'person', 'people')}{' shown' if answer.withheld else ''}"
    return f"{moved:,} of {of} changed segment{since}"


def summary(answer: FlowsAnswer, options: Options) -> str:
    if not answer.rows:
        return "No flow between segments has enough people to show."
    moves = sorted(
        (row for row in answer.rows if not _stays(row)),
        key=lambda row: -row.n,
    )
    stayed = sum(row.n for row in answer.rows if _stays(row))
    parts = [
        f"{row.n:,} from {SEGMENT_NAMES[row.source].lower()} to {SEGMENT_NAMES[row.target].lower()}"
        for row in moves[:3]
    ]
    largest = f" The largest moves: {words.listed(parts)}." if parts else ""
    withheld = " Flows too small to show are left out." if answer.withheld else ""
    return f"{words.count(stayed, 'person', 'people')} stayed in their segment.{largest}{withheld}"


WIDGET = Widget(
    key="segment-flow",
    type=WidgetType.SANKEY_DIAGRAM,
    title="Moves between segments",
    unit="people who answered both waves",
    description=(
        "Where people who answered both waves were (left) and are now (right). Stronger bands are "
        "people who changed their segment. Flows of too few people are not shown."
    ),
    question=queries.flows,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 5),
    least=160,
)
