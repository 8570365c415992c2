"""Whether people who speak of a theme score otherwise than the rest, as coarse as privacy asks.

Themes cut the same people another way than atoms do, so a theme's sum of scores must never be
exact: it is shown in steps so wide that the sum stays open by at least one person's whole range.
Everything derived, the rest's mean and the test, is made of what is shown
(docs/privacy-argument.md, "Themes").
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from data.analysis.difference import SMALLEST_SIDE, Compared, Side, hedges, welch
from data.analysis.forces import SCALE, Figure
from data.analysis.gate import BOUNDED, Shown, at_least_a_step, in_fives, rounded, step_of

_EDGE = 1 / 16
"""Share of the scale at either end that a mean of fewer than 30 people is not told in."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """People of a theme who have a score: how many, in fives, and their mean, in wide steps."""

    n: int
    mean: float


def step(n: int, figure: Figure) -> float:
    """The step of a mean of n people: their sum stays open by one person's range or more."""
    low, high = SCALE[figure]
    finest = step_of(1, score=figure is not Figure.READINESS)
    return round(max(1, math.ceil(round((high - low) / n / finest, 9))) * finest, 6)


def speakers(values: Sequence[float], figure: Figure) -> Speakers | None:
    """The scores of a theme's people as they may be kept; None below 20 or too near an end."""
    n = in_fives(len(values))
    if n < SMALLEST_SIDE:
        return None
    mean = math.fsum(values) / len(values)
    low, high = SCALE[figure]
    edge = (high - low) * _EDGE
    if len(values) < BOUNDED and not low + edge < mean < high - edge:
        return None
    return Speakers(n, rounded(mean, step(n, figure)))


def is_comparable(of: Speakers, whole: Shown) -> bool:
    """Whether the survey's shown figure has a spread and leaves enough others to compare with."""
    is_exact = whole.mean is not None and not whole.bound and bool(whole.sd)
    return is_exact and whole.n - of.n >= SMALLEST_SIDE


def against_rest(of: Speakers, whole: Side, figure: Figure) -> tuple[float, Compared]:
    """The rest's mean and the difference (theme minus rest), before its family is corrected.

    ``whole`` is the survey's figure as shown when the theme's mean was made, and comparable. Both
    means are rounded, and as the rest is what the theme leaves of the whole, an error of either is
    in the difference ``whole.n / others`` times.
    """
    others = whole.n - of.n
    low, high = SCALE[figure]
    rest = min(max((whole.n * whole.mean - of.n * of.mean) / others, low), high)
    width = step(of.n, figure)
    coarse, fine = width, step_of(whole.n, score=figure is not Figure.READINESS)
    theme, against = (
        Side(n, mean, whole.sd, (shown * whole.n / others) ** 2 / 12)
        for n, mean, shown in ((of.n, of.mean, coarse), (others, rest, fine))
    )
    found = welch(theme, against)
    compared = Compared(
        change=rounded(of.mean - rest, width),
        half_width=at_least_a_step(found.half_width, width),
        effect=hedges(theme, against),
        p=found.p,
    )
    return rounded(rest, width), compared
