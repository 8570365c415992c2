"""Answers about what to do: priorities, recommended actions, plans and what moved since."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from data.analysis.actions import Kind
from data.analysis.forces import FORCE_NAMES, Force
from data.contracts.plans import STATUS_NAMES, PlanStatus
from data.queries.results.base import (
    MARK_WORDS,
    Answer,
    Column,
    Difference,
    Estimate,
    Table,
    Value,
    bounded,
)

WHOLE_NAME = "Whole organisation"
READINESS_NAME = "Readiness"


class PriorityRow(Value):
    """One force in one department beyond the quartile of the departments.

    ``share``: 0-100 % of the respondents of all departments shown. ``reference`` (the quartile)
    and ``gap`` are on the 1-5 scale; ``value`` = share x gap is in points of the mean of all.
    """

    rank: int
    id: UUID
    name: str
    force: Force
    score: Estimate
    share: float
    reference: float
    gap: float
    value: float
    against_rest: Difference = Difference()
    sentence: str = ""


class PrioritiesAnswer(Answer):
    """Departments by force, highest priority first."""

    rows: tuple[PriorityRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Rank", "whole"),
            Column("Department"),
            Column("Force"),
            Column("n", "whole"),
            Column("Mean", "number", decimals=1),
            Column("±", "number", decimals=1),
            Column("Quartile of departments", "number", decimals=2),
            Column("Gap", "number", decimals=2),
            Column("Share of respondents", "percent", "%"),
            Column("Priority", "number", "points", decimals=3),
            Column("Against the rest"),
        )
        return Table(
            columns,
            tuple(
                (
                    r.rank,
                    r.name,
                    FORCE_NAMES[r.force],
                    r.score.n,
                    bounded(r.score),
                    r.score.half_width,
                    r.reference,
                    r.gap,
                    r.share,
                    r.value,
                    MARK_WORDS[r.against_rest.mark],
                )
                for r in self.rows
            ),
        )


class ActionRow(Value):
    """A recommended action for one force in one place, with the figures it rests on.

    ``department`` is None for the whole organisation, ``force`` for readiness as a whole.
    ``priority`` is in points of the 1-5 scale, None where it is not defined. ``caution`` says that
    the questions of the force hang together weakly.
    """

    rule: str
    kind: Kind
    title: str
    why: str
    source: str
    department: UUID | None
    name: str
    force: Force | None
    evidence: tuple[str, ...]
    priority: float | None = None
    expected: str = ""
    others: str = ""
    caution: str = ""


class ActionsAnswer(Answer):
    """Recommended actions, first things first. ``wave``: the survey they rest on."""

    wave: UUID | None = None
    rows: tuple[ActionRow, ...] = ()

    def table(self) -> Table:
        return Table(
            (
                Column("Action"),
                Column("Where"),
                Column("Force"),
                Column("Evidence"),
                Column("Priority", "number", "points", decimals=3),
            ),
            tuple(
                (
                    r.title,
                    r.name,
                    force_name(r.force),
                    "; ".join(r.evidence),
                    r.priority,
                )
                for r in self.rows
            ),
        )


class Moved(Value):
    """How far a mean moved between two waves, with its 95 % half-width. Not a tested claim."""

    change: float | None = None
    half_width: float | None = None


class PlanStep(Value):
    """A status, who set it (empty: the product, or a person who was erased) and when (UTC)."""

    status: PlanStatus
    by: str
    at: datetime


Measured = Literal[
    "measured", "too_few", "no_later_wave", "not_comparable", "not_measured", "not_shown"
]


class PlanRow(Value):
    """An action somebody took up, and what moved since the wave it was taken up on.

    ``own`` is the change in its department, ``rest`` that of everybody else over the same waves
    (None for the whole organisation: there is no rest), ``difference`` the one minus the other,
    tested in one family with the other plans. For the whole organisation ``difference`` is the
    tested change itself.
    """

    id: UUID
    rule: str
    title: str
    note: str
    force: Force | None
    department: UUID | None
    name: str
    owner: UUID | None
    owner_name: str
    due: date | None
    is_overdue: bool
    status: PlanStatus
    revision: int
    survey: str
    taken_up_on: UUID
    created_at: datetime
    updated_at: datetime
    steps: tuple[PlanStep, ...] = ()
    measured: Measured = "no_later_wave"
    latest: str = ""
    before: Estimate | None = None
    after: Estimate | None = None
    own: Moved | None = None
    rest: Moved | None = None
    difference: Difference | None = None
    sentence: str = ""


class PlansAnswer(Answer):
    """Plans: those under way first, the one due soonest on top."""

    rows: tuple[PlanRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Action"),
            Column("Where"),
            Column("Force"),
            Column("Owner"),
            Column("Due"),
            Column("Status"),
            Column("Taken up on"),
            Column("Change", "number"),
            Column("Change of the rest", "number"),
            Column("Difference", "number"),
            Column("95 % half-width", "number"),
            Column("Finding"),
        )
        return Table(
            columns,
            tuple(
                (
                    r.title,
                    r.name,
                    force_name(r.force),
                    r.owner_name or None,
                    r.due.isoformat() if r.due else None,
                    STATUS_NAMES[r.status],
                    r.survey,
                    r.own.change if r.own else None,
                    r.rest.change if r.rest else None,
                    r.difference.change if r.difference else None,
                    r.difference.half_width if r.difference else None,
                    finding(r),
                )
                for r in self.rows
            ),
        )


UNMEASURED: dict[Measured, str] = {
    "measured": "",
    "too_few": MARK_WORDS[Difference().mark],
    "no_later_wave": "no later wave yet",
    "not_comparable": "waves that cannot be compared",
    "not_measured": "nothing to measure",
    "not_shown": "not shown to you",
}


def finding(row: PlanRow) -> str:
    """The verdict of the comparison, or why there is none."""
    if row.measured != "measured" or row.difference is None:
        return UNMEASURED[row.measured]
    return MARK_WORDS[row.difference.mark]


def force_name(force: Force | None) -> str:
    return READINESS_NAME if force is None else FORCE_NAMES[force]
