"""The attacker's mathematics: what can be told of 1-4 people from everything ever shown.

An observation is a sum over people (a membership vector) with a rounding. Two attacks:

- ``isolated``: exact linear algebra, as if nothing were rounded: is there any combination of the
  sums whose support is one to four people? A person whose answer changed is another unknown, yet
  the same person.
- ``widths``: linear programming with the rounding, the scale's ends and the ties between figures:
  how closely is the sum of a small group's scores known?
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

SMALL = 4
"""The largest group that must never be told apart: one under the threshold."""

Unknown = Any
"""One person's answer in one version: anything hashable."""
Person = Any


@dataclass(frozen=True)
class Isolation:
    """People whose summed answers a combination of exact sums would tell."""

    people: frozenset[Person]


def isolated(
    vectors: Sequence[frozenset[Unknown]], person_of: Mapping[Unknown, Person]
) -> Isolation | None:
    """A group of 1-4 people that some combination of the membership vectors isolates, if any.

    Unknowns in exactly the same vectors always travel together, so a combination's support is a
    union of such classes. A nonzero combination lives on a set of classes exactly if leaving out
    their columns lowers the rank.
    """
    distinct = sorted(set(vectors), key=lambda v: sorted(map(str, v)))
    classes = _classes(distinct)
    matrix = np.array([[pattern[i] for pattern in classes] for i in range(len(distinct))], float)
    if not matrix.size:
        return None
    people = [frozenset(person_of[u] for u in members) for members in classes.values()]
    rank = np.linalg.matrix_rank(matrix)
    for chosen in _small_sets(people):
        others = [i for i in range(len(people)) if i not in chosen]
        left = np.linalg.matrix_rank(matrix[:, others]) if others else 0
        if left < rank:
            return Isolation(frozenset().union(*(people[i] for i in chosen)))
    return None


def _classes(
    vectors: Sequence[frozenset[Unknown]],
) -> dict[tuple[bool, ...], list[Unknown]]:
    found: dict[tuple[bool, ...], list[Unknown]] = defaultdict(list)
    for unknown in sorted(frozenset().union(*vectors), key=str):
        found[tuple(unknown in vector for vector in vectors)].append(unknown)
    return found


def _small_sets(people: Sequence[frozenset[Person]]) -> Iterable[tuple[int, ...]]:
    """Sets of classes that together hold at most four people; each person counts once."""
    small = [i for i, members in enumerate(people) if len(members) <= SMALL]
    for size in range(1, 2 * SMALL + 1):  # a person may stand in two classes: old and new answer
        for chosen in combinations(small, size):
            if len(frozenset().union(*(people[i] for i in chosen))) <= SMALL:
                yield chosen


@dataclass
class Knowledge:
    """Linear bounds on unknowns: ``low <= sum(coefficient * unknown) <= high``."""

    bounds: dict[Unknown, tuple[float, float]] = field(default_factory=dict)
    rows: list[tuple[Mapping[Unknown, float], float, float]] = field(default_factory=list)

    def unknown(self, name: Unknown, low: float, high: float) -> None:
        self.bounds[name] = (low, high)

    def learn(self, coefficients: Mapping[Unknown, float], low: float, high: float) -> None:
        self.rows.append((coefficients, low, high))

    def width(self, group: Iterable[Unknown]) -> float:
        """How wide the range of the group's summed score still is, given all that is known."""
        names = list(self.bounds)
        index = {name: i for i, name in enumerate(names)}
        goal = np.zeros(len(names))
        for name in group:
            goal[index[name]] = 1.0
        table = np.zeros((2 * len(self.rows), len(names)))
        limits = np.zeros(2 * len(self.rows))
        for r, (coefficients, low, high) in enumerate(self.rows):
            for name, c in coefficients.items():
                table[2 * r, index[name]], table[2 * r + 1, index[name]] = c, -c
            limits[2 * r], limits[2 * r + 1] = high, -low
        ends = [self._end(sign * goal, table, limits, names) for sign in (1.0, -1.0)]
        return -ends[1] - ends[0]

    def _end(
        self,
        goal: NDArray[np.float64],
        table: NDArray[np.float64],
        limits: NDArray[np.float64],
        names: Sequence[Unknown],
    ) -> float:
        solved = linprog(
            goal,
            A_ub=table if len(table) else None,
            b_ub=limits if len(table) else None,
            bounds=[self.bounds[n] for n in names],
            method="highs",
        )
        if solved.status != 0 or solved.fun is None:
            raise AssertionError(f"what was shown contradicts itself: {solved.message}")
        return float(solved.fun)
