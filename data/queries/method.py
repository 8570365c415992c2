"""How the figures of a question are made, in words: one value a question, said wherever they are.

The definitions behind them: docs/analytics.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """Plain sentences, without markup; none is empty.

    ``definition``: what the figures mean. ``computed``: how they come about. ``unit``: units and
    ranges. ``missing``: when there is no figure. ``source``: where the formula is from.
    """

    definition: str
    computed: str
    unit: str
    missing: str
    source: str
