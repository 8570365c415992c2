"""The four demo people who sign in, one a role. Passwords are made elsewhere, anew on each load."""

from dataclasses import dataclass
from uuid import UUID

from data import demo_people
from data.access import Role
from data.demo.rows import department_ids


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


def members(organization: UUID) -> tuple[demo_people.DemoPerson, ...]:
    """The demo people as ``ensure_demo_people`` takes them, for this demo organisation."""
    ids = {name: UUID(id_) for name, id_ in department_ids(organization).items()}
    return tuple(
        demo_people.DemoPerson(
            person.email,
            person.display_name,
            person.role,
            tuple(ids[name] for name in person.departments),
        )
        for person in DEMO_PEOPLE
    )
