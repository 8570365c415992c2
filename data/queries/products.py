"""Listwise sums and cross-products over whole atoms: what correlations and alpha are made of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from data.analysis.cells import Products, unpack
from data.db.tables import analytics_atoms, analytics_cells, surveys
from data.queries.cells import WITHDRAWN, Group, matching, of_organization, same_atom
from data.queries.question import Asked


def products(
    asked: Asked, figures: Sequence[str], *, by: ColumnElement[Any] | None = None
) -> dict[tuple[Group, str], Products]:
    """Per group and figure; added element by element in the database, in one statement."""
    c, a, s = analytics_cells.c, analytics_atoms.c, surveys.c
    match = matching(asked.selection, asked.filters.periods)
    element = func.unnest(c.products).table_valued("value", with_ordinality="place")
    element = element.render_derived(name="element")
    grouping = [] if by is None else [by.label("grouped")]
    keys = [c.figure, element.c.place, *([] if by is None else [by])]
    statement = (
        select(
            c.figure,
            element.c.place,
            func.sum(c.n).label("n"),
            func.sum(element.c.value).label("value"),
            *grouping,
        )
        .select_from(analytics_cells)
        .join(analytics_atoms, same_atom(analytics_cells))
        .join(surveys, and_(s.organization_id == c.organization_id, s.id == c.survey_id))
        .join(element, c.n >= s.smallest_group)
        .where(
            *of_organization(asked.organization, analytics_cells, analytics_atoms, surveys),
            c.survey_id == asked.wave.id,
            c.figure.in_(figures),
            a.state != WITHDRAWN,
            match.inside,
        )
        .group_by(*keys)
        .order_by(*keys[:2])
    )
    people: dict[tuple[Group, str], int] = {}
    values: dict[tuple[Group, str], list[float]] = {}
    for row in asked.connection.execute(statement):
        key = (None if by is None else tuple(sorted(row.grouped)), row.figure)
        people[key] = int(row.n)
        values.setdefault(key, []).append(float(row.value))
    return {key: unpack(people[key], of) for key, of in values.items()}
