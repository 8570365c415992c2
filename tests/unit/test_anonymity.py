"""Generalised attributes: nobody shares theirs with fewer than k people, whatever the rows."""

from collections import Counter
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.anonymity import OTHER, generalised

VALUES = st.sampled_from(("a", "b", "c", "d", OTHER, "", "Köln"))


@given(
    st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=80),
    st.integers(min_value=1, max_value=12),
)
def test_every_combination_is_of_k_people(rows: list[tuple[str, ...]], smallest: int) -> None:
    people: dict[Hashable, tuple[str, ...]] = dict(enumerate(rows))
    told = generalised(people, smallest)
    assert set(told) == (set(range(len(rows))) if len(rows) >= smallest else set())
    assert all(count >= smallest for count in Counter(told.values()).values())
    for person, values in told.items():
        assert all(v in (own, OTHER) for v, own in zip(values, people[person], strict=True))


@given(st.lists(st.tuples(VALUES, VALUES), min_size=5, max_size=60), st.randoms())
def test_the_order_of_rows_tells_nothing(rows: list[tuple[str, ...]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    told = Counter(generalised(dict(enumerate(rows)), 5).values())
    assert told == Counter(generalised(dict(enumerate(shuffled)), 5).values())


def test_the_check_can_fail() -> None:
    """The plain rows are not k-anonymous: what is asserted above is no matter of course."""
    rows = [("Sales", "Lead"), *[("Sales", "Staff")] * 8, *[("Legal", "Staff")] * 6]
    assert min(Counter(rows).values()) == 1
    told = generalised(dict(enumerate(rows)), 5)
    assert min(Counter(told.values()).values()) >= 5
    assert Counter(told.values()) == {("Sales", OTHER): 9, ("Legal", "Staff"): 6}


@pytest.mark.parametrize("count", [0, 4])
def test_too_few_people_are_told_nothing_of(count: int) -> None:
    assert generalised(dict.fromkeys(range(count), ("a",)), 5) == {}


def test_a_small_value_takes_the_next_smallest_along() -> None:
    rows = ["big"] * 20 + ["middle"] * 6 + ["small"] * 2
    told = generalised({n: (value,) for n, value in enumerate(rows)}, 5)
    assert Counter(told.values()) == {("big",): 20, (OTHER,): 8}
