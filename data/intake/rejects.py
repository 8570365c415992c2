"""The rejects file: every row that was not taken in, with line, column and reason.

Its cells stand as they were, so that they can be corrected and put back.
"""

import csv
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from data.intake.headers import Column
from data.intake.rows import Problem

_KINDS = 1000
"""Different problems that are told apart in the summary."""


@dataclass(frozen=True, slots=True)
class Found:
    """A problem, how many cells have it, and the line of the first."""

    column: str
    reason: str
    cells: int
    line: int

    def __str__(self) -> str:
        times = "once" if self.cells == 1 else f"{self.cells:,} times"
        return f"{self.column}: {self.reason} ({times}, first in line {self.line:,})"


def rejects_path(path: Path) -> Path:
    """Beside the survey file, or in the current folder where that may not be written to."""
    name = f"{path.stem}.rejects.csv"
    return path.with_name(name) if os.access(path.parent, os.W_OK) else Path.cwd() / name


class Rejects:
    """Collects rejected rows; the file appears under its name only when ``keep`` is called."""

    def __init__(self, path: Path, columns: Sequence[Column], delimiter: str) -> None:
        self._path = path
        self._columns = columns
        self._delimiter = "," if delimiter == "auto" else delimiter
        self._part = path
        self._file: IO[str] | None = None
        self._writer: Any = None
        self._kinds: Counter[Problem] = Counter()
        self._first: dict[Problem, int] = {}
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def add(self, line: int, cells: Sequence[str], problems: Sequence[Problem]) -> None:
        """A rejected row, in the order of the file."""
        self.rows += 1
        columns = "; ".join(problem.column for problem in problems)
        reasons = "; ".join(problem.reason for problem in problems)
        self._open().writerow([line, columns, reasons, *cells])
        for problem in problems:
            if problem in self._first or len(self._first) < _KINDS:
                self._kinds[problem] += 1
                self._first.setdefault(problem, line)

    def keep(self) -> Path | None:
        """Writes the file in place of an older one; None where nothing was rejected."""
        if self._file is None:
            return None
        self._file.close()
        self._part.replace(self._path)
        self._file = None
        return self._path

    @property
    def found(self) -> tuple[Found, ...]:
        """What was wrong, the most frequent first."""
        return tuple(
            Found(problem.column, problem.reason, cells, self._first[problem])
            for problem, cells in self._kinds.most_common()
        )

    def _open(self) -> Any:
        if self._writer is None:
            # Readable by its owner alone: these are answers of people.
            handle, name = tempfile.mkstemp(".part", f".{self._path.stem}.", self._path.parent)
            self._part = Path(name)
            self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file, delimiter=self._delimiter)
            names = [column.name for column in self._columns]
            self._writer.writerow(["line", "column", "reason", *names])
        return self._writer
