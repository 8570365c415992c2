"""Many rows at once: COPY in, and COPY of numbers out.

Where rows may be there already, COPY goes into a temporary table, and one INSERT ... SELECT lets
ON CONFLICT decide. Row security refuses COPY to all but a table's owner.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from psycopg import Cursor
from psycopg.sql import SQL, Composable, Composed, Identifier
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

Conflict = Literal["replace", "keep"]

_number = count()


def copy_into(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    on_conflict: Conflict | None = None,
) -> int:
    """Write ``rows`` (values in the order of ``columns``); returns how many rows were written.

    ``replace`` updates the row with the same key (the primary key if all of it is among
    ``columns``, else a unique constraint that is) where any value differs; an unchanged row is not
    written and not counted. A key may occur once per call. ``keep`` leaves the row that is there.
    Without either, a row that is there already raises psycopg's UniqueViolation. Values for JSONB
    columns are plain dicts and lists. Needs the owner's connection and streams ``rows``.
    """
    names = SQL(", ").join(map(Identifier, columns))
    target = _qualified(table)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor:
        if on_conflict is None:
            return _copy(cursor, target, table, columns, rows)
        temporary = Identifier(f"bulk_{table.name}_{next(_number)}")
        cursor.execute(
            SQL(
                "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
            ).format(temporary, names, target)
        )
        _copy(cursor, temporary, table, columns, rows)
        cursor.execute(
            SQL("INSERT INTO {0} AS kept ({1}) SELECT {1} FROM {2}").format(
                target, names, temporary
            )
            + _conflict(table, columns, on_conflict)
        )
        written: int = cursor.rowcount
        cursor.execute(SQL("DROP TABLE {}").format(temporary))
    return written


def _copy(
    cursor: Cursor[Any],
    target: Composable,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> int:
    convert = _converter(table, columns)
    names = SQL(", ").join(map(Identifier, columns))
    with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(target, names)) as copy:
        for row in rows:
            copy.write_row(convert(row))
    return cursor.rowcount


_HEADER_BYTES = 19
_END = b"\xff\xff"


def read_numbers(
    connection: Connection, query: Composed, width: int, parameters: Mapping[str, object]
) -> Iterator[NDArray[np.float64]]:
    """The rows of ``query`` in blocks, rows x ``width``; NULL is not allowed, NaN is.

    ``query`` selects ``width`` columns of float8. Then every row of a binary COPY has the same
    length, and numpy reads a block at once: ten times faster than row by row.
    """
    row = np.dtype([("fields", ">i2"), ("cells", [("bytes", ">i4"), ("value", ">f8")], (width,))])
    driver = connection.connection.driver_connection
    assert driver is not None
    command = SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(query)
    with driver.cursor() as cursor, cursor.copy(command, parameters) as copy:
        held = bytearray()
        skip = _HEADER_BYTES
        for part in copy:
            held += part
            if len(held) >= _BLOCK_BYTES:
                rows = (len(held) - skip) // row.itemsize
                yield _numbers(held, row, skip, rows)
                del held[: skip + rows * row.itemsize]
                skip = 0
    rows, rest = divmod(len(held) - skip - len(_END), row.itemsize)
    if rest:
        raise ValueError("A row of numbers is longer or shorter than the others: is one NULL?")
    yield _numbers(held, row, skip, rows)


_BLOCK_BYTES = 32 * 2**20


def _numbers(held: bytearray, row: np.dtype[Any], skip: int, rows: int) -> NDArray[np.float64]:
    values = np.frombuffer(bytes(held), row, rows, skip)["cells"]["value"]
    return values.astype(np.float64)


def _qualified(table: Table) -> Composable:
    if table.schema is None:
        return Identifier(table.name)
    return Identifier(table.schema, table.name)


def _converter(
    table: Table, columns: Sequence[str]
) -> Callable[[Sequence[object]], Sequence[object]]:
    """Wraps values of JSONB columns; the identity where there are none."""
    wrapped = {i for i, name in enumerate(columns) if isinstance(table.c[name].type, JSONB)}
    if not wrapped:
        return lambda row: row

    def convert(row: Sequence[object]) -> list[object]:
        return [
            Jsonb(value) if i in wrapped and value is not None else value
            for i, value in enumerate(row)
        ]

    return convert


def _conflict(table: Table, columns: Sequence[str], on_conflict: Conflict) -> Composed:
    if on_conflict == "keep":
        return SQL(" ON CONFLICT DO NOTHING").format()
    key = _key(table, set(columns))
    others = [name for name in columns if name not in key]
    target = SQL(", ").join(map(Identifier, key))
    if not others:
        return SQL(" ON CONFLICT ({}) DO NOTHING").format(target)
    return SQL(" ON CONFLICT ({}) DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
        target,
        SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(n)) for n in others),
        SQL(", ").join(Identifier("kept", name) for name in others),
        SQL(", ").join(Identifier("excluded", name) for name in others),
    )


def _key(table: Table, columns: set[str]) -> list[str]:
    """The key that decides whether a row is there. Raises ValueError if ``columns`` hold none."""
    unique: list[Any] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for constraint in [table.primary_key, *sorted(unique, key=lambda c: str(c.name))]:
        names = [column.name for column in constraint.columns]
        if columns.issuperset(names):
            return names
    raise ValueError(f"{table.name}: no key is wholly among {', '.join(sorted(columns))}.")
