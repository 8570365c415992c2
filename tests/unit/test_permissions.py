"""The table of who may do what: the same in the docs, and narrowed by what it is done to."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from data.access import Principal, Role
from data.errors import NotAllowed
from data.permissions import ALLOWED, WITHIN_SCOPE, Action, Thing, may, require

DOCS = Path(__file__).parents[2] / "docs" / "access.md"
ORGANIZATION = uuid4()
OWN, OTHER = uuid4(), uuid4()
COLUMNS = (Role.EXECUTIVE, Role.DEPARTMENT_LEAD, Role.ANALYST, Role.ADMIN)


def somebody(role: Role) -> Principal:
    departments = (OWN,) if role is Role.DEPARTMENT_LEAD else ()
    return Principal(uuid4(), ORGANIZATION, role, departments)


def documented() -> dict[tuple[str, Role], bool]:
    rows = re.findall(r"^\| (?!To|---)([^|]+) \|(.*)\|$", DOCS.read_text(), re.MULTILINE)
    return {
        (action.strip(), role): bool(cell.strip())
        for action, cells in rows
        for role, cell in zip(COLUMNS, cells.split("|"), strict=True)
    }


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_the_docs_and_the_table_say_the_same(role: Role, action: Action) -> None:
    assert documented()[action.value, role] == may(somebody(role), action)


def test_the_docs_name_every_action_and_no_other() -> None:
    assert {action for action, _ in documented()} == {action.value for action in Action}
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_another_organisation(role: Role, action: Action) -> None:
    assert not may(somebody(role), action, Thing(uuid4()))
    assert not may(somebody(role), action, Thing(uuid4(), owner=None, shared_with=frozenset(Role)))


@pytest.mark.parametrize("action", sorted(WITHIN_SCOPE))
def test_a_lead_acts_within_their_departments(action: Action) -> None:
    lead = somebody(Role.DEPARTMENT_LEAD)
    assert may(lead, action, Thing(ORGANIZATION, (OWN,)))
    for departments in ((OTHER,), (OWN, OTHER), None):
        assert not may(lead, action, Thing(ORGANIZATION, departments))
        assert may(somebody(Role.ANALYST), action, Thing(ORGANIZATION, departments))


def test_what_somebody_owns_is_read_by_others_only_where_it_is_shared() -> None:
    mine, yours = somebody(Role.ANALYST), somebody(Role.EXECUTIVE)
    alone = Thing(ORGANIZATION, owner=mine.user)
    shared = Thing(ORGANIZATION, owner=mine.user, shared_with=frozenset({Role.EXECUTIVE}))
    assert may(mine, Action.ARRANGE, alone)
    assert not may(yours, Action.READ_FIGURES, alone)
    assert may(yours, Action.READ_FIGURES, shared)
    assert not may(yours, Action.ARRANGE, shared)
    assert not may(somebody(Role.ADMIN), Action.READ_FIGURES, shared)


def test_a_refusal_says_what_is_not_allowed() -> None:
    with pytest.raises(NotAllowed, match=r"You may not manage members\. Ask an administrator"):
        require(somebody(Role.ANALYST), Action.MANAGE_MEMBERS)
    with pytest.raises(NotAllowed, match="You may not change action plans here"):
        require(somebody(Role.DEPARTMENT_LEAD), Action.PLAN, Thing(ORGANIZATION, (OTHER,)))
    require(somebody(Role.ADMIN), Action.MANAGE_MEMBERS)
