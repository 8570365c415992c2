"""Means, standard deviations and intervals from additive sums: n, total, sum of squares.

Cells hold sums around 0, which is exact enough for scores of 1-5 and 0-100. Values whose spread is
tiny beside their size (NIST's Michelso) are summed around their first value instead: the squares of
small differences keep the digits that squares of large values lose.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from scipy.special import stdtrit

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of ``n`` values around ``origin``. Moments of two disjoint groups can be added."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    origin: float = 0.0

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Moments of values that are all present (NaN left out), around the first of them."""
        present = [float(v) for v in values if not math.isnan(v)]
        if not present:
            return cls()
        origin = present[0]
        shifted = [v - origin for v in present]
        return cls(len(present), math.fsum(shifted), math.fsum(v * v for v in shifted), origin)

    def around(self, origin: float) -> "Moments":
        """The same group's sums around another value."""
        shift = self.origin - origin
        squares = self.squares + 2 * shift * self.total + self.n * shift * shift
        return Moments(self.n, self.total + self.n * shift, squares, origin)

    def __add__(self, other: "Moments") -> "Moments":
        if not self.n:
            return other
        theirs = other.around(self.origin)
        return Moments(
            self.n + other.n,
            self.total + theirs.total,
            self.squares + theirs.squares,
            self.origin,
        )

    def __sub__(self, part: "Moments") -> "Moments":
        """The rest of a group, without a part of it."""
        theirs = part.around(self.origin)
        return Moments(
            self.n - part.n,
            self.total - theirs.total,
            self.squares - theirs.squares,
            self.origin,
        )

    @property
    def mean(self) -> float | None:
        return self.origin + self.total / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """With n - 1 below; None for fewer than two values. Never below zero."""
        if self.n < 2:
            return None
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))

    @property
    def sd(self) -> float | None:
        return None if self.variance is None else math.sqrt(self.variance)

    def half_width(self, invited: int | None = None) -> float | None:
        """Half of the 95 % interval of the mean: Student's t on n - 1.

        ``invited`` is N of exactly this group, where it is known: the interval then shrinks by
        ``sqrt(1 - n/N)``, which assumes that those who did not answer are alike.
        """
        if self.sd is None:
            return None
        width = t_quantile(self.n - 1) * self.sd / math.sqrt(self.n)
        return width * finite(self.n, invited)

    def interval(
        self, scale: tuple[float, float] = (-math.inf, math.inf), invited: int | None = None
    ) -> tuple[float, float] | None:
        """The 95 % interval of the mean, clipped to the scale; None below two values."""
        width = self.half_width(invited)
        if self.mean is None or width is None:
            return None
        return max(scale[0], self.mean - width), min(scale[1], self.mean + width)


def t_quantile(df: float) -> float:
    """The t that leaves 5 % outside, both sides together (``stats.t.ppf`` without its cost)."""
    return float(stdtrit(df, (1 + LEVEL) / 2))


def finite(n: int, invited: int | None) -> float:
    """Finite population correction ``sqrt(1 - n/N)``; 1 where N is not known or not above n."""
    return 1.0 if invited is None or n >= invited else math.sqrt(1 - n / invited)


def precision(half_width: float | None, sd: float | None, n: int) -> float | None:
    """The seed's confidenceLevel 0-1: ``max(0, 1 - half-width / 2)`` on a 1-5 scale.

    A precision, not a probability. None below n = 10 or without spread.
    """
    if half_width is None or not sd or n < 10:
        return None
    return max(0.0, 1 - half_width / 2)
