"""How figures are written, the same in the sentence, in headlines, charts and cards.

Readiness and shares as whole numbers, force scores with one decimal, an interval with as many
decimals as its mean: "62 ± 3". Where a half-width would read 0, both get one decimal more.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from data.analysis.difference import Mark
from data.analysis.forces import Figure, Force

MINUS = "−"
SHORT_NAMES: dict[Force, str] = {
    Force.PAIN: "pain",
    Force.PULL: "pull",
    Force.ANCHORS: "anchors",
    Force.ANXIETY: "anxiety",
}
Bound = Literal["", "<=", ">="]
SIGNS: dict[Bound, str] = {"": "", "<=": "≤ ", ">=": "≥ "}
BOUND_WORDS: dict[Bound, str] = {"": "", "<=": "at most ", ">=": "at least "}


class Estimated(Protocol):
    """A mean as it is shown."""

    @property
    def mean(self) -> float | None: ...
    @property
    def half_width(self) -> float | None: ...
    @property
    def bound(self) -> Bound: ...


class Tested(Protocol):
    """A difference as it is shown."""

    @property
    def change(self) -> float | None: ...
    @property
    def half_width(self) -> float | None: ...
    @property
    def mark(self) -> Mark: ...


def decimals_of(figure: Figure | Force) -> int:
    """Readiness has none, scores 1-5 have one."""
    return 0 if figure is Figure.READINESS else 1


def fine(value: float | None, decimals: int) -> int:
    """``decimals``, or one more where the value (a half-width) would read 0."""
    return decimals if value is None or value == 0 or round(value, decimals) else decimals + 1


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A figure with a true minus and thousands separators; with ``sign``, a plus as well."""
    rounded = round(value, decimals) + 0.0
    text = f"{abs(rounded):,.{decimals}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign and rounded > 0 else text


def mean(of: Estimated, decimals: int, signs: dict[Bound, str] = SIGNS) -> str:
    """Like "3.4", "≥ 4.75" or "hidden". A bound is never rounded: it would claim more."""
    if of.mean is None:
        return "hidden"
    return f"{signs[of.bound]}{of.mean:g}" if of.bound else number(of.mean, decimals)


def interval(of: Estimated, decimals: int, signs: dict[Bound, str] = SIGNS) -> str:
    """The mean and its half-width: "62 ± 3". The mean alone where there is none."""
    decimals = fine(of.half_width, decimals)
    text = mean(of, decimals, signs)
    if of.mean is None or of.half_width is None:
        return text
    return f"{text} ± {number(of.half_width, decimals)}"


def change(of: Tested, decimals: int) -> str:
    """Like "+4" or "+0.3"; the decimals are those of ``change_interval``."""
    return number(of.change or 0.0, _fine_change(of, decimals), sign=True)


def change_interval(of: Tested, decimals: int) -> str:
    """The change and its half-width: "+4 ± 2"."""
    if of.half_width is None:
        return change(of, decimals)
    return f"{change(of, decimals)} ± {number(of.half_width, _fine_change(of, decimals))}"


def moved(of: Tested, decimals: int) -> str:
    """Like "up 4" or "down 0.3"."""
    amount = number(abs(of.change or 0.0), _fine_change(of, decimals))
    return f"{'up' if (of.change or 0.0) > 0 else 'down'} {amount}"


def _fine_change(of: Tested, decimals: int) -> int:
    """As for means; nor does a change that is claimed read 0."""
    decimals = fine(of.half_width, decimals)
    return fine(of.change, decimals) if of.mark in (Mark.BETTER, Mark.WORSE) else decimals


def listed(names: Sequence[str]) -> str:
    """Like "A", "A and B", "A, B and C"; empty for none."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
