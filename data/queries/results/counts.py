"""Answers that count: participation, segments, flows, questions, words, the present, options."""

from datetime import datetime
from typing import Literal

from data.analysis.forces import FORCE_NAMES, SEGMENT_NAMES, Force, Segment
from data.queries.results.base import NUMBERS, Answer, Cell, Column, Estimate, Table, Value, numbers


class ParticipationRow(Value):
    """Who answered in one department; ``invited`` and the rate (0-100) where they may be told."""

    id: str
    name: str
    started: int
    completed: int | None = None
    completion_rate: float | None = None
    invited: int | None = None
    response_rate: float | None = None


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
            Column("Invited", "whole"),
            Column("Response rate", "percent", "%"),
        )
        rows = (_participation("All", self), *(_participation(r.name, r) for r in self.rows))
        return Table(columns, rows)


def _participation(name: str, of: ParticipationAnswer | ParticipationRow) -> tuple[Cell, ...]:
    return name, of.started, of.completed, of.completion_rate, of.invited, of.response_rate


class SegmentRow(Value):
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


class FlowRow(Value):
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


class ItemRow(Value):
    """One scaled question: mean item score 1-5, reversed items turned."""

    id: str
    text: str
    force: Force | None
    is_outcome: bool = False
    is_reversed: bool = False
    score: Estimate = Estimate(n=0)


class ReliabilityRow(Value):
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
            (Column("Question"), Column("Force"), *NUMBERS),
            tuple(
                (r.text, FORCE_NAMES[r.force] if r.force else "Outcome", *numbers(r.score))
                for r in self.rows
            ),
        )


class TermRow(Value):
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


class Choice(Value):
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
