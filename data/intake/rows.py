"""Rows of a survey file to sessions with answers, as a mapping says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from data.errors import MappingError
from data.intake.cells import (
    Answer,
    Reader,
    Remembered,
    Unreadable,
    choice_reader,
    comment_reader,
    multiple_reader,
    number_reader,
    scale_reader,
    shorten,
)
from data.intake.headers import Column
from data.intake.mapping import Choice, Comment, Item, Mapping, Multiple, Question, nearest
from data.intake.times import duration_reader, time_reader
from data.intake.words import plain, tidy

T = TypeVar("T")

_LONGEST_NAME = 200
"""Characters of a respondent's id, a department, a role."""


class Problem(NamedTuple):
    """Why a cell cannot be read."""

    column: str
    reason: str


class Session(NamedTuple):
    """What a row says. Times are UTC; None is not stated or not known."""

    respondent: str | None
    department: str | None
    role: str | None
    language: str | None
    started: datetime | None
    completed: datetime | None
    is_completed: bool | None
    seconds: float | None
    answers: list[tuple[int, Answer]]
    """By place of the question in ``RowReader.questions``; missing answers are absent."""


class RowUnreadable(Exception):
    """A row is rejected, for these reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.column}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the mapping, and its column in this file."""

    question: Question
    column: Column


def find_columns(mapping: Mapping, columns: Sequence[Column]) -> tuple[Asked, ...]:
    """The mapping's questions in the order of the file; MappingError for an unknown column."""
    by_name = {column.name: column for column in columns}
    named = [name for name in mapping.columns.model_dump().values() if name is not None]
    for name in [*named, *(question.column for question in mapping.questions)]:
        if name not in by_name:
            raise MappingError(f"The file has no column '{name}'; {nearest(name, by_name)}.")
    asked = [Asked(question, by_name[question.column]) for question in mapping.questions]
    if not asked:
        raise MappingError(
            "The mapping names no question: give at least one of [[items]], [[comments]], "
            "[[choices]], [[multiple]] or [[numbers]]."
        )
    return tuple(sorted(asked, key=lambda found: found.column.index))


class RowReader:
    """Reads rows of one file by one mapping. ``now`` bounds the times that are believed."""

    def __init__(self, mapping: Mapping, columns: Sequence[Column], now: datetime) -> None:
        self.questions = find_columns(mapping, columns)
        self._columns = tuple(columns)
        self._answers = [
            (place, asked.column.index, _remembered(asked.question, mapping))
            for place, asked in enumerate(self.questions)
        ]
        index = {column.name: column.index for column in columns}
        self._at = {
            role: index[name] for role, name in mapping.columns.model_dump().items() if name
        }
        values = mapping.values
        self._blank = {plain(code) for code in (*values.missing, *values.unsure)} | {""}
        self._finished = {plain(word): True for word in values.finished}
        self._finished |= {plain(word): False for word in values.unfinished}
        self._time = time_reader(mapping.time, now)
        self._duration = duration_reader(mapping.time.duration_unit, mapping.file.decimal)

    def read(self, cells: Sequence[str]) -> Session:
        """The row's session; RowUnreadable with every reason if any cell cannot be read."""
        try:
            return self._session(cells)
        except Unreadable:
            raise RowUnreadable(list(self._problems(cells))) from None

    def _session(self, cells: Sequence[str]) -> Session:
        answers = [
            (place, answer)
            for place, index, known in self._answers
            if (cell := cells[index]) and (answer := known[cell]) is not None
        ]
        started = self._stated("started", cells, self._time)
        ended = self._stated("completed", cells, self._time)
        is_completed = self._is_completed(cells, ended)
        completed = ended if is_completed else None
        if started is not None and completed is not None and completed < started:
            raise Unreadable("it ends before it starts")
        seconds = self._stated("duration", cells, self._duration)
        if seconds is None and started is not None and completed is not None:
            seconds = (completed - started).total_seconds()
        return Session(
            self._respondent(cells),
            self._stated("department", cells, _name),
            self._stated("role", cells, _name),
            self._stated("language", cells, _name),
            started,
            completed,
            is_completed,
            seconds,
            answers,
        )

    def _stated(self, role: str, cells: Sequence[str], read: Callable[[str], T]) -> T | None:
        index = self._at.get(role)
        if index is None or not cells[index] or plain(cells[index]) in self._blank:
            return None
        return read(cells[index])

    def _is_completed(self, cells: Sequence[str], ended: datetime | None) -> bool | None:
        """As the file says; without such a column, by whether it states an end."""
        if "finished" in self._at:
            cell = cells[self._at["finished"]]
            known = self._finished.get(plain(cell))
            if known is None:
                raise Unreadable(f"{shorten(cell)} says neither finished nor unfinished")
            return known
        return (ended is not None) if "completed" in self._at else None

    def _respondent(self, cells: Sequence[str]) -> str | None:
        if "respondent" not in self._at:
            return None
        respondent = self._stated("respondent", cells, _name)
        if respondent is None:
            raise Unreadable("there is no respondent id")
        return respondent

    def _problems(self, cells: Sequence[str]) -> Iterator[Problem]:
        """Every reason, found by reading each cell on its own: only rejected rows pay for it."""
        found = False
        for column, attempt in self._attempts(cells):
            try:
                attempt()
            except Unreadable as error:
                found = True
                yield Problem(column, str(error))
        if not found:
            ended = self._columns[self._at["completed"]].name
            yield Problem(ended, "it ends before it starts")

    def _attempts(self, cells: Sequence[str]) -> Iterator[tuple[str, Callable[[], object]]]:
        special: dict[str, Callable[[], object]] = {
            "respondent": partial(self._respondent, cells),
            "finished": partial(self._is_completed, cells, None),
        }
        readers = {"started": self._time, "completed": self._time, "duration": self._duration}
        for role, index in self._at.items():
            read = partial(self._stated, role, cells, readers.get(role, _name))
            yield self._columns[index].name, special.get(role, read)
        for _, index, known in self._answers:
            yield self._columns[index].name, partial(known.__getitem__, cells[index])


def _name(cell: str) -> str:
    """A short text that is part of keys."""
    name = tidy(cell)
    if len(name) > _LONGEST_NAME:
        raise Unreadable(f"{shorten(name)} is longer than {_LONGEST_NAME} characters")
    return name


def _remembered(question: Question, mapping: Mapping) -> dict[str, Answer | None]:
    reader = _reader(question, mapping)
    return Remembered(reader, 0) if isinstance(question, Comment) else Remembered(reader)


def _reader(question: Question, mapping: Mapping) -> Reader:
    values, decimal = mapping.values, mapping.file.decimal
    if isinstance(question, Item):
        return scale_reader(question, mapping.scales[question.scale], values, decimal)
    if isinstance(question, Comment):
        return comment_reader(question, values)
    if isinstance(question, Choice):
        return choice_reader(question, values)
    if isinstance(question, Multiple):
        return multiple_reader(question, values)
    return number_reader(question, values, decimal)
