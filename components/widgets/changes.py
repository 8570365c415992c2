"""What changed since the last wave: readiness and each force, tested as one family."""

import plotly.graph_objects as go

from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.figures import colour_of
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import FIGURE_NAMES, SCALE
from data.queries.results import MARK_WORDS, ChangeRow, ChangesAnswer

SHORT = 18
"""Characters of " since ..." that a narrow card's title has room for after the changes."""

ROOM = 1.25
"""The axis is this much longer than the longest interval: whiskers keep off the edge."""


def figure(answer: ChangesAnswer, options: Options) -> go.Figure:
    """Bars from zero, in shares of each figure's own scale; labels give the change in its unit."""
    rows = [_bar(row) for row in answer.rows]
    reach = [abs(end) for row in rows for end in (row.low, row.high, row.value) if end is not None]
    most = max([*reach, 0.02]) * ROOM
    return bars(rows, 0.0, (-most, most), 0.0)


def _bar(row: ChangeRow) -> Bar:
    low, high = SCALE[row.figure]
    change = row.change
    decimals = words.decimals_of(row.figure)
    value = None if change.change is None else change.change / (high - low)
    half = None if change.half_width is None else change.half_width / (high - low)
    before, after = words.interval(row.before, decimals), words.interval(row.after, decimals)
    return Bar(
        name=FIGURE_NAMES[row.figure],
        value=value,
        low=None if value is None or half is None else value - half,
        high=None if value is None or half is None else value + half,
        said=words.difference(change, decimals),
        colour=colour_of(row.figure),
        hover=(
            f"{FIGURE_NAMES[row.figure]}: {before}, then {after}: {MARK_WORDS[change.mark]}"
            f"{_same_mix(row, '<br>')}"
        ),
    )


def _same_mix(row: ChangeRow, before: str) -> str:
    """Like "<br>At the same mix of departments: +2"; empty where it is not known."""
    if row.same_mix is None:
        return ""
    decimals = words.decimals_of(row.figure)
    same = words.number(row.same_mix.change, decimals, sign=True)
    half = words.number(row.same_mix.half_width, words.fine(row.same_mix.half_width, decimals))
    return f"{before}At the same mix of departments: {same} ± {half}"


def headline(answer: ChangesAnswer, options: Options) -> str:
    since = words.since(answer.previous)
    marked = [row for row in answer.rows if words.is_marked(row.change)]
    if not marked:
        return f"No clear change{since}"
    parts = [_moved(row) for row in marked]
    short = since if len(since) <= SHORT else ""
    return words.capital(words.listed(parts)) + short


def _moved(row: ChangeRow) -> str:
    name = FIGURE_NAMES[row.figure].lower().split()[0]
    return f"{name} {words.moved(row.change, words.decimals_of(row.figure))}"


def summary(answer: ChangesAnswer, options: Options) -> str:
    parts = [
        f"{FIGURE_NAMES[row.figure].lower()} {_words(row)} ({MARK_WORDS[row.change.mark]})"
        for row in answer.rows
    ]
    if not parts:
        return "There is no earlier wave to compare with. Changes appear after the next one."
    since = f"Compared with {answer.previous}" if answer.previous else "Compared with before"
    marked = sum(words.is_marked(row.change) for row in answer.rows)
    said = f"{since}: {words.listed(parts)}. {marked} of {len(parts)} differences are clear."
    mixes = [
        f"{FIGURE_NAMES[row.figure].lower()} "
        f"{words.number(row.same_mix.change, words.decimals_of(row.figure), sign=True)}"
        for row in answer.rows
        if row.same_mix is not None
    ]
    return f"{said} At the same mix of departments: {words.listed(mixes)}." if mixes else said


def _words(row: ChangeRow) -> str:
    if row.change.change is None:
        return "cannot be compared"
    return words.change(row.change, words.decimals_of(row.figure))


WIDGET = Widget(
    key="changes",
    type=WidgetType.BAR_CHART,
    title="Since the last wave",
    unit="points of 100, and of the scale 1-5",
    description=(
        "The change of readiness and of each force since the wave before, with 95 % intervals; "
        "bars are shares of each figure's scale. ▲ better for readiness, ▼ worse, ● no clear "
        "difference. Marked only where a corrected test and the size of the effect both say so. "
        "Hover for the change with the departments' shares held constant."
    ),
    question=queries.changes,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.after.n for row in answer.rows),
    size=(3, 5),
)
