"""Everything that is held about one person, to be handed to that person."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, select

from data.audit import audit_row
from data.db.engine import Database
from data.db.tables import departments, organizations, questions, surveys
from data.privacy.holdings import mine, tables
from data.privacy.meanings import meaning
from data.privacy.person import Person, find_person

Exported = dict[str, Any]

_NAMED: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "survey_id": (surveys, ("name", "series", "consent", "retention_days")),
    "question_id": (questions, ("key", "text", "scale_low", "scale_high")),
    "department_id": (departments, ("name",)),
}
"""What ids in the rows stand for: told beside them."""


def export_person(database: Database, organization: UUID, who: str) -> Exported:
    """All rows of all tables about this person, with what each field means; audited, unnamed.

    ``tables`` is empty where nothing is held. Left out are keys and hashes that guard an account:
    they say nothing about anybody. Values are as ``json.dumps(..., default=str)`` takes them.
    """
    with database.owning(organization) as connection:
        person = find_person(connection, organization, who)
        found = {table.fullname: _table(connection, table, person) for table in tables()}
        held = {name: of for name, of in found.items() if of["rows"]}
        connection.execute(audit_row(organization, None, "export_person", "done"))
        return {
            "organisation": connection.scalar(
                select(organizations.c.name).where(organizations.c.id == organization)
            ),
            "person": who,
            "made_at": datetime.now(UTC).isoformat(),
            "rows": sum(len(of["rows"]) for of in held.values()),
            "tables": held,
            "names": _names(connection, organization, held.values()),
        }


def _table(connection: Connection, table: Table, person: Person) -> Exported:
    columns = [column for column in table.columns if is_told(column)]
    rows = connection.execute(select(*columns).where(mine(table, person))).mappings()
    return {
        "meaning": meaning(table),
        "fields": {column.name: meaning(column) for column in columns},
        "rows": [dict(row) for row in rows],
    }


def is_told(column: Column[object]) -> bool:
    """Not what guards an account or the audit chain."""
    is_guard = column.name.endswith(("_hash", "_secret")) or column.name == "salt"
    return not (is_guard or isinstance(column.type, LargeBinary))


def _names(connection: Connection, organization: UUID, held: Iterable[Exported]) -> Exported:
    """Of every survey, question and department that the rows name: what it is called."""
    ids: dict[str, set[UUID]] = {name: set() for name in _NAMED}
    for row in (row for of in held for row in of["rows"]):
        for name in _NAMED.keys() & row.keys():
            ids[name].add(row[name])
    told: Exported = {}
    for name, (table, columns) in _NAMED.items():
        rows = connection.execute(
            select(table.c.id, *(table.c[column] for column in columns)).where(
                table.c.organization_id == organization,
                table.c.id.in_([id_ for id_ in ids[name] if id_ is not None]),
            )
        ).mappings()
        told[name] = {str(row["id"]): {c: row[c] for c in columns} for row in rows}
    return told
