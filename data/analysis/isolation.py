"""Can anybody be told apart by adding and subtracting released sums? Exact linear algebra.

One figure of one survey was released as sums over sets of people: the rows. People who were in
exactly the same rows with one and the same value form a class: the columns; a changed value is
another column. Whatever can be computed from the sums by linear algebra is a vector of the row
space, and a vector tells something of the people of the classes it is not zero on. ``is_safe``
demands that new rows add no vector that is nonzero on fewer than ``smallest`` people only.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Releases = frozenset[int]
"""Ids of the releases (rows) that a class of people was in."""

FLOOR = 5
"""Sums over fewer people than this were never handed out, under any setting: they are no rows."""

MOST_SETS = 20_000
"""Sets of small classes that are looked at; beyond it the answer is "not safe"."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a class: respondents that are known, and how many were erased since.

    ``crowd``: respondents who are only counted. There are none of them or at least as many as no
    combination may rest on fewer of, so that nobody need know who they are.
    """

    known: frozenset[Hashable] = frozenset()
    erased: int = 0
    crowd: int = 0

    @property
    def size(self) -> int:
        """Versions of people; one person is in a class (and in a row) at most once."""
        return len(self.known) + self.crowd + self.erased


def is_safe(classes: Mapping[Releases, People], new: Releases, smallest: int) -> bool:
    """Whether the rows ``new`` can join the others; ``classes`` counts them in already."""
    columns = _columns(classes)
    small = [c for c in columns if c.people.size < smallest]
    if not small:
        return True
    # Pivots are taken from large classes first, so that few sets of small ones need elimination.
    columns.sort(key=lambda c: (-c.people.size, sorted(c.rows)))
    rows = sorted(frozenset().union(*(c.rows for c in columns)))
    after = _Basis([[int(r in c.rows) for c in columns] for r in rows])
    before = _Basis([[int(r in c.rows) for c in columns] for r in rows if r not in new])
    places = [place for place, c in enumerate(columns) if c.people.size < smallest]
    for count, chosen in enumerate(_small_sets(columns, places, smallest)):
        if count >= MOST_SETS or after.supported_on(chosen) > before.supported_on(chosen):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Column:
    rows: Releases
    people: People


def _columns(classes: Mapping[Releases, People]) -> list[_Column]:
    """The classes over the rows that were handed out."""
    totals: dict[int, int] = {}
    for releases, people in classes.items():
        for release in releases:
            totals[release] = totals.get(release, 0) + people.size
    shown = frozenset(release for release, total in totals.items() if total >= FLOOR)
    return [
        _Column(releases & shown, people)
        for releases, people in classes.items()
        if people.size and releases & shown
    ]


def _small_sets(
    columns: Sequence[_Column], places: Sequence[int], smallest: int
) -> Iterator[tuple[int, ...]]:
    """All sets of columns that may hold fewer than ``smallest`` people together."""
    stack: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while stack:
        chosen, start = stack.pop()
        for index in range(start, len(places)):
            bigger = (*chosen, places[index])
            if _fewest_people([columns[place] for place in bigger]) < smallest:
                yield bigger
                stack.append((bigger, index + 1))


def _fewest_people(chosen: Sequence[_Column]) -> int:
    """A lower bound of the people in these classes.

    Known respondents are counted once, however many of their versions are here. Who was erased
    left no trace and may be anybody else's earlier version, but not that of somebody in the same
    row: so the fullest row counts.
    """
    known: frozenset[Hashable] = frozenset().union(*(column.people.known for column in chosen))
    rows: dict[int, int] = {}
    for column in chosen:
        for row in column.rows:
            rows[row] = rows.get(row, 0) + column.people.size
    return max(len(known), max(rows.values()))


class _Basis:
    """A row space in reduced echelon form, exact."""

    def __init__(self, matrix: Sequence[Sequence[int]]) -> None:
        self._rows, self._pivots = _reduce([[Fraction(x) for x in row] for row in matrix])

    def supported_on(self, chosen: Sequence[int]) -> int:
        """Dimension of the vectors of the row space that are zero outside ``chosen`` columns.

        A vector's value in a pivot column is the coefficient of that pivot's row, so only rows
        whose pivot is chosen can take part.
        """
        inside = frozenset(chosen)
        mine = [row for row, pivot in zip(self._rows, self._pivots, strict=True) if pivot in inside]
        if not mine:
            return 0
        outside = [place for place in range(len(mine[0])) if place not in inside]
        return len(mine) - len(_reduce([[row[place] for place in outside] for row in mine])[1])


def _reduce(rows: list[list[Fraction]]) -> tuple[list[list[Fraction]], list[int]]:
    """Reduced row echelon form without zero rows, and the pivot column of each row."""
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        rank = len(pivots)
        found = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        head = rows[rank][column]
        rows[rank] = [x / head for x in rows[rank]]
        for i, row in enumerate(rows):
            if i != rank and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[rank], strict=True)]
        pivots.append(column)
    return rows[: len(pivots)], pivots
