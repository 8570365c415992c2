"""Sums over people without later answers: the audit against brute force, and what it allows."""

from collections.abc import Mapping, Sequence
from itertools import count

import numpy as np
import pytest

from data.analysis.pooling import MOST_ATOMS, NEW, Atom, Kind, People, blocks, is_safe
from tests.support.attack import isolated

OLD = 7
"""A sum over absent people that was published before."""


def people(numbers: Mapping[Kind, int]) -> People:
    return {kind: np.array([n]) for kind, n in numbers.items()}


def told_apart(atoms: Sequence[Mapping[Kind, int]]) -> bool:
    """Brute force: whether atoms' sums and sums over kinds together rest on 1-4 people."""
    ids = count()
    members = [{kind: {next(ids) for _ in range(n)} for kind, n in of.items()} for of in atoms]
    rows = [frozenset().union(*of.values()) for of in members if sum(map(len, of.values())) >= 5]
    for sum_ in (NEW, OLD):
        found = {p for of in members for kind, who in of.items() if sum_ in kind for p in who}
        rows += [frozenset(found)] if len(found) >= 5 else []
    person_of = {p: p for row in rows for p in row}
    return bool(rows) and isolated(rows, person_of) is not None


NESTED = [Kind(), Kind({OLD}), Kind({OLD, NEW})]


@pytest.mark.parametrize("kinds", [[Kind(), Kind({NEW})], NESTED, [*NESTED, Kind({NEW})]], ids=len)
def test_the_audit_is_brute_force(kinds: list[Kind]) -> None:
    random = np.random.default_rng(len(kinds))
    verdicts = set()
    for _ in range(250):
        numbers = [
            {kind: int(random.choice([0, 0, 1, 2, 3, 5, 7])) for kind in kinds}
            for _ in range(random.integers(1, 4))
        ]
        new = sum(n for of in numbers for kind, n in of.items() if NEW in kind)
        if told_apart([without_new(of) for of in numbers]):
            continue  # what was known already is not this sum's doing
        safe = is_safe([people(of) for of in numbers], 5)
        # Where sums do not hold one another the audit may be more careful than it must.
        if len(kinds) < 4 or safe:
            assert safe == (new < 5 or not told_apart(numbers)), numbers
        verdicts.add(safe)
    assert verdicts == {True, False}


def without_new(numbers: Mapping[Kind, int]) -> dict[Kind, int]:
    """The same people before the new sum."""
    before: dict[Kind, int] = {}
    for kind, n in numbers.items():
        before[kind - {NEW}] = before.get(kind - {NEW}, 0) + n
    return before


def test_one_figure_that_fails_is_enough() -> None:
    """Nine people absent, nine not; but only two of the present answered the second figure."""
    atom = {Kind({NEW}): np.array([9, 9]), Kind(): np.array([9, 2])}
    assert is_safe([{kind: n[:1] for kind, n in atom.items()}], 5)
    assert not is_safe([atom], 5)


def test_a_higher_threshold_asks_for_more() -> None:
    atom = people({Kind({NEW}): 9, Kind(): 9})
    assert is_safe([atom], 9)
    assert not is_safe([atom], 10)


def test_small_atoms_join_others_of_their_home() -> None:
    small = people({Kind({NEW}): 3, Kind(): 6})
    large = people({Kind({NEW}): 8, Kind(): 6})
    atoms = [
        Atom(1, ("a",), ("x",), small),
        Atom(2, ("a",), ("y",), large),
        Atom(3, ("a",), ("z",), small),
        Atom(4, ("b",), ("x",), small),
        Atom(5, ("c",), ("x",), people({Kind(): 9})),
        Atom(6, ("c",), ("y",), people({Kind({NEW}): 9})),
    ]
    assert blocks(atoms, 5) == [(2,), (1, 3), (5,), (6,)]


def test_blocks_are_few_atoms() -> None:
    atoms = [Atom(i, ("a",), (), people({Kind({NEW}): 0, Kind(): 9})) for i in range(3)]
    lonely = [Atom(10 + i, ("a",), (), people({Kind({NEW}): 1, Kind(): 90})) for i in range(20)]
    found = blocks([*atoms, *lonely], 5)
    assert max(map(len, found)) <= MOST_ATOMS
    assert (10, 11, 12, 13, 14) in found
    assert blocks([], 5) == []
