"""The lines of a CSV file, decoded and taken apart strictly."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import FileUnreadable
from data.intake.encodings import (
    detect_delimiter,
    detect_encoding,
    known_encoding,
    line_not_decodable,
    sample_text,
)

LONGEST_CELL = 1 << 20
"""Characters in a cell; more means a quote that is never closed."""

Opened = tuple[Iterator[tuple[int, list[str]]], Callable[[], tuple[int, int]], dict[str, str]]


@contextmanager
def csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Opened]:
    """Lines, position in bytes, and the encoding and delimiter used; ``auto`` finds them out."""
    used = detect_encoding(path) if encoding == "auto" else known_encoding(encoding)
    if used == "utf-8":
        used = "utf-8-sig"  # reads both; a mark would else become part of the first name
    if delimiter == "auto":
        delimiter = detect_delimiter(sample_text(path, used))
    size = path.stat().st_size
    with path.open("rb") as raw, io.TextIOWrapper(raw, used, "strict", newline="") as file:
        lines = _lines(path, used, csv.reader(file, delimiter=delimiter, strict=True))
        # The text layer forbids tell() while it iterates; the bytes under it do not.
        named = "utf-8" if used == "utf-8-sig" else used
        yield lines, lambda: (raw.tell(), size), {"encoding": named, "delimiter": delimiter}


def _lines(
    path: Path, encoding: str, reader: Iterator[list[str]]
) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except UnicodeDecodeError as error:
        number = line_not_decodable(path, encoding)
        where = f"line {number}" if number else f"about line {line}"
        raise FileUnreadable(
            f"{path.name}, {where}: this is not {encoding} (byte 0x{error.object[error.start]:02x})"
            '. Say the file\'s encoding in the mapping: [file] encoding = "cp1252", for example.'
        ) from error
    except csv.Error as error:
        raise FileUnreadable(
            f'{path.name}, line {line}: {error}. A quote (") inside a quoted cell must be '
            "doubled, and every quote that opens a cell must close it."
        ) from error
