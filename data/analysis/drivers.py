"""What goes with an outcome, and how much: Johnson's relative weights from a covariance matrix.

The predictors are correlated, so none of them "explains" a part of its own. Johnson (2000), A
heuristic method for estimating the relative weight of predictor variables in multiple regression,
Multivariate Behavioral Research 35, 1-19: regress the outcome on the orthogonal variables closest
to the standardised predictors, then carry their squared weights back. Raw weights are not negative
and sum to R². They say what is associated with the outcome, never what causes it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from data.analysis.cells import Products

Floats = NDArray[np.float64]

PEOPLE_A_PREDICTOR = 10
SIGNIFICANCE = 0.05
SMALLEST_EIGENVALUE = 1e-8
"""Of the predictors' correlation matrix: below it, one of them says nothing that others do not."""
DRAWS = 1_000
SEED = 20_260_101
IMPACT_BOUNDS = (0.02, 0.13, 0.26)
"""Cohen's small, medium and large shares of explained variance (f² = 0.02, 0.15, 0.35)."""


class Undefined(StrEnum):
    """Why there are no weights."""

    TOO_FEW = "too_few"
    IRREGULAR = "irregular"
    NOT_SIGNIFICANT = "not_significant"


class Impact(StrEnum):
    """A raw weight in words: low < 0.02 <= medium < 0.13 <= high < 0.26 <= critical."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Weight:
    """A predictor's share of R² (0-1), its 95 % interval, and the sign of its correlation."""

    raw: float
    low: float
    high: float
    sign: int


@dataclass(frozen=True, slots=True)
class Weights:
    """``predictors`` in the order of the matrix; their raw weights sum to ``r_squared``."""

    n: int
    r_squared: float
    p: float
    predictors: tuple[Weight, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Percent of R², 0-100."""
        return tuple(100 * one.raw / self.r_squared for one in self.predictors)


def people_needed(predictors: int) -> int:
    """How many people must have answered everything for weights of so many predictors."""
    return PEOPLE_A_PREDICTOR * predictors


def weigh(products: Products, *, draws: int = DRAWS) -> Weights | Undefined:
    """Weights of all variables but the last, which is the outcome.

    The interval is a parametric bootstrap: ``draws`` covariance matrices as a normal sample of the
    same size would have them (Wishart), with a fixed seed. Cells hold no rows to draw from, and
    this needs none.
    """
    k = len(products.sums) - 1
    if k < 1 or products.n < max(people_needed(k), k + 2):
        return Undefined.TOO_FEW
    correlation = _correlation(products)
    if correlation is None:
        return Undefined.IRREGULAR
    raw = relative_weights(correlation)
    r_squared = min(float(raw.sum()), 1.0)
    p = overall_p(r_squared, products.n, k)
    if p >= SIGNIFICANCE:
        return Undefined.NOT_SIGNIFICANT
    low, high = _interval(correlation, products.n, draws)
    signs = np.sign(correlation[:-1, -1])
    columns = zip(raw, np.minimum(low, raw), np.maximum(high, raw), signs, strict=True)
    predictors = tuple(Weight(float(w), float(a), float(b), int(s)) for w, a, b, s in columns)
    return Weights(products.n, r_squared, p, predictors)


def relative_weights(correlation: Floats) -> Floats:
    """Raw weights of regular correlation matrices whose last variable is the outcome.

    Takes one matrix or a stack of them (... x k+1 x k+1).
    """
    among, with_outcome = correlation[..., :-1, :-1], correlation[..., :-1, -1:]
    values, vectors = np.linalg.eigh(among)
    roots = np.sqrt(np.maximum(values, 0.0))[..., None, :]
    loadings = (vectors * roots) @ np.swapaxes(vectors, -1, -2)
    beta = np.linalg.solve(loadings, with_outcome)
    weights: Floats = (loadings**2 @ beta**2)[..., 0]
    return weights


def overall_p(r_squared: float, n: int, predictors: int) -> float:
    """The F test of the whole regression: p of no association at all."""
    rest = n - predictors - 1
    if r_squared >= 1.0:
        return 0.0
    return float(stats.f.sf(r_squared / predictors / ((1 - r_squared) / rest), predictors, rest))


def impact(raw: float, bounds: tuple[float, float, float] = IMPACT_BOUNDS) -> Impact:
    """The word for a raw weight."""
    return list(Impact)[int(np.searchsorted(bounds, raw, side="right"))]


def _correlation(products: Products) -> Floats | None:
    """None where a variable is constant, or a predictor is made up of others."""
    covariance = products.covariance
    scale = np.maximum(np.diag(products.cross) / products.n, 1.0)
    if (np.diag(covariance) <= SMALLEST_EIGENVALUE * scale).any():
        return None
    correlation = _scaled(covariance)
    if np.linalg.eigvalsh(correlation[:-1, :-1])[0] < SMALLEST_EIGENVALUE:
        return None
    return correlation


def _scaled(covariance: Floats) -> Floats:
    """Correlation matrices of covariance matrices (one or a stack)."""
    spread = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation: Floats = covariance / (spread[..., :, None] * spread[..., None, :])
    return correlation


def _interval(correlation: Floats, n: int, draws: int) -> tuple[Floats, Floats]:
    """2.5th and 97.5th percentile of each raw weight over the draws."""
    # An outcome that is exactly a sum of its predictors leaves a matrix that cannot be drawn from.
    drawn_from = correlation + SMALLEST_EIGENVALUE * np.eye(len(correlation))
    matrices = stats.wishart(df=n - 1, scale=drawn_from, seed=SEED).rvs(size=draws)
    weights = relative_weights(_scaled(np.asarray(matrices, dtype=np.float64)))
    low, high = np.percentile(weights, [2.5, 97.5], axis=0)
    return low, high
