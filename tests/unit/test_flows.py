"""Flows that are shown tell nothing of those that are not."""

from hypothesis import given
from hypothesis import strategies as st

from data.analysis.flows import WITHHELD, is_apart, shown_flows

SEGMENTS = st.sampled_from(["champions", "torn", "indifferent", "resisters"])


@given(st.dictionaries(st.tuples(SEGMENTS, SEGMENTS), st.integers(0, 30)))
def test_withheld_flows_hold_five_people_together(counts: dict[tuple[str, str], int]) -> None:
    shown = shown_flows(counts, 5)
    assert shown.keys() == {flow for flow, count in counts.items() if count}
    hidden = [flow for flow, count in shown.items() if count == WITHHELD]
    assert all(counts[flow] == count for flow, count in shown.items() if count != WITHHELD)
    assert all(count == WITHHELD or count >= 5 for count in shown.values())
    if hidden and len(hidden) < len(shown):
        assert len(hidden) >= 2
        assert sum(counts[flow] for flow in hidden) >= 5


def test_linked_people_must_not_be_nearly_everybody() -> None:
    assert is_apart({1: 10, 2: 8}, {1: 10, 2: 8}, 5)
    assert not is_apart({1: 10, 2: 7}, {1: 10, 2: 8}, 5)
    assert not is_apart({1: 10, 2: 2}, {1: 10, 2: 8, 3: 6}, 5)
    assert is_apart({1: 5, 2: 4}, {1: 10, 2: 8}, 5)
