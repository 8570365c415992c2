"""Who may do what: one table of roles and actions, and ``may``, which every door asks.

docs/access.md shows the same table; a test keeps the two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from data.access import Principal, Role
from data.errors import NotAllowed


class Action(StrEnum):
    """What can be done, in the words of a refusal: "You may not ..."."""

    READ_FIGURES = "see figures"
    READ_COMMENTS = "read comments"
    EXPORT = "download files"
    ARRANGE = "arrange dashboards of your own"
    SHARE = "share dashboards"
    PLAN = "change action plans"
    SCHEDULE = "schedule reports"
    IMPORT = "import surveys"
    CHANGE_SURVEYS = "change the settings of surveys"
    READ_ROWS = "see single answers"
    MANAGE_MEMBERS = "manage members"
    READ_AUDIT = "read the audit log"
    WATCH_SYSTEM = "watch the system"


_EVERYBODY = frozenset(Role)
_ANALYSTS = frozenset({Role.ANALYST, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.READ_FIGURES: _EVERYBODY,
    Action.READ_COMMENTS: _EVERYBODY,
    Action.EXPORT: _EVERYBODY,
    Action.ARRANGE: _EVERYBODY,
    Action.SHARE: _ANALYSTS,
    Action.PLAN: _ANALYSTS | {Role.DEPARTMENT_LEAD},
    Action.SCHEDULE: _ANALYSTS | {Role.DEPARTMENT_LEAD},
    Action.IMPORT: _ANALYSTS,
    Action.CHANGE_SURVEYS: _ADMINS,
    Action.READ_ROWS: _ADMINS,
    Action.MANAGE_MEMBERS: _ADMINS,
    Action.READ_AUDIT: _ADMINS,
    Action.WATCH_SYSTEM: _ADMINS,
}
"""Which roles may do an action at all. What it is done to may narrow it further: see ``may``."""

WITHIN_SCOPE: frozenset[Action] = frozenset({Action.PLAN, Action.SCHEDULE})
"""Actions on something that belongs to departments: a lead's must lie within their own.

Figures are narrowed by ``data.queries`` itself, whoever asks.
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted on, as the database has it: never as a client says it is.

    ``departments`` None is the whole organisation. ``owner`` None belongs to nobody in particular;
    others see an owned thing only where it is ``shared_with`` their role, and never change it.
    """

    organization: UUID
    departments: tuple[UUID, ...] | None = None
    owner: UUID | None = None
    shared_with: frozenset[Role] = frozenset()


def may(principal: Principal, action: Action, thing: Thing | None = None) -> bool:
    """Whether this person may do this (to this thing, of their own organisation)."""
    if principal.role not in ALLOWED[action]:
        return False
    if thing is None:
        return True
    if thing.organization != principal.organization:
        return False
    return _is_in_reach(principal, action, thing) and _is_in_scope(principal, action, thing)


def require(principal: Principal, action: Action, thing: Thing | None = None) -> None:
    """Raises NotAllowed, which says what is not allowed, where ``may`` says no."""
    if not may(principal, action, thing):
        where = " here" if may(principal, action) else ""
        raise NotAllowed(
            f"You may not {action.value}{where}. Ask an administrator of your organisation."
        )


def _is_in_reach(principal: Principal, action: Action, thing: Thing) -> bool:
    if thing.owner is None or thing.owner == principal.user:
        return True
    return action is Action.READ_FIGURES and principal.role in thing.shared_with


def _is_in_scope(principal: Principal, action: Action, thing: Thing) -> bool:
    if action not in WITHIN_SCOPE or principal.scope is None:
        return True
    return thing.departments is not None and set(thing.departments) <= set(principal.scope)
