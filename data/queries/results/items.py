"""Answers about single questions: the heatmap of groups, and how answers are spread."""

from typing import Literal

from data.analysis.forces import FORCE_NAMES, Force
from data.queries.results.base import (
    MARK_WORDS,
    Answer,
    Column,
    Difference,
    Estimate,
    Table,
    Value,
    bounded,
)


class HeatmapGroup(Value):
    """A department or role of a heatmap; ``n`` are the people counted in it."""

    id: str
    name: str
    n: int
    is_others: bool = False


class HeatmapCell(Value):
    """A group's mean score 1-5 on one question, and how it differs from the rest."""

    score: Estimate
    against_rest: Difference | None = None


class HeatmapRow(Value):
    """One question: everybody's mean, then a cell a group, in the order of ``groups``."""

    id: str
    text: str
    force: Force | None
    is_reversed: bool = False
    everybody: Estimate
    cells: tuple[HeatmapCell, ...] = ()


class ItemHeatmapAnswer(Answer):
    """Questions by departments (or roles), in the order asked and by size.

    Mean item scores 1-5, reversed items turned. The marks are one family of tests. ``more_rows``
    and ``more_groups``: how many questions and groups there are beyond those shown; ``hidden``:
    names of groups too small to show apart.
    """

    dimension: Literal["department", "role"] = "department"
    groups: tuple[HeatmapGroup, ...] = ()
    rows: tuple[HeatmapRow, ...] = ()
    more_rows: int = 0
    more_groups: int = 0
    hidden: tuple[str, ...] = ()

    def table(self) -> Table:
        """One line a question and group."""
        columns = (
            Column("Question"),
            Column("Force"),
            Column("Department" if self.dimension == "department" else "Role"),
            Column("n", "whole"),
            Column("Mean", "number"),
            Column("95 % half-width", "number"),
            Column("Against the rest"),
        )
        rows = (
            (
                row.text,
                FORCE_NAMES[row.force] if row.force else "Outcome",
                group.name,
                cell.score.n or None,
                bounded(cell.score),
                cell.score.half_width,
                MARK_WORDS[cell.against_rest.mark] if cell.against_rest else None,
            )
            for row in self.rows
            for group, cell in zip(self.groups, row.cells, strict=True)
        )
        return Table(columns, tuple(rows))


class SpreadPart(Value):
    """Neighbouring points of a scale and their share of the answers, 0-100.

    ``first`` and ``last`` count from 0; ``label`` names the point, or "from … to …".
    """

    first: int
    last: int
    label: str
    share: float


class DistributionRow(Value):
    """How the answers to one question are spread, lowest point first, as it was asked.

    ``points``: the names of all points of the scale. ``parts`` is empty where fewer than 30
    answered, or where nearly everybody chose the same point.
    """

    id: str
    text: str
    force: Force | None
    is_reversed: bool = False
    is_outcome: bool = False
    n: int = 0
    points: tuple[str, ...] = ()
    parts: tuple[SpreadPart, ...] = ()


class DistributionAnswer(Answer):
    """How the answers to each scaled question are spread, in the order they were asked."""

    rows: tuple[DistributionRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Question"),
            Column("n", "whole"),
            Column("Answer"),
            Column("Share", "percent", "%"),
        )
        rows: list[tuple[str, int | None, str | None, float | None]] = []
        for row in self.rows:
            rows += [(row.text, row.n, part.label, part.share) for part in row.parts]
            if not row.parts:
                rows.append((row.text, row.n or None, "too few to show", None))
        return Table(columns, tuple(rows))
