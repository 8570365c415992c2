"""Demo people for tests: one a role."""

from collections.abc import Sequence
from uuid import UUID

from data.access import Role
from data.demo_people import DemoPerson


def demo_people(departments: Sequence[UUID]) -> tuple[DemoPerson, ...]:
    """One person a role; the department lead leads ``departments``."""
    return (
        DemoPerson("executive@demo.example", "Erin Example", Role.EXECUTIVE),
        DemoPerson("lead@demo.example", "Lee Example", Role.DEPARTMENT_LEAD, tuple(departments)),
        DemoPerson("analyst@demo.example", "Ana Example", Role.ANALYST),
        DemoPerson("admin@demo.example", "Ada Example", Role.ADMIN),
    )
