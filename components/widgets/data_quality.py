"""How far the figures can be relied on: signs of haste, what was left out, how long it took."""

import plotly.graph_objects as go

from components.theme import ACCENT, LIGHT
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.quality import Flag
from data.queries.results import DataQualityAnswer

FEW = "hidden: too few"
NAMES: dict[Flag, str] = {
    Flag.SPEEDER: "Under a third of the median time",
    Flag.STRAIGHT: "Same answer to ten questions or more",
    Flag.BLANK: "Under half of the questions answered",
}
SHORT: dict[Flag, str] = {
    Flag.SPEEDER: "too fast",
    Flag.STRAIGHT: "the same answer throughout",
    Flag.BLANK: "mostly blank",
}


def figure(answer: DataQualityAnswer, options: Options) -> go.Figure:
    """Shares as bars, times and counts as words under them."""
    rows = [
        _share("Finished the survey", answer.completion_rate, ACCENT),
        _share("Without readiness", answer.unscored_share),
        *(_share(NAMES[row.flag], row.share) for row in answer.flags),
        _share(_low_name(answer), answer.low_share),
        _said("Median time to finish", _time(answer.median_seconds)),
        _said("Mean time to finish", _time(answer.mean_seconds)),
    ]
    if answer.is_whole:
        rows.append(_said("Times over 4 h, left out", _at_least(answer.beyond)))
        rows.append(_said("Duplicates, removed", _at_least(answer.duplicates)))
    return bars(rows, 0.0, (0.0, 100.0), 0.0)


def _low_name(answer: DataQualityAnswer) -> str:
    return "Low quality, left out" if answer.low_left_out else "Low quality"


def _share(name: str, share: float | None, colour: str = LIGHT.unclassified) -> Bar:
    said = FEW if share is None else f"{words.number(share, words.fine(share, 0))} %"
    return Bar(name, share, None, None, said, colour, f"{name}: {said}")


def _said(name: str, said: str) -> Bar:
    return Bar(name, None, None, None, said, ACCENT, f"{name}: {said}")


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _at_least(count: int | None) -> str:
    return f"{count:,} or a few more" if count else "fewer than 5"


def headline(answer: DataQualityAnswer, options: Options) -> str:
    flagged = [row for row in answer.flags if row.share]
    if not flagged:
        return "No sign of haste in five answers or more"
    most = max(flagged, key=lambda row: row.share or 0.0)
    share = most.share or 0.0
    return f"{words.number(share, words.fine(share, 0))} % of answers are {SHORT[most.flag]}"


def summary(answer: DataQualityAnswer, options: Options) -> str:
    told = [
        f"{words.number(row.share, words.fine(row.share, 0))} % are {SHORT[row.flag]}"
        for row in answer.flags
        if row.share is not None
    ]
    signs = words.listed(told) if told else "fewer than five answers show a sign of haste"
    parts = [f"Of {words.count(answer.started, 'session')}: {signs}."]
    if answer.completion_rate is not None:
        parts.append(f"{words.number(answer.completion_rate)} % finished.")
    if answer.median_seconds is not None:
        parts.append(f"Half of them took less than {_time(answer.median_seconds)}.")
    if answer.warning:
        parts.append(answer.warning)
    return " ".join(parts)


WIDGET = Widget(
    key="data-quality",
    type=WidgetType.BAR_CHART,
    title="Data quality",
    unit="share of sessions, %",
    description=(
        "Signs of haste in the sessions that are kept: faster than a third of the survey’s median "
        "time, the same answer to ten or more questions, fewer than half of the questions "
        "answered. Two signs or more are low quality. Also how many finished, how long it took, "
        "and what was left out. Counts are in fives."
    ),
    question=queries.data_quality,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(6, 6),
)
