"""Atoms hold enough people, cover every leaf once, and do not depend on the order of rows."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.partition import (
    Count,
    Leaf,
    Period,
    choose_period,
    coarsen,
    partition,
    refine,
    single_share,
    start_of,
)

SURVEY = Path(__file__).parents[2].parent / "shared" / "data" / "llm_research"
HOME = UUID(int=1)
WAVE = date(2024, 1, 1)

LEAVES = st.dictionaries(
    st.builds(
        Leaf,
        st.integers(1, 4).map(lambda n: UUID(int=n)),
        st.sampled_from(["", "a", "b", "c"]),
        st.integers(0, 5).map(lambda week: WAVE + timedelta(weeks=week)),
    ),
    st.integers(1, 9),
    min_size=1,
    max_size=30,
)


def leaf(role: str, week: int, home: int = 1) -> Leaf:
    return Leaf(UUID(int=home), role, WAVE + timedelta(weeks=week))


@given(LEAVES, st.integers(5, 8))
def test_every_leaf_is_in_one_atom_of_enough_people(leaves: dict[Leaf, int], smallest: int) -> None:
    atoms = partition(leaves, smallest)
    together = Counter(leaf for atom in atoms for leaf in atom.leaves)
    assert together == Counter(leaves.keys())
    assert all(atom.people == sum(leaves[x] for x in atom.leaves) for atom in atoms)
    enough = sum(leaves.values()) >= smallest
    assert all(atom.people >= smallest for atom in atoms) if enough else len(atoms) == 1


@given(LEAVES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(leaves: dict[Leaf, int], random: object) -> None:
    shuffled = list(leaves.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert partition(leaves, 5) == partition(dict(shuffled), 5)


@given(LEAVES)
def test_departments_that_can_stand_alone_do(leaves: dict[Leaf, int]) -> None:
    people = Counter[UUID]()
    for (department, *_), count in leaves.items():
        people[department] += count
    if any(count < 5 for count in people.values()):
        return
    for atom in partition(leaves, 5):
        assert len({x.department for x in atom.leaves}) == 1


def test_periods_of_a_role_are_gathered_before_roles_are() -> None:
    atoms = partition({leaf("a", 0): 3, leaf("a", 1): 2, leaf("a", 2): 4, leaf("b", 0): 6}, 5)
    assert [[(x.role, x.period) for x in atom.leaves] for atom in atoms] == [
        [("a", WAVE + timedelta(weeks=week)) for week in range(3)],
        [("b", WAVE)],
    ]


def test_small_roles_join_the_smallest_first() -> None:
    atoms = partition({leaf("a", 0): 2, leaf("b", 0): 4, leaf("c", 0): 9}, 5)
    assert [{x.role for x in atom.leaves} for atom in atoms] == [{"a", "b"}, {"c"}]


def test_a_small_department_joins_the_smallest_atom_of_the_smallest_other() -> None:
    atoms = partition(
        {leaf("a", 0, 1): 3, leaf("a", 0, 2): 5, leaf("b", 0, 2): 6, leaf("a", 0, 3): 40}, 5
    )
    assert [{(x.department.int, x.role) for x in atom.leaves} for atom in atoms] == [
        {(1, "a"), (2, "a")},
        {(2, "b")},
        {(3, "a")},
    ]


@pytest.mark.parametrize(
    ("period", "start"),
    [
        (Period.WEEK, date(2024, 12, 30)),
        (Period.MONTH, date(2025, 1, 1)),
        (Period.QUARTER, date(2025, 1, 1)),
        (Period.WAVE, WAVE),
    ],
)
def test_periods_start_on_their_first_day(period: Period, start: date) -> None:
    assert start_of(date(2025, 1, 2), period, WAVE) == start


@pytest.mark.skipif(not SURVEY.exists(), reason="the shared survey files are not here")
def test_llm_research_is_shown_by_wave() -> None:
    """816 people: 35 % in atoms of a single week, 86 % of a quarter, all of the wave."""
    with (SURVEY / "SurveyResults.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    days = Counter(
        Leaf(
            uuid5(HOME, row["Field"]),
            row["Year_Group"],
            datetime.strptime(row["EndDate"], "%Y-%m-%d %H:%M:%S").date(),
        )
        for row in rows
    )
    shares = {p: single_share(partition(coarsen(days, p, WAVE), 5)) for p in Period}
    assert sum(days.values()) == 816
    assert round(100 * shares[Period.WEEK]) == 35
    assert round(100 * shares[Period.QUARTER]) == 86
    assert shares[Period.WAVE] == 1
    assert choose_period(days, 5, WAVE) is Period.WAVE


def test_a_large_short_survey_is_shown_by_week() -> None:
    days = {
        Leaf(UUID(int=home), role, WAVE + timedelta(days=day)): 9
        for home in range(1, 13)
        for role in "abcdef"
        for day in range(21)
    }
    assert choose_period(days, 5, WAVE) is Period.WEEK


@given(LEAVES, LEAVES, st.integers(0, 9))
def test_refining_never_splits_an_atom(
    before: dict[Leaf, int], after: dict[Leaf, int], fresh: int
) -> None:
    assigned = {x: n for n, atom in enumerate(partition(before, 5), 1) for x in atom.leaves}
    counts = {x: Count(n, min(n, fresh)) for x, n in after.items()}
    atoms = refine(assigned, counts, 5)
    assert atoms.keys() == assigned.keys() | after.keys()
    for one, number in assigned.items():
        mates = {x for x, n in assigned.items() if n == number}
        assert {atoms[x] for x in mates} == {atoms[one]}


def test_new_leaves_stand_alone_only_with_five_never_released() -> None:
    assigned = {leaf("a", 0): 1}
    enough = refine(assigned, {leaf("a", 0): Count(9, 0), leaf("a", 1): Count(6, 5)}, 5)
    assert enough == {leaf("a", 0): 1, leaf("a", 1): 2}
    few = refine(assigned, {leaf("a", 0): Count(9, 0), leaf("a", 1): Count(6, 4)}, 5)
    assert few == {leaf("a", 0): 1, leaf("a", 1): 1}


def test_an_atom_that_fell_below_five_merges_near_by() -> None:
    assigned = {leaf("a", 0): 1, leaf("a", 1): 2, leaf("b", 0): 3}
    counts = {leaf("a", 0): Count(3, 0), leaf("a", 1): Count(30, 0), leaf("b", 0): Count(6, 0)}
    assert refine(assigned, counts, 5) == {leaf("a", 0): 2, leaf("a", 1): 2, leaf("b", 0): 3}
