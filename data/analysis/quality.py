"""Quality of sessions, and which of a respondent's sessions is kept.

Definitions: docs/analytics.md. A flag that cannot be judged is not raised.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from data.analysis.cells import LONGEST_SECONDS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SPEED_SHARE = 1 / 3
STRAIGHT_ITEMS = 10
BLANK_SHARE = 0.5


class Flag(StrEnum):
    """What can be wrong with a session."""

    SPEEDER = "speeder"
    STRAIGHT = "straight_liner"
    BLANK = "mostly_blank"


def flag_figure(flag: Flag) -> str:
    """Name of a cell. n: kept sessions; total: those in which the flag is raised."""
    return f"flag:{flag.value}"


class Quality(StrEnum):
    """No flag, one, two or more."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def quality(flags: int) -> Quality:
    """The word for a number of flags."""
    if flags == 0:
        return Quality.HIGH
    return Quality.MEDIUM if flags == 1 else Quality.LOW


def median_seconds(seconds: Floats, completed: Flags) -> float:
    """Median time of completed sessions of at most 4 h; NaN where there is none."""
    times = seconds[completed & (seconds <= LONGEST_SECONDS)]
    return float(np.median(times)) if len(times) else float("nan")


def speeders(seconds: Floats, unfinished: Flags, median: float) -> Flags:
    """Sessions faster than a third of the survey's median; unfinished ones are not judged."""
    result: Flags = (seconds < SPEED_SHARE * median) & ~unfinished
    return result


def straight_liners(unturned: Floats) -> Flags:
    """Ten or more answered scaled items (1-5, before turning), all alike."""
    answered = ~np.isnan(unturned)
    low = np.where(answered, unturned, np.inf).min(axis=1, initial=np.inf)
    high = np.where(answered, unturned, -np.inf).max(axis=1, initial=-np.inf)
    result: Flags = (answered.sum(axis=1) >= STRAIGHT_ITEMS) & (low == high)
    return result


def mostly_blank(answered: Flags) -> Flags:
    """Fewer than half of the asked items answered; "unsure" is an answer here."""
    if answered.shape[1] == 0:
        return np.zeros(len(answered), dtype=bool)
    result: Flags = answered.mean(axis=1) < BLANK_SHARE
    return result


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides which of a respondent's sessions is kept. ``respondent`` None: not known."""

    respondent: Hashable | None
    is_completed: bool
    at: datetime
    answers: int
    key: str


def kept(candidates: Sequence[Candidate]) -> list[bool]:
    """Per session, whether it stays: the latest completed of a respondent, else the fullest.

    Sessions of unknown respondents all stay. Ties go to the later, then to the greater key.
    """
    best: dict[Hashable, Candidate] = {}
    for candidate in candidates:
        if candidate.respondent is None:
            continue
        rival = best.setdefault(candidate.respondent, candidate)
        if _rank(candidate) > _rank(rival):
            best[candidate.respondent] = candidate
    return [c.respondent is None or best[c.respondent] is c for c in candidates]


def _rank(candidate: Candidate) -> tuple[bool, int, datetime, str]:
    answers = 0 if candidate.is_completed else candidate.answers
    return candidate.is_completed, answers, candidate.at, candidate.key
