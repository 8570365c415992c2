"""Cronbach's alpha from sums and cross-products."""

import numpy as np
import pytest

from data.analysis.alpha import cronbach, listwise
from data.analysis.cells import pack, unpack


def test_equal_to_the_formula_on_raw_values() -> None:
    random = np.random.default_rng(1)
    values = random.normal(3, 1, (50, 1)) + random.normal(0, 1, (50, 4))
    raw = 4 / 3 * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1))
    found = cronbach(listwise(values))
    assert found is not None
    assert found.alpha == pytest.approx(raw, abs=1e-12)


def test_the_same_from_summed_cells() -> None:
    values = np.random.default_rng(2).integers(1, 6, (30, 3)).astype(float)
    parts = [listwise(values[:11]), listwise(values[11:])]
    stored = [unpack(p.n, pack(p.sums, p.cross)) for p in parts]
    assert cronbach(stored[0] + stored[1]) == pytest.approx(cronbach(listwise(values)))


def test_rows_that_miss_an_item_are_left_out() -> None:
    values = np.array([[1.0, 2.0], [2.0, 3.0], [np.nan, 4.0], [4.0, 4.0]])
    found = cronbach(listwise(values))
    assert found is not None
    assert found.n == 3


def test_not_defined() -> None:
    assert cronbach(listwise(np.array([[1.0], [2.0]]))) is None
    assert cronbach(listwise(np.array([[1.0, 2.0]]))) is None
    assert cronbach(listwise(np.full((5, 2), 3.0))) is None
