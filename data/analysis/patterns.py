"""What a place's figures look like, and the conditions that rules of action are made of.

A condition returns the evidence it rests on, with its figures, or None where it does not hold or
too few people stand behind it: so no rule can say anything without its figures. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scipy import stats

from data.analysis.alpha import Reliability
from data.analysis.difference import SMALLEST_SIDE, Compared, Mark
from data.analysis.forces import (
    FIGURE_NAMES,
    FORCE_NAMES,
    MIDPOINT,
    SEGMENT_NAMES,
    Figure,
    Force,
    Segment,
)
from data.analysis.gate import BOUNDED, Shown, claimed
from data.analysis.wording import (
    BOUND_WORDS,
    SHORT_NAMES,
    change_interval,
    decimals_of,
    interval,
    number,
)

STRONG, LOW_ALPHA, MANY, FEW_ANSWERED = 3.5, 0.6, 1 / 3, 50.0
"""From where a force is strong (1-5), questions hang together weakly (alpha below), a segment holds
many (share, by its interval), and few answered (response rate in percent)."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One department, or the whole organisation, as it is shown.

    ``against_rest`` is of departments, all after it of the whole organisation only. ``segments``
    are shares 0-100 % of ``classified`` people; ``response_rate`` is 0-100 %.
    """

    key: str
    name: str
    scores: Mapping[Figure, Shown]
    against_rest: Mapping[Figure, Compared] = field(default_factory=dict)
    changes: Mapping[Figure, Compared] = field(default_factory=dict)
    previous: str = ""
    segments: Mapping[Segment, float] = field(default_factory=dict)
    classified: int = 0
    reliability: Mapping[Force, Reliability] = field(default_factory=dict)
    invited: int | None = None
    response_rate: float | None = None

    @property
    def is_whole(self) -> bool:
        return not self.key

    def score(self, figure: Figure) -> Shown | None:
        """A figure that enough people stand behind."""
        of = self.scores.get(figure)
        return None if of is None or of.mean is None or of.n < SMALLEST_SIDE else of


Condition = Callable[[Pattern, Force | None], str | None]
"""The pattern and the force that the rule is tried for (None: readiness) -> evidence, or None."""


def told(figure: Figure, of: Shown) -> str:
    """Like "Anxiety of the new 4.3 ± 0.1 (n = 92)"."""
    text = interval(of, decimals_of(figure), BOUND_WORDS)
    return f"{FIGURE_NAMES[figure]} {text} (n = {of.n:,})"


def figure_of(force: Force | None) -> Figure:
    return Figure.READINESS if force is None else Figure(force.value)


def behind(pattern: Pattern, force: Force | None) -> str | None:
    """Clearly worse than the rest."""
    return _against(pattern, figure_of(force), Mark.WORSE)


def ahead(pattern: Pattern, force: Force | None) -> str | None:
    """Clearly better than the rest."""
    return _against(pattern, figure_of(force), Mark.BETTER)


def unexplained(pattern: Pattern, force: Force | None) -> str | None:
    """Readiness is behind, and no single force is."""
    forces = [Figure(f.value) for f in Force]
    if any(_mark(pattern.against_rest.get(f)) is Mark.WORSE for f in forces):
        return None
    said = [told(f, of) for f in forces if (of := pattern.score(f)) is not None]
    return f"No single force is clearly worse: {'; '.join(said)}" if said else None


def high(other: Force) -> Condition:
    """Another force is strong, its whole interval."""

    def condition(pattern: Pattern, force: Force | None) -> str | None:
        return _beyond(pattern, Figure(other.value), above=STRONG)

    return condition


def not_strong(other: Force) -> Condition:
    """Another force is clearly below strong, its whole interval."""

    def condition(pattern: Pattern, force: Force | None) -> str | None:
        return _beyond(pattern, Figure(other.value), below=STRONG)

    return condition


def strong(pattern: Pattern, force: Force | None) -> str | None:
    """The force is strong, its whole interval."""
    return _beyond(pattern, figure_of(force), above=STRONG)


def low(pattern: Pattern, force: Force | None) -> str | None:
    """The force lies below the middle of the scale, its whole interval."""
    return _beyond(pattern, figure_of(force), below=MIDPOINT[figure_of(force)])


def worsened(pattern: Pattern, force: Force | None) -> str | None:
    """Clearly worse than in the wave before."""
    figure = figure_of(force)
    change, now = pattern.changes.get(figure), pattern.score(figure)
    if change is None or now is None or change.mark is not Mark.WORSE:
        return None
    amount = change_interval(change, decimals_of(figure))
    return f"{told(figure, now)}, {amount} since {pattern.previous}: a clear change"


def many(segment: Segment) -> Condition:
    """Clearly more than a third of the people stand in one segment (Wilson's interval)."""

    def condition(pattern: Pattern, force: Force | None) -> str | None:
        share, base = pattern.segments.get(segment), pattern.classified
        if share is None or base < BOUNDED:
            return None
        found = stats.binomtest(round(share * base / 100), base)
        least, most = found.proportion_ci(method="wilson")
        if least <= MANY:
            return None
        ends = f"{number(100 * least)} to {number(100 * most)} %"
        return f"{SEGMENT_NAMES[segment]}: {number(share)} % ({ends}, n = {base:,})"

    return condition


def unreliable(pattern: Pattern, force: Force | None) -> str | None:
    """The questions of a force hang together weakly."""
    of = None if force is None else pattern.reliability.get(force)
    if force is None or of is None or of.n < BOUNDED or of.alpha >= LOW_ALPHA:
        return None
    return (
        f"The {of.items} questions on {SHORT_NAMES[force]} hang together weakly: "
        f"Cronbach's alpha {number(of.alpha, 2)} (n = {of.n:,})"
    )


def few_answered(pattern: Pattern, force: Force | None) -> str | None:
    """Fewer than half of those invited answered."""
    rate = pattern.response_rate
    if rate is None or pattern.invited is None or rate >= FEW_ANSWERED:
        return None
    return f"{number(rate)} % of {pattern.invited:,} people invited answered"


def answered(pattern: Pattern, force: Force | None) -> str | None:
    """Readiness as it is: says nothing but where things stand."""
    of = pattern.score(Figure.READINESS)
    return None if of is None else told(Figure.READINESS, of)


def others(pattern: Pattern, force: Force | None) -> str:
    """What the other forces say: their figures, in order; empty where none can be told."""
    said = [
        told(Figure(other.value), of)
        for other in FORCE_NAMES
        if other is not force and (of := pattern.score(Figure(other.value))) is not None
    ]
    return "; ".join(said)


def _against(pattern: Pattern, figure: Figure, wanted: Mark) -> str | None:
    mark, own = pattern.against_rest.get(figure), pattern.score(figure)
    if mark is None or own is None or mark.mark is not wanted:
        return None
    amount = change_interval(mark, decimals_of(figure))
    return f"{told(figure, own)}, clearly {wanted.value} than the rest (difference {amount})"


def _mark(of: Compared | None) -> Mark:
    return Mark.TOO_FEW if of is None else of.mark


def _beyond(
    pattern: Pattern, figure: Figure, *, above: float | None = None, below: float | None = None
) -> str | None:
    """Evidence where the whole 95 % interval lies beyond a value."""
    of = pattern.score(figure)
    interval_ = None if of is None else claimed(of)
    if of is None or interval_ is None:
        return None
    low, high = interval_
    if above is not None and low > above:
        return f"{told(figure, of)}, above {number(above, 1)}"
    if below is not None and high < below:
        return f"{told(figure, of)}, below {number(below, 1)}"
    return None
