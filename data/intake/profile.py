"""What a column holds, from a sample of its rows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from data.intake.cells import Unreadable, parse_number
from data.intake.headers import Column
from data.intake.labels import is_missing
from data.intake.mapping import TimePart
from data.intake.times import time_reader
from data.intake.words import plain, tidy

TIME_FORMATS = (
    "iso", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %I:%M:%S %p GMT%z", "%Y%m%d",
)  # fmt: skip
"""Tried in this order; %m/%d before %d/%m, so where all days are below 13 a person must look."""

_LOOKED_AT = 300
_MOST = 20_000
"""Different cells of a column that are told apart."""

_SEPARATORS = (";", "|", ",")


@dataclass
class Profile:
    """A column's cells: how often each occurs (white space tidied), without blanks."""

    column: Column
    rows: int
    counts: Counter[str] = field(default_factory=Counter)

    @cached_property
    def filled(self) -> int:
        """Cells that are not blank."""
        return self.counts.total()

    @property
    def is_unique(self) -> bool:
        """Whether every row has a cell and no two agree."""
        return self.rows > 1 and len(self.counts) == self.filled == self.rows

    @cached_property
    def stated(self) -> Counter[str]:
        """Without cells that stand for no answer."""
        return Counter({cell: n for cell, n in self.counts.items() if not is_missing(cell)})

    @cached_property
    def mean_length(self) -> float:
        """Characters of a cell, on average."""
        cells = sum(len(cell) * number for cell, number in self.counts.items())
        return cells / max(self.filled, 1)

    def numbers(self, decimal: str) -> Counter[float] | None:
        """The numbers in the column; None where a stated cell is not one."""
        found: Counter[float] = Counter()
        for cell, number in self.stated.items():
            value = parse_number(cell, decimal)
            if value is None:
                return None
            found[value] += number
        return found or None

    def time_format(self) -> str | None:
        """The first format that all of the first cells have."""
        cells = list(self.counts)[:_LOOKED_AT]
        if not cells or all(re.fullmatch(r"[\d.,]{1,7}", cell) for cell in cells):
            return None
        return next((known for known in TIME_FORMATS if _all_read(cells, known)), None)

    def separator(self) -> str | None:
        """What separates several options in one cell; None where cells hold one each.

        Pieces come back in other combinations, and make more different cells than pieces.
        """
        for separator in _SEPARATORS:
            pieces = Counter(piece for cell in self.stated for piece in split(cell, separator))
            several = sum(len(split(cell, separator)) > 1 for cell in self.stated)
            shared = sum(number > 1 for number in pieces.values())
            if several >= 2 and 3 <= len(pieces) <= 60 and shared >= 0.5 * len(pieces):
                return separator
        return None


def split(cell: str, separator: str) -> list[str]:
    """The pieces of a cell. A comma before a space belongs to an option, as Qualtrics exports."""
    pattern = r",(?! )" if separator == "," else re.escape(separator)
    return [piece for piece in map(str.strip, re.split(pattern, cell)) if piece]


def _all_read(cells: Sequence[str], format_: str) -> bool:
    read = time_reader(TimePart(format=format_), datetime.max.replace(year=9990, tzinfo=UTC))
    try:
        for cell in cells:
            read(cell)
    except Unreadable:
        return False
    return True


def profile(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> list[Profile]:
    """The profiles of all columns, in one pass."""
    profiles = [Profile(column, 0) for column in columns]
    number = 0
    for number, cells in enumerate(rows, start=1):  # noqa: B007
        for found, cell in zip(profiles, cells, strict=True):
            if cell and not cell.isspace() and len(found.counts) < _MOST:
                found.counts[tidy(cell)] += 1
    for found in profiles:
        found.rows = number
    return profiles


def spelling(counts: Counter[str]) -> dict[str, str]:
    """For each label, compared plainly, its most frequent spelling."""
    spelt: dict[str, str] = {}
    for cell, _ in counts.most_common():
        spelt.setdefault(plain(cell), cell)
    return spelt
