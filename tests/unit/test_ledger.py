"""The ledger keeps linear algebra over all releases from resting on fewer than five people."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.isolation import People, is_safe
from data.analysis.ledger import Current, Held, Ledger, advance

SMALLEST = 5


@dataclass
class World:
    """A tiny organisation, and everything an attacker ever saw of it.

    ``rows``: per figure, the sets of (person, value) whose sums were shown. Values are named so
    that equal ones are the same unknown.
    """

    now: dict[Hashable, Current] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    rows: dict[int, list[frozenset[tuple[Hashable, float]]]] = field(default_factory=dict)
    shown: dict[int, set[Hashable]] = field(default_factory=dict)

    def put(self, person: Hashable, *values: float | None, atom: int = 1) -> None:
        self.now[person] = Current(person, atom, (1.0, *values))

    def rebuild(self) -> set[int]:
        """Release what the ledger allows; returns the released atoms."""
        gone = [session for session in self.ledger.held if session not in self.now]
        touched = {held.atom for held in self.ledger.held.values()}
        touched |= {now.atom for now in self.now.values()}
        outcome = advance(self.ledger, dict(self.now), gone, touched, SMALLEST)
        for atom in outcome.withdrawn | outcome.dissolved:
            self.shown.pop(atom, None)
        for atom in outcome.released:
            self._show(atom)
        return outcome.released

    def _show(self, atom: int) -> None:
        members = {p: now for p, now in self.now.items() if now.atom == atom}
        self.shown[atom] = set(members)
        for figure in range(len(next(iter(members.values())).values)):
            row = frozenset(
                (p, value)
                for p, now in members.items()
                if (value := now.values[figure]) is not None
            )
            if len(row) >= SMALLEST:
                self.rows.setdefault(figure, []).append(row)


def told_apart(rows: list[frozenset[tuple[Hashable, float]]]) -> set[Hashable] | None:
    """Brute force: 1-4 people whose answers some combination of the sums rests on, if any."""
    columns = sorted(frozenset().union(*rows), key=str)
    people = sorted({person for person, _ in columns}, key=str)
    matrix = np.array([[column in row for column in columns] for row in rows], dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    for size in range(1, SMALLEST):
        for chosen in combinations(people, size):
            rest = [i for i, (person, _) in enumerate(columns) if person not in chosen]
            if np.linalg.matrix_rank(matrix[:, rest]) < rank:
                return set(chosen)
    return None


def leaking_world() -> World:
    """Released as 1-5, then as 1-10; now 1-4 are erased and 11 arrives: five changes."""
    world = World()
    for person in range(1, 6):
        world.put(person)
    assert world.rebuild() == {1}
    for person in range(6, 11):
        world.put(person)
    assert world.rebuild() == {1}
    for person in range(1, 5):
        del world.now[person]
    world.put(11)
    return world


def test_five_changes_alone_would_give_people_away() -> None:
    """Proves that the check can fail: R3 - R2 + R1 is the sum of persons 5 and 11."""
    world = leaking_world()
    world._show(1)  # what a rule of "five changes" would do
    assert told_apart(world.rows[0]) == {5, 11}


def test_the_ledger_refuses_that_release() -> None:
    world = leaking_world()
    assert world.rebuild() == set()
    assert world.shown == {}, "somebody was erased: the old figures must go"
    assert told_apart(world.rows[0]) is None
    for person in range(12, 20):
        world.put(person)
    world.rebuild()
    assert told_apart(world.rows[0]) is None


def test_fewer_than_five_arrivals_wait() -> None:
    world = World()
    for person in range(8):
        world.put(person)
    world.rebuild()
    for person in range(8, 12):
        world.put(person)
    assert world.rebuild() == set()
    world.put(12)
    assert world.rebuild() == {1}


def test_nothing_new_is_no_release() -> None:
    world = World()
    for person in range(8):
        world.put(person, 3.0)
    assert world.rebuild() == {1}
    assert world.rebuild() == set()


def test_a_figure_that_one_newcomer_answered_holds_the_release_back() -> None:
    world = World()
    for person in range(6):
        world.put(person, 3.0)
    world.rebuild()
    for person in range(6, 12):
        world.put(person, 3.0 if person == 6 else None)
    assert world.rebuild() == set()


def test_a_correction_taken_back_is_the_same_answer_again() -> None:
    """Five answers change and change back while one person arrives: R3 - R1 would be that one."""
    world = World()
    for person in range(10):
        world.put(person, 2.0)
    world.rebuild()
    for person in range(5):
        world.put(person, 4.0)
    assert world.rebuild() == {1}
    for person in range(5):
        world.put(person, 2.0)
    world.put(10, 2.0)
    assert world.rebuild() == set()


def test_erasing_one_withdraws_and_forgets() -> None:
    world = World()
    for person in range(12):
        world.put(person, 3.0)
    world.rebuild()
    del world.now[3]
    assert world.rebuild() == set()
    assert world.shown == {}
    assert 3 not in world.ledger.held
    assert sum(world.ledger.departed.values()) == 2  # one per figure, and no name


def test_people_who_move_are_released_in_both_atoms_or_in_none() -> None:
    world = World()
    for person in range(20):
        world.put(person, atom=1 + person % 2)
    world.rebuild()
    for person in (0, 2, 4, 6, 8):
        world.put(person, atom=2)
    assert world.rebuild() == {1, 2}
    assert told_apart(world.rows[0]) is None
    world.put(10, atom=2)
    assert world.rebuild() == set()


def test_a_merged_remnant_is_not_the_difference() -> None:
    """Two are erased of five; their atom's three others join an atom of ten: not as a step."""
    world = World()
    for person in range(5):
        world.put(person, atom=1)
    for person in range(5, 15):
        world.put(person, atom=2)
    world.rebuild()
    del world.now[0], world.now[1]
    for person in range(2, 5):
        world.put(person, atom=2)
    assert world.rebuild() == set()
    assert world.shown == {2: set(range(5, 15))}


def test_figures_of_fewer_than_five_are_no_rows() -> None:
    """Their sums were never handed out, so they cannot be subtracted."""
    classes = {
        frozenset({1, 2}): People(frozenset("abc")),
        frozenset({2}): People(frozenset("defgh")),
    }
    assert is_safe(classes, frozenset({2}), SMALLEST)
    shown = {**classes, frozenset({1}): People(frozenset("xyzuvw"))}
    assert is_safe(shown, frozenset({2}), SMALLEST)
    subtracted = {
        frozenset({1, 2}): People(frozenset("abcde")),
        frozenset({2}): People(frozenset("d")),
    }
    assert not is_safe(subtracted, frozenset({2}), SMALLEST)


PEOPLE = st.integers(0, 24)
STEP = st.one_of(
    st.tuples(st.just("arrive"), st.integers(1, 8), st.booleans()),
    st.tuples(st.just("erase"), PEOPLE, st.integers(1, 6)),
    st.tuples(st.just("correct"), PEOPLE, st.integers(1, 6)),
    st.tuples(st.just("leave"), PEOPLE, st.integers(1, 6)),
    st.tuples(st.just("move"), PEOPLE, st.integers(1, 6)),
)


def _apply(world: World, step: tuple[str, int, int], arrived: int) -> int:
    kind, first, count = step
    if kind == "arrive":
        for person in range(arrived, arrived + first):
            world.put(person, None if count and person % 3 == 0 else 2.0, atom=1 + person % 2)
        return arrived + first
    for person in range(first, first + count):
        now = world.now.get(person)
        if now is None:
            continue
        if kind == "erase":
            del world.now[person]
        elif kind == "correct":
            world.put(person, 5.0 - (now.values[1] or 2.0), atom=now.atom)
        elif kind == "leave":
            world.now[person] = Current(person, now.atom, (1.0, None))
        else:
            world.put(person, now.values[1], atom=3 - now.atom)
    return arrived


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 14), st.lists(st.lists(STEP, min_size=1, max_size=3), max_size=5))
def test_no_history_tells_anybody_apart(
    founders: int, history: list[list[tuple[str, int, int]]]
) -> None:
    world = World()
    arrived = 0
    for person in range(founders):
        world.put(person, 2.0 if person % 4 else None, atom=1 + person % 2)
        arrived += 1
    world.rebuild()
    for steps in history:
        for step in steps:
            arrived = _apply(world, step, arrived)
        world.rebuild()
        assert world.rebuild() == set(), "a second rebuild finds nothing to do"
    for rows in world.rows.values():
        assert told_apart(rows) is None


@pytest.mark.parametrize("smallest", [5, 7])
def test_first_releases_need_enough_people(smallest: int) -> None:
    current: dict[Hashable, Current] = {p: Current(p, 1, (1.0,)) for p in range(smallest - 1)}
    ledger = Ledger()
    assert advance(ledger, current, [], {1}, smallest).released == set()
    current[99] = Current(99, 1, (1.0,))
    assert advance(ledger, current, [], {1}, smallest).released == {1}
    assert ledger.held[99] == Held(99, 1, (1.0,), (frozenset({1}),))
