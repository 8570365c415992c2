"""Answers as CSV and XLSX: typed cells, never a formula, and what the file is about.

CSV: UTF-8 with a byte order mark (spreadsheets need it), CRLF, first the lines of ``About``, each
starting with "# " (read with ``comment="#"`` or skip them), then one header row and the figures.
XLSX: one sheet of figures with a frozen, filtered header, one sheet "About".
"""

import csv as csv_files
import io
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from components.documents.about import About
from components.theme import LINE, PAGE
from data.queries.results import Cell, Column, Table

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""A text that starts so (spaces aside) may be run as a formula by a spreadsheet that opens it."""

WIDEST, NARROWEST = 60, 10
"""Column widths of a sheet, in characters."""

HEADER_ROW = 4


def is_formula_like(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) or text.lstrip(" ").startswith(FORMULA_STARTS)


def csv(table: Table, about: About) -> bytes:
    """Texts that look like a formula get a leading apostrophe; numbers are bare, times ISO 8601."""
    out = io.StringIO(newline="")
    for label, value in about.lines():
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        out.write(f"# {label}: {' '.join(text.split())}\r\n")
    writer = csv_files.writer(out)
    writer.writerow([_plain(column.header) for column in table.columns])
    writer.writerows([_plain(value) for value in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, str) and is_formula_like(value):
        return f"'{value}"
    return value


def xlsx(table: Table, about: About) -> bytes:
    """A workbook of two sheets; times are in UTC, as spreadsheets know no zones."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Figures"
    _write(sheet, 1, 1, about.title).font = Font(bold=True, size=14)
    _write(sheet, 2, 1, about.sentence())
    _head(sheet, table.columns)
    for position, row in enumerate(table.rows, HEADER_ROW + 1):
        for column, value in enumerate(row, 1):
            _format(_write(sheet, position, column, value), table.columns[column - 1], value)
    last = get_column_letter(max(len(table.columns), 1))
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(len(table.rows), 1)}"
    _about(book.create_sheet("About"), about)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    for position, column in enumerate(columns, 1):
        cell = _write(sheet, HEADER_ROW, position, column.header)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=PAGE.removeprefix("#"))
        cell.alignment = Alignment(
            horizontal="left" if column.kind == "text" else "right", wrap_text=True
        )
        width = 32 if position == 1 else min(max(len(column.header) + 4, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.sheet_properties.tabColor = LINE.removeprefix("#")


def _about(sheet: Worksheet, about: About) -> None:
    for position, (label, value) in enumerate(about.lines(), 1):
        _write(sheet, position, 1, label).font = Font(bold=True)
        cell = _write(sheet, position, 2, value)
        cell.alignment = Alignment(horizontal="left", wrap_text=True)
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = WIDEST


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> SheetCell:
    """A typed cell: text is stored as text, whatever it starts with, and shown as typed."""
    cell = SheetCell(sheet, row=row, column=column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = is_formula_like(value)
    elif isinstance(value, datetime):
        cell.value = value.astimezone(UTC).replace(tzinfo=None)
    else:
        cell.value = value
    sheet._cells[row, column] = cell
    return cell


def _format(cell: SheetCell, column: Column, value: Cell) -> None:
    """The format shows the digits the figure was rounded to, no more."""
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, int | float):
        cell.number_format = "#,##0" if float(value).is_integer() else "#,##0.0##"
    if column.kind not in ("text", "time"):
        cell.alignment = Alignment(horizontal="right")
