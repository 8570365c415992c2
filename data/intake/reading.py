"""Survey files as a header and a stream of rows, every row as wide as the header.

Never the whole file in memory. Lines with nothing in any cell are not rows.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from data.errors import FileUnreadable, WidthMismatch
from data.intake.csvfile import csv_lines
from data.intake.headers import Column, name_columns
from data.intake.mapping import FilePart
from data.intake.xlsxfile import xlsx_lines

Line = tuple[int, list[str]]
"""A line's number in the file (from 1; where a row of several lines begins) and its cells."""

Progress = Callable[[int, int], None]
"""Told done and total: bytes of a CSV file, rows of a sheet. Total is 0 where it is not known."""

_CSV = frozenset({".csv", ".tsv", ".txt", ".tab"})
_XLSX = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Lines:
    """A file opened: its non-empty lines, and how far they were read."""

    lines: Iterator[Line]
    position: Callable[[], tuple[int, int]]
    written: FilePart


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """Columns, and rows as (line, cells): as many cells as columns, in one pass."""

    columns: tuple[Column, ...]
    rows: Iterator[Line]
    position: Callable[[], tuple[int, int]]
    written: FilePart


def is_xlsx(path: Path) -> bool:
    """Whether the file is a workbook, by its name; FileUnreadable for neither kind."""
    suffix = path.suffix.lower()
    if suffix in _XLSX:
        return True
    if suffix not in _CSV:
        raise FileUnreadable(
            f"{path.name}: files ending in '{suffix}' cannot be read. "
            "Save it as CSV (.csv, .tsv, .txt) or as an Excel workbook (.xlsx)."
        )
    return False


def open_lines(path: Path, written: FilePart) -> AbstractContextManager[Lines]:
    """The file's lines as they stand, before any header is set apart; close by leaving."""
    return _open_lines(path, written)


@contextmanager
def _open_lines(path: Path, written: FilePart) -> Iterator[Lines]:
    if not path.is_file():
        raise FileUnreadable(f"{path}: there is no such file.")
    if path.stat().st_size == 0:
        raise FileUnreadable(f"{path.name} is empty.")
    if is_xlsx(path):
        with xlsx_lines(path, written.sheet) as (lines, position, sheet):
            yield Lines(lines, position, written.model_copy(update={"sheet": sheet}))
    else:
        with csv_lines(path, written.encoding, written.delimiter) as (lines, position, found):
            yield Lines(lines, position, written.model_copy(update=found))


@contextmanager
def open_survey(path: Path, written: FilePart) -> Iterator[SurveyFile]:
    """The file's columns and rows; a row of another width raises WidthMismatch when reached."""
    with open_lines(path, written) as opened:
        header = list(islice(opened.lines, written.header_rows))
        if len(header) < written.header_rows:
            raise FileUnreadable(
                f"{path.name} has {len(header)} lines; the mapping says that the first "
                f"{written.header_rows} are its header (header_rows)."
            )
        cells = _even([cells for _, cells in header], header, is_xlsx(path))
        width = len(cells[0])
        rows = opened.lines if not is_xlsx(path) else _filled(opened.lines, width)
        yield SurveyFile(
            name_columns(cells), _checked(rows, width), opened.position, opened.written
        )


def _even(header: list[list[str]], lines: list[Line], pads: bool) -> list[list[str]]:
    """Header lines of one width: in a sheet the shorter are filled up, else they must be even."""
    width = max(map(len, header)) if pads else len(header[0])
    padded = [cells + [""] * (width - len(cells)) for cells in header] if pads else header
    for (line, _), cells in zip(lines, padded, strict=True):
        if len(cells) != width:
            raise _mismatch(line, len(cells), width)
    return padded


def _filled(lines: Iterator[Line], width: int) -> Iterator[Line]:
    """A sheet does not store the empty cells at a row's end: fill up, drop what is empty."""
    for line, cells in lines:
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        yield line, cells + [""] * (width - len(cells))


def _checked(lines: Iterator[Line], width: int) -> Iterator[Line]:
    for line, cells in lines:
        if len(cells) != width:
            raise _mismatch(line, len(cells), width)
        yield line, cells


def _mismatch(line: int, found: int, width: int) -> WidthMismatch:
    return WidthMismatch(
        f"Line {line} has {found} cells and the header has {width}: it cannot be told which cell "
        "belongs to which column. Nothing was imported. Look at that line for a delimiter or a "
        "quote that is not quoted, and check delimiter and header_rows in the mapping."
    )
