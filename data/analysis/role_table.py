"""The table by role of a whole survey, beside its atoms: when is it safe to show both?

Atoms and roles cut the same people in two ways. Both are released, so the question is what any
combination of both can rest on (docs/privacy-argument.md, "The table by role").

For a set Y of role categories let m(Y) be the sum over atoms of the people of the atom inside Y or
outside Y, whichever are fewer. A set with m(Y) = 0 is a union of atoms: it tells nothing new. Any
other must have m(Y) >= ``smallest``, counted over *whole* atoms only: those whose people of the
first release stayed together in every later release.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.analysis.isolation import People, Releases

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_CATEGORIES = 12
"""All sets of categories are looked at, and more categories make too many: then no table."""
MOST_MIXED = 1_000
"""Likewise of atoms that hold several categories; a survey with more shows roles by its atoms."""

Category = tuple[str, ...]
"""Roles that are counted together, in order."""
Counts = Mapping[int, Mapping[tuple[int, str], int]]
"""People by figure, and by the atom's first release and role."""


@dataclass(slots=True)
class Crossed:
    """How many people of each atom's first release are in each category.

    ``people``: by figure, a row for each of ``releases`` and a column for each category; a row of
    zeros where the atom does not show the figure. ``whole``: releases whose people were in every
    later release together or not at all.
    """

    releases: tuple[int, ...]
    people: Mapping[int, Integers]
    whole: set[int] = field(default_factory=set)

    def is_safe(self, smallest: int, broken: Iterable[int] = ()) -> bool:
        """Whether table and atoms may both be known once the ``broken`` atoms are whole no more."""
        left = self.whole.difference(broken)
        whole = np.array([release in left for release in self.releases], dtype=np.bool_)
        return all(is_safe(people, whole, smallest) for people in self.people.values())

    def admits(self, classes: Mapping[int, Mapping[Releases, People]], smallest: int) -> bool:
        """Whether a release that makes these classes (by figure) is safe; if so, it is made."""
        broken = self.broken_by(classes)
        if broken and not self.is_safe(smallest, broken):
            return False
        self.whole -= broken
        return True

    def broken_by(self, classes: Mapping[int, Mapping[Releases, People]]) -> set[int]:
        """Whole releases whose people these classes (by figure) do not keep together any more."""
        broken: set[int] = set()
        for figure in self.people:
            held = Counter(
                release
                for releases, people in classes.get(figure, {}).items()
                if people.size
                for release in releases & self.whole
            )
            broken |= {release for release, count in held.items() if count > 1}
        return broken


def is_safe(people: Integers, whole: Flags, smallest: int) -> bool:
    """The audit of one figure: ``people`` are atoms x categories, ``whole`` says which atoms count.

    Too many atoms or categories to look at count as "no".
    """
    mixed = (people > 0).sum(axis=1) > 1
    people, whole = people[mixed], whole[mixed]
    if len(people) > MOST_MIXED or people.shape[1] > MOST_CATEGORIES:
        return False
    for chosen in np.array_split(_sets(people.shape[1]), 16, axis=1):
        inside = people @ chosen
        fewer = np.minimum(inside, people.sum(axis=1, keepdims=True) - inside)
        tells = fewer.any(axis=0)
        if (tells & (fewer[whole].sum(axis=0) < smallest)).any():
            return False
    return True


def _sets(categories: int) -> Integers:
    """Sets of categories without the last, as columns; the others are their complements."""
    numbers = np.arange(1, 1 << max(categories - 1, 0), dtype=np.int64)
    return (numbers >> np.arange(categories, dtype=np.int64)[:, None]) & 1


def cross(counts: Counts, smallest: int) -> tuple[Crossed, tuple[Category, ...]]:
    """Atoms and categories of a first release.

    An atom with fewer than ``smallest`` people in a figure does not show it, so these people are in
    no row of the table either. Categories that are too small in any figure are merged.
    """
    shown = {figure: _shown(of, smallest) for figure, of in counts.items()}
    shown = {figure: of for figure, of in shown.items() if of}
    categories = merge(shown, smallest)
    releases = tuple(sorted({release for of in counts.values() for release, _ in of}))
    row = {release: place for place, release in enumerate(releases)}
    column = {role: place for place, roles in enumerate(categories) for role in roles}
    people = {}
    for figure, of in shown.items():
        people[figure] = np.zeros((len(releases), len(categories)), dtype=np.int64)
        for (release, role), count in of.items():
            people[figure][row[release], column[role]] += count
    return Crossed(releases, people, set(releases)), categories


def _shown(of: Mapping[tuple[int, str], int], smallest: int) -> dict[tuple[int, str], int]:
    bases: Counter[int] = Counter()
    for (release, _), count in of.items():
        bases[release] += count
    return {key: count for key, count in of.items() if bases[key[0]] >= smallest}


def merge(counts: Counts, smallest: int) -> tuple[Category, ...]:
    """Categories of ``smallest`` people or none in every figure, as far as there are so many.

    The smallest joins the next smallest until none is too small; equals in the order of their
    names. A category's size is its smallest base.
    """
    bases: dict[Category, Counter[int]] = {}
    for figure, of in counts.items():
        for (_, role), count in of.items():
            bases.setdefault((role,), Counter())[figure] += count

    def size(category: Category) -> tuple[int, Category]:
        return min(bases[category].values()), category

    while len(bases) > 1:
        first, second = sorted(bases, key=size)[:2]
        if size(first)[0] >= smallest:
            break
        merged = bases.pop(first) + bases.pop(second)
        bases[tuple(sorted(first + second))] = merged
    return tuple(sorted(bases))


def apart(people: Integers, categories: Iterable[Category], smallest: int) -> tuple[int, int]:
    """People whose role is shown apart: by this table, and by atoms of a single category."""
    alone = np.array([len(category) == 1 for category in categories], dtype=np.bool_)
    pure = people[(people > 0).sum(axis=1) == 1].sum(axis=0)
    table = people.sum(axis=0)
    return int(table[alone].sum()), int(pure[pure >= smallest].sum())
