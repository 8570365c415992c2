"""Answers about scores: readiness, forces, changes, groups, waves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from data.analysis.forces import FIGURE_NAMES, FORCE_NAMES, Figure, Force, Strength
from data.queries.results.base import (
    MARK_WORDS,
    NUMBERS,
    Answer,
    Cell,
    Column,
    Difference,
    Estimate,
    Table,
    Value,
    bounded,
    numbers,
)


class ReadinessAnswer(Answer):
    """Readiness 0-100 of the group, the forces it rests on, and the change since the last wave.

    ``unscored_share``: 0-100 % of sessions without readiness. ``low_quality``: how many sessions
    were left out for their quality, at least (in fives; None below 5).
    """

    readiness: Estimate = Estimate(n=0)
    forces: tuple[Force, ...] = ()
    unscored_share: float | None = None
    low_quality: int | None = None
    change: Difference | None = None
    previous: str = ""

    def table(self) -> Table:
        change = self.change or Difference()
        return Table(
            (
                Column("Figure"),
                *NUMBERS,
                Column("Change since last wave", "number"),
                Column("Finding"),
            ),
            (("Readiness", *numbers(self.readiness), change.change, MARK_WORDS[change.mark]),),
        )


class ForceFigure(Value):
    """One force: its score 1-5, strength, and the share (0-100) of sessions above the midpoint."""

    force: Force
    score: Estimate
    strength: Strength | None = None
    above_share: float | None = None


class ForcesAnswer(Answer):
    """The four forces (those the survey asked) and the balance between them (readiness)."""

    forces: tuple[ForceFigure, ...] = ()
    not_asked: tuple[Force, ...] = ()
    readiness: Estimate = Estimate(n=0)

    def table(self) -> Table:
        return Table(
            (
                Column("Force"),
                *NUMBERS,
                Column("Strength"),
                Column("Above the midpoint", "percent", "%"),
            ),
            tuple(
                (
                    FORCE_NAMES[f.force],
                    *numbers(f.score),
                    f.strength.value.replace("_", " ") if f.strength else None,
                    f.above_share,
                )
                for f in self.forces
            ),
        )


class SameMix(Value):
    """A change with the departments' shares held as in the later wave, its 95 % half-width, and
    how much of the whole change comes from another mix of departments (``mix``)."""

    change: float
    half_width: float
    mix: float


class ChangeRow(Value):
    """One figure in the earlier and the later wave, and the tested difference.

    ``same_mix`` is None where too few people are in departments shown in both waves.
    """

    figure: Figure
    before: Estimate
    after: Estimate
    change: Difference
    same_mix: SameMix | None = None


class ChangesAnswer(Answer):
    """What changed since the last wave: readiness and each force, one family of tests."""

    previous: str = ""
    rows: tuple[ChangeRow, ...] = ()

    def table(self) -> Table:
        return Table(
            (
                Column("Figure"),
                Column("n before", "whole"),
                Column("Before", "number"),
                Column("n after", "whole"),
                Column("After", "number"),
                Column("Change", "number"),
                Column("95 % half-width", "number"),
                Column("Finding"),
                Column("Change at the same mix of departments", "number"),
            ),
            tuple(
                (
                    FIGURE_NAMES[r.figure],
                    r.before.n,
                    bounded(r.before),
                    r.after.n,
                    bounded(r.after),
                    r.change.change,
                    r.change.half_width,
                    MARK_WORDS[r.change.mark],
                    r.same_mix.change if r.same_mix else None,
                )
                for r in self.rows
            ),
        )


class GroupRow(Value):
    """A department or role: readiness, forces, and how each differs from the rest."""

    id: str
    name: str
    respondents: int
    readiness: Estimate
    forces: dict[Force, Estimate] = Field(default_factory=dict)
    against_rest: dict[Figure, Difference] = Field(default_factory=dict)
    is_others: bool = False


class GroupsAnswer(Answer):
    """Departments (or roles) in order of readiness, lowest last; hidden ones are only counted.

    ``hidden``: names of groups that exist but are too small to show apart. The table's n is the
    base of readiness.
    """

    dimension: Literal["department", "role"] = "department"
    forces: tuple[Force, ...] = ()
    rows: tuple[GroupRow, ...] = ()
    hidden: tuple[str, ...] = ()

    def table(self) -> Table:
        columns = [Column("Department" if self.dimension == "department" else "Role")]
        columns += [Column("n", "whole"), Column("Readiness", "number", decimals=0)]
        columns += [Column("±", "number", decimals=0)]
        columns += [Column("Against the rest")]
        columns += [Column(FORCE_NAMES[f], "number", decimals=1) for f in self.forces]
        return Table(tuple(columns), tuple(self._row(row) for row in self.rows))

    def _row(self, row: GroupRow) -> tuple[Cell, ...]:
        difference = row.against_rest.get(Figure.READINESS)
        forces: Sequence[Cell] = [
            bounded(row.forces[f]) if f in row.forces else None for f in self.forces
        ]
        return (
            row.name,
            row.readiness.n or None,
            bounded(row.readiness),
            row.readiness.half_width,
            MARK_WORDS[difference.mark] if difference else None,
            *forces,
        )


class WaveRow(Value):
    """One wave (survey) of the series, at the middle of its answers."""

    survey: UUID
    name: str
    at: datetime
    readiness: Estimate
    forces: dict[Force, Estimate] = Field(default_factory=dict)


class WavesAnswer(Answer):
    """Readiness and forces wave by wave, oldest first, and whether there is a trend.

    ``direction`` is None where it is not clear or not defined; ``directions`` holds those of single
    figures that are, and what they mean for readiness.
    """

    rows: tuple[WaveRow, ...] = ()
    forces: tuple[Force, ...] = ()
    direction: Literal["improving", "stable", "declining"] | None = None
    p: float | None = None
    directions: dict[Figure, Literal["improving", "stable", "declining"]] = Field(
        default_factory=dict
    )

    def table(self) -> Table:
        columns = (
            Column("Wave"),
            Column("Time", "time", "UTC"),
            Column("n", "whole"),
            Column("Readiness", "number", decimals=0),
            Column("±", "number", decimals=0),
            *(Column(FORCE_NAMES[f], "number", decimals=1) for f in self.forces),
        )
        return Table(
            columns,
            tuple(
                (
                    r.name,
                    r.at,
                    *numbers(r.readiness),
                    *(bounded(r.forces[f]) if f in r.forces else None for f in self.forces),
                )
                for r in self.rows
            ),
        )


class PeriodRow(Value):
    """One period (week, month, quarter) of a wave; ``first`` is its first day, ``at`` its middle
    (UTC)."""

    first: date
    name: str
    at: datetime
    readiness: Estimate
    forces: dict[Force, Estimate] = Field(default_factory=dict)


class PeriodsAnswer(Answer):
    """Readiness and forces inside one wave, period by period, and whether there is a trend.

    Directions as in ``WavesAnswer``. People of atoms that span several periods are in no row.
    """

    period: Literal["week", "month", "quarter", "wave"] = "wave"
    rows: tuple[PeriodRow, ...] = ()
    forces: tuple[Force, ...] = ()
    direction: Literal["improving", "stable", "declining"] | None = None
    p: float | None = None
    directions: dict[Figure, Literal["improving", "stable", "declining"]] = Field(
        default_factory=dict
    )

    def table(self) -> Table:
        columns = (
            Column("Period"),
            Column("n", "whole"),
            Column("Readiness", "number", decimals=0),
            Column("±", "number", decimals=0),
            *(Column(FORCE_NAMES[f], "number", decimals=1) for f in self.forces),
        )
        return Table(
            columns,
            tuple(
                (
                    r.name,
                    *numbers(r.readiness),
                    *(bounded(r.forces[f]) if f in r.forces else None for f in self.forces),
                )
                for r in self.rows
            ),
        )
