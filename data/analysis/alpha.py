"""Cronbach's alpha from listwise sums and cross-products of a scale's items."""

from dataclasses import dataclass

import numpy as np

from data.analysis.cells import Floats, Products


@dataclass(frozen=True, slots=True)
class Reliability:
    """``n`` answered every one of the ``items``. Alpha is at most 1 and may be negative."""

    alpha: float
    n: int
    items: int


def cronbach(products: Products) -> Reliability | None:
    """``k/(k-1) (1 - sum of item variances / variance of the sum)``.

    None for fewer than two items, fewer than two people, or where nobody differs from anybody.
    """
    k = len(products.sums)
    if k < 2 or products.n < 2:
        return None
    covariance = products.covariance
    whole = float(covariance.sum())
    if whole <= 0:
        return None
    alpha = k / (k - 1) * (1 - float(np.trace(covariance)) / whole)
    return Reliability(alpha, products.n, k)


def listwise(values: Floats) -> Products:
    """Sums and cross-products of the rows (people x items) that miss nothing (NaN)."""
    whole = values[~np.isnan(values).any(axis=1)]
    return Products(len(whole), whole.sum(axis=0), whole.T @ whole)
