"""Cells of released atoms, summed from the ledger: what is shown is what the ledger holds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg.sql import SQL, Composable, Literal
from sqlalchemy import Connection, text

from data.analysis import cells
from data.analysis.cells import Products, Sums
from data.analysis.forces import FIGURES, MIDPOINT, Figure
from data.analysis.quality import Flag, flag_figure
from data.db.bulk import copy_into, read_numbers
from data.db.tables import analytics_cells, question_cells
from data.pipeline.current import (
    LEDGER,
    SEGMENT,
    SEGMENTS,
    driving_places,
    force_places,
    listwise_figures,
)
from data.pipeline.survey import Survey

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_HELD = SQL("""
    SELECT {} FROM (
        SELECT atom, figures, CASE WHEN cardinality(items) = %(width)s THEN items END AS items
        FROM released_sessions
        WHERE organization_id = %(organization)s AND survey_id = %(survey)s AND ledger = 'scores'
          AND version = 0 AND atom = ANY(%(atoms)s)) h
""")


def _delete(table: str) -> str:
    return (
        f"DELETE FROM {table} WHERE organization_id = :organization "
        "AND survey_id = :survey AND atom = ANY(:atoms)"
    )


def delete_cells(connection: Connection, survey: Survey, atoms: Sequence[int]) -> None:
    """Withdraw whatever these atoms show."""
    for table in (analytics_cells.name, question_cells.name):
        connection.execute(text(_delete(table)), {**survey.key, "atoms": list(atoms)})


def write_cells(connection: Connection, survey: Survey, atoms: Sequence[int]) -> None:
    """Replace the cells of these atoms by sums over what the ledger holds of them now."""
    delete_cells(connection, survey, atoms)
    gathered = _Gathered(survey)
    for rows in _held(connection, survey, atoms):
        figures, items = np.split(rows[:, 1:], [len(LEDGER)], axis=1)
        gathered.add(rows[:, 0].astype(np.int64), figures, items)
    copy_into(connection, analytics_cells, _CELL_COLUMNS, gathered.cells())
    copy_into(connection, question_cells, _QUESTION_COLUMNS, gathered.questions())


def _held(connection: Connection, survey: Survey, atoms: Sequence[int]) -> Iterator[Floats]:
    """Blocks of sessions: the atom, the figures, the items; NaN where one is missing."""
    width = len(survey.questions)
    places = [("figures", place) for place in range(1, len(LEDGER) + 1)]
    places += [("items", place) for place in range(1, width + 1)]
    columns: list[Composable] = [SQL("atom::float8")]
    columns += [
        SQL("coalesce({}[{}], 'NaN')").format(SQL(array), Literal(place)) for array, place in places
    ]
    query = _HELD.format(SQL(", ").join(columns))
    parameters = {**survey.key, "atoms": list(atoms), "width": width}
    return read_numbers(connection, query, len(columns), parameters)


_CELL_COLUMNS = (
    "organization_id",
    "survey_id",
    "atom",
    "figure",
    "n",
    "total",
    "squares",
    "above",
    "products",
)
_QUESTION_COLUMNS = (
    "organization_id",
    "survey_id",
    "atom",
    "question_id",
    "n",
    "total",
    "squares",
    "histogram",
)


class _Gathered:
    """Sums by figure and atom; chunks add."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._sums: dict[tuple[str, int], Sums] = defaultdict(Sums)
        self._products: dict[tuple[str, int], Products] = {}
        self._items: dict[tuple[int, int], Sums] = defaultdict(Sums)
        self._histograms: dict[tuple[int, int], list[int]] = {}

    def add(self, atoms: Integers, figures: Floats, items: Floats) -> None:
        """Add sessions: their atoms, their ledger figures and their items."""
        for name, values, midpoint in _columns(figures):
            for atom, sums in cells.sums_by_atom(values, atoms, midpoint).items():
                self._sums[name, atom] += sums
        for name, block in self._blocks(figures, items):
            for atom, products in cells.products_by_atom(block, atoms).items():
                before = self._products.get((name, atom))
                self._products[name, atom] = products if before is None else before + products
        for place, question in enumerate(self._survey.questions):
            self._add_item(place, items[:, place], atoms)
            item = question.item
            histograms = cells.histograms_by_atom(
                items[:, place], atoms, item.low, item.high, item.is_reversed
            )
            for atom, counts in histograms.items():
                earlier = self._histograms.get((place, atom), [0] * len(counts))
                self._histograms[place, atom] = [
                    a + b for a, b in zip(earlier, counts, strict=True)
                ]

    def cells(self) -> Iterator[Sequence[object]]:
        """Rows of analytics_cells; figures of 1-4 people as flags."""
        key = (self._survey.organization, self._survey.id)
        for (name, atom), sums in self._sums.items():
            shown = sums if sums.n >= self._survey.smallest else Sums(n=1)
            yield (*key, atom, name, shown.n, shown.total, shown.squares, shown.above, [])
        for (name, atom), block in self._products.items():
            enough = block.n >= self._survey.smallest
            packed = cells.pack(block.sums, block.cross) if enough else []
            yield (*key, atom, name, block.n if enough else 1, 0.0, 0.0, 0, packed)

    def questions(self) -> Iterator[Sequence[object]]:
        """Rows of question_cells; items that 1-4 people answered as flags."""
        key = (self._survey.organization, self._survey.id)
        for (place, atom), sums in self._items.items():
            question: UUID = self._survey.questions[place].id
            enough = sums.n >= self._survey.smallest
            shown = sums if enough else Sums(n=1)
            histogram = self._histograms[place, atom] if enough else []
            yield (*key, atom, question, shown.n, shown.total, shown.squares, histogram)

    def _add_item(self, place: int, scores: Floats, atoms: Integers) -> None:
        for atom, sums in cells.sums_by_atom(scores, atoms).items():
            self._items[place, atom] += sums

    def _blocks(self, figures: Floats, items: Floats) -> Iterator[tuple[str, Floats]]:
        """The listwise blocks: forces and outcome, each force's items, all items and outcome."""
        listwise = [LEDGER.index(figure.value) for figure in listwise_figures(self._survey)]
        if listwise:
            yield cells.LISTWISE, figures[:, listwise]
        for force in self._survey.forces:
            places = force_places(self._survey, force)
            if places:
                yield cells.items_figure(force), items[:, places]
        driving = driving_places(self._survey)
        if driving:
            # Not all who answered everything are in it: see data/pipeline/admission.py.
            inside = ~np.isnan(figures[:, LEDGER.index(cells.ITEM_DRIVERS)])
            outcome = np.where(inside, figures[:, LEDGER.index(Figure.OUTCOME.value)], np.nan)
            yield cells.ITEM_DRIVERS, np.column_stack([items[:, driving], outcome])


def _columns(figures: Floats) -> Iterator[tuple[str, Floats, float]]:
    """Name, value per session (NaN outside the base) and midpoint of every plain figure."""

    def column(name: str) -> Floats:
        values: Floats = figures[:, LEDGER.index(name)]
        return values

    for name in (
        cells.STARTED,
        cells.COMPLETED,
        cells.SECONDS,
        cells.LOW_QUALITY,
        cells.UNSCORED,
        *(flag_figure(flag) for flag in Flag),
    ):
        yield name, column(name), np.inf
    codes = column(SEGMENT)
    for code, segment in enumerate(SEGMENTS, 1):
        inside = np.where(np.isnan(codes), np.nan, (codes == code).astype(np.float64))
        yield cells.segment_figure(segment), inside, np.inf
    for figure in FIGURES:
        yield figure.value, column(figure.value), MIDPOINT[figure]
