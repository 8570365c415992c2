"""What questions answer: frozen values, already gated and rounded, that encode to JSON.

Every answer can be shown as a table (``table()``), which is also what files are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from data.analysis.difference import Mark as Mark
from data.analysis.forces import (
    FIGURE_NAMES,
    FORCE_NAMES,
    SEGMENT_NAMES,
    Figure,
    Force,
    Segment,
    Strength,
)

Cell = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header with the unit, and how its cells are typed."""

    name: str
    kind: Literal["text", "whole", "number", "percent", "time"] = "text"
    unit: str = ""

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


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Value):
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


class Difference(_Value):
    """A tested difference: ``change`` in the figure's unit, its 95 % half-width, and the mark.

    ``effect`` is Hedges' g, ``p`` two-sided and corrected for the family it was shown with.
    """

    change: float | None = None
    half_width: float | None = None
    effect: float | None = None
    p: float | None = None
    mark: Mark = Mark.TOO_FEW


class Answer(_Value):
    """What every answer says of itself."""

    state: State = State.READY
    reason: str = ""
    respondents: int | None = None
    survey: str = ""
    data_time: datetime | None = None
    smallest_group: int = 5
    left_out: bool = False
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        raise NotImplementedError


def _numbers(estimate: Estimate) -> tuple[Cell, ...]:
    return (estimate.n, _bounded(estimate), estimate.half_width)


def _bounded(estimate: Estimate) -> Cell:
    if estimate.mean is None or not estimate.bound:
        return estimate.mean
    return f"{'≤' if estimate.bound == '<=' else '≥'} {estimate.mean:g}"


_NUMBERS = (Column("n", "whole"), Column("Mean", "number"), Column("95 % half-width", "number"))


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
                *_NUMBERS,
                Column("Change since last wave", "number"),
                Column("Finding"),
            ),
            (("Readiness", *_numbers(self.readiness), change.change, MARK_WORDS[change.mark]),),
        )


class ForceFigure(_Value):
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
                *_NUMBERS,
                Column("Strength"),
                Column("Above the midpoint", "percent", "%"),
            ),
            tuple(
                (
                    FORCE_NAMES[f.force],
                    *_numbers(f.score),
                    f.strength.value.replace("_", " ") if f.strength else None,
                    f.above_share,
                )
                for f in self.forces
            ),
        )


class ChangeRow(_Value):
    """One figure in the earlier and the later wave, and the tested difference."""

    figure: Figure
    before: Estimate
    after: Estimate
    change: Difference


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
            ),
            tuple(
                (
                    FIGURE_NAMES[r.figure],
                    r.before.n,
                    _bounded(r.before),
                    r.after.n,
                    _bounded(r.after),
                    r.change.change,
                    r.change.half_width,
                    MARK_WORDS[r.change.mark],
                )
                for r in self.rows
            ),
        )


class GroupRow(_Value):
    """A department or role: readiness, forces, and how each differs from the rest."""

    id: str
    name: str
    respondents: int
    readiness: Estimate
    forces: dict[Force, Estimate] = {}
    against_rest: dict[Figure, Difference] = {}
    is_others: bool = False


class GroupsAnswer(Answer):
    """Departments (or roles) in order of readiness, lowest last; hidden ones are only counted.

    ``hidden``: names of groups that exist but are too small to show apart.
    """

    dimension: Literal["department", "role"] = "department"
    forces: tuple[Force, ...] = ()
    rows: tuple[GroupRow, ...] = ()
    hidden: tuple[str, ...] = ()

    def table(self) -> Table:
        columns = [Column("Department" if self.dimension == "department" else "Role")]
        columns += [Column("n", "whole"), Column("Readiness", "number"), Column("±", "number")]
        columns += [Column("Against the rest")]
        columns += [Column(FORCE_NAMES[f], "number") for f in self.forces]
        return Table(tuple(columns), tuple(self._row(row) for row in self.rows))

    def _row(self, row: GroupRow) -> tuple[Cell, ...]:
        difference = row.against_rest.get(Figure.READINESS)
        forces: Sequence[Cell] = [
            _bounded(row.forces[f]) if f in row.forces else None for f in self.forces
        ]
        return (
            row.name,
            row.respondents,
            _bounded(row.readiness),
            row.readiness.half_width,
            MARK_WORDS[difference.mark] if difference else None,
            *forces,
        )


class WaveRow(_Value):
    """One wave (survey) of the series, at the middle of its answers."""

    survey: UUID
    name: str
    at: datetime
    readiness: Estimate
    forces: dict[Force, Estimate] = {}


class WavesAnswer(Answer):
    """Readiness and forces wave by wave, oldest first, and whether there is a trend.

    ``direction`` is None where it is not clear or not defined; ``directions`` holds those of single
    figures that are, and what they mean for readiness.
    """

    rows: tuple[WaveRow, ...] = ()
    forces: tuple[Force, ...] = ()
    direction: Literal["improving", "stable", "declining"] | None = None
    p: float | None = None
    directions: dict[Figure, Literal["improving", "stable", "declining"]] = {}

    def table(self) -> Table:
        columns = (
            Column("Wave"),
            Column("Time", "time", "UTC"),
            Column("n", "whole"),
            Column("Readiness", "number"),
            Column("±", "number"),
            *(Column(FORCE_NAMES[f], "number") for f in self.forces),
        )
        return Table(
            columns,
            tuple(
                (
                    r.name,
                    r.at,
                    *_numbers(r.readiness),
                    *(_bounded(r.forces[f]) if f in r.forces else None for f in self.forces),
                )
                for r in self.rows
            ),
        )


class ParticipationRow(_Value):
    """Who answered in one department."""

    id: str
    name: str
    started: int
    completed: int | None = None
    completion_rate: float | None = None


class ParticipationAnswer(Answer):
    """How many started and completed, of how many invited. Rates are 0-100, times seconds."""

    started: int = 0
    completed: int | None = None
    completion_rate: float | None = None
    invited: int | None = None
    response_rate: float | None = None
    mean_seconds: float | None = None
    rows: tuple[ParticipationRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Department"),
            Column("Started", "whole"),
            Column("Completed", "whole"),
            Column("Completion rate", "percent", "%"),
        )
        total = ("All", self.started, self.completed, self.completion_rate)
        rows = tuple((r.name, r.started, r.completed, r.completion_rate) for r in self.rows)
        return Table(columns, (total, *rows))


class SegmentRow(_Value):
    """One readiness segment: its share of classified sessions, 0-100."""

    segment: Segment
    share: float | None
    n: int | None = None


class SegmentsAnswer(Answer):
    """Champions, torn, indifferent and resisters. ``merged`` names segments too small apart."""

    rows: tuple[SegmentRow, ...] = ()
    merged: tuple[Segment, ...] = ()

    def table(self) -> Table:
        return Table(
            (Column("Segment"), Column("n", "whole"), Column("Share", "percent", "%")),
            tuple((SEGMENT_NAMES[r.segment], r.n, r.share) for r in self.rows),
        )


class FlowRow(_Value):
    """People who were in one segment in the earlier wave and in another (or the same) now."""

    source: Segment
    target: Segment
    n: int


class FlowsAnswer(Answer):
    """Flow between segments for people who answered both waves.

    ``withheld``: some flows were too small to show.
    """

    previous: str = ""
    rows: tuple[FlowRow, ...] = ()
    withheld: bool = False

    def table(self) -> Table:
        return Table(
            (Column("From"), Column("To"), Column("People", "whole")),
            tuple((SEGMENT_NAMES[r.source], SEGMENT_NAMES[r.target], r.n) for r in self.rows),
        )


class ItemRow(_Value):
    """One scaled question: mean item score 1-5, reversed items turned."""

    id: str
    text: str
    force: Force | None
    is_outcome: bool = False
    is_reversed: bool = False
    score: Estimate = Estimate(n=0)


class ReliabilityRow(_Value):
    """Cronbach's alpha of a force's items; ``n`` people answered all of them."""

    force: Force
    n: int
    items: int
    alpha: float


class ItemsAnswer(Answer):
    """Scaled questions in the order they were asked, and how well those of a force go together."""

    rows: tuple[ItemRow, ...] = ()
    reliability: tuple[ReliabilityRow, ...] = ()

    def table(self) -> Table:
        return Table(
            (Column("Question"), Column("Force"), *_NUMBERS),
            tuple(
                (r.text, FORCE_NAMES[r.force] if r.force else "Outcome", *_numbers(r.score))
                for r in self.rows
            ),
        )


class TermRow(_Value):
    """A word or pair of words and how many people wrote it (never fewer than five)."""

    term: str
    authors: int
    language: str


class TermsAnswer(Answer):
    """What people write about, most authors first; ``base`` is how many people wrote anything."""

    rows: tuple[TermRow, ...] = ()
    base: int | None = None

    def table(self) -> Table:
        return Table(
            (Column("Term"), Column("People", "whole"), Column("Language")),
            tuple((r.term, r.authors, r.language) for r in self.rows),
        )


class SummaryAnswer(Answer):
    """One sentence a person could say aloud, and the evidence for each part of it."""

    sentence: str = ""
    evidence: tuple[str, ...] = ()

    def table(self) -> Table:
        return Table((Column("Finding"),), ((self.sentence,), *((e,) for e in self.evidence)))


class LiveAnswer(Answer):
    """The seed's LiveMetrics: whole organisation only, counts in fives, "< 5" below five.

    Counts are the floor shown (0 and ``few`` True means "< 5").
    """

    active_respondents: int = 0
    active_few: bool = True
    responses_in_last_hour: int = 0
    responses_few: bool = True
    average_response_seconds: float | None = None
    completion_rate: float | None = None
    system_health: Literal["healthy", "warning", "critical"] = "healthy"
    at: datetime | None = None

    def table(self) -> Table:
        def count(value: int, few: bool) -> Cell:
            return "< 5" if few else value

        return Table(
            (Column("Metric"), Column("Value")),
            (
                ("Active respondents", count(self.active_respondents, self.active_few)),
                (
                    "Answers in the last hour",
                    count(self.responses_in_last_hour, self.responses_few),
                ),
                ("Average response time (s)", self.average_response_seconds),
                ("Completion rate today (%)", self.completion_rate),
                ("System", self.system_health),
            ),
        )


class Choice(_Value):
    """One value of a filter; a disabled one says why."""

    value: str
    label: str
    disabled: bool = False
    why: str = ""


class OptionsAnswer(Answer):
    """What can be filtered by, for this principal and survey."""

    surveys: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    period_name: Literal["week", "month", "quarter", "wave"] = "wave"
    departments: tuple[Choice, ...] = ()
    roles: tuple[Choice, ...] = ()

    def table(self) -> Table:
        rows = [("Survey", c.label) for c in self.surveys]
        rows += [("Department", c.label) for c in self.departments]
        rows += [("Role", c.label) for c in self.roles]
        return Table((Column("Filter"), Column("Value")), tuple(rows))
