"""People between segments of two waves: which flows may be shown, and whether any may.

A flow is a count over the people in both waves. Segments of a whole wave are shown too, so the
people in both waves must not be all but a few of them, in any union of atoms.
"""

from collections.abc import Mapping

Flow = tuple[str, str]
WITHHELD = 0
"""Shown instead of a count: there are people in this flow, and no more is said."""


def shown_flows(counts: Mapping[Flow, int], smallest: int) -> dict[Flow, int]:
    """Flows with their counts; small ones WITHHELD, with others until nothing can be subtracted.

    At least two flows are withheld, with ``smallest`` people together, or none.
    """
    flows = sorted((count, flow) for flow, count in counts.items() if count)
    hidden = {flow: count for count, flow in flows if count < smallest}
    others = [(count, flow) for count, flow in flows if count >= smallest]
    while hidden and others and (len(hidden) < 2 or sum(hidden.values()) < smallest):
        count, flow = others.pop(0)
        hidden[flow] = count
    return {flow: WITHHELD if flow in hidden else count for count, flow in flows}


def is_apart(linked: Mapping[int, int], all_: Mapping[int, int], smallest: int) -> bool:
    """Whether linked people differ from every union of atoms by nobody or by ``smallest``.

    ``linked`` and ``all_``: people by atom. Adding atoms to the linked people with any factors
    leaves, in each atom, at least the linked ones or the others; the fewest are left where each
    atom leaves the smaller of the two.
    """
    left = sum(min(linked.get(atom, 0), n - linked.get(atom, 0)) for atom, n in all_.items())
    return left == 0 or left >= smallest
