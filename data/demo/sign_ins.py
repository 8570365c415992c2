"""The demo people as accounts: who they are is told in people.py, how they sign in by accounts."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import exists, select

from data.db.engine import Database
from data.db.tables import departments, organizations
from data.demo import plans
from data.demo.people import DEMO_PEOPLE
from data.demo_accounts import DemoAccount, DemoSignIn, ensure_demo_people


def is_wanted(database: Database) -> bool:
    """Whether the demo organisation belongs here: it is there already, or nothing else is."""
    demos = exists().where(organizations.c.is_demo)
    with database.owning() as connection:
        return bool(connection.scalar(select(demos | ~exists(select(organizations.c.id)))))


def sign_ins(database: Database, organization: UUID, home: Path) -> tuple[DemoSignIn, ...]:
    """Make the accounts of the demo people where they are missing; one line a role."""
    named = select(departments.c.name, departments.c.id).where(
        departments.c.organization_id == organization
    )
    with database.owning(organization) as connection:
        ids = {row.name: row.id for row in connection.execute(named)}
    people = [
        DemoAccount(p.email, p.display_name, p.role, tuple(ids[d] for d in p.departments))
        for p in DEMO_PEOPLE
    ]
    made = ensure_demo_people(database, organization, people, home)
    with database.owning(organization) as connection:
        plans.own(connection, organization)
    return made
