"""Voice recordings by quality, language or sentiment."""

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, QUIET
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis import languages
from data.analysis.voices import NOT_ANALYSED, NOT_STATED, OTHER
from data.queries.results import VoiceRow, VoicesAnswer, voice_category

UNKNOWN = frozenset({NOT_ANALYSED, NOT_STATED, OTHER})
"""What is no answer of its own: drawn quietly, never the headline."""


class DistributionOptions(Options):
    """What the recordings are counted by."""

    by: Literal["quality", "language", "sentiment"] = Field(default="sentiment", title="Show")


def chosen(answer: VoicesAnswer, options: DistributionOptions) -> tuple[VoiceRow, ...]:
    rows: tuple[VoiceRow, ...] = getattr(answer, options.by)
    return rows


def name(row: VoiceRow, options: DistributionOptions) -> str:
    """A category as people call it; unknown languages as the file called them."""
    of_language = options.by == "language" and row.category not in UNKNOWN
    return languages.name(row.category) if of_language else words.capital(voice_category(row))


def _total(rows: Sequence[VoiceRow]) -> int:
    return sum(row.recordings for row in rows)


def _share(row: VoiceRow, rows: Sequence[VoiceRow]) -> str:
    return f"{words.number(100 * row.recordings / max(_total(rows), 1))} %"


def figure(answer: VoicesAnswer, options: DistributionOptions) -> go.Figure:
    """Bars as shares of all recordings."""
    rows = chosen(answer, options)
    ends = (0.0, float(max(_total(rows), 1)))
    return bars([_bar(row, rows, options) for row in rows], 0.0, ends, 0.0)


def _bar(row: VoiceRow, rows: Sequence[VoiceRow], options: DistributionOptions) -> Bar:
    called = name(row, options)
    return Bar(
        name=called,
        value=float(row.recordings),
        low=None,
        high=None,
        said=f"{row.recordings:,} ({_share(row, rows)})",
        colour=QUIET if row.category in UNKNOWN else ACCENT,
        hover=f"{words.safe(called)}: {words.count(row.recordings, 'recording')}",
    )


def headline(answer: VoicesAnswer, options: DistributionOptions) -> str:
    rows = chosen(answer, options)
    known = [row for row in rows if row.category not in UNKNOWN]
    if not known:
        return f"Voice recordings by {options.by}"
    first = max(known, key=lambda row: row.recordings)
    called = words.cut(name(first, options), 30)
    if options.by == "language":
        return f"{_share(first, rows)} of voice recordings are in {called}"
    if options.by == "quality":
        return f"{_share(first, rows)} of voice recordings have quality “{called.lower()}”"
    return f"{_share(first, known)} of analysed recordings are {called.lower()}"


def summary(answer: VoicesAnswer, options: DistributionOptions) -> str:
    rows = chosen(answer, options)
    if not rows:
        return "No category has enough people to stand apart."
    parts = [f"{name(row, options)} {row.recordings:,} ({_share(row, rows)})" for row in rows]
    note = ""
    if options.by == "sentiment":
        note = " Only English is analysed, by the words of a lexicon."
    counted = words.count(_total(rows), "recording")
    return f"Of {counted} by {options.by}: {words.listed(parts)}.{note}"


WIDGET = Widget(
    key="voice-distribution",
    type=WidgetType.BAR_CHART,
    title="Voice recordings by sentiment, language or quality",
    unit="completed recordings",
    description=(
        "Completed voice recordings of the whole survey, counted by the sentiment of what was said "
        "(a lexicon's, English only; others are not analysed), by language, or by quality as "
        "stated. Categories of fewer than 5 people are shown together."
    ),
    question=queries.voices,
    options=DistributionOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 4),
)
