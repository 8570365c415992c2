"""The last step before anything is shown: thresholds by base, rounding, nothing of 1-4 people.

Pure. What comes out is all that orders, ranks, marks, colours, families and sentences may use.
Rules: docs/analytics.md, Privacy.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from data.analysis.forces import Figure
from data.analysis.moments import Moments, t_quantile

FEW = 10
"""Below this a mean stands alone and says that the answers are few."""
FINE = 300
"""From here figures are shown one digit finer."""
BOUNDED = 30
"""Below this a mean near an end of its scale is only bounded."""
FIVES_TELL = 50
"""From here a rate of two counts in fives is a rate: below it the fives are all it tells."""
SMALLEST = 5
"""No count of people from 1 to 4 is ever told, whatever the survey's own threshold."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A survey's smallest group for a mean or a count, and for anything finer."""

    group: int = 5
    detail: int = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """An estimate as it may be shown. ``scale`` is what an interval is clipped to."""

    n: int
    mean: float | None = None
    half_width: float | None = None
    sd: float | None = None
    bound: Literal["", "<=", ">="] = ""
    few: bool = False
    scale: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Precision:
    scale: tuple[float, float]
    bounds: tuple[float, float]
    coarse: float
    fine: float


# The bounds of readiness are those of a 1-5 score carried over to 0-100.
_SCORE = _Precision((1.0, 5.0), (1.25, 4.75), 0.1, 0.01)
_READINESS = _Precision((0.0, 100.0), (6.25, 93.75), 1.0, 0.1)


def rounded(value: float, step: float) -> float:
    """``value`` to the nearest multiple of ``step``; halves go up.

    Sums of the same cells in another order differ in the last bit: a hair is added before the
    cut, so that such a pair never rounds to two different values.
    """
    steps = math.floor(value / step + 0.5 + 1e-9)
    return round(steps * step, 6)


def step_of(n: int, *, score: bool) -> float:
    """The finest step a score (1-5) or readiness and percentages (0-100) may show at this n."""
    precision = _SCORE if score else _READINESS
    return precision.fine if n >= FINE else precision.coarse


class _Mean(Protocol):
    """A mean as it is shown."""

    @property
    def n(self) -> int: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def half_width(self) -> float | None: ...
    @property
    def sd(self) -> float | None: ...


def claimed(of: _Mean) -> tuple[float, float] | None:
    """The 95 % interval that a claim rests on ("above 3.5"): a test, though it has no p.

    So it never has the correction for those invited, which the interval shown may have; nor is it
    narrower than the one shown, beside which it is read. None where no interval is shown.
    """
    if of.mean is None or of.half_width is None:
        return None
    sampled = t_quantile(of.n - 1) * of.sd / math.sqrt(of.n) if of.sd else 0.0
    width = max(of.half_width, sampled)
    return round(of.mean - width, 6), round(of.mean + width, 6)


def rounding(of: Shown) -> float:
    """The variance that rounding adds to a shown mean: step² / 12 (Sheppard). 0 where exact.

    Small beside the sampling variance of few answers, but not beside that of 200.
    """
    if of.scale is None:
        return 0.0
    return step_of(of.n, score=of.scale == _SCORE.scale) ** 2 / 12


def at_least_a_step(value: float, step: float) -> float:
    """Spread, rounded but never to 0: "no spread" would say that everybody answered alike."""
    return max(step, rounded(value, step))


def estimate(
    moments: Moments,
    figure: Figure,
    thresholds: Thresholds,
    *,
    invited: int | None = None,
) -> Shown:
    """The mean of a force, an item (as ``Figure.OUTCOME``) or readiness, as it may be shown.

    n itself is told only where it is 0 or reaches the threshold.
    """
    precision = _READINESS if figure is Figure.READINESS else _SCORE
    n, mean = moments.n, moments.mean
    if mean is None or n < max(thresholds.group, SMALLEST):
        return Shown(0, scale=precision.scale)
    bound = _bound(mean, n, precision.bounds)
    if bound:
        edge = precision.bounds[0 if bound == "<=" else 1]
        return Shown(n, edge, bound=bound, few=n < FEW, scale=precision.scale)
    step = precision.fine if n >= FINE else precision.coarse
    sd, width = moments.sd, moments.half_width(invited)
    if n < max(thresholds.detail, FEW) or sd is None or width is None:
        return Shown(n, rounded(mean, step), few=n < FEW, scale=precision.scale)
    return Shown(
        n,
        rounded(mean, step),
        at_least_a_step(width, step),
        at_least_a_step(sd, step),
        scale=precision.scale,
    )


def _bound(mean: float, n: int, bounds: tuple[float, float]) -> Literal["", "<=", ">="]:
    if n >= BOUNDED or bounds[0] < mean < bounds[1]:
        return ""
    return "<=" if mean <= bounds[0] else ">="


def share(part: int, base: int, smallest: int) -> float | None:
    """``part`` of ``base`` in percent, or None where it would tell of 1-4 people.

    Below 30 neither "nobody" nor "everybody" is told: both sides need the smallest group.
    """
    rest = base - part
    if base < smallest or tells_of_few(part) or tells_of_few(rest):
        return None
    if base < BOUNDED and min(part, rest) < SMALLEST:
        return None
    return percentage(part, base)


def rate(part: int, base: int, smallest: int) -> float | None:
    """Like ``share``, for what is no answer (who responded): 0 and 100 % may be told."""
    if base < smallest or tells_of_few(part) or tells_of_few(base - part):
        return None
    return percentage(part, base)


def percentage(part: int, base: int) -> float:
    """0-100 %, as fine as ``base`` allows; for bases that reached their threshold."""
    return rounded(100 * part / base, step_of(base, score=False))


def tells_of_few(count: int) -> bool:
    """Whether this many people is a number that is never told."""
    return 0 < count < SMALLEST


def in_fives(count: int) -> int:
    """A live count as it may be shown: it moves in fives; 0 reads "< 5"."""
    return count - count % SMALLEST


def merged(counts: Mapping[K, int]) -> tuple[K, ...]:
    """The categories that cannot stand apart, smallest first; empty where all can.

    Categories of 1-4 are merged; where they hold fewer than 5 together the next smallest joins
    them, because all but one category and their total tell the last one.
    """
    filled = sorted((k for k in counts if counts[k]), key=lambda k: counts[k])
    hidden = [k for k in filled if tells_of_few(counts[k])]
    if not hidden:
        return ()
    for key in filled[len(hidden) :]:
        if sum(counts[k] for k in hidden) >= SMALLEST and len(hidden) > 1:
            break
        hidden.append(key)
    return tuple(hidden)
