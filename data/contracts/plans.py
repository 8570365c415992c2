"""Action plans as they are sent in: what is taken up, and what is changed of it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from data.analysis.forces import Force
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
