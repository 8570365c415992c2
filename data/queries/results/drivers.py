"""Answers about drivers: what is associated with the outcome, and how much."""

from typing import Literal

from data.analysis.drivers import Impact
from data.analysis.forces import Force
from data.queries.results.base import Answer, Column, Table, Value

SIGN_WORDS: dict[int, str] = {1: "higher with it", -1: "lower with it (inverse)", 0: ""}


class DriverRow(Value):
    """One force or item: its raw weight (the part of R², 0-1) with its 95 % interval.

    ``share``: of what all of them explain together, 0-100 %. ``sign`` is that of its correlation
    with the outcome, ``impact`` the weight in words; both rest on what is shown.
    """

    id: str
    name: str
    force: Force | None
    weight: float
    low: float
    high: float
    share: float
    sign: Literal[-1, 0, 1]
    impact: Impact


class DriversAnswer(Answer):
    """Johnson's relative weights, highest first. ``r_squared``: what all explain, 0-1.

    Associations, never causes. ``outcomes`` are the questions whose mean is the outcome; empty
    where it came with the data.
    """

    of: Literal["forces", "questions"] = "forces"
    outcomes: tuple[str, ...] = ()
    r_squared: float | None = None
    rows: tuple[DriverRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Driver"),
            Column("Relative weight", "number"),
            Column("95 % interval from", "number"),
            Column("95 % interval to", "number"),
            Column("Share of what is explained", "percent", "%"),
            Column("Outcome"),
            Column("Impact"),
        )
        rows = tuple(
            (r.name, r.weight, r.low, r.high, r.share, SIGN_WORDS[r.sign], r.impact.value)
            for r in self.rows
        )
        return Table(columns, rows)
