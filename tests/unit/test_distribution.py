"""How answers are spread: shares of whole scales, points of few people with their neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis import gate
from data.analysis.cells import histograms_by_atom, points
from data.analysis.distribution import point_names, spread

counts = st.lists(st.integers(0, 60), min_size=2, max_size=11)


def test_shares_are_those_of_the_answers_to_half_a_block_of_five() -> None:
    answers = np.random.default_rng(3).integers(1, 6, 400)
    parts = spread(np.bincount(answers, minlength=6)[1:].tolist())
    assert [(p.first, p.last) for p in parts] == [(i, i) for i in range(5)]
    for part in parts:
        exact = 100 * np.mean(answers == part.first + 1)
        assert abs(part.share - exact) < 100 * 2.5 * 2 / 400


@given(counts)
def test_no_part_is_of_one_to_four_people_and_all_points_are_there(counts: list[int]) -> None:
    parts = spread(counts)
    if sum(counts) < 30:
        assert not parts
    if not parts:
        return
    assert [p.first for p in parts] == [0, *(p.last + 1 for p in parts[:-1])]
    assert parts[-1].last == len(counts) - 1
    for part in parts:
        people = sum(counts[part.first : part.last + 1])
        assert people == 0 or people >= gate.SMALLEST
        assert (part.share == 0) == (people == 0)
    assert sum(p.share for p in parts) == pytest.approx(100, abs=0.5 * len(parts))


def test_two_views_do_not_tell_what_each_of_a_small_group_chose() -> None:
    """60 people with and without a group of six: many splits of the six look the same."""
    base = [10, 13, 14, 13, 10]
    seen: dict[tuple[object, ...], int] = {}
    for agree in range(7):
        both = [base[0], base[1] + 6 - agree, base[2], base[3] + agree, base[4]]
        look = spread(both)
        seen[look] = seen.get(look, 0) + 1
    assert max(seen.values()) >= 2
    assert len(seen) < 7


def test_points_that_few_chose_join_the_smaller_neighbour_that_somebody_chose() -> None:
    assert [(p.first, p.last) for p in spread([2, 9, 20, 9, 0])] == [(0, 1), (2, 2), (3, 3), (4, 4)]
    assert [(p.first, p.last) for p in spread([20, 3, 8, 0, 0])] == [(0, 0), (1, 2), (3, 3), (4, 4)]
    assert spread([28, 3]) == ()
    assert [p.share for p in spread([0, 0, 40])] == [0, 0, 100]


def test_few_answers_are_not_spread() -> None:
    assert spread([6, 6, 6, 6, 5]) == ()
    assert spread([]) == ()


def test_scales_of_many_points_have_ten_bins() -> None:
    assert point_names(1, 5, {"1": "Never", "5": "Always"}) == ("Never", "2", "3", "4", "Always")
    assert point_names(0, 10, {})[-1] == "10"
    names = point_names(0, 100, {})
    assert len(names) == 10 == points(0, 100)
    assert names[0] == "0 to 10"
    values = np.linspace(0, 100, 11)
    scores = 1 + 4 * values / 100
    found = histograms_by_atom(scores, np.ones(11, dtype=np.int64), 0, 100, False)[1]
    assert found == np.histogram(values, bins=10, range=(0, 100))[0].tolist()
