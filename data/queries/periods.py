"""Readiness and forces inside one wave, over the survey's own periods, and whether they move."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from data.analysis.cells import UNSCORED
from data.analysis.forces import Figure
from data.analysis.trend import Period, trends
from data.db.tables import analytics_atoms
from data.queries import methods
from data.queries.cells import Sums, sums, total
from data.queries.figures import (
    about,
    estimate,
    figure_of,
    forces_and_readiness,
    shown,
    without,
)
from data.queries.options import period_name
from data.queries.question import Asked, Question, Wave
from data.queries.results import PeriodRow, PeriodsAnswer, State
from data.queries.waves import moved, word

ONE_PERIOD = (
    "This survey is shown as a whole: too few people answered in each week, month or quarter to "
    "look inside it."
)
UNKNOWN_PERIODS = "{name} has no answers in the chosen periods. Clear the period filter."
_MONTHS = {"month": 1, "quarter": 3}


def _periods(asked: Asked) -> PeriodsAnswer:
    """How did readiness and the forces move inside this wave?"""
    wave = asked.wave
    if wave.period == "wave":
        return PeriodsAnswer(**without(asked, State.EMPTY, ONE_PERIOD))
    found = _found(asked)
    of = {group[0]: s for group, s in found.items() if len(group) == 1}
    if asked.filters.periods and not found:
        reason = UNKNOWN_PERIODS.format(name=wave.name)
        return PeriodsAnswer(**without(asked, State.EMPTY, reason))
    visible = {first: of[first] for first in sorted(of) if _is_enough(of[first], wave)}
    tested = trends(
        {
            figure: [
                Period(middle(d, wave.period), shown(s, figure, wave)) for d, s in visible.items()
            ]
            for figure in forces_and_readiness(wave)
        }
    )
    readiness = tested[Figure.READINESS]
    base = about(asked, total(visible.values()), *moved(tested))
    return PeriodsAnswer(
        **{**base, "left_out": base["left_out"] or len(visible) < len(found)},
        period=wave.period,
        rows=tuple(_row(d, s, wave) for d, s in visible.items()),
        forces=wave.forces,
        direction=word(Figure.READINESS, readiness),
        p=readiness.p,
        directions={f: way for f, one in tested.items() if (way := word(f, one))},
    )


def _found(asked: Asked) -> Mapping[tuple[date, ...], Sums]:
    """Sums by the periods of atoms; an atom of several periods is in none of them."""
    figures = [*forces_and_readiness(asked.wave), UNSCORED]
    by: Any = sums(asked, figures, by=analytics_atoms.c.periods)
    return {group: s for (_, group), s in by.items()}


def _is_enough(of: Sums, wave: Wave) -> bool:
    return of[UNSCORED].n >= wave.thresholds.group


def _row(first: date, of: Sums, wave: Wave) -> PeriodRow:
    return PeriodRow(
        first=first,
        name=period_name(first, wave),
        at=middle(first, wave.period),
        readiness=estimate(shown(of, Figure.READINESS, wave)),
        forces={f: estimate(shown(of, figure_of(f), wave)) for f in wave.forces},
    )


def middle(first: date, period: str) -> datetime:
    """The middle (UTC) of a week, month or quarter, from its first day."""
    start = datetime.combine(first, time(), UTC)
    if period not in _MONTHS:
        return start + timedelta(days=3.5)
    months = first.month - 1 + _MONTHS[period]
    after = datetime(first.year + months // 12, months % 12 + 1, 1, tzinfo=UTC)
    return start + (after - start) / 2


periods = Question("periods", PeriodsAnswer, _periods, methods.PERIODS)
