"""Differences: against scipy, and the rules of marking."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.analysis.difference import (
    Compared,
    Mark,
    Overlap,
    Side,
    compare,
    hedges,
    marked,
    p_of_rounded,
    paired,
    standardised,
    welch,
)
from data.analysis.forces import Figure
from data.analysis.gate import Shown

sides = st.builds(Side, st.integers(2, 400), st.floats(1, 5), st.floats(0.1, 2))


@settings(deadline=None)
@given(sides, sides)
def test_welch_is_scipys(a: Side, b: Side) -> None:
    ours = welch(a, b)
    theirs = stats.ttest_ind_from_stats(a.mean, a.sd, a.n, b.mean, b.sd, b.n, equal_var=False)
    assert ours.p == pytest.approx(float(theirs.pvalue), abs=1e-9)


def test_shared_people_lessen_the_variance() -> None:
    """With everybody in both, the test is close to the paired one."""
    a, b = Side(100, 3.3, 1.0), Side(100, 3.0, 1.0)
    shared = welch(a, b, Overlap(100, 0.8))
    assert shared.error == pytest.approx(math.sqrt((1 + 1 - 2 * 0.8) / 100))
    assert shared.p < welch(a, b).p


@pytest.mark.parametrize(("n", "sd"), [(60, 0.8), (100, 0.6), (200, 0.8), (290, 0.3)])
def test_p_of_rounded_means_is_no_smaller_than_chance(n: int, sd: float) -> None:
    """Against simulation: means of 20,000 pairs of groups alike, rounded to 0.1."""
    random = np.random.default_rng(9)
    true = 3 + random.random(20_000) / 10
    means = np.round(random.normal(true, sd / n**0.5, (2, 20_000)), 1)
    apart = np.abs(means[0] - means[1])
    for steps in (0.1, 0.2):
        p = p_of_rounded(steps, 2 * sd**2 / n, (0.01 / 12, 0.01 / 12), 2 * n - 2)
        chance = float(np.mean(apart >= steps - 0.05))
        assert p == pytest.approx(chance, rel=0.35, abs=0.01) or p > chance


def test_a_finer_side_is_what_differences_step_by() -> None:
    """One side to 0.1 and one to 0.01: half of 0.01 is taken off, 0.1 is variance."""
    p = p_of_rounded(0.2, 0.005, (0.01 / 12, 0.0001 / 12), 100)
    assert p == pytest.approx(2 * stats.t.sf((0.2 - 0.005) / math.sqrt(0.005 + 0.01 / 12), 100))
    assert p_of_rounded(0.2, 0.005, (), 100) == pytest.approx(
        2 * stats.t.sf(0.2 / math.sqrt(0.005), 100)
    )
    assert p_of_rounded(0.04, 0.005, (0.01 / 12, 0.01 / 12), 100) == 1


def test_no_spread_is_no_test() -> None:
    assert math.isnan(welch(Side(5, 3.0, 0.0), Side(5, 3.0, 0.0)).p)
    assert hedges(Side(5, 3.0, 0.0), Side(5, 4.0, 0.0)) is None


def test_hedges_by_hand() -> None:
    g = hedges(Side(20, 4.0, 1.0), Side(20, 3.0, 1.0))
    assert g == pytest.approx(1 - 3 / (4 * 38 - 1))


def shown(mean: float | None, n: int = 100, sd: float | None = 1.0) -> Shown:
    return Shown(n, mean, None if sd is None else 0.2, sd)


def test_small_sides_stand_outside_the_family() -> None:
    found = compare(shown(4.0, 19), shown(3.0), score=True)
    assert (found.change, found.p, found.mark) == (1.0, None, Mark.TOO_FEW)
    family = {
        "few": (Figure.PULL, found),
        "b": (Figure.PULL, compare(shown(3.3), shown(3.0), score=True)),
    }
    alone = marked({"b": family["b"]})["b"]
    assert marked(family)["b"] == alone
    assert marked(family)["few"].mark is Mark.TOO_FEW


def test_no_variance_is_no_test_either() -> None:
    """The same people with the same values: nothing is left to test with."""
    same = compare(shown(3.0), shown(3.0), score=True, overlap=Overlap(100, 1.0))
    assert (same.p, same.mark) == (None, Mark.TOO_FEW)
    assert marked({"a": (Figure.PULL, same)})["a"] == same


def test_bounds_and_hidden_means_have_no_change() -> None:
    assert compare(Shown(12, 1.25, bound="<="), shown(3.0), score=True) == Compared()
    assert compare(Shown(0), shown(3.0), score=True) == Compared()


@pytest.mark.parametrize(
    ("figure", "later", "n", "mark"),
    [
        (Figure.READINESS, 4.0, 100, Mark.BETTER),
        (Figure.ANXIETY, 4.0, 100, Mark.WORSE),
        (Figure.ANXIETY, 2.0, 100, Mark.BETTER),
        (Figure.PULL, 3.1, 100, Mark.NONE),
        # Certain, but too small to be said: g = 0.1.
        (Figure.PULL, 3.1, 4000, Mark.NONE),
    ],
)
def test_marks_speak_of_readiness(figure: Figure, later: float, n: int, mark: Mark) -> None:
    tested = compare(shown(later, n), shown(3.0, n), score=True)
    assert marked({"x": (figure, tested)})["x"].mark is mark


def test_a_family_is_corrected_together() -> None:
    """One difference at p = 0.03 is marked alone, not among twenty that are nothing."""
    one = compare(shown(3.31), shown(3.0), score=True)
    assert one.p is not None
    assert 0.02 < one.p < 0.05
    nothing = compare(shown(3.0), shown(3.0), score=True)
    assert marked({0: (Figure.PULL, one)})[0].mark is Mark.BETTER
    family = {0: (Figure.PULL, one)} | dict.fromkeys(range(1, 20), (Figure.PULL, nothing))
    assert marked(family)[0].mark is Mark.NONE


def test_two_figures_of_the_same_people() -> None:
    found = paired(shown(3.4), shown(3.0), 100, 0.5)
    assert found.p == pytest.approx(2 * stats.t.sf(0.4 / (1.0 / 10), 99))
    assert paired(shown(3.4), shown(3.0), 19, 0.5).mark is Mark.TOO_FEW
    assert paired(shown(None, 0, None), shown(3.0), 100, 0.5) == Compared()
    assert paired(shown(3.4), shown(3.0), 100, 1.0).p is None


def test_a_change_at_constant_mix_is_a_regressions_contrast() -> None:
    """Against statsmodels: one mean for each department and wave, weighted by the later shares."""
    random = np.random.default_rng(5)
    sizes = [(40, 25), (90, 160), (15, 60)]  # later, earlier
    pairs, values, cells = [], [], []
    for department, (later, earlier) in enumerate(sizes):
        sides = []
        for place, n in enumerate((later, earlier)):
            scores = random.normal(3 + 0.3 * department - 0.2 * place, 0.7 + 0.2 * place, n)
            sides.append(Shown(n, float(scores.mean()), None, float(scores.std(ddof=1))))
            values += scores.tolist()
            cells += [2 * department + place] * n
        pairs.append((sides[0], sides[1]))
    fit = sm.OLS(values, np.eye(6)[cells]).fit(cov_type="HC2")
    weights = np.array([n for n, _ in sizes]) / sum(n for n, _ in sizes)
    contrast = np.ravel([(w, -w) for w in weights])
    found = standardised(pairs)
    assert found is not None
    assert found.n == 145
    assert found.change == pytest.approx(float(contrast @ fit.params))
    error = float(np.sqrt(contrast @ fit.cov_params() @ contrast))
    assert found.half_width == pytest.approx(1.98 * error, rel=0.01)


def test_no_constant_mix_without_two_departments_and_spread() -> None:
    assert standardised([]) is None
    assert standardised([(shown(3.0), shown(3.2))]) is None
    assert standardised([(shown(3.0), shown(3.2)), (shown(3.0, 8, None), shown(3.2))]) is None
    assert standardised([(shown(3.0, sd=0.0), shown(3.2, sd=0.0))] * 2) is None
