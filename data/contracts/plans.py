"""Recommended actions and plans as the API answers them, and plans as they are sent in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from data.analysis.forces import Force
from data.contracts.analytics import AboutFigures
from data.contracts.base import Contract

LONGEST_NOTE = 500


class PlanStatus(StrEnum):
    """Where a plan stands. Open and in progress are under way."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


STATUS_NAMES: dict[PlanStatus, str] = {
    PlanStatus.OPEN: "Open",
    PlanStatus.IN_PROGRESS: "In progress",
    PlanStatus.DONE: "Done",
    PlanStatus.DROPPED: "Dropped",
}
NAMELESS = "Somebody without a name"
"""A member who has not said how they are called; never their address instead."""
UNDER_WAY: tuple[PlanStatus, ...] = (PlanStatus.OPEN, PlanStatus.IN_PROGRESS)


def _clean(text: str) -> str:
    """Without spaces around; PostgreSQL cannot keep the character NUL."""
    if "\x00" in text:
        raise ValueError("a note cannot hold the character NUL")
    return text.strip()


Note = Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(_clean)]


class NewPlan(Contract):
    """A recommended action, taken up."""

    rule: str = Field(description="key of the recommended action", max_length=100)
    force: Force | None = Field(None, description="its force; null for readiness as a whole")
    department: UUID | None = Field(None, description="null for the whole organisation")
    owner: UUID | None = Field(None, description="a member of the organisation")
    due: date | None = Field(None, description="today or later")
    note: Note = ""
    survey: UUID | None = Field(None, description="the wave it rests on; null for the latest")


class PlanChange(Contract):
    """What changes of a plan; what is left out stays. Null clears owner and due date."""

    revision: int = Field(description="of the plan as it was seen; an older one is refused")
    status: PlanStatus | None = Field(None, description="null leaves it as it is")
    owner: UUID | None = None
    due: date | None = None
    note: Note | None = Field(None, description="null leaves it as it is")


class RecommendedAction(Contract):
    """An action whose rule holds for the figures shown, and the evidence for it."""

    rule: str = Field(description="key of the rule; send it to take the action up")
    kind: Literal["asking", "force", "sharing", "neutral"]
    title: str
    why: str
    source: str
    department: UUID | None = Field(description="null: the whole organisation")
    name: str = Field(description="of the department, or the whole organisation")
    force: Force | None = Field(description="null: readiness as a whole")
    evidence: tuple[str, ...] = Field(description="one sentence a condition, with n and interval")
    priority: float | None = Field(
        description="share x gap, in points of the 1-5 scale; null where it is not defined"
    )
    expected: str = Field(description="what the next wave would show")
    others: str = Field(description="what the other forces say")
    caution: str = Field(description="empty, or why the force is measured weakly")


class RecommendedActions(Contract):
    """Recommended actions, first things first; ``wave`` is the survey they rest on."""

    about: AboutFigures
    wave: UUID | None
    actions: tuple[RecommendedAction, ...]


class MeasuredChange(Contract):
    """A mean's change between two waves and its 95 % half-width; null: too few to tell."""

    change: float | None = None
    half_width: float | None = None


class TestedChange(MeasuredChange):
    """A change that was tested together with those of the other plans."""

    effect: float | None = Field(None, description="difference over the pooled SD, corrected")
    p: float | None = Field(None, description="two-sided, Benjamini-Hochberg")
    mark: Literal["better", "worse", "none", "too_few"] = "too_few"


class StatusChange(Contract):
    """A status a plan had, who set it and when (UTC)."""

    status: PlanStatus
    by: str = Field(description="empty: the product itself, or a person who was erased")
    at: datetime


class ActionPlan(Contract):
    """A plan, and what moved since its wave; measured beside it, not caused by it."""

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
    revision: int = Field(description="send it back with a change")
    survey: str = Field(description="the wave it was taken up on")
    taken_up_on: UUID
    created_at: datetime
    updated_at: datetime
    steps: tuple[StatusChange, ...]
    measured: str = Field(
        description="measured, too_few, no_later_wave, not_comparable, not_measured or not_shown"
    )
    latest: str = Field(description="the later wave")
    own: MeasuredChange | None = Field(description="change in its place, figure's unit")
    rest: MeasuredChange | None = Field(description="change of everybody else over the same waves")
    difference: TestedChange | None = Field(description="the one minus the other, tested")
    sentence: str


class ActionPlans(Contract):
    """Plans: those under way first, the one due soonest on top."""

    about: AboutFigures
    plans: tuple[ActionPlan, ...]
