"""Survey files to columns and rows: encodings, delimiters, headers, sheets, refusals."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import FileUnreadable, WidthMismatch
from data.intake import xlsxfile
from data.intake.encodings import detect_delimiter, detect_encoding
from data.intake.headers import name_columns
from data.intake.mapping import FilePart
from data.intake.reading import open_survey

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "survey.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


def read(path: Path, **written: object) -> tuple[list[str], list[list[str]]]:
    with open_survey(path, FilePart.model_validate(written)) as file:
        return [column.name for column in file.columns], [cells for _, cells in file.rows]


GERMAN = "Abteilung;Größe\nÜbersetzung;schön\nRückfragen;naïve Café – „so“\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found_out(write: Write, encoding: str) -> None:
    path = write(GERMAN, encoding=encoding)
    names, rows = read(path)
    assert names == ["Abteilung", "Größe"]
    assert rows == [["Übersetzung", "schön"], ["Rückfragen", "naïve Café – „so“"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(write: Write, encoding: str) -> None:
    assert read(write(GERMAN, encoding=encoding))[0] == ["Abteilung", "Größe"]


def test_letters_that_only_come_late_decide_too(write: Write) -> None:
    path = write("a,b\n" + "x,y\n" * 200_000 + "Müller,z\n", encoding="cp1252")
    assert read(path)[1][-1] == ["Müller", "z"]


def test_russian_is_not_taken_for_western(write: Write) -> None:
    text = (
        "Отдел;Комментарий\n" + "Продажи;Мне нравится работать с этой программой каждый день\n" * 5
    )
    path = write(text, encoding="cp1251")
    assert detect_encoding(path) == "cp1251"


def test_a_stated_encoding_that_does_not_fit_names_the_line(write: Write) -> None:
    path = write("a,b\nx,y\nMüller,z\n", encoding="cp1252")
    with pytest.raises(FileUnreadable, match=r"line 3: this is not utf-8.*0xfc"):
        read(path, encoding="utf-8")


def test_an_unknown_encoding_says_which(write: Write) -> None:
    with pytest.raises(FileUnreadable, match="no encoding 'utf-9'"):
        read(write("a,b\n1,2\n"), encoding="utf-9")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    rows = [["name", "a text, with; all"], ["x|y", "two\tthree"], ["q", "r"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert detect_delimiter(text.getvalue()) == delimiter


def test_commas_in_the_texts_of_a_semicolon_file_do_not_count() -> None:
    assert detect_delimiter("a;b\nx, y, z;1\nx, y;2\n") == ";"


def test_quoted_newlines_and_the_lines_rows_begin_at(write: Write) -> None:
    path = write('a,b\r\n1,"two\r\nlines ""quoted"""\r\n3,4\r\n')
    with open_survey(path, FilePart()) as file:
        assert list(file.rows) == [(2, ["1", 'two\r\nlines "quoted"']), (4, ["3", "4"])]


@pytest.mark.parametrize(
    ("row", "cells"), [("1,2,3,4", 4), ("1,2", 2), ("1", 1), ("Jones, Mary,x,y", 4)]
)
def test_another_width_is_refused_with_its_line(write: Write, row: str, cells: int) -> None:
    path = write(f'a,b,c\n"x\ny",2,3\n\n{row}\n5,6,7\n')
    with pytest.raises(WidthMismatch, match=rf"^Line 5 has {cells} cells and the header has 3"):
        read(path, delimiter=",")


def test_header_lines_of_different_width_are_refused(write: Write) -> None:
    with pytest.raises(WidthMismatch, match=r"^Line 2 has 3 cells"):
        read(write("a,b\nc,d,e\n1,2\n"), header_rows=2, delimiter=",")


def test_lines_with_nothing_in_any_cell_are_not_rows(write: Write) -> None:
    assert read(write("a,b\n\n1,2\n,\n\n"))[1] == [["1", "2"]]


def test_a_quote_that_is_never_closed_is_refused(write: Write) -> None:
    with pytest.raises(FileUnreadable, match=r"line 3: .*quote"):
        read(write('a,b\n1,2\n3,"four\n5,6\n'))


def test_what_follows_a_closing_quote_is_refused(write: Write) -> None:
    with pytest.raises(FileUnreadable, match="line 2"):
        read(write('a,b\n"one" two,2\n'))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "s.csv", "is empty"),
        (b"a,b\n", "s.xls", "Save it as CSV"),
        (b"a,b\n", "s.xlsx", "not an Excel workbook"),
    ],
)
def test_files_that_cannot_be_read(write: Write, content: bytes, name: str, message: str) -> None:
    with pytest.raises(FileUnreadable, match=message):
        read(write(content, name))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no such file"):
        read(tmp_path / "none.csv")


# --- Headers -------------------------------------------------------------------------------------


def names(*header: list[str]) -> list[str]:
    return [column.name for column in name_columns(header)]


def test_empty_and_repeated_headers_have_names() -> None:
    assert names(["a", "", "a", " b  c ", "", "a"]) == ["a", "#2", "a [2]", "b c", "#5", "a [3]"]


def test_a_header_that_looks_like_a_given_name_keeps_it() -> None:
    assert names(["a", "a [2]", "a", "#5", ""]) == ["a", "a [2]", "a [3]", "#5", "#5 [2]"]


@given(st.lists(st.sampled_from(["", "a", "a [2]", "#1", "#3", "#3 [2]", "b"]), min_size=1))
def test_names_are_unique_and_keep_their_order(header: list[str]) -> None:
    columns = name_columns([header])
    assert len({column.name for column in columns}) == len(header)
    assert [column.index for column in columns] == list(range(len(header)))
    for column, cell in zip(columns, header, strict=True):
        assert not cell or column.name == cell or column.name.startswith(f"{cell} [")


def test_two_lines_carry_the_question_on() -> None:
    header = (
        ["Respondent ID", "How useful is AI for", "", "Anything else?", "Anything else?"],
        ["", "Writing", "Coding", "Open-Ended Response", ""],
    )
    assert names(*header) == [
        "Respondent ID",
        "How useful is AI for / Writing",
        "How useful is AI for / Coding",
        "Anything else?",
        "Anything else? [2]",
    ]


def test_three_lines_keep_the_question_as_text() -> None:
    columns = name_columns([["Q1", ""], ["How often?", "And?"], ['{"ImportId":"QID1"}', "{}"]])
    assert [(column.name, column.text) for column in columns] == [
        ("Q1", "How often?"),
        ("#2", "And?"),
    ]


# --- Workbooks -----------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_cells_of_a_sheet_become_text(tmp_path: Path) -> None:
    day = datetime(2024, 3, 1, 9, 5, 7)
    row = [1, 2.0, 2.5, True, day, timedelta(minutes=2), None, "x\ny"]
    path = workbook(tmp_path / "b.xlsx", Data=[[f"c{i}" for i in range(8)], row])
    assert read(path)[1] == [["1", "2", "2.5", "TRUE", "2024-03-01 09:05:07", "120", "", "x\ny"]]


def test_short_rows_of_a_sheet_are_filled_up_and_long_ones_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", Data=[["a", "b", "c"], ["1"], [None], ["1", "2", "3"]])
    assert read(path)[1] == [["1", "", ""], ["1", "2", "3"]]
    wide = workbook(tmp_path / "w.xlsx", Data=[["a", "b"], ["1", "2"], ["1", "2", "3"]])
    with pytest.raises(WidthMismatch, match=r"^Line 3 has 3 cells"):
        read(wide)


def test_the_sheet_is_chosen_by_name_else_the_first(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", One=[["a"], ["1"]], Answers=[["b"], ["2"]])
    assert read(path) == (["a"], [["1"]])
    assert read(path, sheet="Answers") == (["b"], [["2"]])
    with pytest.raises(FileUnreadable, match="no sheet 'Answer'; the nearest: 'Answers'"):
        read(path, sheet="Answer")


def test_a_workbook_that_unpacks_too_far_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "b.xlsx", One=[["a"], ["1"]])
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(xlsxfile, "MOST_UNPACKED", size)
    assert read(path)[0] == ["a"]
    monkeypatch.setattr(xlsxfile, "MOST_UNPACKED", size - 1)
    with pytest.raises(FileUnreadable, match="too much"):
        read(path)


# --- Whatever a CSV writer can write, comes back -------------------------------------------------

CELLS = st.text(
    st.one_of(
        st.sampled_from("ab,;|\t\"'\n\r äß€漢"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    table=st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    delimiter=st.sampled_from(",;|\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_written_rows_are_read_back(
    tmp_path: Path, table: list[list[str]], delimiter: str, encoding: str, quoting: int
) -> None:
    path = tmp_path / "round.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow([f"c{place}" for place in range(len(table[0]))])
        writer.writerows(table)
    assert read(path, encoding=encoding, delimiter=delimiter)[1] == [
        row for row in table if any(row)
    ]
