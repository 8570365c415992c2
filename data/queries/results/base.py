"""What every answer is made of: tables, estimates, differences, state and reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from data.analysis.difference import Mark

Cell = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header with the unit, and how its cells are typed."""

    name: str
    kind: Literal["text", "whole", "number", "percent", "time"] = "text"
    unit: str = ""
    decimals: int | None = None
    """How many the screen shows; None means all there are. Files always hold all."""

    @property
    def header(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as rows; percents are 0-100, times are UTC."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class State(StrEnum):
    """Whether an answer has figures, and if not, why."""

    READY = "ready"
    EMPTY = "empty"
    SUPPRESSED = "suppressed"


MARK_SIGNS: dict[Mark, str] = {Mark.BETTER: "▲", Mark.WORSE: "▼", Mark.NONE: "●", Mark.TOO_FEW: "●"}
MARK_WORDS: dict[Mark, str] = {
    Mark.BETTER: "better",
    Mark.WORSE: "worse",
    Mark.NONE: "no clear difference",
    Mark.TOO_FEW: "too few to tell",
}


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(Value):
    """A mean with its base and its 95 % interval, rounded as analytics.md says.

    ``mean`` is None where fewer than the threshold answered. ``bound`` says that the mean lies at
    or beyond the value shown (small groups near the end of a scale). ``few``: n is below 10, so the
    mean stands alone. ``scale`` is what ``low`` and ``high`` are clipped to.
    """

    n: int
    mean: float | None = None
    half_width: float | None = None
    sd: float | None = None
    bound: Literal["", "<=", ">="] = ""
    few: bool = False
    scale: tuple[float, float] | None = None

    @property
    def low(self) -> float | None:
        if self.mean is None or self.half_width is None:
            return None
        low = round(self.mean - self.half_width, 6)
        return max(self.scale[0], low) if self.scale else low

    @property
    def high(self) -> float | None:
        if self.mean is None or self.half_width is None:
            return None
        high = round(self.mean + self.half_width, 6)
        return min(self.scale[1], high) if self.scale else high


class Difference(Value):
    """A tested difference: ``change`` in the figure's unit, its 95 % half-width, and the mark.

    ``effect`` is Hedges' g, ``p`` two-sided and corrected for the family it was shown with.
    """

    change: float | None = None
    half_width: float | None = None
    effect: float | None = None
    p: float | None = None
    mark: Mark = Mark.TOO_FEW


class Answer(Value):
    """What every answer says of itself."""

    state: State = State.READY
    reason: str = ""
    respondents: int | None = None
    survey: str = ""
    data_time: datetime | None = None
    smallest_group: int = 5
    consent: str = ""
    left_out: bool = False
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        raise NotImplementedError


def numbers(estimate: Estimate) -> tuple[Cell, ...]:
    return (estimate.n, bounded(estimate), estimate.half_width)


def bounded(estimate: Estimate) -> Cell:
    if estimate.mean is None or not estimate.bound:
        return estimate.mean
    return f"{'≤' if estimate.bound == '<=' else '≥'} {estimate.mean:g}"


NUMBERS = (Column("n", "whole"), Column("Mean", "number"), Column("95 % half-width", "number"))
