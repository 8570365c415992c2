"""Whether a figure moves over time: a linear contrast of few periods, Mann-Kendall of many.

Works on shown estimates (``gate.Shown``). Rules: docs/analytics.md, Uncertainty.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import pymannkendall
from scipy import stats

from data.analysis.difference import (
    ALPHA,
    SMALLEST_EFFECT,
    SMALLEST_SIDE,
    Side,
    p_of_rounded,
    two_sided,
    welch,
)
from data.analysis.forces import DIRECTION, Figure
from data.analysis.gate import Shown, rounding
from data.analysis.moments import t_quantile

MANY = 8
"""From so many periods their means alone are tested (Mann-Kendall)."""
YEAR_DAYS = 365.25

K = TypeVar("K", bound=Hashable)


class Direction(StrEnum):
    """Where readiness goes by this figure; a trend that is not clear has no direction."""

    IMPROVING = "improving"
    STABLE = "stable"
    DECLINING = "declining"


@dataclass(frozen=True, slots=True)
class Period:
    """A figure in one period, at the middle of the period (UTC)."""

    at: datetime
    value: Shown


@dataclass(frozen=True, slots=True)
class Trend:
    """``slope`` is the change of the figure per 365.25 days, ``change`` over all periods.

    ``half_width`` is that of ``change`` (95 %; from 8 periods on that of two periods), ``spread``
    the pooled SD of people within periods. ``p`` is two-sided, after ``trends`` corrected for all
    of them together. All None where fewer than two periods hold 20 people.
    """

    periods: int = 0
    slope: float | None = None
    change: float | None = None
    half_width: float | None = None
    spread: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class MannKendall:
    """S, its variance corrected for ties, Z and the two-sided p."""

    s: float
    variance: float
    z: float
    p: float


def mann_kendall(values: Sequence[float]) -> MannKendall:
    """Mann-Kendall's test on values in order of time."""
    found = pymannkendall.original_test(list(values))
    return MannKendall(float(found.s), float(found.var_s), float(found.z), float(found.p))


def theil_sen(years: Sequence[float], values: Sequence[float]) -> float:
    """The median slope per year over all pairs of periods."""
    return float(stats.theilslopes(list(values), list(years)).slope)


def trends(figures: Mapping[K, Sequence[Period]]) -> dict[K, Trend]:
    """The trends that are shown together: one family, p corrected by Benjamini-Hochberg."""
    found = {key: trend(periods) for key, periods in figures.items()}
    tested = [key for key, one in found.items() if one.p is not None]
    if tested:
        corrected = stats.false_discovery_control([found[key].p or 0.0 for key in tested])
        for key, p in zip(tested, corrected, strict=True):
            found[key] = replace(found[key], p=round(float(p), 4))
    return found


def trend(periods: Sequence[Period]) -> Trend:
    """The trend of one figure, before correction; periods with too few people are left out."""
    used = [p for p in periods if p.value.n >= SMALLEST_SIDE and p.value.sd and not p.value.bound]
    used.sort(key=lambda p: p.at)
    if len(used) < 2 or used[0].at == used[-1].at:
        return Trend(len(used))
    return _of_means(used) if len(used) >= MANY else contrast(used)


def _years(periods: Sequence[Period]) -> list[float]:
    return [(p.at - periods[0].at).total_seconds() / 86400 / YEAR_DAYS for p in periods]


def _means(periods: Sequence[Period]) -> list[float]:
    return [p.value.mean if p.value.mean is not None else math.nan for p in periods]


def _spread(periods: Sequence[Period]) -> float:
    """SD of people within periods, pooled."""
    squares = sum((p.value.n - 1) * (p.value.sd or 0.0) ** 2 for p in periods)
    return math.sqrt(squares / sum(p.value.n - 1 for p in periods))


def contrast(periods: Sequence[Period]) -> Trend:
    """Linear contrast of the period means on their real dates, with Satterthwaite's df.

    The waves are taken as independent: people who answered several make the test careful.
    """
    years = _years(periods)
    middle = sum(years) / len(years)
    scale = sum((x - middle) ** 2 for x in years)
    weights = [(x - middle) / scale for x in years]
    slope = sum(w * m for w, m in zip(weights, _means(periods), strict=True))
    parts = [
        w**2 * (p.value.sd or 0.0) ** 2 / p.value.n for w, p in zip(weights, periods, strict=True)
    ]
    spread = sum(v**2 / (p.value.n - 1) for v, p in zip(parts, periods, strict=True))
    shown = [w**2 * rounding(p.value) for w, p in zip(weights, periods, strict=True)]
    df = sum(parts) ** 2 / spread
    width = t_quantile(df) * math.sqrt(sum(parts) + sum(shown)) * years[-1]
    p = p_of_rounded(slope, sum(parts), shown, df)
    return Trend(len(periods), slope, slope * years[-1], width, _spread(periods), p)


def _of_means(periods: Sequence[Period]) -> Trend:
    """Mann-Kendall and Theil-Sen. The change must also be clear as one of two single periods.

    Where some people stay and others change from wave to wave, neighbouring means move together
    and ranks alone find a trend too often (15 % instead of 5 % over 12 waves, simulated). Between
    the ends such a drift is no larger than the difference of two independent periods.
    """
    years, means = _years(periods), _means(periods)
    slope = theil_sen(years, means)
    ends = welch(_side(periods[-1]), _side(periods[0]))
    change = slope * years[-1]
    p = max(mann_kendall(means).p, two_sided(change / ends.error, ends.df))
    return Trend(len(periods), slope, change, ends.half_width, _spread(periods), p)


def _side(period: Period) -> Side:
    of = period.value
    return Side(of.n, of.mean or 0.0, of.sd or 0.0, rounding(of))


def direction(figure: Figure, found: Trend) -> Direction | None:
    """What the trend says of readiness; None where it is not clear or not defined.

    Stable only if the whole 95 % interval of the total change lies within 0.2 SD: a change that
    is certain but that small is no news either.
    """
    if found.change is None or found.p is None or found.spread is None:
        return None
    margin = SMALLEST_EFFECT * found.spread
    if found.half_width is not None and abs(found.change) + found.half_width <= margin:
        return Direction.STABLE
    if found.p >= ALPHA or abs(found.change) < margin:
        return None
    up = found.change * DIRECTION[figure] > 0
    return Direction.IMPROVING if up else Direction.DECLINING
