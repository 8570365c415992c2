"""Trends: against R's figures, and by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from data.analysis.forces import Figure
from data.analysis.gate import Shown
from data.analysis.trend import (
    YEAR_DAYS,
    Direction,
    Period,
    Trend,
    direction,
    mann_kendall,
    theil_sen,
    trend,
    trends,
)

# R's dataset Nile: yearly flow at Aswan, 1871-1970.
NILE = """
1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140
1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969
831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796 1040 759
781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890
744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740
"""
FLOW = [float(v) for v in NILE.split()]
START = datetime(2025, 1, 1, tzinfo=UTC)


def test_mann_kendall_and_theil_sen_of_the_nile() -> None:
    found = mann_kendall(FLOW)
    assert len(FLOW) == 100
    assert found.s == -1387
    assert found.variance == pytest.approx(112728.3333, abs=5e-5)
    assert found.z == pytest.approx(-4.128066523, abs=5e-10)
    assert found.p == pytest.approx(3.658262922e-05, abs=5e-15)
    assert theil_sen(range(100), FLOW) == pytest.approx(-2.6)


def test_mann_kendall_of_twelve_months() -> None:
    values = [3.2, 3.2, 3.4, 3.1, 3.5, 3.5, 3.6, 3.4, 3.7, 3.7, 3.8, 3.7]
    found = mann_kendall(values)
    assert found.s == 46
    assert found.z == pytest.approx(3.135298564, abs=5e-10)
    assert found.p == pytest.approx(0.001716792869, abs=5e-13)
    assert theil_sen(range(12), values) == pytest.approx(0.05)


def periods(means: list[float], n: int = 100, sd: float = 1.0) -> list[Period]:
    """Waves of a year each."""
    year = timedelta(days=YEAR_DAYS)
    return [Period(START + i * year, Shown(n, m, 0.2, sd)) for i, m in enumerate(means)]


def test_two_waves_are_welch() -> None:
    """With two periods the contrast is the difference, and its test Welch's."""
    found = trend(periods([3.0, 3.4]))
    welch = stats.ttest_ind_from_stats(3.4, 1, 100, 3.0, 1, 100, equal_var=False)
    assert found.slope == pytest.approx(0.4)
    assert found.p == pytest.approx(welch.pvalue)


def test_a_contrast_of_unequal_waves_is_statsmodels_and_satterthwaites() -> None:
    """Uneven dates, sizes and spreads: slope and error of a saturated model on raw rows (HC2)."""
    random = np.random.default_rng(7)
    days, sizes, spreads = (0.0, 120.0, 160.0, 400.0), (25, 140, 60, 33), (1.3, 0.6, 0.9, 0.4)
    raw = [random.normal(3 + d / 1000, s, n) for d, n, s in zip(days, sizes, spreads, strict=True)]
    shown = [
        Period(START + timedelta(days=d), Shown(len(v), float(v.mean()), 0.1, float(v.std(ddof=1))))
        for d, v in zip(days, raw, strict=True)
    ]
    years = np.array(days) / YEAR_DAYS
    weights = (years - years.mean()) / ((years - years.mean()) ** 2).sum()
    cells = np.eye(4)[np.repeat(range(4), sizes)]
    fit = sm.OLS(np.concatenate(raw), cells).fit(cov_type="HC2")
    error = float(np.sqrt(weights @ fit.cov_params() @ weights))
    parts = weights**2 * [v.var(ddof=1) / len(v) for v in raw]
    df = parts.sum() ** 2 / (parts**2 / (np.array(sizes) - 1)).sum()
    found = trend(shown)
    slope = float(np.polyfit(years, fit.params, 1)[0])
    assert found.slope == pytest.approx(slope)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(slope) / error, df))
    assert found.half_width == pytest.approx(stats.t.ppf(0.975, df) * error * years[-1])
    two = stats.ttest_ind(raw[3], raw[0], equal_var=False)
    assert trend([shown[3], shown[0]]).p == pytest.approx(two.pvalue)


def test_the_contrast_is_on_real_dates() -> None:
    """A wave a year late has the weight of its date, not of its place."""
    uneven = [
        Period(START + timedelta(days=d), Shown(50, m, 0.2, 1.0))
        for d, m in ((0, 3.0), (365.25, 3.1), (3 * 365.25, 3.3))
    ]
    found = trend(uneven)
    assert found.slope == pytest.approx(0.1)
    assert found.change == pytest.approx(0.3)


def test_many_periods_are_ranked_per_year() -> None:
    found = trend(periods([3.0, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7]))
    assert found.slope == pytest.approx(0.1)
    assert found.half_width == pytest.approx(1.96 * 2**0.5 / 10, rel=0.01)
    assert found.p == pytest.approx(mann_kendall([1, 2, 3, 4, 5, 6, 7, 8]).p)


def test_many_periods_must_move_further_than_two_of_them_would_by_chance() -> None:
    """Ever so little, but always upwards: the ranks are certain, the change is not."""
    little = trend(periods([3.0 + 0.02 * i for i in range(8)]))
    assert mann_kendall(list(range(8))).p < 0.001
    assert little.p == pytest.approx(0.32, abs=0.01)


@pytest.mark.parametrize(
    ("means", "n", "figure", "expected"),
    [
        ([50.0, 56.0], 400, Figure.READINESS, Direction.IMPROVING),
        ([3.0, 3.6], 400, Figure.ANXIETY, Direction.DECLINING),
        ([3.0, 3.0], 4000, Figure.PULL, Direction.STABLE),
        ([3.0, 3.05], 50, Figure.PULL, None),
        ([3.0, 3.5], 19, Figure.PULL, None),
    ],
)
def test_directions_speak_of_readiness(
    means: list[float], n: int, figure: Figure, expected: Direction | None
) -> None:
    assert direction(figure, trend(periods(means, n))) is expected


def test_thin_periods_are_no_trend() -> None:
    assert trend([]) == Trend(0)
    assert trend(periods([3.0])).p is None
    assert trend(periods([3.0, 4.0], n=19)) == Trend(0)
    same = [Period(START, Shown(50, 3.0, 0.2, 1.0))] * 2
    assert trend(same).p is None


def test_trends_shown_together_are_one_family() -> None:
    of = trends({"a": periods([3.0, 3.3]), "b": periods([3.0, 3.0]), "c": periods([3.0])})
    alone = trend(periods([3.0, 3.3])).p
    assert alone is not None
    assert of["a"].p == pytest.approx(2 * alone, abs=1e-4)
    assert of["c"].p is None
