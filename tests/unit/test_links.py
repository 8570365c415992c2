"""Themes against scores: coarse enough for privacy, honest enough for statistics."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from data.analysis.difference import Mark, Side, marked
from data.analysis.forces import Figure
from data.analysis.gate import Shown, Thresholds, estimate
from data.analysis.links import Speakers, against_rest, is_comparable, speakers, step
from data.analysis.moments import Moments

SIZES = (24, 30, 45)
PEOPLE = 170
ROUNDS = 400


@pytest.mark.parametrize("figure", [Figure.PAIN, Figure.READINESS])
def test_a_sum_stays_open_by_one_persons_range(figure: Figure) -> None:
    whole = 100.0 if figure is Figure.READINESS else 4.0
    for n in range(20, 500, 5):
        assert n * step(n, figure) >= whole - 1e-9
    assert step(20, figure) == whole / 20
    assert step(10_000, figure) == whole * (0.01 if figure is Figure.READINESS else 0.025)


def test_few_speakers_and_means_near_an_end_are_not_told() -> None:
    assert speakers([3.0] * 19, Figure.PAIN) is None
    assert speakers([3.0] * 24, Figure.PAIN) == Speakers(20, 3.0)
    assert speakers([4.9] * 24, Figure.PAIN) is None
    assert speakers([4.9] * 40, Figure.PAIN) == Speakers(40, 4.9)
    assert speakers([3.0] * 20 + [3.33] * 20, Figure.PAIN) == Speakers(40, 3.2)


def test_a_theme_needs_enough_others_and_a_spread() -> None:
    people = Speakers(40, 3.0)
    assert is_comparable(people, Shown(60, 3.1, 0.1, 0.8))
    assert not is_comparable(people, Shown(59, 3.1, 0.1, 0.8))
    assert not is_comparable(people, Shown(60, 3.1))
    assert not is_comparable(people, Shown(60, 4.75, bound=">="))


def test_the_rest_and_the_test_follow_from_what_is_shown() -> None:
    """Beside SciPy's Welch test from statistics, on the sides as shown; rounding makes p larger.

    Both means are rounded to 0.1, and an error of either is in the difference 200 / 160 times: one
    is taken off as half a step, the other is variance.
    """
    rest, found = against_rest(Speakers(40, 3.5), Side(200, 3.1, 0.8), Figure.PAIN)
    exact = (200 * 3.1 - 40 * 3.5) / 160
    assert rest == pytest.approx(exact, abs=0.05)
    exactly = stats.ttest_ind_from_stats(3.5, 0.8, 40, exact, 0.8, 160, equal_var=False).pvalue
    sampling = np.array([0.64 / 40, 0.64 / 160])
    df = sampling.sum() ** 2 / (sampling**2 / [39, 159]).sum()
    error = np.sqrt(sampling.sum() + (0.1 * 200 / 160) ** 2 / 12)
    p = 2 * stats.t.sf((3.5 - exact - 0.05 * 200 / 160) / error, df)
    assert found.p == pytest.approx(p) and p > exactly
    correction = 1 - 3 / (4 * 198 - 1)
    assert found.effect == pytest.approx((3.5 - exact) / 0.8 * correction)
    assert found.change == pytest.approx(0.5)


def _family(random: np.random.Generator, shift: float) -> list[Mark]:
    """Marks of three themes in one survey; the last theme's people score ``shift`` higher."""
    values = random.integers(1, 6, (PEOPLE, 2)).mean(axis=1)
    ends = np.cumsum(SIZES)
    values[ends[-2] : ends[-1]] += shift
    whole = estimate(Moments.of(values), Figure.PAIN, Thresholds())
    family: dict[int, Any] = {}
    for number, (end, size) in enumerate(zip(ends, SIZES, strict=True)):
        people = speakers(list(values[end - size : end]), Figure.PAIN)
        assert people is not None and whole.mean is not None and whole.sd is not None
        side = Side(whole.n, whole.mean, whole.sd)
        family[number] = Figure.PAIN, against_rest(people, side, Figure.PAIN)[1]
    return [one.mark for one in marked(family).values()]


def test_noise_is_marked_as_rarely_as_promised() -> None:
    random = np.random.default_rng(4)
    wrong = sum(any(mark is not Mark.NONE for mark in _family(random, 0.0)) for _ in range(ROUNDS))
    assert wrong <= stats.binom.ppf(0.999, ROUNDS, 0.05)


@pytest.mark.parametrize(("people", "size"), [(250, 100), (290, 200), (299, 240), (600, 300)])
@pytest.mark.parametrize("sd", [0.3, 0.5, 0.8, 1.1])
def test_rounding_alone_makes_no_difference(people: int, size: int, sd: float) -> None:
    """A theme of most of the people: what rounding does to its mean is much in the rest's."""
    random = np.random.default_rng(6)
    wrong = 0
    for _ in range(ROUNDS):
        values = random.normal(3 + random.random() / 10, sd, people)
        whole = estimate(Moments.of(values), Figure.PAIN, Thresholds())
        theme = speakers(list(values[:size]), Figure.PAIN)
        assert theme is not None and whole.mean is not None and whole.sd is not None
        side = Side(whole.n, whole.mean, whole.sd)
        tested = against_rest(theme, side, Figure.PAIN)[1]
        wrong += marked({0: (Figure.PAIN, tested)})[0].mark is not Mark.NONE
    assert wrong <= stats.binom.ppf(0.999, ROUNDS, 0.05)


def test_a_large_difference_is_found() -> None:
    random = np.random.default_rng(5)
    found = sum(_family(random, 0.8)[-1] is Mark.BETTER for _ in range(ROUNDS))
    assert found >= 0.9 * ROUNDS
