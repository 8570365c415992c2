"""Means, SDs and intervals from sums: against numpy, scipy, NIST and a published survey."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.analysis.alpha import cronbach, listwise
from data.analysis.moments import Moments, finite, precision

CHATGPT = Path(__file__).parents[2].parent / "shared" / "data" / "chatgpt_de" / "chatgpt_de.csv"
needs_survey = pytest.mark.skipif(not CHATGPT.exists(), reason="the shared survey is not here")

# Michelson's speed of light, NIST StRD "Michelso": thousandths over 299 km/s.
MICHELSON = """
850 740 900 1070 930 850 950 980 980 880 1000 980 930 650 760 810 1000 1000 960 960
960 940 960 940 880 800 850 880 900 840 830 790 810 880 880 830 800 790 760 800
880 880 880 860 720 720 620 860 970 950 880 910 850 870 840 840 850 840 840 840
890 810 810 820 800 770 760 740 750 760 910 920 890 860 880 720 840 850 850 780
890 840 780 810 760 810 790 810 820 850 870 870 810 740 810 940 950 800 810 870
"""
SPEED = [299 + int(v) / 1000 for v in MICHELSON.split()]


def test_michelson_keeps_the_digits_that_sums_of_squares_around_zero_lose() -> None:
    moments = Moments.of(SPEED)
    assert moments.n == 100
    assert moments.mean == pytest.approx(299.8524, rel=1e-15)
    assert moments.sd == pytest.approx(0.0790105478190518, rel=1e-13)
    assert moments.around(0).sd != pytest.approx(0.0790105478190518, rel=1e-13)


def column(name: str) -> list[float]:
    """A column of the survey; codes below 0 are missing."""
    with CHATGPT.open(encoding="utf-8-sig", newline="") as file:
        raw = [row[name] for row in csv.DictReader(file, delimiter=";")]
    values = [float(v) if v else math.nan for v in raw]
    return [v if v >= 0 else math.nan for v in values]


def items() -> list[str]:
    with CHATGPT.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    return [name for name in header if name.startswith("cg_adoption_")]


@needs_survey
def test_age_of_the_chatgpt_survey() -> None:
    age = Moments.of(column("sd_age"))
    low, high = age.interval() or (0.0, 0.0)
    assert age.n == 101
    assert age.mean == pytest.approx(39.673267, abs=5e-7)
    assert age.sd == pytest.approx(13.763073, abs=5e-7)
    assert low == pytest.approx(36.956264, abs=5e-7)
    assert high == pytest.approx(42.390271, abs=5e-7)


@needs_survey
def test_alpha_mean_and_sd_of_the_twelve_adoption_items() -> None:
    matrix = np.array([column(name) for name in items()]).T
    assert matrix.shape == (101, 12)
    found = cronbach(listwise(matrix))
    assert found is not None
    assert (found.n, found.items) == (97, 12)
    assert found.alpha == pytest.approx(0.813591777755, abs=5e-13)
    whole = matrix[~np.isnan(matrix).any(axis=1)]
    score = Moments.of(whole.mean(axis=1))
    assert score.mean == pytest.approx(2.87628865979, abs=5e-12)
    assert score.sd == pytest.approx(0.643939135518, abs=5e-13)


scores = st.lists(st.floats(1, 5), min_size=2, max_size=60)


@settings(deadline=None)
@given(scores)
def test_equal_to_numpy_and_scipy(values: list[float]) -> None:
    moments = Moments(len(values), sum(values), sum(v * v for v in values))
    assert moments.mean == pytest.approx(np.mean(values))
    assert moments.sd == pytest.approx(np.std(values, ddof=1), abs=1e-6)
    shifted = Moments.of(values)
    assert shifted.sd == pytest.approx(np.std(values, ddof=1), abs=1e-12)
    if shifted.sd:
        t = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
        assert shifted.interval() == pytest.approx(t, abs=1e-9)


@settings(deadline=None)
@given(scores, scores)
def test_groups_add_and_subtract(one: list[float], other: list[float]) -> None:
    together = Moments.of(one) + Moments.of(other)
    assert together.mean == pytest.approx(np.mean([*one, *other]))
    assert together.sd == pytest.approx(np.std([*one, *other], ddof=1), abs=1e-6)
    rest = together - Moments.of(other)
    assert rest.n == len(one)
    assert rest.mean == pytest.approx(np.mean(one))


def test_thin_groups_are_not_defined() -> None:
    assert (Moments().mean, Moments().sd, Moments().interval()) == (None, None, None)
    assert (Moments.of([3.0]).mean, Moments.of([3.0]).sd) == (3.0, None)
    assert Moments.of([math.nan]).n == 0


def test_intervals_are_clipped_and_shrink_where_the_invited_are_known() -> None:
    moments = Moments.of([1.0, 1.0, 5.0])
    assert moments.interval((1.0, 5.0)) == (1.0, 5.0)
    whole, known = moments.half_width() or 0.0, moments.half_width(invited=4) or 0.0
    assert known == pytest.approx(whole * math.sqrt(1 - 3 / 4))
    assert finite(3, 3) == finite(3, 2) == finite(3, None) == 1.0


def test_precision_is_null_below_ten_or_without_spread() -> None:
    assert precision(0.5, 1.0, 10) == 0.75
    assert precision(3.0, 1.0, 10) == 0.0
    assert precision(0.5, 1.0, 9) is precision(0.5, 0.0, 10) is precision(None, 1.0, 10) is None
