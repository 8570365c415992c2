"""Who asks: the principal that every question takes first, and the person signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from data.errors import NotSignedIn


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


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as shown to them. ``organization`` is its name.

    ``session`` is the web session, None where a token was shown.
    """

    principal: Principal
    name: str
    email: str
    organization: str
    session: UUID | None = None


_PERSON: ContextVar[Person | None] = ContextVar("signed_in_person", default=None)


def current_person() -> Person | None:
    """Whose request this is. None outside of requests, and where Dash collects ids at its start."""
    return _PERSON.get()


def current_principal() -> Principal | None:
    """Whose questions this request asks; None as for ``current_person``."""
    person = _PERSON.get()
    return None if person is None else person.principal


def required_principal() -> Principal:
    """The principal of this request. Raises NotSignedIn where there is none."""
    if (principal := current_principal()) is None:
        raise NotSignedIn
    return principal


@contextmanager
def acting_as(person: Person | None) -> Iterator[None]:
    """Run the body as this person: threads and tasks started inside with a copied context too."""
    token = _PERSON.set(person)
    try:
        yield
    finally:
        _PERSON.reset(token)
