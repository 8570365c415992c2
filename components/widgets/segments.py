"""Shares of the readiness segments: champions, torn, indifferent, resisters."""

import plotly.graph_objects as go

from components.theme import SEGMENT_COLOURS, TRACK
from components.widgets import words
from components.widgets.rings import Part, donut
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import SEGMENT_NAMES, Segment
from data.queries.results import SegmentRow, SegmentsAnswer

PATTERNS: dict[Segment, str] = {
    Segment.CHAMPIONS: "",
    Segment.TORN: "/",
    Segment.INDIFFERENT: ".",
    Segment.RESISTERS: "x",
    Segment.UNCLASSIFIED: "-",
}
"""Told apart in grey too."""


def known(answer: SegmentsAnswer) -> list[SegmentRow]:
    return [row for row in answer.rows if row.share is not None and row.share > 0]


def figure(answer: SegmentsAnswer, options: Options) -> go.Figure:
    parts = [
        Part(
            SEGMENT_NAMES[row.segment],
            row.share or 0.0,
            f"{words.number(row.share or 0.0)} %" + ("" if row.n is None else f" ({row.n:,})"),
            SEGMENT_COLOURS[row.segment],
            PATTERNS[row.segment],
        )
        for row in known(answer)
    ]
    parts += _together(answer)
    total = "" if answer.respondents is None else f"{answer.respondents:,}"
    return donut(parts, total, "people" if total else "")


def _together(answer: SegmentsAnswer) -> list[Part]:
    """What is left of 100 % for the segments too small to show apart, so that the ring is whole."""
    rest = 100.0 - sum(row.share or 0.0 for row in known(answer))
    if not answer.merged or rest <= 0 or not known(answer):
        return []
    return [Part("Others together", rest, f"{words.number(rest)} %", TRACK)]


def headline(answer: SegmentsAnswer, options: Options) -> str:
    rows = known(answer)
    if not rows:
        return "Readiness segments"
    largest = max(rows, key=lambda row: row.share or 0.0)
    share = words.number(largest.share or 0.0)
    return f"{share} % are {SEGMENT_NAMES[largest.segment].lower()}"


def summary(answer: SegmentsAnswer, options: Options) -> str:
    rows = known(answer)
    if not rows:
        return "No segment has enough people to show."
    parts = [
        f"{words.number(row.share or 0.0)} % are {SEGMENT_NAMES[row.segment].lower()} "
        f"({words.SEGMENT_MEANINGS[row.segment]})"
        for row in rows
    ]
    merged = [SEGMENT_NAMES[segment].lower() for segment in answer.merged]
    note = f" Too small to show apart: {words.listed(merged)}." if merged else ""
    return (
        f"{words.capital(words.listed(parts))}. Shares are of people with both sides known.{note}"
    )


WIDGET = Widget(
    key="segments",
    type=WidgetType.PIE_CHART,
    title="Readiness segments",
    unit="share of people, %",
    description=(
        "People by drive and resistance, each high above 3. Champions: drive high, resistance low. "
        "Torn: both high. Indifferent: both low. Resisters: drive low, resistance high. Segments "
        "of fewer than 5 people are shown together with the next smallest."
    ),
    question=queries.segments,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 4),
    least=152,
)
