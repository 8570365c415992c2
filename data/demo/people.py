"""The four demo people who sign in, one a role. Passwords are made elsewhere, anew on each load."""

from dataclasses import dataclass

from data.access import Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A member of the demo organisation. ``departments`` are names; empty means all."""

    email: str
    display_name: str
    role: Role
    departments: tuple[str, ...] = ()


DEMO_PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("erin@demo.example", "Erin Castellanos", Role.EXECUTIVE),
    DemoPerson(
        "leo@demo.example", "Leo Brandt", Role.DEPARTMENT_LEAD, departments=("Finance", "Legal")
    ),
    DemoPerson("ana@demo.example", "Ana Moreau", Role.ANALYST),
    DemoPerson("adam@demo.example", "Adam Okafor", Role.ADMIN),
)
