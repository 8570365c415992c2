"""Who answered compared with who was invited: shares, and whether they differ by more than chance.

Chi-square goodness of fit of the respondents against the shares of those invited; each group by its
standardised (adjusted) residual, two-sided, all of them one family (Benjamini-Hochberg, 5 %). Where
most of those invited answered the test is conservative: chance had less room than it assumes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from scipy import stats

from data.analysis.difference import ALPHA
from data.analysis.gate import tells_of_few

LEAST_EXPECTED = 5.0
"""Expected respondents below which a group stands outside the test."""
LEAST_APART = 0.1
"""A share that differs by less than a tenth of the expected one is never marked."""

K = TypeVar("K")


class Presence(StrEnum):
    """Whether a group is among the respondents as it is among those invited."""

    OVER = "over"
    UNDER = "under"
    AS_INVITED = "as_invited"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Turnout:
    """A group: how many were invited and how many of them started."""

    invited: int = 0
    started: int = 0

    @property
    def silent(self) -> int:
        return self.invited - self.started

    def __add__(self, other: "Turnout") -> "Turnout":
        return Turnout(self.invited + other.invited, self.started + other.started)

    def __sub__(self, part: "Turnout") -> "Turnout":
        return Turnout(self.invited - part.invited, self.started - part.started)


def added(groups: Iterable[Turnout]) -> Turnout:
    """All of these groups together."""
    return sum(groups, start=Turnout())


@dataclass(frozen=True, slots=True)
class Represented:
    """Shares in percent (exact); ``residual`` in standard deviations, ``p`` after correction."""

    invited_share: float
    started_share: float
    residual: float | None = None
    p: float | None = None
    presence: Presence = Presence.TOO_FEW


@dataclass(frozen=True, slots=True)
class Fit:
    """The test over all groups; ``p`` None where there are fewer than two groups to compare."""

    p: float | None
    statistic: float | None
    groups: tuple[Represented, ...]


def fit(turnouts: Sequence[Turnout]) -> Fit:
    """Compare the respondents of these groups with the shares of those invited, in this order."""
    invited, started = sum(t.invited for t in turnouts), sum(t.started for t in turnouts)
    if not invited or not started:
        return Fit(None, None, tuple(Represented(0.0, 0.0) for _ in turnouts))
    expected = [started * t.invited / invited for t in turnouts]
    tested = [at for at, n in enumerate(expected) if n >= LEAST_EXPECTED]
    groups = [Represented(100 * t.invited / invited, 100 * t.started / started) for t in turnouts]
    if len(tested) < 2 or len(turnouts) < 2:
        return Fit(None, None, tuple(groups))
    for at, found in _residuals(turnouts, tested, invited, started).items():
        groups[at] = _judged(groups[at], *found)
    whole = _overall(turnouts, tested)
    return Fit(whole[1], whole[0], tuple(groups))


def _overall(turnouts: Sequence[Turnout], tested: Sequence[int]) -> tuple[float, float]:
    """Statistic and p over the groups large enough, against their shares among each other."""
    observed = [turnouts[at].started for at in tested]
    invited = sum(turnouts[at].invited for at in tested)
    expected = [sum(observed) * turnouts[at].invited / invited for at in tested]
    found = stats.chisquare(observed, expected)
    return float(found.statistic), float(found.pvalue)


def _residuals(
    turnouts: Sequence[Turnout], tested: Sequence[int], invited: int, started: int
) -> dict[int, tuple[float, float]]:
    """Adjusted residual and corrected p of each group large enough."""
    found = {}
    for at in tested:
        share = turnouts[at].invited / invited
        spread = math.sqrt(started * share * (1 - share))
        found[at] = (turnouts[at].started - started * share) / spread if spread else 0.0
    raw = [2 * float(stats.norm.sf(abs(z))) for z in found.values()]
    corrected = stats.false_discovery_control(raw)
    return {at: (z, float(p)) for (at, z), p in zip(found.items(), corrected, strict=True)}


def _judged(of: Represented, residual: float, p: float) -> Represented:
    apart = abs(of.started_share - of.invited_share)
    presence = Presence.AS_INVITED
    if p < ALPHA and apart >= LEAST_APART * of.invited_share:
        presence = Presence.OVER if residual > 0 else Presence.UNDER
    return Represented(of.invited_share, of.started_share, residual, p, presence)


def tellable(turnouts: Mapping[K, Turnout], rest: Turnout, smallest: int) -> set[K]:
    """Groups whose response may be told, alone and in any sum of them, beside the total.

    ``rest``: everybody else (people of groups that cannot be told apart). A group of fewer than
    ``smallest``, or one in which 1-4 did not answer, is not told; and where what is not told would
    be such a group itself (the total less all the others), the next one is not told either.
    """
    told = {
        key
        for key, t in turnouts.items()
        if min(t.invited, t.started) >= smallest and t.silent >= 0 and not tells_of_few(t.silent)
    }
    hidden = [t for key, t in turnouts.items() if key not in told] + [rest]
    order = sorted(told, key=lambda key: (turnouts[key].silent, turnouts[key].invited, str(key)))
    for key in order:
        if not _tells(hidden, smallest):
            break
        told.discard(key)
        hidden.append(turnouts[key])
    return told


def _tells(hidden: Sequence[Turnout], smallest: int) -> bool:
    """Whether the total less all groups told would be about a group that may not be told."""
    invited, started = sum(t.invited for t in hidden), sum(t.started for t in hidden)
    if not invited and not started:
        return False
    silent = invited - started
    return 0 < started < smallest or 0 < invited < smallest or tells_of_few(abs(silent))
