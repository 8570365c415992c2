"""Answers about themes and comments made by hand, for widgets."""

from typing import Any
from uuid import UUID

from data.analysis.forces import FORCES, Figure
from data.queries import results
from data.queries.results import Difference, Mark

LABELS = (
    "data entry, spreadsheets, hand",
    "support tickets, answer",
    "meetings, reports",
    "job security, colleagues",
    "training courses, time",
    "confidential data, rules",
)
SAID = (
    "We type the same data into three systems.",
    "Ask [name], the copying never ends.",
    "It costs me two hours a day, and nobody reads the result.",
)


def _row(position: int, label: str) -> results.ThemeRow:
    """The first is marked, the third is not linked, the fourth is in German."""
    force = FORCES[position % 4]
    is_linked = position != 2
    mark = Mark.WORSE if position == 0 else Mark.NONE
    return results.ThemeRow(
        id=str(UUID(int=position)),
        terms=tuple(label.split(", ")),
        force=force.value,
        language="de" if position == 3 else "en",
        authors=max(60 - 7 * position, 12),
        share=max(30.0 - 3 * position, 6.0),
        half_width=6.0,
        sentiment=None if position == 3 else 0.1 * (position - 2),
        figure=Figure(force.value),
        scored=40 if is_linked else None,
        mean=3.6 if is_linked else None,
        rest=3.2 if is_linked else None,
        against_rest=Difference(change=0.4, half_width=0.2, effect=0.5, p=0.004, mark=mark)
        if is_linked
        else Difference(),
    )


def themes(labels: tuple[str, ...] = LABELS, **about: Any) -> results.ThemesAnswer:
    rows = tuple(_row(position, label) for position, label in enumerate(labels))
    return results.ThemesAnswer(rows=rows, base=200, **about)


def comments(
    labels: tuple[str, ...] = LABELS, said: tuple[str, ...] = SAID, **about: Any
) -> results.CommentsAnswer:
    rows = tuple(
        results.ThemeComments(
            theme=str(UUID(int=position)),
            terms=tuple(label.split(", ")),
            force=FORCES[position % 4].value,
            language="en",
            comments=said,
        )
        for position, label in enumerate(labels)
    )
    return results.CommentsAnswer(rows=rows, pages=5, **about)
