"""Groups in which nobody stands out: rows are told so coarsely that at least k people share them.

k-anonymity by suppression: one attribute after the other splits a group, values that too few people
share become "other", and where even these are too few, the smallest shown value joins them. Pure.
Sweeney, "k-anonymity: a model for protecting privacy" (2002); splitting as in LeFevre et al.,
"Mondrian multidimensional k-anonymity" (2006), for attributes without an order.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

OTHER = "other"
"""Stands for values that too few people share."""


def generalised(
    attributes: Mapping[Hashable, Sequence[str]], smallest: int
) -> dict[Hashable, tuple[str, ...]]:
    """By person, the attributes as they may be told: each combination is of ``smallest`` or more.

    Attributes in order of importance: the first is kept best. Fewer people than that are told
    nothing of, and are not in the result.
    """
    if len(attributes) < smallest:
        return {}
    width = len(next(iter(attributes.values())))
    told: dict[Hashable, tuple[str, ...]] = dict.fromkeys(attributes, ())
    for place in range(width):
        groups: dict[tuple[str, ...], list[Hashable]] = defaultdict(list)
        for person, known in told.items():
            groups[known].append(person)
        for known, people in groups.items():
            values = {person: attributes[person][place] for person in people}
            for person, value in _split(values, smallest).items():
                told[person] = (*known, value)
    return told


def _split(values: Mapping[Hashable, str], smallest: int) -> dict[Hashable, str]:
    """One attribute of one group of people; a value that says "other" itself joins the others."""
    by_value: dict[str, list[Hashable]] = defaultdict(list)
    for person, value in values.items():
        by_value[value].append(person)
    shown = {v: people for v, people in by_value.items() if len(people) >= smallest and v != OTHER}
    others = sum(len(people) for value, people in by_value.items() if value not in shown)
    # By size, then by name: which value is given up must not depend on the order of the rows.
    for value in sorted(shown, key=lambda v: (len(shown[v]), v)):
        if others == 0 or others >= smallest:
            break
        others += len(shown.pop(value))
    return {person: value if value in shown else OTHER for person, value in values.items()}
