"""COPY and one INSERT: what is written, what is left, and how fast."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL
from sqlalchemy import Connection, select, text

from data.db import bulk
from data.db.bulk import copy_into
from data.db.engine import Database
from data.db.tables import credentials, departments, metric_rollups, report_schedules, users

COLUMNS = ("organization_id", "name")


def names(connection: Connection) -> list[str]:
    query = select(departments.c.name).order_by(departments.c.name)
    return [str(name) for name in connection.scalars(query)]


def test_rows_are_written_with_defaults(database: Database, organization: UUID) -> None:
    with database.owning() as owner:
        rows = ((organization, f"d{i}") for i in range(3))
        assert copy_into(owner, departments, COLUMNS, rows) == 3
        assert names(owner) == ["d0", "d1", "d2"]
        assert len(set(owner.scalars(select(departments.c.id)))) == 3


def test_no_rows_write_nothing(database: Database) -> None:
    with database.owning() as owner:
        assert copy_into(owner, departments, COLUMNS, [], "replace") == 0


def test_without_a_rule_a_row_that_is_there_is_an_error(
    database: Database, organization: UUID
) -> None:
    with pytest.raises(UniqueViolation), database.owning() as owner:
        copy_into(owner, departments, COLUMNS, [(organization, "d")])
        copy_into(owner, departments, COLUMNS, [(organization, "d")])
    with database.owning() as owner:
        assert names(owner) == []


def test_keep_leaves_what_is_there(database: Database, organization: UUID) -> None:
    columns = ("organization_id", "id", "name")
    first = uuid4()
    with database.owning() as owner:
        copy_into(owner, departments, columns, [(organization, first, "d")])
        rows = [(organization, uuid4(), "d"), (organization, uuid4(), "e")]
        assert copy_into(owner, departments, columns, rows, "keep") == 1
        assert owner.scalar(select(departments.c.id).where(departments.c.name == "d")) == first


def test_replace_writes_only_what_differs(database: Database, organization: UUID) -> None:
    columns = ("organization_id", "metric", "level", "bucket", "n", "total", "smallest")
    moment = datetime(2026, 1, 5, tzinfo=UTC)

    def row(metric: str, total: float, smallest: float | None) -> tuple[object, ...]:
        return organization, metric, "1d", moment, 1, total, smallest

    with database.owning() as owner:
        rows = [row("a", 1.5, None), row("b", 2.5, 0.5)]
        assert copy_into(owner, metric_rollups, columns, rows, "replace") == 2
        assert copy_into(owner, metric_rollups, columns, rows, "replace") == 0
        rows = [row("a", 1.5, 0.25), row("b", 2.5, 0.5), row("c", 3.5, None)]
        assert copy_into(owner, metric_rollups, columns, rows, "replace") == 2
        kept = owner.execute(text("SELECT metric, smallest FROM metric_rollups ORDER BY 1")).all()
    assert kept == [("a", 0.25), ("b", 0.5), ("c", None)]


def test_replace_finds_a_unique_key_where_the_primary_key_is_not_given(
    database: Database, organization: UUID
) -> None:
    parent = uuid4()
    with database.owning() as owner:
        copy_into(owner, departments, COLUMNS, [(organization, "d")])
        before = owner.scalar(select(departments.c.id))
        columns = (*COLUMNS, "parent_id")
        written = copy_into(owner, departments, columns, [(organization, "d", parent)], "replace")
        after = owner.execute(select(departments.c.id, departments.c.parent_id)).one()
    assert written == 1
    assert after == (before, parent)


def test_replace_without_any_key_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="departments: no key"), database.owning() as owner:
        copy_into(owner, departments, ("name",), [("d",)], "replace")


def test_values_of_every_kind_arrive(database: Database, organization: UUID) -> None:
    columns = (
        "organization_id", "name", "cron", "export_format", "report", "filters", "recipients",
        "created_by", "last_run_at",
    )  # fmt: skip
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    awkward = 'tab\t newline\n backslash \\ quote "'
    with database.owning() as owner:
        user = owner.scalar(users.insert().values(email="a@example.com").returning(users.c.id))
        row = (
            organization, awkward, "@daily", "pdf", "", {"roles": ["ü", None]}, [awkward, "b,c"],
            user, moment,
        )  # fmt: skip
        copy_into(owner, report_schedules, columns, [row])
        kept = owner.execute(select(*(report_schedules.c[name] for name in columns))).one()
    assert tuple(kept) == row


def test_tables_of_other_schemas_can_be_written(database: Database) -> None:
    with database.owning() as owner:
        user = owner.scalar(users.insert().values(email="a@example.com").returning(users.c.id))
        assert copy_into(owner, credentials, ("user_id", "password_hash"), [(user, "x")]) == 1


def test_a_row_that_does_not_fit_writes_nothing(database: Database, organization: UUID) -> None:
    rows = [(organization, "d"), (organization, None)]
    with pytest.raises(Exception, match="null value"), database.owning() as owner:
        copy_into(owner, departments, COLUMNS, rows)
    with database.owning() as owner:
        assert names(owner) == []


def test_numbers_are_read_in_blocks(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    query = SQL("SELECT i::float8, CASE WHEN mod(i, 3) = 0 THEN 'NaN' ELSE i / 7.0::float8 END "
                "FROM generate_series(1, %(most)s) AS i").format()  # fmt: skip
    expected = np.array([(i, np.nan if i % 3 == 0 else i / 7) for i in range(1, 1001)])
    for block_bytes in (2**20, 100):
        monkeypatch.setattr(bulk, "_BLOCK_BYTES", block_bytes)
        with database.owning() as connection:
            blocks = list(bulk.read_numbers(connection, query, 2, {"most": 1000}))
            nothing = list(bulk.read_numbers(connection, query, 2, {"most": 0}))
        assert (len(blocks) > 1) == (block_bytes == 100)
        np.testing.assert_array_equal(np.concatenate(blocks), expected)
        assert np.concatenate(nothing).shape == (0, 2)


def test_a_missing_number_is_refused(database: Database) -> None:
    query = SQL("SELECT i::float8, NULL::float8 FROM generate_series(1, 3) AS i").format()
    with database.owning() as connection, pytest.raises(ValueError, match="NULL"):
        list(bulk.read_numbers(connection, query, 2, {}))
