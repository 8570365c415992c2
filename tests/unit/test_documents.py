"""Files say what they are about, keep types, and never carry a formula."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import openpyxl
import pytest

from components import documents
from components.documents import About
from components.documents.browser import MOST_WAITING, PictureBrowser, find_browser
from components.documents.pictures import frame
from components.documents.sheets import HEADER_ROW, is_formula_like
from components.widgets import WIDGETS
from data.errors import DocumentError
from data.queries.results import Column, Table
from tests.support import answers

EVIL = ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1")
TIME = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
ABOUT = About(
    title="=HYPERLINK(1)",
    survey="Q3 2026",
    filters="All departments, all roles",
    threshold=5,
    n="214",
    data_time=TIME,
    generated_at=TIME,
    notes=("A note\nof two lines",),
)
TABLE = Table(
    (
        Column("Name"),
        Column("n", "whole"),
        Column("Mean", "number"),
        Column("Share", "percent", "%"),
        Column("Time", "time", "UTC"),
    ),
    (
        *((text, 1, -0.3, 64.0, TIME) for text in EVIL),
        ('Plain, "quoted"\nlines', 1204, 3.25, None, None),
    ),
)


def rows_of_csv() -> tuple[list[str], list[list[str]]]:
    text = documents.csv(TABLE, ABOUT).decode("utf-8-sig")
    lines = text.split("\r\n")
    head = [line for line in lines if line.startswith("# ")]
    return head, list(csv.reader(io.StringIO(text[len("\r\n".join(head)) + 2 :], newline="")))


def test_csv_begins_with_what_it_is_about() -> None:
    assert documents.csv(TABLE, ABOUT).startswith(b"\xef\xbb\xbf# ")
    head, _ = rows_of_csv()
    for line in (
        "# Respondents (n): 214",
        "# Smallest group shown: 5",
        "# Data of (UTC): 2026-11-22T18:05:00+00:00",
        "# Filters: All departments, all roles",
        "# Note: A note of two lines",
    ):
        assert line in head


def test_csv_keeps_numbers_bare_and_disarms_formulas() -> None:
    _, rows = rows_of_csv()
    assert rows[0] == ["Name", "n", "Mean", "Share (%)", "Time (UTC)"]
    assert [row[0] for row in rows[1:9]] == [f"'{text}" for text in EVIL]
    assert rows[1][1:] == ["1", "-0.3", "64.0", "2026-11-22T18:05:00+00:00"]
    assert rows[9] == ['Plain, "quoted"\nlines', "1204", "3.25", "", ""]


def sheet(table: Table = TABLE, about: About = ABOUT) -> Any:
    return openpyxl.load_workbook(io.BytesIO(documents.xlsx(table, about)))


def test_xlsx_is_typed() -> None:
    figures = sheet()["Figures"]
    row = figures[HEADER_ROW + 1]
    assert [cell.data_type for cell in row] == ["s", "n", "n", "n", "d"]
    assert [cell.value for cell in row[1:]] == [1, -0.3, 64, datetime(2026, 11, 22, 18, 5)]
    assert row[2].number_format == "#,##0.0##"
    assert row[4].number_format == "yyyy-mm-dd hh:mm"


def test_xlsx_has_no_formula_whatever_the_text() -> None:
    for page in sheet().worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
    column = [row[0] for row in sheet()["Figures"].iter_rows(min_row=HEADER_ROW + 1)]
    kept = [cell.value for cell in column[: len(EVIL)]]
    assert kept == [text.replace("\r", "\n") for text in EVIL]  # XML reads CR as a line's end
    assert all(cell.quotePrefix for cell in column[: len(EVIL)])
    assert not column[-1].quotePrefix


def test_xlsx_header_is_frozen_and_filtered() -> None:
    figures = sheet()["Figures"]
    assert figures.freeze_panes == f"B{HEADER_ROW + 1}"
    assert figures.auto_filter.ref == f"A{HEADER_ROW}:E{HEADER_ROW + len(TABLE.rows)}"
    assert [cell.value for cell in figures[HEADER_ROW]][:2] == ["Name", "n"]


def test_xlsx_prints_threshold_base_and_age() -> None:
    book = sheet()
    line = book["Figures"]["A2"].value
    assert "n = 214" in line and "groups under 5" in line and "22 Nov 2026, 18:05 UTC" in line
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Respondents (n)"] == "214"
    assert about["Smallest group shown"] == 5
    assert about["Data of (UTC)"] == datetime(2026, 11, 22, 18, 5)


def test_control_characters_do_not_break_a_sheet() -> None:
    table = Table((Column("Name"),), (("a\x00b\x0bc",),))
    assert sheet(table)["Figures"].cell(HEADER_ROW + 1, 1).value == "abc"


@pytest.mark.parametrize("key", [widget.key for widget in WIDGETS])
def test_every_widgets_table_becomes_both_sheets(key: str) -> None:
    table = answers.long_names(WIDGETS[key].question.answer).table()
    assert documents.csv(table, ABOUT)
    assert sheet(table)["Figures"].max_row >= HEADER_ROW


def test_minus_alone_is_disarmed_and_words_are_not() -> None:
    assert is_formula_like("-") and not is_formula_like("a=b") and not is_formula_like("")


def test_a_picture_says_what_it_shows() -> None:
    widget = WIDGETS["readiness-gauge"]
    drawn = widget.figure(answers.ordinary()[widget.question.answer], widget.options())
    about = About("Readiness is <b>58</b>", "Q3", "All", 5, "214", TIME, TIME)
    framed, size = frame(drawn, about, (400, 200))
    words = " ".join(note.text for note in framed.layout.annotations)
    assert "&lt;b&gt;58" in words
    assert "n = 214" in words and "groups under 5" in words.replace("<br>", " ")
    assert size[0] > 400 and size[1] > 200
    assert drawn.layout.margin.t != framed.layout.margin.t  # the card's own figure is untouched


def test_no_browser_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("components.documents.browser.shutil.which", lambda name: None)
    monkeypatch.setattr(
        "components.documents.browser.Chromium.find_browser", lambda skip_local: None
    )
    with pytest.raises(DocumentError, match="Install Chromium"):
        find_browser()
    with pytest.raises(DocumentError, match="is no program"):
        find_browser(tmp_path / "absent")


def test_about_leaves_out_what_is_not_known() -> None:
    about = About("T", "", "All", 5, "", None, TIME)
    labels = [label for label, _ in about.lines()]
    assert "Respondents (n)" not in labels and "Survey" not in labels
    assert "What people were told" not in labels


def test_about_says_what_people_were_told() -> None:
    about = About("T", "Q3", "All", 5, "", None, TIME, consent="For this project only.")
    assert ("What people were told", "For this project only.") in about.lines()


class _Slow(PictureBrowser):
    """Makes a picture once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.started = Semaphore(0)
        self.may_end = Event()

    def _render(self, figure: object, options: object, chosen: object) -> bytes:
        self.started.release()
        self.may_end.wait()
        return b"picture"


def test_pictures_never_hold_all_threads_of_the_server() -> None:
    browser = _Slow()

    def picture() -> bytes:
        return browser.picture({}, "png", (10, 10), 1.0)

    with ThreadPoolExecutor(MOST_WAITING) as pool:
        asked = [pool.submit(picture) for _ in range(MOST_WAITING)]
        for _ in asked:
            browser.started.acquire()
        with pytest.raises(DocumentError, match="Try again"):
            picture()
        browser.may_end.set()
        assert [one.result() for one in asked] == [b"picture"] * MOST_WAITING
    assert picture() == b"picture"
