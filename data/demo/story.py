"""The planted story: what is true of the demo organisation, as levels of forces (docs/demo.md).

A level is the mean of the latent answer on the 1-5 scale, before people, items and rounding.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.analysis.forces import FORCES, Force

WAVES = 4
# How far the organisation's programme has come in each wave: slow at first, then a clear last step,
# so that "since last wave" has something to say.
PROGRESS: tuple[float, ...] = (0.0, 0.2, 0.5, 1.0)

_START = {Force.PAIN: 3.3, Force.PULL: 3.05, Force.ANCHORS: 3.2, Force.ANXIETY: 3.35}
_GAIN = {Force.PAIN: 0.1, Force.PULL: 0.4, Force.ANCHORS: -0.2, Force.ANXIETY: -0.4}


@dataclass(frozen=True, slots=True)
class Course:
    """A force in one department, wave by wave: a shift from the organisation, or a fixed level."""

    first: float
    last: float
    fixed: bool = False

    def levels(self, organisation: NDArray[np.float64]) -> NDArray[np.float64]:
        own = np.linspace(self.first, self.last, WAVES)
        return own if self.fixed else organisation + own


def _shift(first: float, last: float | None = None) -> Course:
    return Course(first, first if last is None else last)


def _stays(level: float) -> Course:
    return Course(level, level, fixed=True)


@dataclass(frozen=True, slots=True)
class Department:
    """A department: people per 4,000, share who answer a wave, and what is its own.

    ``is_noise``: nothing is its own; it stands where the average of the others stands.
    ``people`` of the tiny one are people, not a share: it is too small to show at any size.
    """

    name: str
    people: int
    answers: float
    own: dict[Force, Course] = field(default_factory=dict)
    is_noise: bool = False
    is_tiny: bool = False


TINY = "Founders' Office"
NOISE = "Facilities"

DEPARTMENTS: tuple[Department, ...] = (
    Department(
        "Engineering", 820, 0.74, {Force.PULL: _shift(-0.1, 0.7), Force.ANCHORS: _shift(-0.2)}
    ),
    Department("Sales", 560, 0.62, {Force.PULL: _shift(0.7), Force.ANXIETY: _shift(0.6, 0.75)}),
    Department("Operations", 520, 0.58, {Force.PULL: _shift(-0.25), Force.ANCHORS: _shift(0.15)}),
    Department("Customer Support", 480, 0.66, {Force.PAIN: _shift(0.45)}),
    Department("Finance", 320, 0.71, {Force.ANCHORS: _stays(4.1), Force.PULL: _shift(-0.15)}),
    Department("Marketing", 300, 0.75, {Force.PULL: _shift(0.3), Force.ANXIETY: _shift(-0.15)}),
    Department("Product", 260, 0.80, {Force.PULL: _shift(0.3), Force.ANCHORS: _shift(-0.3)}),
    Department("IT", 240, 0.78, {Force.PAIN: _shift(0.25), Force.ANXIETY: _shift(-0.2)}),
    Department(NOISE, 186, 0.55, is_noise=True),
    Department("Human Resources", 180, 0.86, {Force.PAIN: _shift(0.15)}),
    Department("Legal", 130, 0.72, {Force.ANXIETY: _stays(4.3), Force.ANCHORS: _shift(0.3)}),
    Department(TINY, 4, 1.0, {Force.PULL: _stays(4.6)}, is_tiny=True),
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its share of the people, and small shifts of its own, the same in each wave."""

    name: str
    share: float
    own: dict[Force, float] = field(default_factory=dict)


ROLES: tuple[Role, ...] = (
    Role("Individual contributor", 0.50, {Force.ANXIETY: 0.04}),
    Role("Specialist", 0.21, {Force.ANCHORS: 0.05}),
    Role("Team lead", 0.13, {Force.PAIN: 0.05}),
    Role("Manager", 0.09),
    Role("Director", 0.05, {Force.PULL: 0.15, Force.ANXIETY: -0.1}),
    Role("Executive", 0.02, {Force.PULL: 0.2, Force.ANXIETY: -0.2}),
)
ROLE_NOT_STATED = 0.008


def headcounts(respondents: int) -> NDArray[np.int64]:
    """People per department for an organisation of that size, by largest remainder.

    The tiny department keeps its four people at any size.
    """
    tiny = sum(d.people for d in DEPARTMENTS if d.is_tiny)
    shares = np.array([0 if d.is_tiny else d.people for d in DEPARTMENTS], dtype=np.float64)
    exact = (respondents - tiny) * shares / shares.sum()
    counts = np.floor(exact).astype(np.int64)
    short = respondents - tiny - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    result: NDArray[np.int64] = counts + [d.people if d.is_tiny else 0 for d in DEPARTMENTS]
    return result


def organisation_levels() -> NDArray[np.float64]:
    """Wave x force: where a department with nothing of its own stands."""
    progress = np.array(PROGRESS)[:, None]
    start = np.array([_START[f] for f in FORCES])
    result: NDArray[np.float64] = start + progress * np.array([_GAIN[f] for f in FORCES])
    return result


def levels() -> NDArray[np.float64]:
    """Wave x department x force. The noise department gets the others' mean, by who answers."""
    organisation = organisation_levels()
    result = np.repeat(organisation[:, None, :], len(DEPARTMENTS), axis=1)
    for place, department in enumerate(DEPARTMENTS):
        for force, course in department.own.items():
            column = FORCES.index(force)
            result[:, place, column] = course.levels(organisation[:, column])
    weights = np.array([0 if d.is_noise else d.people * d.answers for d in DEPARTMENTS])
    mean = np.average(result, axis=1, weights=weights)
    for place, department in enumerate(DEPARTMENTS):
        if department.is_noise:
            result[:, place, :] = mean
    return result


def role_shifts() -> NDArray[np.float64]:
    """Role x force; the last row (role not stated) is nought."""
    rows = [[role.own.get(force, 0.0) for force in FORCES] for role in ROLES]
    return np.array([*rows, [0.0] * len(FORCES)])
