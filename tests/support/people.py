"""Demo people for tests: one a role."""

from collections.abc import Sequence
from uuid import UUID

from data.access import Role
from data.demo_accounts import DemoAccount


def demo_people(departments: Sequence[UUID]) -> tuple[DemoAccount, ...]:
    """One person a role; the department lead leads ``departments``."""
    return (
        DemoAccount("executive@demo.example", "Erin Example", Role.EXECUTIVE),
        DemoAccount("lead@demo.example", "Lee Example", Role.DEPARTMENT_LEAD, tuple(departments)),
        DemoAccount("analyst@demo.example", "Ana Example", Role.ANALYST),
        DemoAccount("admin@demo.example", "Ada Example", Role.ADMIN),
    )
