"""What moved in a department since a plan was taken up, beside what moved in the rest.

A difference of two differences, from estimates as they are shown. It says what was measured, never
what caused it (docs/actions.md).
"""

import math
from dataclasses import dataclass

from data.analysis.difference import SMALLEST_SIDE, Compared, Mark, Overlap, p_of_rounded
from data.analysis.gate import Shown, at_least_a_step, rounded, rounding, step_of
from data.analysis.moments import t_quantile


@dataclass(frozen=True, slots=True)
class Course:
    """One group in the earlier and in the later wave; ``overlap``: people in both."""

    before: Shown
    after: Shown
    overlap: Overlap | None = None

    @property
    def sides(self) -> tuple[Shown, Shown]:
        return self.after, self.before

    @property
    def is_exact(self) -> bool:
        return all(s.mean is not None and not s.bound for s in self.sides)

    @property
    def change(self) -> float:
        return (self.after.mean or 0.0) - (self.before.mean or 0.0)

    @property
    def variances(self) -> tuple[float, float]:
        after, before = self.sides
        return (after.sd or 0.0) ** 2 / after.n, (before.sd or 0.0) ** 2 / before.n

    @property
    def shared(self) -> float:
        """What people in both waves lessen the variance of the change by."""
        if self.overlap is None:
            return 0.0
        after, before = self.sides
        covariance = self.overlap.correlation * (after.sd or 0.0) * (before.sd or 0.0)
        return 2 * self.overlap.n * covariance / (after.n * before.n)


def against(own: Course, rest: Course, *, score: bool) -> Compared:
    """The change of a group minus the change of the rest, before its family is corrected.

    Variances of all four means are added, with what their rounding adds, less what people in both
    waves share; Satterthwaite's degrees of freedom; the effect is the difference over the pooled
    SD, with the small-sample correction.
    Below 20 on any of the four sides there is no test.
    """
    if not (own.is_exact and rest.is_exact):
        return Compared()
    sides = (*own.sides, *rest.sides)
    step = step_of(min(s.n for s in sides), score=score)
    difference = own.change - rest.change
    change = rounded(difference, step)
    if any(not s.sd for s in sides):
        return Compared(change)
    variances = (*own.variances, *rest.variances)
    sampling = max(0.0, sum(variances) - own.shared - rest.shared)
    roundings = [rounding(s) for s in sides]
    error = math.sqrt(sampling + sum(roundings)) if sampling else 0.0
    spread = sum(v**2 / (s.n - 1) for v, s in zip(variances, sides, strict=True))
    df = sum(variances) ** 2 / spread
    width = at_least_a_step(t_quantile(df) * error, step)
    if min(s.n for s in sides) < SMALLEST_SIDE or not error:
        return Compared(change, width)
    p = p_of_rounded(difference, sampling, roundings, df)
    return Compared(change, width, _effect(difference, sides), p, Mark.NONE)


def _effect(difference: float, sides: tuple[Shown, ...]) -> float:
    df = sum(s.n for s in sides) - len(sides)
    pooled = math.sqrt(sum((s.n - 1) * (s.sd or 0.0) ** 2 for s in sides) / df)
    return difference / pooled * (1 - 3 / (4 * df - 1))
