"""The table by role of a whole survey: written with its first release, gone with the next.

``role_crossings`` stay behind: the table is known for ever, and later releases of atoms are held
against it (data/analysis/role_table.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, text

from data.analysis import role_table
from data.analysis.cells import UNSCORED, Sums
from data.analysis.forces import MIDPOINT, Figure
from data.analysis.role_table import Category, Crossed
from data.db.bulk import copy_into
from data.db.tables import role_cells, role_crossings
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

MOST_PEOPLE = 20_000
"""Larger surveys have atoms for almost every role, and are not read again for this table."""

_IS_SMALL = text("""
    SELECT coalesce(sum(respondents), 0) <= :most AND count(*) FILTER (WHERE cardinality(roles) > 1)
           BETWEEN 1 AND :mixed
    FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey AND state = 'released'
""")

_SUMS = text("""
    SELECT a.release, s.role, f.place, count(*) AS n, sum(v.value) AS total,
           sum(v.value * v.value) AS squares, count(*) FILTER (WHERE v.value > f.midpoint) AS above
    FROM released_sessions h
    JOIN analytics_atoms a ON a.organization_id = :organization AND a.survey_id = :survey
                          AND a.atom = h.atom AND a.state = 'released'
    JOIN session_scores s ON s.organization_id = :organization AND s.session_id = h.session_id
    CROSS JOIN unnest(CAST(:places AS int[]), CAST(:midpoints AS float[])) AS f (place, midpoint)
    CROSS JOIN LATERAL (SELECT h.figures[f.place + 1] AS value) v
    WHERE h.organization_id = :organization AND h.survey_id = :survey
      AND h.ledger = 'scores' AND h.version = 0 AND v.value IS NOT NULL
    GROUP BY a.release, s.role, f.place
    ORDER BY a.release, s.role, f.place
""")

_WITHDRAW = text("""
    DELETE FROM role_cells WHERE organization_id = :organization AND survey_id = :survey
""")

_CROSSED = text("""
    SELECT figure, release, category, respondents, is_whole FROM role_crossings
    WHERE organization_id = :organization AND survey_id = :survey
    ORDER BY release
""")

_BROKEN = text("""
    UPDATE role_crossings SET is_whole = false
    WHERE organization_id = :organization AND survey_id = :survey AND is_whole
      AND release <> ALL(:whole)
""")

Cells = Mapping[int, Mapping[tuple[int, str], Sums]]
"""Sums by place in the ledger's figures, and by the atom's release and role."""


def write_role_table(connection: Connection, survey: Survey) -> bool:
    """Write the table of a first release where it tells of more people and passes the audit."""
    limits = {"most": MOST_PEOPLE, "mixed": role_table.MOST_MIXED}
    if not connection.scalar(_IS_SMALL, {**survey.key, **limits}):
        return False
    cells = _sums(connection, survey)
    counts = {figure: {key: s.n for key, s in of.items()} for figure, of in cells.items()}
    crossed, categories = role_table.cross(counts, survey.smallest)
    base = crossed.people.get(LEDGER.index(UNSCORED))
    if base is None or not crossed.is_safe(survey.smallest):
        return False
    table, atoms = role_table.apart(base, categories, survey.smallest)
    if table <= atoms:
        return False
    copy_into(connection, role_cells, _CELL_COLUMNS, _cell_rows(survey, crossed, categories, cells))
    copy_into(connection, role_crossings, _CROSSING_COLUMNS, _crossing_rows(survey, crossed))
    return True


def withdraw_role_table(connection: Connection, survey: Survey) -> None:
    """Show it no more: its people are no longer those of the atoms."""
    connection.execute(_WITHDRAW, survey.key)


def load_crossed(connection: Connection, survey: Survey) -> Crossed | None:
    """What later releases are held against; None where no table was ever written."""
    rows = connection.execute(_CROSSED, survey.key).all()
    if not rows:
        return None
    releases = tuple(sorted({row.release for row in rows}))
    where = {release: place for place, release in enumerate(releases)}
    shape = (len(releases), 1 + max(row.category for row in rows))
    people = {
        LEDGER.index(name): np.zeros(shape, dtype=np.int64) for name in {r.figure for r in rows}
    }
    for row in rows:
        people[LEDGER.index(row.figure)][where[row.release], row.category] = row.respondents
    return Crossed(releases, people, {row.release for row in rows if row.is_whole})


def save_crossed(connection: Connection, survey: Survey, crossed: Crossed | None) -> None:
    """Keep which atoms are whole no more."""
    if crossed is not None:
        connection.execute(_BROKEN, {**survey.key, "whole": sorted(crossed.whole)})


def _figures(survey: Survey) -> list[str]:
    """What the table by role shows."""
    return [UNSCORED, Figure.READINESS.value, *(force.value for force in survey.forces)]


def _sums(connection: Connection, survey: Survey) -> Cells:
    names = _figures(survey)
    midpoints = {figure.value: middle for figure, middle in MIDPOINT.items()}
    parameters = {
        "places": [LEDGER.index(name) for name in names],
        "midpoints": [midpoints.get(name, np.inf) for name in names],
    }
    found: dict[int, dict[tuple[int, str], Sums]] = defaultdict(dict)
    for row in connection.execute(_SUMS, {**survey.key, **parameters}):
        sums = Sums(row.n, row.total, row.squares, row.above)
        found[row.place][row.release, row.role] = sums
    return found


_CELL_COLUMNS = (
    "organization_id",
    "survey_id",
    "category",
    "roles",
    "figure",
    "n",
    "total",
    "squares",
    "above",
)
_CROSSING_COLUMNS = (
    "organization_id",
    "survey_id",
    "figure",
    "release",
    "category",
    "respondents",
)


def _cell_rows(
    survey: Survey, crossed: Crossed, categories: Sequence[Category], cells: Cells
) -> list[tuple[object, ...]]:
    """Sums by category, over the atoms that show the figure."""
    rows: list[tuple[object, ...]] = []
    for figure, people in crossed.people.items():
        shown = {r for r, row in zip(crossed.releases, people, strict=True) if row.any()}
        for number, roles in enumerate(categories):
            parts = [
                sums
                for (release, role), sums in cells[figure].items()
                if release in shown and role in roles
            ]
            s = sum(parts, start=Sums())
            if s.n:
                key = (survey.organization, survey.id, number, list(roles), LEDGER[figure])
                rows.append((*key, s.n, s.total, s.squares, s.above))
    return rows


def _crossing_rows(survey: Survey, crossed: Crossed) -> list[tuple[object, ...]]:
    return [
        (survey.organization, survey.id, LEDGER[figure], release, category, int(count))
        for figure, people in crossed.people.items()
        for release, row in zip(crossed.releases, people, strict=True)
        for category, count in enumerate(row)
        if count
    ]
