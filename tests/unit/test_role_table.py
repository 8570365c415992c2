"""The table by role beside atoms: the audit against brute force, now and after later releases."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis import role_table
from data.analysis.ledger import Current, Ledger, advance
from data.analysis.role_table import apart, cross, is_safe, merge
from tests.support.attack import Isolation, isolated

SMALLEST = 5


def brute(people: np.ndarray) -> bool:
    """Whether no combination of all rows of both partitions rests on 1-4 people."""
    members = {
        (i, j): frozenset((i, j, n) for n in range(people[i, j]))
        for i, j in np.ndindex(people.shape)
    }
    atoms, roles = (range(size) for size in people.shape)
    vectors = [frozenset().union(*(members[i, j] for j in roles)) for i in atoms]
    vectors += [frozenset().union(*(members[i, j] for i in atoms)) for j in roles]
    vectors = [vector for vector in vectors if vector]
    return isolated(vectors, {one: one for vector in vectors for one in vector}) is None


def audit(people: np.ndarray) -> bool:
    return is_safe(people, np.ones(len(people), dtype=bool), SMALLEST)


def nested(people: np.ndarray) -> bool:
    """Only what nested unions give away: sums over few people, but not their differences."""
    sizes = people.sum(axis=1)
    for count in range(1, people.shape[1] + 1):
        for chosen in combinations(range(people.shape[1]), count):
            inside = people[:, chosen].sum(axis=1)
            outer = sizes[inside > 0].sum() - inside.sum()
            inner = inside.sum() - sizes[inside == sizes].sum()
            if 0 < outer < SMALLEST or 0 < inner < SMALLEST:
                return False
    return True


@st.composite
def crossings(draw: st.DrawFn) -> np.ndarray:
    """Small numbers of people, each atom and each role with five or more."""
    shape = draw(st.tuples(st.integers(2, 4), st.integers(2, 4)))
    cell = st.one_of(st.just(0), st.integers(0, 7))
    cells = draw(st.lists(cell, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    people = np.array(cells, dtype=np.int64).reshape(shape)
    people[:, 0] += np.maximum(0, SMALLEST - people.sum(axis=1))
    people[0] += np.maximum(0, SMALLEST - people.sum(axis=0))
    return people


@settings(max_examples=300, deadline=None)
@given(crossings())
def test_the_audit_is_exact(people: np.ndarray) -> None:
    assert audit(people) == brute(people)


def test_without_the_audit_people_are_told_apart() -> None:
    """Two atoms, two roles; one person of role 1 in atom 0: role 0 less the others is that one."""
    assert not brute(np.array([[9, 1], [0, 9]]))
    assert not audit(np.array([[9, 1], [0, 9]]))
    assert brute(np.array([[9, 5], [0, 9]]))
    assert audit(np.array([[9, 5], [0, 9]]))


def test_nested_unions_are_not_enough() -> None:
    """Atom 0 less role 0 is one person less another: two answers, told by their difference."""
    people = np.array([[9, 1], [1, 9]])
    assert nested(people)
    assert not brute(people)
    assert not audit(people)


def test_too_much_to_look_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    people = np.full((6, 4), 9)
    assert audit(people)
    monkeypatch.setattr(role_table, "MOST_MIXED", 5)
    assert not audit(people)
    monkeypatch.setattr(role_table, "MOST_MIXED", 6)
    monkeypatch.setattr(role_table, "MOST_CATEGORIES", 3)
    assert not audit(people)


def test_small_categories_are_merged_smallest_first() -> None:
    counts = {0: {(1, "a"): 2, (1, "b"): 3, (2, "c"): 9, (2, "d"): 20, (1, "e"): 3}}
    assert merge(counts, SMALLEST) == (("a", "b", "e"), ("c",), ("d",))
    assert merge({0: {(1, "a"): 2, (1, "b"): 1}}, SMALLEST) == (("a", "b"),)


def test_a_category_small_in_any_figure_is_merged() -> None:
    counts = {
        0: {(1, "a"): 9, (1, "b"): 9, (1, "c"): 9},
        1: {(1, "a"): 9, (1, "b"): 4, (1, "c"): 8},
    }
    assert merge(counts, SMALLEST) == (("a",), ("b", "c"))


def test_people_of_an_atom_that_hides_a_figure_are_not_in_the_table() -> None:
    counts = {0: {(1, "a"): 9, (1, "b"): 9, (2, "a"): 2, (2, "b"): 2}}
    crossed, categories = cross(counts, SMALLEST)
    assert categories == (("a",), ("b",))
    assert crossed.people[0].tolist() == [[9, 9], [0, 0]]


def test_what_is_shown_apart() -> None:
    people = np.array([[9, 0, 0], [6, 6, 3], [0, 0, 4]])
    assert apart(people, [("a",), ("b",), ("c", "d")], SMALLEST) == (21, 9)


# --- Later releases -------------------------------------------------------------------------------


@dataclass
class World:
    """A tiny survey with roles: its ledger, and everything an attacker ever saw, per figure.

    Every person has two figures: one that all have, and an answer that may be missing or change.
    """

    now: dict[Hashable, Current] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    roles: dict[Hashable, str] = field(default_factory=dict)
    rows: dict[int, list[frozenset[tuple[Hashable, float]]]] = field(default_factory=dict)
    is_guarded: bool = True
    arrived: int = 0

    def arrive(self, count: int, atom: int, role: str, answer: float | None = 2.0) -> range:
        people = range(self.arrived, self.arrived + count)
        self.arrived += count
        for person in people:
            self.roles[person] = role
            self.now[person] = Current(person, atom, (1.0, answer))
        return people

    def erase(self, people: range) -> None:
        for person in people:
            self.now.pop(person, None)

    def open(self) -> bool:
        """The first release, with the table by role if it passes."""
        self.rebuild()
        crossed, categories = cross(self._counts(), SMALLEST)
        if len(categories) < 2 or not crossed.is_safe(SMALLEST):
            return False
        for figure, people in crossed.people.items():
            shown = {r for r, row in zip(crossed.releases, people, strict=True) if row.any()}
            for roles in categories:
                row = self._row(figure, [p for p in self.now if self._shows(p, shown, roles)])
                if row:
                    self.rows[figure].append(row)
        if self.is_guarded:
            self.ledger.crossed = crossed
        return True

    def _shows(self, person: Hashable, releases: set[int], roles: tuple[str, ...]) -> bool:
        atom = self.now[person].atom
        return self.ledger.last.get(atom) in releases and self.roles[person] in roles

    def _counts(self) -> dict[int, Mapping[tuple[int, str], int]]:
        return {
            figure: Counter(
                (self.ledger.last[now.atom], self.roles[person])
                for person, now in self.now.items()
                if now.values[figure] is not None and now.atom in self.ledger.last
            )
            for figure in (0, 1)
        }

    def _row(self, figure: int, people: list[Hashable]) -> frozenset[tuple[Hashable, float]]:
        values = ((person, self.now[person].values[figure]) for person in people)
        return frozenset((person, value) for person, value in values if value is not None)

    def rebuild(self) -> set[int]:
        gone = [session for session in self.ledger.held if session not in self.now]
        touched = {held.atom for held in self.ledger.held.values()}
        touched |= {now.atom for now in self.now.values()}
        outcome = advance(self.ledger, dict(self.now), gone, touched, SMALLEST)
        for atom in outcome.released:
            for figure in (0, 1):
                row = self._row(figure, [p for p, now in self.now.items() if now.atom == atom])
                if len(row) >= SMALLEST:
                    self.rows.setdefault(figure, []).append(row)
        return outcome.released

    def told_apart(self) -> Isolation | None:
        for rows in self.rows.values():
            person_of = {column: column[0] for row in rows for column in row}
            found = isolated(rows, person_of)
            if found is not None:
                return found
        return None


def leaking_world(*, is_guarded: bool) -> World:
    """Five of role b in atom 1 are erased and one arrives; a single b remains in atom 2."""
    world = World(is_guarded=is_guarded)
    world.arrive(6, 1, "a")
    leaving = world.arrive(5, 1, "b")
    world.arrive(10, 2, "a")
    world.arrive(1, 2, "b")
    assert world.open()
    assert world.told_apart() is None
    world.erase(leaving)
    world.arrive(1, 1, "a")
    return world


def test_a_later_release_would_tell_people_apart() -> None:
    """Proves that the check can fail: atom 1 now + atom 2 - role a is two people."""
    world = leaking_world(is_guarded=False)
    assert world.rebuild() == {1}
    found = world.told_apart()
    assert found is not None
    assert len(found.people) == 2


def test_that_release_waits() -> None:
    world = leaking_world(is_guarded=True)
    assert world.rebuild() == set()
    world.arrive(12, 1, "b")
    world.rebuild()
    assert world.told_apart() is None


def test_arrivals_alone_never_wait_for_the_table() -> None:
    world = World()
    world.arrive(6, 1, "a")
    world.arrive(5, 1, "b")
    world.arrive(10, 2, "a")
    world.arrive(1, 2, "b")
    assert world.open()
    for _ in range(3):
        world.arrive(5, 1, "b")
        world.arrive(6, 2, "a")
        assert world.rebuild() == {1, 2}
    assert world.told_apart() is None


def test_a_release_without_five_passes_while_others_are_whole() -> None:
    world = World()
    leaving = world.arrive(8, 1, "a")
    world.arrive(8, 1, "b")
    world.arrive(8, 2, "a")
    world.arrive(8, 2, "b")
    assert world.open()
    world.erase(leaving[:5])
    world.arrive(3, 1, "a")
    assert world.rebuild() == {1}
    assert world.ledger.crossed is not None
    assert world.ledger.crossed.whole == {2}
    assert world.told_apart() is None


FEW = st.integers(1, 7)
PLACE = st.integers(0, 50)
STEP = st.tuples(st.sampled_from(["arrive", "erase", "correct", "skip", "move"]), PLACE, FEW)


def apply(world: World, step: tuple[str, int, int]) -> None:
    kind, first, count = step
    if kind == "arrive":
        world.arrive(count, 1 + first % 3, "abc"[first % 2], None if first % 7 == 0 else 2.0)
        return
    if kind == "erase":
        world.erase(range(first, first + count))
        return
    for person in range(first, first + count):
        now = world.now.get(person)
        if now is None:
            continue
        atom, answer = now.atom, now.values[1]
        if kind == "move":
            atom = 1 + atom % 3
        else:
            answer = None if kind == "skip" else 5.0 - (answer or 2.0)
        world.now[person] = Current(person, atom, (1.0, answer))


def founded(cells: list[int]) -> World:
    world = World()
    for place, count in enumerate(cells):
        for one in range(count):
            world.arrive(1, 1 + place % 3, "ab"[place // 3], None if one == 3 else 2.0)
    return world


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=6, max_size=6),
    st.lists(st.lists(STEP, min_size=1, max_size=3), max_size=4),
)
def test_no_history_tells_anybody_apart(
    cells: list[int], history: list[list[tuple[str, int, int]]]
) -> None:
    world = founded(cells)
    if not world.now:
        return
    world.open()
    for steps in history:
        for step in steps:
            apply(world, step)
        world.rebuild()
    assert world.told_apart() is None
