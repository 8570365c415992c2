"""Single cells to answers. Every reader is a function of the text alone, so it can be remembered.

An answer is (value, text, unsure); None is a missing one: blank, or a declared missing code.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from data.errors import IntakeError
from data.intake.mapping import Choice, Multiple, Question, Scale, ValuesPart
from data.intake.words import plain, tidy


class Unreadable(IntakeError):
    """The cell cannot be read."""


class Answer(NamedTuple):
    """What is stored of a cell; ``value`` on the item's own scale, ``text`` for all other kinds."""

    value: float | None
    text: str | None
    unsure: bool


UNSURE = Answer(None, None, True)

Reader = Callable[[str], Answer | None]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_SHOWN = 60
_MOST_PIECES = 300


class Remembered(dict[str, Answer | None]):
    """A reader that reads each text once: a survey's cells are few texts repeated.

    At most ``most`` are kept; comments hardly ever repeat, so none of theirs.
    """

    def __init__(self, reader: Reader, most: int = 100_000) -> None:
        super().__init__()
        self._reader = reader
        self._most = most

    def __missing__(self, cell: str) -> Answer | None:
        answer = self._reader(cell)
        if len(self) < self._most:
            self[cell] = answer
        return answer


def parse_number(cell: str, decimal: str) -> float | None:
    """The finite number in a cell, else None; ``decimal`` is the decimal sign, point or comma."""
    text = cell.strip()
    if decimal != ".":
        # A point may then group thousands: "1.000" must not become 1.
        text = "" if "." in text else text.replace(decimal, ".")
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def shorten(cell: str) -> str:
    """A cell as messages quote it."""
    text = tidy(cell)
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"


def _coded(question: Question, values: ValuesPart, scale: Scale | None, read: Reader) -> Reader:
    """``read`` for what is neither blank nor a code of the file, the scale or the question."""
    more_missing, more_unsure = (scale.missing, scale.unsure) if scale else ((), ())
    missing = {plain(code) for code in (*values.missing, *more_missing, *question.missing)} | {""}
    unsure = {plain(code) for code in (*values.unsure, *more_unsure, *question.unsure)}

    def reader(cell: str) -> Answer | None:
        known = plain(cell)
        if known in missing:
            return None
        return UNSURE if known in unsure else read(cell)

    return reader


def scale_reader(question: Question, scale: Scale, values: ValuesPart, decimal: str) -> Reader:
    """A label by its place, a number as it is; nothing outside the scale."""
    low, high = scale.bounds
    labels = {plain(label): low + place for place, label in enumerate(scale.labels)}
    takes_numbers = scale.low is not None

    def read(cell: str) -> Answer | None:
        value = labels.get(plain(cell))
        if value is None and takes_numbers:
            value = parse_number(cell, decimal)
            if value is not None and _below(value, values):
                return None
        if value is None or not low <= value <= high:
            raise Unreadable(f"{shorten(cell)} is not on the scale: {_allowed(scale)}")
        return Answer(value, None, False)

    return _coded(question, values, scale, read)


def _below(value: float, values: ValuesPart) -> bool:
    return values.missing_below is not None and value < values.missing_below


def _allowed(scale: Scale) -> str:
    low, high = scale.bounds
    numbers = [f"{low:g} to {high:g}"] if scale.low is not None else []
    return " or ".join([*numbers, *([", ".join(scale.labels)] if scale.labels else [])])


def number_reader(question: Question, values: ValuesPart, decimal: str) -> Reader:
    """Any finite number."""

    def read(cell: str) -> Answer | None:
        value = parse_number(cell, decimal)
        if value is None:
            raise Unreadable(f"{shorten(cell)} is not a number")
        return None if _below(value, values) else Answer(value, None, False)

    return _coded(question, values, None, read)


def comment_reader(question: Question, values: ValuesPart) -> Reader:
    """The text as written, without white space at its ends."""
    return _coded(question, values, None, lambda cell: Answer(None, cell.strip(), False))


def choice_reader(question: Choice, values: ValuesPart) -> Reader:
    """The option as the mapping writes it, or any text where the mapping lists none."""
    options = {plain(option): option for option in question.options}

    def read(cell: str) -> Answer | None:
        text = options.get(plain(cell)) if options else tidy(cell)
        if text is None:
            raise Unreadable(f"{shorten(cell)} is none of the options")
        return Answer(None, text, False)

    return _coded(question, values, None, read)


def multiple_reader(question: Multiple, values: ValuesPart) -> Reader:
    """The chosen options as a JSON list, in the order of the cell."""

    def read(cell: str) -> Answer | None:
        text = tidy(cell)
        chosen = split_options(text, question.options, question.separator, other=question.other)
        if chosen is None:
            raise Unreadable(
                f"{shorten(cell)} is not made of the options, with '{question.separator}' between"
            )
        return Answer(None, json.dumps(chosen, ensure_ascii=False), False) if chosen else None

    return _coded(question, values, None, read)


def split_options(
    text: str, options: Iterable[str], separator: str, *, other: bool = False
) -> list[str] | None:
    """The options a cell consists of; None where it does not.

    Options may contain the separator and each other: the cell is taken apart from the left, the
    longest option first, and taken back where the rest then fits no option. Without options it
    is split at every separator. With ``other``, a piece that is no option stands for itself.
    """
    by_length = sorted({tidy(option) for option in options}, key=lambda option: -len(option))
    if not by_length:
        return [piece for piece in map(str.strip, text.split(separator)) if piece]
    if text.count(separator) > _MOST_PIECES:
        return None
    failed: set[int] = set()

    def rest(start: int) -> list[str] | None:
        if start >= len(text):
            return []
        if start in failed:
            return None
        for option, end in _matches(text, start, by_length, separator, other):
            after = rest(_after(text, end, separator))
            if after is not None:
                return [option, *after] if option else after
        failed.add(start)
        return None

    return rest(0)


def _matches(
    text: str, start: int, options: list[str], separator: str, other: bool
) -> list[tuple[str, int]]:
    """What the text may go on with at ``start``, likeliest first, and where each ends."""
    found = []
    for option in options:
        end = start + len(option)
        same = text[start:end].casefold() == option.casefold()
        if same and _ends(text, end, separator):
            found.append((option, end))
    if other:
        # The shortest piece first, so that an option after it is still seen as one.
        end = text.find(separator, start)
        while end != -1:
            found.append((text[start:end].strip(), end))
            end = text.find(separator, end + 1)
        found.append((text[start:].strip(), len(text)))
    return found


def _ends(text: str, end: int, separator: str) -> bool:
    return not text[end:].strip() or text[end:].lstrip().startswith(separator.strip() or separator)


def _after(text: str, end: int, separator: str) -> int:
    """Past the separator and white space that follow ``end``."""
    mark = separator.strip() or separator
    left = text[end:].lstrip()
    rest = left[len(mark) :].lstrip() if left.startswith(mark) else left
    return len(text) - len(rest)
