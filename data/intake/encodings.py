"""Which encoding and delimiter a CSV file is written in, found out from its bytes."""

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

from charset_normalizer import from_bytes

from data.errors import FileUnreadable

SAMPLE = 1 << 18
"""Bytes looked at to guess an encoding or a delimiter."""

DELIMITERS = (",", ";", "\t", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp850",
               "mac_roman", "shift_jis", "euc_jp", "euc_kr", "gb18030", "big5")  # fmt: skip


def known_encoding(name: str) -> str:
    """The name Python knows this encoding by; FileUnreadable for one that does not exist."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise FileUnreadable(
            f"There is no encoding '{name}'. Use for example utf-8, utf-16, cp1252 or auto."
        ) from None


def detect_encoding(path: Path) -> str:
    """By byte order mark, else UTF-8 if the whole file is, else the likeliest by its letters."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    wide = _without_mark(head)
    if wide:
        return wide
    wrong = _first_not_utf8(path)
    return "utf-8" if wrong is None else _guess(path, wrong)


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a mark: in Latin script every other byte is zero."""
    if len(head) < 4 or head.count(0) < len(head) // 4:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _first_not_utf8(path: Path) -> int | None:
    """Where the file stops being UTF-8, within a block; None if it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while True:
            start = file.tell()
            block = file.read(1 << 20)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return start + max(error.start - 4, 0)
            if not block:
                return None


def _guess(path: Path, wrong: int) -> str:
    # Look from where UTF-8 breaks: before it there may be nothing but ASCII.
    with path.open("rb") as file:
        file.seek(max(wrong - SAMPLE // 4, 0))
        sample = file.read(SAMPLE)
    best = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    if best is None or _is_western(sample):
        return _western(sample)
    return best.encoding


_WESTERN = frozenset("äöüÄÖÜßéèêëàâáíìîïóòôúùûçñÇÉÑåÅæÆøØ’‘“”–—…€§°´«»")


def _is_western(sample: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are common Western ones when read as cp1252.

    Asked first because statistics on a few umlauts often prefer a rare code page.
    """
    beyond = [character for character in sample.decode("cp1252", "replace") if character > "\x7f"]
    return sum(character in _WESTERN for character in beyond) >= 0.9 * len(beyond)


def _western(sample: bytes) -> str:
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def sample_text(path: Path, encoding: str) -> str:
    """The beginning of the file, without a line that the sample cuts; characters may be lost."""
    with path.open("rb") as file:
        raw = file.read(SAMPLE)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(raw)
    if len(raw) < SAMPLE:
        return text
    return text[: text.rfind("\n") + 1] or text


def detect_delimiter(text: str) -> str:
    """The delimiter that gives the most columns of one width; a comma where none gives two."""
    best, delimiter = (0.0, 0), ","
    for candidate in DELIMITERS:
        widths = Counter(_widths(text, candidate))
        if not widths:
            continue
        width, rows = max(widths.items(), key=lambda found: (found[1], found[0]))
        score = (rows / widths.total(), width)
        if width > 1 and score > best:
            best, delimiter = score, candidate
    return delimiter


def _widths(text: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        # The sample may end inside quotes, which only a strict reader minds.
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                widths.append(len(row))
    except csv.Error:
        pass
    # The last row may be cut short.
    return widths[:-1] if len(widths) > 2 else widths


def line_not_decodable(path: Path, encoding: str) -> int | None:
    """The first line (from 1) that is not in this encoding; None in encodings of wide units."""
    if encoding.startswith(("utf_16", "utf-16", "utf_32", "utf-32")):
        return None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return None
