"""Accounts of people who are erased: by what each table's key says should become of its rows."""

from uuid import UUID

from sqlalchemy import ARRAY, Column, Connection, ForeignKey, Table, func, text
from sqlalchemy.dialects.postgresql import insert

from data.db.tables import metadata, users
from data.privacy.holdings import EMAIL_COLUMNS, is_listed

NOBODY = UUID("00000000-0000-4000-8000-000000000000")
"""An account without email, membership or password that stands where a row must name one."""


def forget_account(connection: Connection, organization: UUID, user: UUID, email: str) -> None:
    """Take a person out of one organisation: membership, tokens, sessions, layouts, schedules.

    Where a row stays (plans, files asked for) nobody is named by it any more.
    """
    connection.execute(insert(users).values(id=NOBODY).on_conflict_do_nothing())
    for table in metadata.sorted_tables:
        if "organization_id" in table.columns:
            for column in table.columns:
                _forget(connection, table, column, organization, user)
            _forget_email(connection, table, organization, email)


def erase_account(connection: Connection, user: UUID) -> None:
    """The account itself; what has no organisation (its password) goes with it."""
    connection.execute(users.delete().where(users.c.id == user))


def _forget(
    connection: Connection, table: Table, column: Column[object], organization: UUID, user: UUID
) -> None:
    key = next((k for k in column.foreign_keys if k.column is users.c.id), None)
    if key is None:
        return
    rows = (table.c.organization_id == organization) & (column == user)
    if _rule(key) == "CASCADE":
        connection.execute(table.delete().where(rows))
    else:
        instead = None if column.nullable and _rule(key) == "SET NULL" else NOBODY
        connection.execute(table.update().where(rows).values({column.name: instead}))


def _rule(key: ForeignKey) -> str:
    return (key.constraint.ondelete if key.constraint is not None else key.ondelete) or ""


def _forget_email(connection: Connection, table: Table, organization: UUID, email: str) -> None:
    """Lists lose the address, other rows that are about it go."""
    for column in (c for c in table.columns if c.name in EMAIL_COLUMNS):
        own, mail = table.c.organization_id == organization, email.lower()
        if isinstance(column.type, ARRAY):
            others = text(
                f"ARRAY(SELECT r FROM unnest({column.name}) r WHERE lower(r) <> :mail)"
            ).bindparams(mail=mail)
            connection.execute(
                table.update().where(own & is_listed(column, mail)).values({column.name: others})
            )
        else:
            connection.execute(table.delete().where(own & (func.lower(column) == mail)))
