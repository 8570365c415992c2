"""A file of JSON lines as columns and rows: one object a line, its keys are the columns.

Never the whole file in memory: it is read once for its keys and once for its rows.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from data.errors import FileUnreadable
from data.intake.encodings import detect_encoding
from data.intake.headers import name_columns
from data.intake.mapping import FilePart
from data.intake.reading import SurveyFile

SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
LONGEST_LINE = 1 << 22
"""Characters in a line; more is no line of a transcript."""
MOST_KEYS = 1_000


@contextmanager
def open_json_lines(path: Path) -> Iterator[SurveyFile]:
    """Columns in the order their keys first occur; a key that a line lacks is an empty cell.

    A line that is no JSON object becomes a row of one cell, the line itself, so that it can be
    rejected like any other. Raises FileUnreadable where the file as a whole cannot be read.
    """
    if not path.is_file():
        raise FileUnreadable(f"{path}: there is no such file.")
    encoding = detect_encoding(path)
    with _opened(path, encoding) as (lines, _):
        keys = _keys(path, lines)
    with _opened(path, encoding) as (lines, raw):
        size = path.stat().st_size
        yield SurveyFile(
            name_columns([keys]),
            ((number, _cells(line, keys)) for number, line in lines),
            lambda: (raw.tell(), size),
            FilePart(encoding=encoding, delimiter=","),
        )


def read_object(line: str) -> dict[str, Any] | None:
    """The object a line holds, else None. NaN, Infinity and halves of characters are no JSON."""
    try:
        found = json.loads(line, parse_constant=_refused)
        if "\\u" in line:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refused(constant: str) -> None:
    raise ValueError(constant)


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[tuple[Iterator[tuple[int, str]], IO[bytes]]]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, "strict") as file:
        yield _lines(path, file, encoding), raw


def _lines(path: Path, file: io.TextIOWrapper, encoding: str) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise FileUnreadable(
                    f"{path.name}, line {number}: longer than {LONGEST_LINE >> 20} million "
                    "characters. Write one object a line (JSON lines), not one array."
                )
            if line.strip():
                yield number, line.strip()
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            f"{path.name}, after line {number}: this is not {encoding}. Save the file as UTF-8."
        ) from error


def _keys(path: Path, lines: Iterator[tuple[int, str]]) -> list[str]:
    keys: dict[str, None] = {}
    is_empty = True
    for _, line in lines:
        is_empty = False
        keys.update(dict.fromkeys(read_object(line) or {}))
        if len(keys) > MOST_KEYS:
            raise FileUnreadable(f"{path.name} has more than {MOST_KEYS:,} different keys.")
    if is_empty:
        raise FileUnreadable(f"{path.name} is empty.")
    if not keys:
        raise FileUnreadable(
            f"{path.name} holds no JSON object. Write one object a line: "
            '{"recording": "r1", "respondent": "p1", "text": "..."}.'
        )
    return list(keys)


def _cells(line: str, keys: list[str]) -> list[str]:
    found = read_object(line)
    return [line] if found is None else [_cell(found.get(key)) for key in keys]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
