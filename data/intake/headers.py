"""Names for the columns of a survey file, from one, two or three header lines.

One line: the name is the header. Two (SurveyMonkey): the first line's question, and the second
line's row or option after a slash; questions over several columns are written once and carried
on. Three (Qualtrics): the first line is the name, the second the question, the third is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.intake.words import plain, tidy

_PLACEHOLDERS = frozenset({"", "response", "open-ended response", "antwort", "offene antwort"})
"""What SurveyMonkey puts in the second line where a question has only one column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where it stands (from 0), the name mappings use, and the question's words."""

    index: int
    name: str
    text: str


def name_columns(header: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """The columns of a header of 1-3 equally wide lines."""
    if len(header) == 2:
        named = _two_lines(header[0], header[1])
    elif len(header) == 3:
        named = [(tidy(name), tidy(text)) for name, text in zip(header[0], header[1], strict=True)]
    else:
        named = [(tidy(name), tidy(name)) for name in header[0]]
    return _unique(named)


def _two_lines(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, str]]:
    named, question = [], ""
    for above, below in zip(map(tidy, first), map(tidy, second), strict=True):
        question = above or question
        if plain(below) in _PLACEHOLDERS:
            name = above
        else:
            name = f"{question} / {below}" if question else below
        named.append((name, name))
    return named


def _unique(named: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
    columns: list[Column] = []
    # A literal header "Name [2]" keeps its name; the second "Name" then becomes "Name [3]".
    taken = {name for name, _ in named}
    given: set[str] = set()
    for index, (name, text) in enumerate(named):
        unique = name or _free(f"#{index + 1}", taken, given)
        if unique in given:
            unique = _free(name, taken, given)
        given.add(unique)
        columns.append(Column(index, unique, text or unique))
    return tuple(columns)


def _free(name: str, taken: set[str], given: set[str]) -> str:
    if name.startswith("#") and name not in taken:
        return name
    number = 2
    while f"{name} [{number}]" in taken or f"{name} [{number}]" in given:
        number += 1
    return f"{name} [{number}]"
