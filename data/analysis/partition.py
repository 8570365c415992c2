"""Atoms: leaves (department, role, period) merged until every atom holds enough people.

The order is fixed: inside a department the periods of a role are gathered in time until they are
enough, a rest joins the last; then whatever is still too small joins the smallest group of its
department, smallest first; a department too small in all joins the smallest atom of the smallest
other department. Everything here is a function of counts, so the order of rows cannot matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

WHOLE_SHARE = 0.9
"""A period is fine enough to show where this share of people lies in atoms of one period."""


class Period(StrEnum):
    """Finest first."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    WAVE = "wave"


class Leaf(NamedTuple):
    """``period`` is the first day of the survey's period; before it is chosen, the day itself."""

    department: UUID
    role: str
    period: date


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves that go together, in order, and how many people they hold."""

    leaves: tuple[Leaf, ...]
    people: int

    def __add__(self, other: "Group") -> "Group":
        return Group(tuple(sorted(self.leaves + other.leaves)), self.people + other.people)

    @property
    def key(self) -> tuple[int, tuple[Leaf, ...]]:
        """Smallest first; equals in the order of their leaves."""
        return self.people, self.leaves

    @property
    def is_single(self) -> bool:
        """Whether all its people answered in one period."""
        return len({leaf.period for leaf in self.leaves}) == 1


def start_of(day: date, period: Period, wave: date) -> date:
    """First day of the period that ``day`` lies in: ISO week, month, quarter, or the ``wave``."""
    match period:
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.QUARTER:
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case Period.WAVE:
            return wave


def coarsen(days: Mapping[Leaf, int], period: Period, wave: date) -> dict[Leaf, int]:
    """People per leaf of a period, from people per day; nobody answers on two days."""
    leaves: dict[Leaf, int] = {}
    for leaf, people in days.items():
        key = leaf._replace(period=start_of(leaf.period, period, wave))
        leaves[key] = leaves.get(key, 0) + people
    return leaves


def partition(leaves: Mapping[Leaf, int], smallest: int) -> tuple[Group, ...]:
    """Atoms of a survey that was never released, in the order of their leaves.

    Every group holds ``smallest`` people or more, unless the whole survey holds fewer: then it is
    one group. Every leaf is in exactly one.
    """
    homes = {
        department: within_department(counts, smallest)
        for department, counts in _by_department(leaves).items()
    }
    return tuple(sorted(_join_small_departments(homes, smallest), key=lambda g: g.leaves))


def within_department(leaves: Mapping[Leaf, int], smallest: int) -> list[Group]:
    """Groups of one department; one alone may be too small (the department then is)."""
    groups: list[Group] = []
    for role in sorted({leaf.role for leaf in leaves}):
        row = sorted((leaf, people) for leaf, people in leaves.items() if leaf.role == role)
        groups += _gather((Group((leaf,), people) for leaf, people in row), smallest)
    groups.sort(key=lambda group: group.key)
    while len(groups) > 1 and groups[0].people < smallest:
        first, second, *others = groups
        groups = sorted([first + second, *others], key=lambda group: group.key)
    return groups


def choose_period(days: Mapping[Leaf, int], smallest: int, wave: date) -> Period:
    """The finest period at which 90 % of people lie in atoms of a single period."""
    for period in Period:
        if single_share(partition(coarsen(days, period, wave), smallest)) >= WHOLE_SHARE:
            return period
    return Period.WAVE


def single_share(groups: Iterable[Group]) -> float:
    """Share (0-1) of people in groups of a single period; 0 where there is nobody."""
    people = [(group.people, group.is_single) for group in groups]
    everybody = sum(count for count, _ in people)
    return sum(count for count, single in people if single) / everybody if everybody else 0.0


def _by_department(leaves: Mapping[Leaf, int]) -> dict[UUID, dict[Leaf, int]]:
    homes: dict[UUID, dict[Leaf, int]] = {}
    for leaf, people in sorted(leaves.items()):
        homes.setdefault(leaf.department, {})[leaf] = people
    return homes


def _gather(row: Iterable[Group], smallest: int) -> list[Group]:
    gathered: list[Group] = []
    rest: Group | None = None
    for group in row:
        rest = group if rest is None else rest + group
        if rest.people >= smallest:
            gathered.append(rest)
            rest = None
    if rest is not None:
        gathered = [*gathered[:-1], gathered[-1] + rest] if gathered else [rest]
    return gathered


def _join_small_departments(homes: dict[UUID, list[Group]], smallest: int) -> list[Group]:
    def size(department: UUID) -> tuple[int, UUID]:
        return sum(group.people for group in homes[department]), department

    while len(homes) > 1:
        least = min(homes, key=size)
        if size(least)[0] >= smallest:
            break
        moved = homes.pop(least)
        host = homes[min(homes, key=size)]
        host.sort(key=lambda group: group.key)
        host[0] = sum(moved, start=host[0])
    return [group for groups in homes.values() for group in groups]


# --- After the first release ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """People of a leaf now, and how many of them were never released."""

    people: int
    fresh: int


def refine(
    assigned: Mapping[Leaf, int], leaves: Mapping[Leaf, Count], smallest: int
) -> dict[Leaf, int]:
    """Atom by leaf after new leaves came; never splits an atom.

    New leaves make atoms of their own only where each holds ``smallest`` people never released
    before; other new leaves, and atoms that fell below ``smallest``, join an existing atom.
    ``assigned`` may name leaves that have nobody any more: they stay.
    """
    atoms = _Atoms(assigned, leaves)
    new = {leaf: count.fresh for leaf, count in leaves.items() if leaf not in assigned}
    small: list[Group] = []
    for counts in _by_department(new).values():
        for group in within_department(counts, smallest):
            if group.people >= smallest:
                atoms.add(group.leaves)
            else:
                small.append(group)
    for group in sorted(small, key=lambda g: g.key):
        target = atoms.nearest(group.leaves, excluding=None)
        atoms.add(group.leaves) if target is None else atoms.join(group.leaves, target)
    atoms.merge_small(smallest)
    return atoms.by_leaf()


class _Atoms:
    """Atoms as sets of leaves while they are being refined."""

    def __init__(self, assigned: Mapping[Leaf, int], leaves: Mapping[Leaf, Count]) -> None:
        self._count = leaves
        self._leaves: dict[int, set[Leaf]] = {}
        for leaf, atom in assigned.items():
            self._leaves.setdefault(atom, set()).add(leaf)
        self._next = max(self._leaves, default=0) + 1

    def add(self, leaves: Sequence[Leaf]) -> None:
        self._leaves[self._next] = set(leaves)
        self._next += 1

    def join(self, leaves: Iterable[Leaf], atom: int) -> None:
        self._leaves[atom] |= set(leaves)

    def by_leaf(self) -> dict[Leaf, int]:
        return {leaf: atom for atom, leaves in self._leaves.items() for leaf in leaves}

    def people(self, atom: int) -> int:
        counts = (self._count.get(leaf) for leaf in self._leaves[atom])
        return sum(count.people for count in counts if count is not None)

    def merge_small(self, smallest: int) -> None:
        """Atoms that somebody but too few people are left in join their nearest."""
        while True:
            small = [(n, a) for a in self._leaves if 0 < (n := self.people(a)) < smallest]
            if not small:
                return
            atom = min(small)[1]
            target = self.nearest(self._leaves[atom], excluding=atom)
            if target is None:
                return
            self.join(self._leaves.pop(atom), target)

    def nearest(self, leaves: Iterable[Leaf], excluding: int | None) -> int | None:
        """The atom these leaves join: same role by time, else same department, else the rest."""
        leaves = list(leaves)
        others = {atom: held for atom, held in self._leaves.items() if atom != excluding}
        rows = {(leaf.department, leaf.role) for leaf in leaves}
        homes = {leaf.department for leaf in leaves}
        same_row = [a for a in others if any((x.department, x.role) in rows for x in others[a])]
        if same_row:
            return min(same_row, key=lambda a: (_days_apart(leaves, others[a]), self.people(a), a))
        at_home = [a for a in others if any(x.department in homes for x in others[a])]
        pool = at_home or self._of_smallest_department(others)
        return min(pool, key=lambda a: (self.people(a), a), default=None)

    def _of_smallest_department(self, atoms: Mapping[int, set[Leaf]]) -> list[int]:
        size: dict[UUID, int] = {}
        for leaf in (leaf for leaves in atoms.values() for leaf in leaves):
            count = self._count.get(leaf)
            size[leaf.department] = size.get(leaf.department, 0) + (count.people if count else 0)
        if not size:
            return []
        smallest = min(size, key=lambda department: (size[department], department))
        return [a for a, leaves in atoms.items() if any(x.department == smallest for x in leaves)]


def _days_apart(some: Sequence[Leaf], others: Iterable[Leaf]) -> int:
    """Days between the nearest periods of leaves of the same department and role."""
    return min(
        abs((a.period - b.period).days)
        for b in others
        for a in some
        if (a.department, a.role) == (b.department, b.role)
    )
