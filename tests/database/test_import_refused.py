"""What an import rejects and refuses: rows by name, files as a whole, never by halves."""

import csv
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from data.db.engine import Database
from data.db.tables import organizations
from data.errors import FileUnreadable, IntakeError, MappingError, WidthMismatch
from data.intake import importing
from data.intake.importing import import_survey
from data.intake.organizations import ensure_organization, find_organization
from tests.support.intake import ANNA, BERT, CLEO, HEADER, MAP, NOW, Importer, counts, mapping


@pytest.fixture
def take(database: Database, organization: UUID, tmp_path: Path) -> Importer:
    return Importer(database, organization, tmp_path)


BAD = ["bad", "soon", "2024-05-01 09:10", "Sales", "9", "2", "\nx", "golf", "1"]


def test_rejected_rows_are_named_and_written_down(take: Importer) -> None:
    late = ["late", ANNA[2], ANNA[1], *ANNA[3:]]
    done = take([BERT, BAD, ANNA, ["", *CLEO[1:]], late])
    assert (done.rows, done.accepted, done.rejected) == (5, 2, 3)
    assert done.rejects_path == take.path.with_name("survey.rejects.csv")
    with done.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["line", "column", "reason", *HEADER]
    # Bert's comment has a line break, so Bad is on line 4; its own has one too.
    assert [row[:2] for row in rows] == [["4", "start; pull; tools"], ["7", "id"], ["8", "end"]]
    assert rows[0][3:] == BAD and "'9' is not on the scale: 1 to 5" in rows[0][2]
    assert rows[2][2] == "it ends before it starts"
    first = next(found for found in done.problems if found.column == "pull")
    assert str(first) == "pull: '9' is not on the scale: 1 to 5 (once, first in line 4)"
    assert done.rejects_path.stat().st_mode & 0o077 == 0


def test_a_row_that_can_no_longer_be_read_leaves(take: Importer) -> None:
    take([ANNA, BERT])
    done = take([ANNA, [*BERT[:4], "99", *BERT[5:]]])
    assert (counts(done), done.rejected) == ((0, 0, 1, 1), 1)


def test_a_zero_byte_is_rejected_not_stored(take: Importer) -> None:
    done = take([ANNA, [*BERT[:6], "a\x00b", *BERT[7:]]])
    assert done.rejected == 1 and done.problems[0].column == "why"


def test_where_no_row_can_be_read_nothing_is_changed(take: Importer) -> None:
    take([ANNA, BERT])
    before = take.state()
    done = take([BAD, BAD], mapping(MAP.replace('force = "pull"', "")))
    assert (done.rows, done.rejected, counts(done)) == (2, 2, (0, 0, 0, 0))
    assert "nothing was changed" in done.summary
    assert take.state() == before


def test_another_width_changes_nothing_even_after_much_was_written(
    take: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BLOCK", 1)
    take([ANNA, BERT])
    before = take.state()
    with pytest.raises(WidthMismatch, match=r"^Line 5 has 10 cells and the header has 9"):
        take([["new", *CLEO[1:]], [*BAD[:6], "x", *BAD[7:]], CLEO, [*ANNA, "x"]])
    assert take.state() == before
    assert [path.name for path in take.path.parent.iterdir()] == ["survey.csv"]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(take: Importer) -> None:
    first = take([ANNA, BERT, BAD], dry_run=True)
    assert counts(first) == (2, 0, 0, 0) and first.rejected == 1 and first.rejects_path
    assert take.state() == [[], [], [], [], []]
    real = take([ANNA, BERT, BAD])
    assert replace(first, dry_run=False) == real
    before = take.state()
    changed = [*ANNA[:4], "1", *ANNA[5:]]
    assert counts(take([changed, CLEO], dry_run=True)) == (1, 1, 0, 1)
    assert take.state() == before
    assert counts(take([changed, CLEO])) == (1, 1, 0, 1)


def test_a_dry_run_needs_no_organization(database: Database, tmp_path: Path) -> None:
    nowhere = Importer(database, uuid4(), tmp_path)
    assert counts(nowhere([ANNA], dry_run=True)) == (1, 0, 0, 0)
    with pytest.raises(IntakeError, match="does not exist"):
        nowhere([ANNA])


def test_files_and_names_that_are_refused(take: Importer) -> None:
    with pytest.raises(FileUnreadable, match="a header and no rows"):
        take([])
    with pytest.raises(IntakeError, match="needs a name"):
        take([ANNA], name=" ")
    with pytest.raises(MappingError, match="no column 'teem'; the nearest: 'team'"):
        take([ANNA], mapping(MAP.replace('"team"', '"teem"')))
    assert take.state() == [[], [], [], [], []]


def test_progress_reaches_the_end(take: Importer, tmp_path: Path) -> None:
    take([ANNA, BERT])
    told: list[tuple[int, int]] = []
    import_survey(
        take.database, take.organization, "Wave 1", take.path, mapping(), now=NOW,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    size = take.path.stat().st_size
    assert told and told[-1] == (size, size)


def test_an_organization_is_made_once(database: Database) -> None:
    assert find_organization(database, "New one") is None
    made = ensure_organization(database, " New  one ")
    assert (
        ensure_organization(database, "New one") == made == find_organization(database, "New one")
    )
    with database.owning() as connection:
        number = connection.scalar(
            select(func.count()).select_from(organizations).where(organizations.c.name == "New one")
        )
    assert number == 1
    with pytest.raises(IntakeError, match="needs a name"):
        ensure_organization(database, " ")
