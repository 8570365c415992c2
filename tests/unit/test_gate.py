"""The gate: thresholds, rounding, and nothing of 1-4 people."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.analysis import gate
from data.analysis.forces import Figure
from data.analysis.gate import Shown, Thresholds, estimate, in_fives, merged, rate, share
from data.analysis.moments import Moments

PLAIN = Thresholds()


def of(*values: float) -> Moments:
    return Moments.of(values)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_below_five_nothing_is_told_not_even_n(n: int) -> None:
    shown = estimate(of(*[3.0] * n), Figure.PULL, PLAIN)
    assert (shown.n, shown.mean, shown.sd, shown.half_width) == (0, None, None, None)


def test_five_to_nine_have_a_lonely_mean() -> None:
    shown = estimate(of(2, 3, 3, 4, 4), Figure.PULL, PLAIN)
    assert (shown.n, shown.mean, shown.few) == (5, 3.2, True)
    assert shown.sd is shown.half_width is None


def test_ten_have_spread_and_interval() -> None:
    shown = estimate(of(*[2.0, 4.0] * 5), Figure.PULL, PLAIN)
    assert (shown.mean, shown.sd, shown.half_width, shown.few) == (3.0, 1.1, 0.8, False)


def test_what_is_claimed_never_rests_on_how_many_were_invited() -> None:
    """95 of 100 answered: the interval shown is narrow, the test is not (SciPy's t)."""
    values = [3.0, 4.0, 5.0, 3.0, 3.0] * 19
    narrow = estimate(of(*values), Figure.ANXIETY, PLAIN, invited=100)
    assert (narrow.mean, narrow.half_width, narrow.sd) == (3.6, 0.1, 0.8)
    found = gate.claimed(narrow)
    assert found == pytest.approx(stats.t.interval(0.95, 94, 3.6, 0.8 / 95**0.5), abs=1e-6)
    assert gate.claimed(Shown(12, 4.75, bound=">=")) is None


def test_an_interval_that_touches_a_value_is_not_beyond_it() -> None:
    """In floats 4.4 - 0.9 is more than 3.5."""
    assert 4.4 - 0.9 > 3.5
    assert gate.claimed(Shown(400, 4.4, 0.9, 0.8)) == (3.5, 5.3)


def test_raised_thresholds_hold() -> None:
    raised = Thresholds(group=12, detail=20)
    assert estimate(of(*[2.0, 4.0] * 5), Figure.PULL, raised).mean is None
    assert estimate(of(*[2.0, 4.0] * 8), Figure.PULL, raised).sd is None


@pytest.mark.parametrize(
    ("figure", "n", "value", "shown"),
    [
        (Figure.PULL, 299, 3.14159, 3.1),
        (Figure.PULL, 300, 3.14159, 3.14),
        (Figure.READINESS, 299, 57.654, 58.0),
        (Figure.READINESS, 300, 57.654, 57.7),
    ],
)
def test_rounding(figure: Figure, n: int, value: float, shown: float) -> None:
    spread = [value + 0.001 * (1 if i % 2 else -1) for i in range(n - n % 2)]
    assert estimate(of(*spread, *[value] * (n % 2)), figure, PLAIN).mean == shown


def test_no_spread_is_not_told() -> None:
    shown = estimate(of(*[3.0] * 40), Figure.PULL, PLAIN)
    assert (shown.sd, shown.half_width) == (0.1, 0.1)


@pytest.mark.parametrize(
    ("figure", "value", "bound", "mean"),
    [
        (Figure.PULL, 1.1, "<=", 1.25),
        (Figure.PULL, 4.9, ">=", 4.75),
        (Figure.READINESS, 2.0, "<=", 6.25),
        (Figure.READINESS, 99.0, ">=", 93.75),
    ],
)
def test_small_groups_at_an_end_are_bounded(
    figure: Figure, value: float, bound: str, mean: float
) -> None:
    shown = estimate(of(*[value] * 29), figure, PLAIN)
    assert (shown.bound, shown.mean, shown.sd, shown.half_width) == (bound, mean, None, None)
    assert estimate(of(*[value] * 30), figure, PLAIN).bound == ""


def test_an_order_of_summing_never_changes_what_is_shown() -> None:
    third = 0.1 + 0.2 + 0.3
    assert gate.rounded(third / 4, 0.1) == gate.rounded(0.6 / 4, 0.1)
    assert gate.rounded(0.15, 0.1) == 0.2


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_shares_never_tell_of_few(part: int, rest: int) -> None:
    base = part + rest
    shown = share(part, base, 5)
    if gate.tells_of_few(part) or gate.tells_of_few(rest) or base < 5:
        assert shown is None
    if base < 30 and 0 in (part, rest):
        assert shown is None
    if shown is not None:
        assert shown == pytest.approx(100 * part / base, abs=0.5)


def test_rates_may_be_all() -> None:
    assert rate(20, 20, 5) == 100.0
    assert rate(19, 20, 5) is None
    assert rate(4, 4, 5) is None


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 30), min_size=1))
def test_merged_categories_cannot_be_taken_apart(counts: dict[str, int]) -> None:
    hidden = merged(counts)
    if not hidden:
        assert not any(gate.tells_of_few(n) for n in counts.values())
        return
    assert all(k in hidden for k, n in counts.items() if gate.tells_of_few(n))
    filled = [k for k in counts if counts[k]]
    together = sum(counts[k] for k in hidden)
    assert len(hidden) == len(filled) or (len(hidden) > 1 and together >= 5)


def test_live_counts_move_in_fives() -> None:
    assert [in_fives(n) for n in (0, 4, 5, 9, 10, 23)] == [0, 0, 5, 5, 10, 20]


def test_shown_is_a_value() -> None:
    assert estimate(of(1, 2, 3, 4, 5), Figure.PULL, PLAIN) == Shown(
        5, 3.0, few=True, scale=(1.0, 5.0)
    )
