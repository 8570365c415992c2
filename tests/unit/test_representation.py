"""Who answered against who was invited, held against scipy; and what is not told of few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from data.analysis.representation import Presence, Turnout, fit, tellable

turnouts = st.builds(
    lambda invited, silent: Turnout(invited, max(0, invited - silent)),
    st.integers(0, 60),
    st.integers(0, 40),
)


def test_the_test_is_a_chi_square_of_goodness_of_fit() -> None:
    invited, started = [400, 300, 200, 100], [150, 140, 110, 30]
    found = fit([Turnout(i, s) for i, s in zip(invited, started, strict=True)])
    expected = np.array(invited) / sum(invited) * sum(started)
    reference = stats.chisquare(started, expected)
    assert found.statistic == pytest.approx(reference.statistic)
    assert found.p == pytest.approx(reference.pvalue)
    share = np.array(invited) / sum(invited)
    residuals = (np.array(started) - expected) / np.sqrt(expected * (1 - share))
    p = stats.false_discovery_control(2 * stats.norm.sf(np.abs(residuals)))
    for group, residual, corrected in zip(found.groups, residuals, p, strict=True):
        assert group.residual == pytest.approx(residual)
        assert group.p == pytest.approx(corrected)
    marks = [group.presence for group in found.groups]
    assert marks == [Presence.UNDER, Presence.AS_INVITED, Presence.OVER, Presence.UNDER]


def test_chance_alone_is_marked_in_about_one_of_twenty_families() -> None:
    random = np.random.default_rng(8)
    marked = 0
    for _ in range(400):
        started = random.multinomial(300, [0.1] * 10)
        found = fit([Turnout(1000, int(n)) for n in started])
        marked += any(g.presence in (Presence.OVER, Presence.UNDER) for g in found.groups)
    assert marked <= 400 * 0.05 + 3 * np.sqrt(400 * 0.05 * 0.95)


def test_small_differences_are_never_marked_however_many_answer() -> None:
    found = fit([Turnout(500_000, 260_000), Turnout(500_000, 250_000)])
    assert found.p is not None and found.p < 0.001
    assert {g.presence for g in found.groups} == {Presence.AS_INVITED}


def test_nothing_to_compare_is_no_error() -> None:
    assert fit([]).p is None
    assert fit([Turnout(10, 0)]).groups[0].started_share == 0
    assert fit([Turnout(10, 6)]).p is None
    assert fit([Turnout(10, 1), Turnout(500, 100)]).p is None
    assert all(
        g.presence is Presence.TOO_FEW for g in fit([Turnout(10, 1), Turnout(50, 10)]).groups
    )


@given(st.dictionaries(st.integers(0, 9), turnouts, max_size=8), turnouts)
def test_no_sum_of_what_is_told_is_about_one_to_four_silent(
    groups: dict[int, Turnout], rest: Turnout
) -> None:
    """Neither a group, nor the total less all groups told."""
    told = tellable(groups, rest, 5)
    for key in told:
        assert groups[key].started >= 5
        assert not 0 < groups[key].silent < 5
    hidden = [t for key, t in groups.items() if key not in told] + [rest]
    silent = sum(t.silent for t in hidden)
    started = sum(t.started for t in hidden)
    if told:
        assert not 0 < silent < 5
        assert not 0 < started < 5


def test_the_next_group_is_hidden_with_one_that_tells_of_few() -> None:
    groups = {"A": Turnout(50, 48), "B": Turnout(60, 30), "C": Turnout(90, 40)}
    assert tellable(groups, Turnout(0, 0), 5) == {"C"}
    assert tellable(groups, Turnout(20, 5), 5) == {"B", "C"}
