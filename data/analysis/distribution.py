"""How answers are spread over the points of a scale, as far as it may be shown.

Points that 1-4 people chose are put together with a neighbour, and the people behind a share are
counted in fives: a view less another view, a group smaller, does not tell what each of a few chose.
Rules: docs/analytics.md, Privacy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.analysis import gate
from data.analysis.cells import points


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring points of a scale, first to last (from 0), and their share in percent."""

    first: int
    last: int
    share: float


def spread(counts: Sequence[int]) -> tuple[Part, ...]:
    """Shares of the answers by point, lowest first; empty where they may not be shown.

    Needs 30 answers. All of them in one part tell no more than that everybody answered: that is
    shown only where they all chose the same point.
    """
    base = sum(counts)
    if base < gate.BOUNDED:
        return ()
    ranges = _merged(counts)
    people = [sum(counts[first : last + 1]) for first, last in ranges]
    if len(ranges) == 1 and len(counts) > 1:
        return ()
    steps = [gate.SMALLEST * round(n / gate.SMALLEST) for n in people]
    return tuple(
        Part(first, last, gate.rounded(100 * n / sum(steps), gate.step_of(base, score=False)))
        for (first, last), n in zip(ranges, steps, strict=True)
    )


def _merged(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Points as ranges, none of which 1-4 people chose.

    The smallest such range joins the smaller of its neighbours that somebody chose, or an empty one
    where there is no other.
    """
    ranges = [(place, place) for place in range(len(counts))]
    people = list(counts)
    while few := [place for place, n in enumerate(people) if gate.tells_of_few(n)]:
        if len(people) == 1:
            break
        place = min(few, key=lambda at: people[at])
        beside = [at for at in (place - 1, place + 1) if 0 <= at < len(people)]
        other = min(beside, key=lambda at: (not people[at], people[at]))
        low, high = min(place, other), max(place, other)
        ranges[low : high + 1] = [(ranges[low][0], ranges[high][1])]
        people[low : high + 1] = [people[low] + people[high]]
    return ranges


def point_names(low: float, high: float, labels: Mapping[str, str]) -> tuple[str, ...]:
    """What each bin of a scale's histogram is called: its label, its number, or from-to."""
    bins = points(low, high)
    if bins == high - low + 1:
        values = [low + place for place in range(bins)]
        return tuple(labels.get(f"{value:g}") or f"{value:g}" for value in values)
    edges = np.linspace(low, high, bins + 1)
    return tuple(f"{a:.4g} to {b:.4g}" for a, b in pairwise(edges))
