"""Voice recordings by quality, language or sentiment."""

from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, QUIET
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.voices import NOT_ANALYSED, NOT_STATED, OTHER
from data.queries.results import VoiceRow, VoicesAnswer, voice_category

UNKNOWN = frozenset({NOT_ANALYSED, NOT_STATED, OTHER})
"""What is no answer of its own: drawn quietly, never the headline."""

KINDS = {"quality": "quality", "language": "language", "sentiment": "mood"}


class DistributionOptions(Options):
    """What the recordings are counted by."""

    by: Literal["quality", "language", "sentiment"] = Field(default="sentiment", title="Show")


def chosen(answer: VoicesAnswer, options: DistributionOptions) -> tuple[VoiceRow, ...]:
    rows: tuple[VoiceRow, ...] = getattr(answer, options.by)
    return rows


def _total(rows: tuple[VoiceRow, ...]) -> int:
    return sum(row.recordings for row in rows)


def _share(row: VoiceRow, rows: tuple[VoiceRow, ...]) -> str:
    return f"{words.number(100 * row.recordings / max(_total(rows), 1))} %"


def figure(answer: VoicesAnswer, options: DistributionOptions) -> go.Figure:
    """Bars from zero, as long as the largest."""
    rows = chosen(answer, options)
    most = max((row.recordings for row in rows), default=1)
    return bars([_bar(row, rows) for row in rows], 0.0, (0.0, float(most)), 0.0)


def _bar(row: VoiceRow, rows: tuple[VoiceRow, ...]) -> Bar:
    name = words.capital(voice_category(row))
    text = f"{row.recordings:,} ({_share(row, rows)})"
    return Bar(
        name=name,
        value=float(row.recordings),
        low=None,
        high=None,
        said=text,
        colour=QUIET if row.category in UNKNOWN else ACCENT,
        hover=f"{words.safe(name)}: {words.count(row.recordings, 'recording')}",
    )


def headline(answer: VoicesAnswer, options: DistributionOptions) -> str:
    rows = chosen(answer, options)
    known = [row for row in rows if row.category not in UNKNOWN]
    if not known:
        return f"Voice recordings by {KINDS[options.by]}"
    first = max(known, key=lambda row: row.recordings)
    name = words.capital(words.cut(voice_category(first), 30))
    kind = KINDS[options.by]
    return f"{name} is the most frequent {kind}: {_share(first, rows)} of recordings"


def summary(answer: VoicesAnswer, options: DistributionOptions) -> str:
    rows = chosen(answer, options)
    if not rows:
        return "No category has enough people to stand apart."
    parts = [f"{voice_category(row)} {row.recordings:,} ({_share(row, rows)})" for row in rows]
    note = ""
    if options.by == "sentiment":
        note = " Only English is analysed, by the words of a lexicon."
    return (
        f"Of {words.count(_total(rows), 'recording')} by {KINDS[options.by]}: "
        f"{words.listed(parts)}.{note}"
    )


WIDGET = Widget(
    key="voice-distribution",
    type=WidgetType.BAR_CHART,
    title="Voice recordings by mood, language or quality",
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
