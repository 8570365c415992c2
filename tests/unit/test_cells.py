"""Sums per atom give the same figures as numpy and scipy on the rows of the same atoms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy import stats

from data.analysis.cells import (
    Products,
    Sums,
    histograms_by_atom,
    pack,
    points,
    products_by_atom,
    sums_by_atom,
    unpack,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SCORE = st.one_of(st.just(np.nan), st.floats(1, 5, width=32))
ROWS = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, (n, 3), elements=SCORE), arrays(np.int64, n, elements=st.integers(1, 4))
    )
)


@given(ROWS)
def test_means_and_intervals_from_sums_equal_scipy(rows: tuple[Floats, Integers]) -> None:
    values, atoms = rows
    sums = sum(sums_by_atom(values[:, 0], atoms, 3.0).values(), start=Sums())
    raw = values[:, 0][~np.isnan(values[:, 0])]
    assert (sums.n, sums.above) == (len(raw), int((raw > 3.0).sum()))
    if len(raw) < 2:
        return
    mean = sums.total / sums.n
    variance = max(0.0, (sums.squares - sums.n * mean**2) / (sums.n - 1))
    assert_allclose([mean, variance], [raw.mean(), raw.var(ddof=1)], rtol=1e-9, atol=1e-9)
    if raw.std() > 1e-3:
        half = stats.t.ppf(0.975, sums.n - 1) * np.sqrt(variance / sums.n)
        interval = stats.ttest_1samp(raw, 0.0).confidence_interval(0.95)
        assert_allclose(mean - half, float(interval.low), rtol=1e-6)
        assert_allclose(mean + half, float(interval.high), rtol=1e-6)


@given(ROWS)
def test_covariances_from_products_equal_numpy(rows: tuple[Floats, Integers]) -> None:
    values, atoms = rows
    parts = products_by_atom(values, atoms)
    whole = values[~np.isnan(values).any(axis=1)]
    assert sum(part.n for part in parts.values()) == len(whole)
    if len(whole) < 2:
        return
    none = Products(0, np.zeros(3), np.zeros((3, 3)))
    together = sum(parts.values(), start=none)
    assert_allclose(together.means, whole.mean(axis=0))
    assert_allclose(together.covariance, np.cov(whole.T), rtol=1e-7, atol=1e-9)


@given(ROWS)
def test_packed_products_come_back(rows: tuple[Floats, Integers]) -> None:
    for products in products_by_atom(*rows).values():
        back = unpack(products.n, pack(products.sums, products.cross))
        assert_allclose(back.sums, products.sums)
        assert_allclose(back.cross, products.cross)


def test_no_products_fit_a_wrong_length() -> None:
    with pytest.raises(ValueError, match="4 numbers"):
        unpack(5, [1.0, 2.0, 3.0, 4.0])


def test_few_products_have_no_covariance() -> None:
    one = Products(1, np.ones(2), np.ones((2, 2)))
    assert np.isnan(one.covariance).all()
    assert np.isnan(Products(0, np.zeros(2), np.zeros((2, 2))).means).all()


@pytest.mark.parametrize(("low", "high", "bins"), [(1, 5, 5), (0, 10, 11), (0, 100, 10), (0, 1, 2)])
def test_histograms_have_a_bin_per_point_of_short_scales(
    low: float, high: float, bins: int
) -> None:
    assert points(low, high) == bins


@given(st.lists(st.integers(1, 7), min_size=1), st.booleans())
def test_histograms_count_answers_as_given(answers: list[int], is_reversed: bool) -> None:
    scores = 1 + 4 * (np.array(answers, dtype=float) - 1) / 6
    scores = 6 - scores if is_reversed else scores
    atoms = np.ones(len(answers), dtype=np.int64)
    found = histograms_by_atom(scores, atoms, 1, 7, is_reversed)
    assert found == {1: [answers.count(point) for point in range(1, 8)]}


def test_long_scales_are_binned_in_tenths() -> None:
    scores = 1 + 4 * np.array([0.0, 9.9, 10.0, 100.0]) / 100
    atoms = np.ones(4, dtype=np.int64)
    assert histograms_by_atom(scores, atoms, 0, 100, False) == {1: [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]}
