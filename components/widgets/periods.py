"""Readiness inside one wave, period by period, with its intervals."""

from components.widgets import words
from components.widgets.readiness_trend import figure, finding, known, trend
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import FIGURE_NAMES
from data.queries.results import PeriodsAnswer


def headline(answer: PeriodsAnswer, options: Options) -> str:
    if not known(answer):
        return "Readiness inside the wave"
    return finding(answer, answer.period, f"in the last {answer.period}")


def summary(answer: PeriodsAnswer, options: Options) -> str:
    rows = known(answer)
    if not rows:
        return "No period of this wave has enough answers to show readiness."
    said = [f"{words.interval(row.readiness, 0)} ({row.name})" for row in rows]
    if len(rows) == 1:
        return f"Readiness was {said[0]}. A trend needs at least two periods."
    moved = [f"{FIGURE_NAMES[f].lower()}: {way}" for f, way in answer.directions.items()]
    clear = f" Clear trends: {words.listed(moved)}." if moved else ""
    return f"Readiness was {words.listed(said)}. {trend(answer)}.{clear}"


WIDGET = Widget(
    key="periods",
    type=WidgetType.LINE_CHART,
    title="Inside this wave",
    unit="0-100, 50 is balance",
    description=(
        "Mean readiness in each week, month or quarter of this wave: the finest in which nearly "
        "everybody can be shown. Band and whiskers are 95 % intervals, the dotted line is balance, "
        "50. Those who answer early may differ from those who answer late."
    ),
    question=queries.periods,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    bases=lambda answer: (row.readiness.n for row in answer.rows),
    size=(4, 5),
)
