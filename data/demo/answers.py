"""Who answered a wave, when, how long they took and what they chose: arrays, no text.

Sessions of a block of people are drawn together; the same block and wave give the same sessions.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from data.analysis.forces import FORCES, Force
from data.demo.items import ITEMS, OPEN, SCALED
from data.demo.population import Population, generator
from data.demo.quarters import DAYS_OPEN
from data.demo.story import DEPARTMENTS, PROGRESS, levels, role_shifts

QUESTIONS = len(SCALED) + len(OPEN)

_DUPLICATES = 0.008
_UNFINISHED = 0.06
_SPEEDERS = 0.02
_STRAIGHT_LINERS = 0.015
_SKIPPED = 0.015
_UNSURE = 0.012
_LEFT_OPEN = 0.006
_MEDIAN_SECONDS = 540.0
_SECONDS_SPREAD = 0.42
_SESSION_SD = 0.25
_ITEM_SD = 0.85

# Invitation on the first Monday, reminders a week and two weeks later; hardly anybody at weekends.
_DAY_WEIGHTS = np.array(
    [9, 6, 4, 3, 2, 0.4, 0.3, 6, 4, 3, 2, 1.5, 0.2, 0.2, 4, 3, 2, 1.5, 1, 0.2, 0.1]
)
_HOUR_WEIGHTS = np.array(
    [0.02, 0.01, 0, 0, 0, 0.05, 0.3, 1, 3, 6, 7, 6, 3, 4, 6, 5, 4, 2.5, 1, 0.7, 0.6, 0.5, 0.3, 0.1]
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of a block of people in one wave; every array has one row a session.

    ``person``: index in the population. ``start``: local seconds after the wave opened.
    ``reached``: questions gone through, in the order asked. ``values``: chosen points 1-5 of the
    scaled questions as the respondent saw them (not turned), NaN where nothing was chosen;
    ``unsure`` where that was "not sure". ``is_repeat``: a second session of the same person.
    """

    person: NDArray[np.int64]
    start: NDArray[np.int64]
    seconds: NDArray[np.float64]
    reached: NDArray[np.int64]
    values: NDArray[np.float64]
    unsure: NDArray[np.bool_]
    is_repeat: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)

    @property
    def is_completed(self) -> NDArray[np.bool_]:
        completed: NDArray[np.bool_] = self.reached == QUESTIONS
        return completed

    def once(self) -> "Sessions":
        """The same without the second sessions of a person."""
        first = ~self.is_repeat
        return Sessions(*(getattr(self, column.name)[first] for column in fields(self)))


def sessions(people: Population, wave: int, first: int, stop: int) -> Sessions:
    """The sessions of people ``first`` to ``stop`` (excluded) in a wave, in order of person."""
    random = generator(2, wave, first)
    person, is_repeat = _who(people, random, first, stop)
    count = len(person)
    reached = np.where(
        random.random(count) < _UNFINISHED, random.integers(2, QUESTIONS, count), QUESTIONS
    )
    speeder = random.random(count) < _SPEEDERS
    straight = random.random(count) < _STRAIGHT_LINERS
    values = _choices(people, wave, person, random)
    values[straight, : len(ITEMS)] = random.choice([2.0, 3.0, 3.0, 4.0], (int(straight.sum()), 1))
    unsure = random.random(values.shape) < _UNSURE
    blank = random.random(values.shape) < _SKIPPED
    unsure[straight], blank[straight] = False, False
    beyond = np.arange(len(SCALED)) >= reached[:, None]
    values[unsure | blank | beyond] = np.nan
    return Sessions(
        person=person,
        start=_starts(random, count, is_repeat),
        seconds=_durations(random, reached, speeder, straight),
        reached=reached,
        values=values,
        unsure=unsure & ~beyond,
        is_repeat=is_repeat,
    )


def _who(
    people: Population, random: np.random.Generator, first: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Who answers: mostly the same people each wave, some of them twice."""
    shares = np.array([d.answers for d in DEPARTMENTS])[people.department[first:stop]]
    draw = 0.6 * people.eagerness[first:stop] + 0.4 * random.random(stop - first)
    answering = first + np.flatnonzero(_spread(draw) < shares)
    again = answering[random.random(len(answering)) < _DUPLICATES]
    person = np.concatenate([answering, again])
    is_repeat = np.arange(len(person)) >= len(answering)
    order = np.argsort(person, kind="stable")
    return person[order], is_repeat[order]


def _spread(draw: NDArray[np.float64]) -> NDArray[np.float64]:
    """0.6 U + 0.4 V made uniform again, so that a share of 0.7 means that 70 % answer."""
    low, high = 0.4, 0.6
    rising = draw**2 / (2 * low * high)
    middle = (2 * draw - low) / (2 * high)
    falling = 1 - (1 - draw) ** 2 / (2 * low * high)
    result: NDArray[np.float64] = np.where(
        draw < low, rising, np.where(draw < high, middle, falling)
    )
    return result


def _starts(
    random: np.random.Generator, count: int, is_repeat: NDArray[np.bool_]
) -> NDArray[np.int64]:
    day = random.choice(DAYS_OPEN, count, p=_DAY_WEIGHTS / _DAY_WEIGHTS.sum())
    hour = random.choice(24, count, p=_HOUR_WEIGHTS / _HOUR_WEIGHTS.sum())
    start = (day * 24 + hour) * 3600 + random.integers(0, 3600, count)
    # Whoever comes back does so one to three days after the session before (the row above).
    back = np.flatnonzero(is_repeat)
    start[back] = start[back - 1] + random.integers(86_400, 3 * 86_400, len(back))
    result: NDArray[np.int64] = start
    return result


def _durations(
    random: np.random.Generator,
    reached: NDArray[np.int64],
    speeder: NDArray[np.bool_],
    straight: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Seconds: log-normal, in step with how far people got; a few left the page open for hours."""
    count = len(reached)
    seconds = _MEDIAN_SECONDS * np.exp(random.normal(0.0, _SECONDS_SPREAD, count))
    seconds *= np.where(straight, 0.5, 1.0) * reached / QUESTIONS
    seconds = np.where(speeder, _MEDIAN_SECONDS * random.uniform(0.12, 0.3, count), seconds)
    left_open = random.random(count) < _LEFT_OPEN
    seconds += np.where(left_open, random.uniform(4.5, 30.0, count) * 3600, 0.0)
    result: NDArray[np.float64] = np.round(np.maximum(seconds, 15.0)).astype(np.float64)
    return result


def _choices(
    people: Population, wave: int, person: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.float64]:
    """Points 1-5 of every scaled question, as chosen (reversed items not turned)."""
    stance = levels()[wave][people.department[person]] + role_shifts()[people.role[person]]
    stance += people.traits[person] + random.normal(0.0, _SESSION_SD, stance.shape)
    columns = [FORCES.index(item.force) for item in ITEMS if item.force is not None]
    latent = stance[:, columns] - np.array([item.hardness for item in ITEMS])
    latent += random.normal(0.0, _ITEM_SD, latent.shape)
    points = np.clip(np.rint(latent), 1, 5)
    is_reversed = np.array([item.is_reversed for item in ITEMS])
    points = np.where(is_reversed, 6 - points, points)
    return np.column_stack([points, _use(stance, wave, random)])


def _use(
    stance: NDArray[np.float64], wave: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """How often people use AI: pull brings them to it, fear and habit keep them from it."""
    weights = {Force.PAIN: 0.1, Force.PULL: 0.6, Force.ANCHORS: -0.25, Force.ANXIETY: -0.35}
    leaning = (stance - 3.0) @ np.array([weights[force] for force in FORCES])
    latent = 2.6 + 0.4 * PROGRESS[wave] + leaning + random.normal(0.0, 0.8, len(stance))
    result: NDArray[np.float64] = np.clip(np.rint(latent), 1, 5)
    return result
