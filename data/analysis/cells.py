"""What a cell holds: names of figures, and sums that add up over atoms.

A cell is the sum of one figure over one atom (a fixed group of at least five people). Cells add:
the mean, SD, covariance or alpha of any union of atoms is exact from the summed cells. A figure
that only 1-4 people of an atom answered is stored as a flag (``n`` 1, everything else zero), so
that what is left out is not in the table either.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.analysis.forces import Force, Segment

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STARTED = "started"
"""n: kept sessions; total: the same."""
COMPLETED = "completed"
"""n: kept sessions whose completion is known; total: completed ones."""
SECONDS = "seconds"
"""n: completed sessions that took a known time of at most 4 h; total, squares: seconds."""
UNSCORED = "unscored"
"""n: counted sessions; total: those without readiness."""
LOW_QUALITY = "low_quality"
"""n: kept sessions; total: those of low quality."""
LISTWISE = "listwise"
"""n: counted sessions with every asked force (and outcome, if asked); products: see Products."""
ITEM_DRIVERS = "drivers:items"
"""n: counted sessions with every scaled item and the outcome; products over them, outcome last."""
MOST_DRIVING_ITEMS = 60
"""Surveys with more scaled items than this have no such block."""

LONGEST_SECONDS = 4 * 3600.0
"""Completion times beyond this are left out of mean and median."""
MOST_POINTS = 11
"""Scales with more points than this have their histogram in ten equal bins."""


def segment_figure(segment: Segment) -> str:
    """n: classified counted sessions; total: those in this segment."""
    return f"segment:{segment.value}"


def items_figure(force: Force) -> str:
    """n: counted sessions that answered every item of the force; products over these items."""
    return f"items:{force.value}"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of one figure over one atom, or over several."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    above: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.above + other.above,
        )


@dataclass(frozen=True)
class Products:
    """Listwise sums and cross-products of k variables over n sessions; ``cross`` is k x k."""

    n: int
    sums: Floats
    cross: Floats

    def __add__(self, other: "Products") -> "Products":
        return Products(self.n + other.n, self.sums + other.sums, self.cross + other.cross)

    @cached_property
    def means(self) -> Floats:
        """NaN where n is 0."""
        return self.sums / self.n if self.n else np.full(len(self.sums), np.nan)

    @cached_property
    def covariance(self) -> Floats:
        """Sample covariance (n - 1); NaN where n is below 2."""
        if self.n < 2:
            return np.full_like(self.cross, np.nan)
        covariance: Floats = (self.cross - self.n * np.outer(self.means, self.means)) / (self.n - 1)
        return covariance


def pack(sums: Floats, cross: Floats) -> list[float]:
    """As stored in ``products``: the k sums, then the upper triangle of cross row by row."""
    upper = cross[np.triu_indices(len(sums))]
    return [float(value) for value in (*sums, *upper)]


def unpack(n: int, products: "list[float] | tuple[float, ...]") -> Products:
    """The inverse of ``pack``. Raises ValueError where the length fits no k."""
    size = len(products)
    k = round((np.sqrt(9 + 8 * size) - 3) / 2)
    if k + k * (k + 1) // 2 != size:
        raise ValueError(f"{size} numbers are no sums with a triangle of cross-products")
    values = np.asarray(products, dtype=np.float64)
    cross = np.zeros((k, k))
    cross[np.triu_indices(k)] = values[k:]
    return Products(n, values[:k], cross + np.triu(cross, 1).T)


def sums_by_atom(values: Floats, atoms: Integers, midpoint: float = np.inf) -> dict[int, Sums]:
    """Sums of one figure per atom; NaN is missing. Atoms in which nobody answered are absent."""
    there = ~np.isnan(values)
    values, atoms = values[there], atoms[there]
    keys, where = np.unique(atoms, return_inverse=True)

    def added(weights: NDArray[Any]) -> Floats:
        return np.bincount(where, weights=weights, minlength=len(keys)).astype(np.float64)

    n, above = added(np.ones_like(values)), added(values > midpoint)
    columns = zip(keys, n, added(values), added(values**2), above, strict=True)
    return {int(a): Sums(int(c), float(t), float(s), int(b)) for a, c, t, s, b in columns}


def products_by_atom(values: Floats, atoms: Integers) -> dict[int, Products]:
    """Listwise sums of the columns of ``values`` (sessions x variables) per atom."""
    whole = ~np.isnan(values).any(axis=1)
    values, atoms = values[whole], atoms[whole]
    order = np.argsort(atoms, kind="stable")
    values, atoms = values[order], atoms[order]
    keys, starts = np.unique(atoms, return_index=True)
    blocks = np.split(values, starts[1:]) if len(keys) else []
    return {
        int(atom): Products(len(block), block.sum(axis=0), block.T @ block)
        for atom, block in zip(keys, blocks, strict=True)
    }


def points(low: float, high: float) -> int:
    """How many bins the histogram of a scale has."""
    width = float(high) - float(low)
    return int(width) + 1 if width.is_integer() and width < MOST_POINTS else 10


def histograms_by_atom(
    scores: Floats, atoms: Integers, low: float, high: float, is_reversed: bool
) -> dict[int, list[int]]:
    """Answers per point of the item's own scale, lowest first, not turned; from item scores 1-5."""
    there = ~np.isnan(scores)
    turned = 6.0 - scores[there] if is_reversed else scores[there]
    share, bins = (turned - 1.0) / 4.0, points(low, high)
    exact = bins == high - low + 1
    # A score on the edge of a bin may have lost its last bit on the way to 1-5 and back.
    point = np.rint(share * (bins - 1)) if exact else np.floor(share * bins + 1e-9)
    point = np.clip(point, 0, bins - 1).astype(np.int64)
    keys, where = np.unique(atoms[there], return_inverse=True)
    counts = np.bincount(where * bins + point, minlength=len(keys) * bins).reshape(-1, bins)
    return {int(atom): [int(c) for c in row] for atom, row in zip(keys, counts, strict=True)}
