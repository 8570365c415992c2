"""Who asks: the principal that every question takes first, and its scope."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a member may see. Department leads: their departments and the organisation's total."""

    EXECUTIVE = "executive"
    DEPARTMENT_LEAD = "department_lead"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person in one organisation.

    ``departments`` is empty for everybody but department leads, who see only those.
    """

    user: UUID
    organization: UUID
    role: Role
    departments: tuple[UUID, ...] = ()

    @property
    def scope(self) -> tuple[UUID, ...] | None:
        """The departments this person may see apart; None means all of them."""
        return tuple(sorted(self.departments)) if self.role is Role.DEPARTMENT_LEAD else None
