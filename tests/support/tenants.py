"""Two organisations with one row in every tenant table, made from the tables' own definitions."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Connection, Enum, Table, insert, types
from sqlalchemy.dialects.postgresql import INET, JSONB

from data.db.tables import TENANT_TABLES, metadata, users

Row = dict[str, Any]


def fill(connection: Connection, name: str) -> UUID:
    """Make organisation ``name`` with one row in every table that belongs to one; its id."""
    made: dict[Table, Row] = {}
    organization = uuid4()
    belonging = [t for t in metadata.sorted_tables if t is users or "organization_id" in t.c]
    for table in metadata.sorted_tables:
        if table in TENANT_TABLES or table in belonging:
            made[table] = _row(table, made, organization, name)
            connection.execute(insert(table).values(made[table]))
    return organization


def values_for(connection: Connection, table: Table, organization: UUID) -> Row:
    """Another row of ``organization`` for a table that ``fill`` has filled."""
    own = table.c.id if table.name == "organizations" else table.c.organization_id
    row = connection.execute(table.select().where(own == organization).limit(1)).mappings().one()
    fresh = {k: uuid4() for k in ("id",) if k in row and isinstance(row[k], UUID)}
    return {k: v for k, v in {**row, **fresh}.items() if (table.name, k) != ("audit_log", "id")}


def _row(table: Table, made: dict[Table, Row], organization: UUID, name: str) -> Row:
    row: Row = {c.name: _value(c, name) for c in table.columns if _needed(c)}
    for constraint in table.foreign_key_constraints:
        parent = made[constraint.referred_table]
        for element in constraint.elements:
            row[element.parent.name] = parent[element.column.name]
    if "organization_id" in table.c:
        row["organization_id"] = organization
    if table.name == "organizations":
        row["id"] = organization
    return row


def _needed(column: Column[Any]) -> bool:
    """Columns without a default, ids (others refer to them), and whatever may be left out but
    could tell something."""
    if column.name == "id" and isinstance(column.type, types.BigInteger):
        return False
    return column.primary_key or column.server_default is None


def _value(column: Column[Any], name: str) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        return kind.enums[0]
    for type_, value in _EXAMPLES:
        if isinstance(kind, type_):
            return value() if callable(value) else value
    return f"{name} {column.name}"[: getattr(kind, "length", None) or 100]


_EXAMPLES: tuple[tuple[Any, Any], ...] = (
    (types.Uuid, uuid4),
    (types.DateTime, lambda: datetime.now(UTC)),
    (types.Date, date.today),
    (types.Boolean, True),
    (types.Integer, 7),
    (types.Numeric, 1.5),
    (types.Double, 1.5),
    (types.ARRAY, list),
    (JSONB, dict),
    (INET, "192.0.2.1"),
    (types.LargeBinary, b"hash"),
)
