"""Johnson's weights: the reference figures, their rules, and their interval."""

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from data.analysis.alpha import listwise
from data.analysis.cells import Floats
from data.analysis.drivers import (
    DRAWS,
    Impact,
    Undefined,
    Weights,
    impact,
    overall_p,
    relative_weights,
    weigh,
)

# Henderson and Velleman (1981), as R's mtcars: cyl, disp, hp, gear and mpg.
CARS = """
6 160 110 4 21, 6 160 110 4 21, 4 108 93 4 22.8, 6 258 110 3 21.4, 8 360 175 3 18.7,
6 225 105 3 18.1, 8 360 245 3 14.3, 4 146.7 62 4 24.4, 4 140.8 95 4 22.8, 6 167.6 123 4 19.2,
6 167.6 123 4 17.8, 8 275.8 180 3 16.4, 8 275.8 180 3 17.3, 8 275.8 180 3 15.2, 8 472 205 3 10.4,
8 460 215 3 10.4, 8 440 230 3 14.7, 4 78.7 66 4 32.4, 4 75.7 52 4 30.4, 4 71.1 65 4 33.9,
4 120.1 97 3 21.5, 8 318 150 3 15.5, 8 304 150 3 15.2, 8 350 245 3 13.3, 8 400 175 3 19.2,
4 79 66 4 27.3, 4 120.3 91 5 26, 4 95.1 113 5 30.4, 8 351 264 5 15.8, 6 145 175 5 19.7,
8 301 335 5 15, 4 121 109 4 21.4
"""
SEEDS = st.integers(0, 2**32 - 1)


def cars() -> Floats:
    return np.array([[float(x) for x in row.split()] for row in CARS.split(",")])


def likert(people: int, seed: int, betas: tuple[float, ...] = (0.5, 0.3, -0.3, 0.0)) -> Floats:
    """Forces as means of three answers on 1-5 that go together, and a coarse outcome."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(people, 1))
    latent = 0.5 * common + random.normal(size=(people, len(betas)))
    answers = latent[..., None] + random.normal(scale=0.8, size=(people, len(betas), 3))
    forces = np.clip(np.rint(3 + answers), 1, 5).mean(axis=2)
    outcome = 3 + (latent * betas).sum(axis=1) + random.normal(size=people)
    return np.column_stack([forces, np.clip(np.rint(outcome), 1, 5)])


def correlation(rows: Floats) -> Floats:
    return np.asarray(np.corrcoef(rows.T), dtype=np.float64)


def defined(rows: Floats, **how: Any) -> Weights:
    found = weigh(listwise(rows), **how)
    assert isinstance(found, Weights), found
    return found


def test_the_reference_figures() -> None:
    raw = relative_weights(correlation(cars()))
    assert_allclose(raw, [0.22847972593, 0.22214687054, 0.23217443930, 0.09638860322], atol=5e-12)
    assert raw.sum() == pytest.approx(0.7791896, abs=5e-8)


def test_r_squared_and_f_equal_ordinary_least_squares() -> None:
    rows = likert(200, 1)
    found = defined(rows)
    fitted = sm.OLS(rows[:, -1], sm.add_constant(rows[:, :-1])).fit()
    assert found.n == fitted.nobs
    assert_allclose(found.r_squared, fitted.rsquared)
    assert_allclose(found.p, fitted.f_pvalue)
    assert_allclose(sum(found.shares), 100)
    correlations = correlation(rows)[:-1, -1]
    assert [one.sign for one in found.predictors] == list(np.sign(correlations))


def test_p_on_the_edge() -> None:
    for seed in range(20):
        rows = likert(60, seed, (0.2, 0.0, 0.0, 0.0))
        fitted = sm.OLS(rows[:, -1], sm.add_constant(rows[:, :-1])).fit()
        assert_allclose(overall_p(fitted.rsquared, 60, 4), fitted.f_pvalue)
        assert isinstance(weigh(listwise(rows)), Weights) == (fitted.f_pvalue < 0.05)


def test_weights_are_close_to_those_of_all_orders() -> None:
    """Averaging the gain in R² over all orders of entry (Lindeman, Merenda, Gold) is another way
    to the same question; the two part where predictors say almost the same, as in the cars."""
    for rows, near in ((likert(300, 2), 0.005), (likert(300, 3), 0.005), (cars(), 0.025)):
        assert_allclose(relative_weights(correlation(rows)), all_orders(rows), atol=near)


def all_orders(rows: Floats) -> Floats:
    k = rows.shape[1] - 1

    def fit(chosen: tuple[int, ...]) -> float:
        model = sm.OLS(rows[:, -1], sm.add_constant(rows[:, list(chosen)])) if chosen else None
        return float(model.fit().rsquared) if model else 0.0

    gains = np.zeros(k)
    for one in range(k):
        rest = [other for other in range(k) if other != one]
        for size in range(k):
            share = factorial(size) * factorial(k - size - 1) / factorial(k)
            for chosen in combinations(rest, size):
                gains[one] += share * (fit((*chosen, one)) - fit(chosen))
    return gains


def test_independent_predictors_weigh_their_squared_correlation() -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = matrix[3, :3] = (0.5, -0.4, 0.1)
    assert_allclose(relative_weights(matrix), [0.25, 0.16, 0.01])


@given(SEEDS)
def test_order_units_and_cells_do_not_matter(seed: int) -> None:
    rows = likert(80, seed)
    random = np.random.default_rng(seed)
    products = listwise(rows)
    if not isinstance(weigh(products, draws=2), Weights):
        return
    raw = np.array([one.raw for one in defined(rows, draws=2).predictors])
    assert (raw >= 0).all()
    order = random.permutation(4)
    shuffled = random.permutation(rows)[:, [*order, 4]] * random.uniform(0.1, 9, 5) + 3
    turned = np.array([one.raw for one in defined(shuffled, draws=2).predictors])
    assert_allclose(turned, raw[order], atol=1e-9)
    cut = int(random.integers(1, 79))
    added = weigh(listwise(rows[:cut]) + listwise(rows[cut:]), draws=2)
    assert isinstance(added, Weights)
    assert_allclose([one.raw for one in added.predictors], raw, atol=1e-9)


def test_the_interval_is_that_of_drawing_people_again() -> None:
    """Cells hold no rows: the interval from their covariance must do as well. On answers 1-5 with
    a common factor, each end lies within 0.025 of the bootstrap over people."""
    for people, seed in ((150, 4), (400, 5), (1500, 6)):
        rows = likert(people, seed)
        found = defined(rows)
        low, high = by_people(rows)
        assert_allclose([one.low for one in found.predictors], low, atol=0.025)
        assert_allclose([one.high for one in found.predictors], high, atol=0.025)


def by_people(rows: Floats) -> tuple[Floats, Floats]:
    random = np.random.default_rng(8)
    drawn = random.integers(0, len(rows), (DRAWS, len(rows)))
    weights = [relative_weights(correlation(rows[places])) for places in drawn]
    low, high = np.percentile(weights, [2.5, 97.5], axis=0)
    return low, high


def test_the_interval_covers_the_weights_of_everybody() -> None:
    """Of 200 samples of 300 people, about 95 in 100 hold the weight of a million."""
    everybody = relative_weights(correlation(likert(1_000_000, 9)))
    held = np.zeros(4)
    for seed in range(200):
        found = defined(likert(300, 100 + seed), draws=200)
        held += [w.low <= t <= w.high for w, t in zip(found.predictors, everybody, strict=True)]
    # The last predictor has almost no weight of its own: no interval above 0 is exact there.
    assert (held[:3] / 200 > 0.9).all()


def test_the_same_matrix_has_the_same_interval() -> None:
    rows = likert(200, 10)
    assert defined(rows) == defined(rows[:, :].copy())
    wide, narrow = defined(likert(100, 11)), defined(likert(5000, 11))
    assert wide.predictors[0].high - wide.predictors[0].low > 3 * (
        narrow.predictors[0].high - narrow.predictors[0].low
    )


def test_why_there_are_no_weights() -> None:
    rows = likert(200, 12)
    assert weigh(listwise(rows[:39])) is Undefined.TOO_FEW
    assert isinstance(weigh(listwise(rows[:40])), Weights)
    assert weigh(listwise(np.empty((0, 5)))) is Undefined.TOO_FEW
    assert weigh(listwise(rows[:, -1:])) is Undefined.TOO_FEW
    for place in (0, 4):
        constant = rows.copy()
        constant[:, place] = 3.7
        assert weigh(listwise(constant)) is Undefined.IRREGULAR
    twice = np.column_stack([rows[:, :1], rows])
    assert weigh(listwise(twice)) is Undefined.IRREGULAR
    summed = np.column_stack([rows[:, :4] @ [1.0, 1.0, 1.0, 1.0], rows])
    assert weigh(listwise(summed)) is Undefined.IRREGULAR
    noise = likert(200, 13, (0.0, 0.0, 0.0, 0.0))
    assert weigh(listwise(noise)) is Undefined.NOT_SIGNIFICANT


def test_a_perfect_association_is_one() -> None:
    rows = likert(200, 14)
    rows[:, -1] = rows[:, :-1].sum(axis=1)
    found = defined(rows)
    assert found.r_squared == pytest.approx(1.0) and found.p == pytest.approx(0.0)
    assert all(0 <= one.low <= one.raw <= one.high <= 1 for one in found.predictors)
    single = defined(np.column_stack([rows[:, 0], -rows[:, 0]]))
    assert single.predictors[0].sign == -1
    assert single.predictors[0].raw == pytest.approx(1.0)


def test_weights_in_words() -> None:
    edges = [0.0, 0.0199, 0.02, 0.1299, 0.13, 0.2599, 0.26, 1.0]
    words = [Impact.LOW] * 2 + [Impact.MEDIUM] * 2 + [Impact.HIGH] * 2 + [Impact.CRITICAL] * 2
    assert [impact(edge) for edge in edges] == words
