"""Differences between two groups or waves: Welch's t, Hedges' g, one family of tests at a time.

Works on estimates as they are shown (``gate.Shown``), so that a mark can never tell more than the
figures beside it. Rules: docs/analytics.md, Uncertainty.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from scipy import stats
from scipy.special import stdtr

from data.analysis.forces import DIRECTION, Figure
from data.analysis.gate import Shown, at_least_a_step, rounded, rounding, step_of
from data.analysis.moments import t_quantile

ALPHA = 0.05
SMALLEST_EFFECT = 0.2
"""|g| below this is never marked, however significant."""
SMALLEST_SIDE = 20
"""Below this on either side a pair stands outside the family: too few to tell."""

ENOUGH_OF_MIX = 0.8
"""A change at constant mix needs groups that hold at least this share of the later people."""

_NEGLIGIBLE = 1 / 200
"""A mean whose rounding adds less than this part of the largest hardly counts in a sum."""

K = TypeVar("K", bound=Hashable)


class Mark(StrEnum):
    """What can be said of a difference. BETTER and WORSE speak of readiness."""

    BETTER = "better"
    WORSE = "worse"
    NONE = "none"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Overlap:
    """People in both groups: how many, and the correlation of their two values."""

    n: int = 0
    correlation: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """``change`` is later minus earlier (group minus rest), in the figure's unit.

    ``effect`` is Hedges' g; ``p`` is two-sided, after ``marked`` corrected for the whole family.
    """

    change: float | None = None
    half_width: float | None = None
    effect: float | None = None
    p: float | None = None
    mark: Mark = Mark.TOO_FEW


@dataclass(frozen=True, slots=True)
class Welch:
    """Welch's test of two means: difference, its standard error, degrees of freedom, p."""

    difference: float
    error: float
    df: float
    p: float

    @property
    def half_width(self) -> float:
        return t_quantile(self.df) * self.error


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison, exact or as shown; ``rounding`` is the variance that showing adds
    to its mean."""

    n: int
    mean: float
    sd: float
    rounding: float = 0.0


def two_sided(t: float, df: float) -> float:
    """The p of Student's t, both sides (``stats.t.sf`` without its cost)."""
    return 2 * float(stdtr(df, -abs(t)))


def p_of_rounded(
    difference: float, sampling: float, roundings: Sequence[float], df: float
) -> float:
    """The two-sided p of a sum or difference of rounded means.

    ``sampling`` is its variance, ``roundings`` what the rounding of each mean adds. Such a sum
    moves in steps, and one step is often made by rounding alone: half a step of the finest mean is
    taken off, as a continuity correction does, and only the rounding of the others is variance.
    """
    least = max(roundings, default=0.0) * _NEGLIGIBLE
    finest = min((r for r in roundings if r > least), default=0.0)
    beyond = max(0.0, abs(difference) - math.sqrt(12 * finest) / 2)
    return two_sided(beyond / math.sqrt(sampling + sum(roundings) - finest), df)


def welch(a: Side, b: Side, overlap: Overlap | None = None) -> Welch:
    """Welch's t test of a against b; people in both lessen the variance by ``2 n12 cov / n1 n2``.

    Two sides without any spread have no test: p is NaN unless the means differ.
    """
    va, vb = a.sd**2 / a.n, b.sd**2 / b.n
    shared = 0.0
    if overlap is not None:
        shared = 2 * overlap.n * overlap.correlation * a.sd * b.sd / (a.n * b.n)
    sampling = max(0.0, va + vb - shared)
    error = math.sqrt(sampling + a.rounding + b.rounding) if sampling else 0.0
    spread = va**2 / (a.n - 1) + vb**2 / (b.n - 1)
    df = (va + vb) ** 2 / spread if spread else a.n + b.n - 2.0
    difference = a.mean - b.mean
    if not error:
        return Welch(difference, 0.0, df, math.nan if not difference else 0.0)
    p = p_of_rounded(difference, sampling, (a.rounding, b.rounding), df)
    return Welch(difference, error, df, p)


def hedges(a: Side, b: Side) -> float | None:
    """Hedges' g with its small-sample correction; None without spread."""
    df = a.n + b.n - 2
    pooled = math.sqrt(((a.n - 1) * a.sd**2 + (b.n - 1) * b.sd**2) / df)
    return (a.mean - b.mean) / pooled * (1 - 3 / (4 * df - 1)) if pooled else None


def compare(
    later: Shown, earlier: Shown, *, score: bool, overlap: Overlap | None = None
) -> Compared:
    """The difference of two shown estimates, before the family is corrected.

    Where one of them has no exact mean there is no change; where one side is small there is a
    change but no test.
    """
    if later.mean is None or earlier.mean is None or later.bound or earlier.bound:
        return Compared()
    step = step_of(min(later.n, earlier.n), score=score)
    change = rounded(later.mean - earlier.mean, step)
    if later.sd is None or earlier.sd is None:
        return Compared(change)
    a = Side(later.n, later.mean, later.sd, rounding(later))
    b = Side(earlier.n, earlier.mean, earlier.sd, rounding(earlier))
    found = welch(a, b, overlap)
    width = at_least_a_step(found.half_width, step)
    if min(a.n, b.n) < SMALLEST_SIDE or not found.error:
        return Compared(change, width)
    return Compared(change, width, hedges(a, b), found.p, Mark.NONE)


@dataclass(frozen=True, slots=True)
class Standardised:
    """A change with the shares of groups held constant; ``n`` are the later people it rests on."""

    n: int
    change: float
    half_width: float


def standardised(pairs: Sequence[tuple[Shown, Shown]]) -> Standardised | None:
    """The change (later, earlier) of groups, weighted by the later people of each.

    Groups without an exact mean and SD on both sides are left out; None for fewer than two, or
    without any spread. Direct standardisation; the interval is Welch's, with Satterthwaite's df.
    People in both waves are taken as different people, which widens it.
    """
    used = [(a, b) for a, b in pairs if _is_exact(a) and _is_exact(b)]
    people = sum(a.n for a, _ in used)
    change, variance, spread = 0.0, 0.0, 0.0
    for a, b in used:
        weight = a.n / people
        change += weight * ((a.mean or 0.0) - (b.mean or 0.0))
        for side in (a, b):
            part = (weight * (side.sd or 0.0)) ** 2 / side.n
            variance += part + weight**2 * rounding(side)
            spread += part**2 / (side.n - 1)
    if len(used) < 2 or not spread:
        return None
    width = t_quantile(variance**2 / spread) * math.sqrt(variance)
    return Standardised(people, change, width)


def _is_exact(of: Shown) -> bool:
    return of.mean is not None and not of.bound and of.sd is not None


def paired(a: Shown, b: Shown, n: int, correlation: float) -> Compared:
    """Two figures of the same ``n`` people (a minus b), before the family is corrected.

    ``correlation`` is that of the two figures within these people, -1 to 1.
    """
    if a.mean is None or b.mean is None or not a.sd or not b.sd:
        return Compared()
    change = rounded(a.mean - b.mean, step_of(n, score=True))
    if n < SMALLEST_SIDE:
        return Compared(change)
    spread = math.sqrt(max(0.0, a.sd**2 + b.sd**2 - 2 * correlation * a.sd * b.sd))
    if not spread:
        return Compared(change)
    error = math.sqrt(spread**2 / n + rounding(a) + rounding(b))
    effect = (a.mean - b.mean) / math.sqrt((a.sd**2 + b.sd**2) / 2) * (1 - 3 / (4 * n - 5))
    p = p_of_rounded(a.mean - b.mean, spread**2 / n, (rounding(a), rounding(b)), n - 1)
    width = t_quantile(n - 1) * error
    return Compared(change, at_least_a_step(width, step_of(n, score=True)), effect, p, Mark.NONE)


def marked(family: Mapping[K, tuple[Figure, Compared]]) -> dict[K, Compared]:
    """The family after Benjamini-Hochberg at 5 %, with marks; effect and p rounded to be read."""
    tested = [key for key, (_, t) in family.items() if t.p is not None]
    corrected: dict[K, float] = {}
    if tested:
        raw = [family[key][1].p or 0.0 for key in tested]
        corrected = dict(
            zip(tested, (float(p) for p in stats.false_discovery_control(raw)), strict=True)
        )
    return {
        key: _marked(figure, t, corrected[key]) if key in corrected else t
        for key, (figure, t) in family.items()
    }


def _marked(figure: Figure, tested: Compared, p: float) -> Compared:
    effect = tested.effect or 0.0
    mark = Mark.NONE
    if p < ALPHA and abs(effect) >= SMALLEST_EFFECT:
        mark = Mark.BETTER if effect * DIRECTION[figure] > 0 else Mark.WORSE
    return replace(tested, effect=round(effect, 2), p=round(p, 4), mark=mark)
