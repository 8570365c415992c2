"""The people of the demo organisation: who they are stays the same over the waves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.analysis.forces import FORCES
from data.demo.story import DEPARTMENTS, ROLE_NOT_STATED, ROLES, headcounts

SEED = 20260
SMALLEST = 60
"""Fewer respondents than this leave departments without people."""

LANGUAGES: tuple[str, ...] = ("en", "de", "fr")
_LANGUAGE_SHARES = (0.56, 0.27, 0.17)

# How far people differ from the level of their department, and what goes together in a person:
# whoever feels pull fears a little less; whoever is anchored fears a little more.
_PERSON_SD = 0.55
_CORRELATION = np.array(
    [
        [1.0, 0.3, 0.0, 0.1],
        [0.3, 1.0, -0.25, -0.3],
        [0.0, -0.25, 1.0, 0.35],
        [0.1, -0.3, 0.35, 1.0],
    ]
)


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody invited, by index. ``role`` len(ROLES) means not stated; ``traits`` per force.

    ``eagerness`` 0-1: who answers a wave is whoever is below the department's share.
    """

    department: NDArray[np.int64]
    role: NDArray[np.int64]
    language: NDArray[np.int64]
    traits: NDArray[np.float64]
    eagerness: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.department)


def generator(*path: int) -> np.random.Generator:
    """The random numbers of one part of the demo: the same for the same path, always."""
    return np.random.default_rng([SEED, *path])


def population(respondents: int) -> Population:
    """That many people, always the same. Needs at least SMALLEST."""
    random = generator(1)
    department = np.repeat(np.arange(len(DEPARTMENTS)), headcounts(respondents))
    random.shuffle(department)
    shares = np.array([*(r.share for r in ROLES), 0.0]) * (1 - ROLE_NOT_STATED)
    shares[-1] = ROLE_NOT_STATED
    mixing = np.linalg.cholesky(_CORRELATION) * _PERSON_SD
    return Population(
        department=department,
        role=random.choice(len(shares), size=respondents, p=shares),
        language=random.choice(len(LANGUAGES), size=respondents, p=_LANGUAGE_SHARES),
        traits=random.standard_normal((respondents, len(FORCES))) @ mixing.T,
        eagerness=random.random(respondents),
    )
