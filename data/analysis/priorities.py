"""Where help would move the whole most: departments by force, ranked by share x gap.

Works on estimates as they are shown, so that a rank can never tell more than the figures beside it.
Rule: docs/actions.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.analysis.difference import SMALLEST_SIDE
from data.analysis.forces import Force
from data.analysis.gate import Shown

FEWEST_DEPARTMENTS = 4
"""Quartiles of fewer departments are no standard to be measured by."""

REFERENCE: dict[Force, float] = {Force.PULL: 0.75, Force.ANCHORS: 0.25, Force.ANXIETY: 0.25}
"""The quantile of the departments' means that others have reached already. Pain is never a
priority: nobody should suffer more in order to change."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department as it is shown. ``respondents`` are counted sessions."""

    key: str
    name: str
    respondents: int
    scores: Mapping[Force, Shown]


@dataclass(frozen=True, slots=True)
class Priority:
    """One force in one department that stands beyond the quartile.

    ``share``: 0-100 % of the respondents of all departments shown. ``reference``: the quartile,
    1-5. ``gap``: distance from it, in points of the 1-5 scale, always above 0. ``value`` = share x
    gap, the points by which the mean of all would move if the department reached the quartile.
    """

    key: str
    name: str
    force: Force
    score: Shown
    share: float
    reference: float
    gap: float
    value: float


def priorities(departments: Sequence[Department]) -> tuple[Priority, ...]:
    """Highest value first; equal ones by the larger gap, then by name, then in order of forces.

    Empty where no force has 4 departments with 20 answers. Quartiles are numpy's default (linear
    between neighbours).
    """
    everybody = sum(d.respondents for d in departments)
    found = [
        priority
        for force in REFERENCE
        for priority in _of_force(force, departments, everybody)
        if everybody
    ]
    order = list(REFERENCE)
    return tuple(sorted(found, key=lambda p: (-p.value, -p.gap, p.name, order.index(p.force))))


def can_rank(departments: Sequence[Department]) -> bool:
    """Whether any force has enough departments with enough answers."""
    return any(len(_able(force, departments)) >= FEWEST_DEPARTMENTS for force in REFERENCE)


def _able(force: Force, departments: Sequence[Department]) -> list[tuple[Department, Shown, float]]:
    """Those whose mean counts; a bounded mean counts as its bound, which is what is shown."""
    scores = [(d, d.scores[force]) for d in departments if force in d.scores]
    return [(d, s, s.mean) for d, s in scores if s.mean is not None and s.n >= SMALLEST_SIDE]


def _of_force(force: Force, departments: Sequence[Department], everybody: int) -> list[Priority]:
    able = _able(force, departments)
    if len(able) < FEWEST_DEPARTMENTS:
        return []
    reference = float(np.quantile([mean for _, _, mean in able], REFERENCE[force]))
    found = []
    for department, score, mean in able:
        gap = round(reference - mean if force is Force.PULL else mean - reference, 6)
        if gap <= 0:
            continue
        share = 100 * department.respondents / everybody
        value = round(share / 100 * gap, 6)
        key, name = department.key, department.name
        found.append(Priority(key, name, force, score, share, reference, gap, value))
    return found
