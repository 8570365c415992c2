"""People of an earlier wave who did not answer later ones: over which atoms may they be summed?

Figures over several waves count everybody once, with the latest answers. So of an earlier wave the
sum over those who answered none of the later waves is needed beside the sums of atoms, which hold
these people too. It is made over *blocks* of neighbouring atoms, and a block is made only where no
combination of the two kinds of sums rests on fewer than ``smallest`` people
(docs/privacy-argument.md, "Several waves together").
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.analysis.isolation import FLOOR

Integers = NDArray[np.int64]
Kind = frozenset[int]
"""Ids of the sums over absent people that somebody is in, beside the atom's own sum."""
People = Mapping[Kind, Integers]
"""Of one atom: people of each kind, counted in the base of every figure."""

NEW = 0
"""Id of the sum that is to be published."""
MOST_ATOMS = 8
"""Atoms of a block: later releases look at all of them together."""
MOST_KINDS = 5
"""Kinds of people in a block; more are too many to look at."""


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom of an earlier wave. ``home`` and ``role`` order the atoms: neighbours join first."""

    id: int
    home: tuple[str, ...]
    role: tuple[str, ...]
    people: People


def blocks(atoms: Sequence[Atom], smallest: int) -> list[tuple[int, ...]]:
    """Atoms that are summed together: alone where that is safe, else with others of their home.

    Their first figure must count everybody. Atoms that fit in no block are in none.
    """
    homes: dict[tuple[str, ...], list[Atom]] = defaultdict(list)
    for atom in sorted(atoms, key=lambda a: (a.home, a.role, a.id)):
        homes[atom.home].append(atom)
    return [block for of in homes.values() for block in _of_home(of, smallest)]


def _of_home(atoms: Sequence[Atom], smallest: int) -> Iterator[tuple[int, ...]]:
    """Blocks within one department (or a set of departments that atoms could not part)."""
    open_: list[Atom] = []
    for atom in atoms:
        if fits([atom.people], smallest):
            yield (atom.id,)
            continue
        open_.append(atom)
        if fits([a.people for a in open_], smallest):
            yield tuple(a.id for a in open_)
            open_ = []
        elif len(open_) == MOST_ATOMS:
            open_ = open_[1:]


def fits(atoms: Sequence[People], smallest: int) -> bool:
    """Whether these atoms make a block: safe, and with nobody or enough people to sum."""
    absent = sum(int(n[0]) for people in atoms for kind, n in people.items() if NEW in kind)
    return (absent == 0 or absent >= smallest) and is_safe(atoms, smallest)


def is_safe(atoms: Sequence[People], smallest: int) -> bool:
    """Whether the sum over the people of kind ``NEW`` in these atoms may be published.

    Exact for atoms that were released once, and for sums over absent people of this block before
    that hold one another (careful for others). A combination of all of them is worth, to one
    person, what the atom is worth plus what the kind is worth. The atom's worth may be chosen so
    that the most people of equal kinds are worth nothing; everybody else is who it rests on. All
    ways to make kinds equal are looked at. An atom with fewer than ``FLOOR`` people in a figure
    shows no sum of it, so it is worth nothing.
    """
    kinds = sorted({Kind(), *(kind for people in atoms for kind in people)}, key=sorted)
    if len(kinds) > MOST_KINDS + 1:
        return False
    width = max((len(of) for people in atoms for of in people.values()), default=0)
    none = np.zeros(width, dtype=np.int64)
    counts = np.array([[people.get(kind, none) for kind in kinds] for people in atoms])
    if not counts.size:
        return True
    for merged, places in _by_shown(counts, kinds):
        if not all(_is_apart(counts[:, :, places], way, smallest) for way in _ways(merged)):
            return False
    return True


def _by_shown(counts: Integers, kinds: Sequence[Kind]) -> Iterator[tuple[list[int], list[int]]]:
    """Figures by which sums over absent people they show; kinds that no shown sum parts are one.

    ``counts`` are atoms x kinds x figures. Figures that do not show the new sum are left out.
    """
    sums = sorted({id_ for kind in kinds for id_ in kind})
    people = counts.sum(axis=0)
    shown: dict[frozenset[int], list[int]] = defaultdict(list)
    for place in range(counts.shape[2]):
        of = {s: sum(people[i, place] for i, kind in enumerate(kinds) if s in kind) for s in sums}
        there = frozenset(s for s, n in of.items() if n >= FLOOR)
        if NEW in there:
            shown[there].append(place)
    for there, places in shown.items():
        distinct = [Kind(), *sorted({kind & there for kind in kinds} - {Kind()}, key=sorted)]
        yield [distinct.index(kind & there) for kind in kinds], places


def _ways(merged: Sequence[int]) -> Iterator[list[int]]:
    """All partitions of the kinds into two groups or more; the first group is worth nothing."""
    count = max(merged) + 1
    partial: list[list[int]] = [[0]]
    for _ in range(1, count):
        partial = [[*way, group] for way in partial for group in range(max(way) + 2)]
    for way in partial:
        if any(way):
            yield [way[kind] for kind in merged]


def _is_apart(counts: Integers, groups: Sequence[int], smallest: int) -> bool:
    """Whether, in every figure, nobody or ``smallest`` people are left over."""
    size = max(groups) + 1
    of = np.array(groups)
    parts = np.stack([counts[:, of == group].sum(axis=1) for group in range(size)])
    base = counts.sum(axis=1)
    free = np.where(base >= FLOOR, parts.max(axis=0), parts[0])
    left = (base - free).sum(axis=0)
    return bool(((left == 0) | (left >= smallest)).all())
