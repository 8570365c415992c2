"""Organisations by name, as the command line names them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from data.db.engine import Database
from data.db.tables import departments, organizations
from data.errors import IntakeError, UnknownName
from data.intake.words import tidy


def find_organization(database: Database, name: str) -> UUID | None:
    """The organisation of this name, None where there is none. Nothing is written."""
    with database.owning() as connection:
        return connection.scalar(
            select(organizations.c.id).where(organizations.c.name == tidy(name))
        )


def ensure_organization(database: Database, name: str) -> UUID:
    """The organisation of this name, made (in time zone UTC) where there is none."""
    if not tidy(name):
        raise IntakeError("The organisation needs a name.")
    with database.owning() as connection:
        # DO UPDATE of nothing, so that the row is returned whoever made it.
        made = insert(organizations).values(name=tidy(name))
        made = made.on_conflict_do_update(
            index_elements=[organizations.c.name], set_={"name": made.excluded.name}
        )
        id_: UUID = connection.execute(made.returning(organizations.c.id)).scalar_one()
    return id_


def department_ids(
    database: Database, organization: UUID, names: Sequence[str]
) -> tuple[UUID, ...]:
    """The departments of these names. Raises UnknownName, saying which there are."""
    query = select(departments.c.name, departments.c.id).where(
        departments.c.organization_id == organization
    )
    with database.owning(organization) as connection:
        known = {row.name: row.id for row in connection.execute(query)}
    if missing := sorted(set(map(tidy, names)) - set(known)):
        there = ", ".join(sorted(known)) or "none yet"
        raise UnknownName(f"There is no department {', '.join(missing)}. There are: {there}.")
    return tuple(known[tidy(name)] for name in names)
