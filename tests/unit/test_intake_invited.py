"""Files of how many were invited: what is read, and what is refused with which words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.errors import FileUnreadable, IntakeError, MappingError
from data.intake.invited import InvitedFile, read_invited

Read = Callable[[str], InvitedFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(content: str) -> InvitedFile:
        path = tmp_path / "invited.csv"
        path.write_text(content, encoding="utf-8")
        return read_invited(path)

    return reading


@pytest.mark.parametrize(
    ("content", "groups"),
    [
        (
            "department,role,invited\nSales,Lead,10\nSales,Staff,90\n",
            {("Sales", "Lead"): 10, ("Sales", "Staff"): 90},
        ),
        ("Abteilung;Eingeladen\nVertrieb;1.200\n;5\n", {("Vertrieb", ""): 1200, ("", ""): 5}),
        ("Job title\tHead count\nLead\t1,000\n", {("", "Lead"): 1000}),
        ("team,n\n Sales ,12.0\nIT,0\n", {("Sales", ""): 12, ("IT", ""): 0}),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_names(
    read: Read, content: str, groups: dict[tuple[str, str], int]
) -> None:
    found = read(content)
    assert found.groups == groups and not found.rejected
    assert found.invited == sum(groups.values())
    assert f"{found.invited:,} people invited" in found.summary


def test_a_workbook_is_read_alike(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Invited", 0)
    for row in (["Department", "Invited"], ["Sales", 120], ["IT", 80]):
        sheet.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "invited.xlsx")
    assert read_invited(tmp_path / "invited.xlsx").groups == {("Sales", ""): 120, ("IT", ""): 80}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Sales,many", "not a whole number"),
        ("Sales,-3", "not a whole number"),
        ("Sales,1.5", "not a whole number"),
        ("Sales,", "not a whole number"),
        ("Total,30", "a total is no group"),
        ("it,4", "has a row already"),
        ("Sales,99999999999", "more people than"),
    ],
)
def test_rows_that_cannot_be_read_are_kept_with_their_reason(
    read: Read, row: str, reason: str
) -> None:
    found = read(f"team,invited\nIT,20\n{row}\n")
    assert found.rejected == 1 and "none was imported" in found.summary
    assert reason in str(found.problems[0]) and "line 3" in str(found.problems[0])
    assert found.rejects_path is not None and row in found.rejects_path.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("", FileUnreadable, "is empty"),
        ("team,invited\n", IntakeError, "no rows"),
        ("team,colour\nSales,red\n", MappingError, "how many were invited"),
        ("invited,x\n5,y\n", MappingError, "Neither a department nor a role"),
        ("team,department,invited\na,b,5\n", MappingError, "Two columns"),
    ],
)
def test_files_that_say_nothing_are_refused(
    read: Read, content: str, error: type[IntakeError], words: str
) -> None:
    with pytest.raises(error, match=words):
        read(content)
