"""The lines of one sheet of an Excel workbook, read as a stream."""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from data.errors import FileUnreadable
from data.intake.mapping import nearest

MOST_UNPACKED = 2 << 30
"""Bytes a workbook may unpack to."""

MOST_SHARED = 256 << 20
"""Bytes of shared texts, which openpyxl keeps in memory."""

Opened = tuple[Iterator[tuple[int, list[str]]], Callable[[], tuple[int, int]], str]


@contextmanager
def xlsx_lines(path: Path, sheet: str) -> Iterator[Opened]:
    """Lines, position in rows, and the sheet's name; the first visible sheet where it is ''."""
    _refuse_absurd(path)
    workbook = _load(path)
    try:
        page = _sheet(workbook, sheet, path)
        total = int(page.max_row or 0)
        page.reset_dimensions()  # many programs write them wrongly, and cells would be lost
        at = [0]
        yield _lines(page, at), lambda: (at[0], max(total, at[0])), str(page.title)
    finally:
        workbook.close()


def _refuse_absurd(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise FileUnreadable(f"{path.name} is not an Excel workbook (.xlsx).") from error
    shared = max(
        (size for name, size in sizes.items() if name.endswith("sharedStrings.xml")), default=0
    )
    if sum(sizes.values()) > MOST_UNPACKED or shared > MOST_SHARED:
        raise FileUnreadable(
            f"{path.name} unpacks to {sum(sizes.values()) >> 20} MiB, which is too much for a "
            "workbook. Save the sheet as CSV and import that."
        )


def _load(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            # About styles and extensions that do not touch the cells.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        raise FileUnreadable(f"{path.name} cannot be read as a workbook: {error}.") from error


def _sheet(workbook: Any, name: str, path: Path) -> Any:
    pages = {page.title: page for page in workbook.worksheets}
    if not pages:
        raise FileUnreadable(f"{path.name} has no sheet with cells.")
    if not name:
        visible = [page for page in pages.values() if page.sheet_state == "visible"]
        return (visible or list(pages.values()))[0]
    if name not in pages:
        raise FileUnreadable(f"{path.name} has no sheet '{name}'; {nearest(name, pages)}.")
    return pages[name]


def _lines(page: Any, at: list[int]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        at[0] = number
        cells = [cell_text(value) for value in row]
        if any(cells):
            yield number, cells


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without a point, times in ISO form, durations in seconds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return cell_text(value.total_seconds())
    return str(value)
