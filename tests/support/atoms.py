"""Surveys written straight as atoms and cells: questions are tested without the pipeline.

``people`` of an atom are rows of figures (None is missing), so that a test can compute by hand
what the questions must answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import Connection, insert

from data.analysis import cells
from data.analysis.forces import FORCES, MIDPOINT, Figure, Force, Segment, segment
from data.db import tables
from data.db.tables import NOT_STATED

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
DAY = date(2026, 10, 1)
Person = Mapping[str, float | None]


@dataclass(frozen=True)
class Atom:
    """One atom: whose leaves it holds, and its people."""

    people: Sequence[Person]
    departments: tuple[UUID, ...] = (UUID(NOT_STATED),)
    roles: tuple[str, ...] = ("",)
    periods: tuple[date, ...] = (DAY,)


@dataclass(frozen=True)
class Survey:
    """A survey to be written. ``forces`` it asked; figures of others must be missing."""

    atoms: Sequence[Atom] = ()
    name: str = "Wave"
    series: str = ""
    forces: tuple[Force, ...] = FORCES
    at: datetime = RELEASED
    period: str = "wave"
    columns: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)


def person(
    pain: float | None = 3.0,
    pull: float | None = 3.0,
    anchors: float | None = 3.0,
    anxiety: float | None = 3.0,
    *,
    completed: bool = True,
    seconds: float | None = 300.0,
) -> Person:
    """A session's figures from its four force scores; a missing force makes readiness missing."""
    scores = (pain, pull, anchors, anxiety)
    of: dict[str, float | None] = dict(zip((f.value for f in FORCES), scores, strict=True))
    drive = None if pain is None or pull is None else (pain + pull) / 2
    resistance = None if anchors is None or anxiety is None else (anchors + anxiety) / 2
    both = drive is not None and resistance is not None
    readiness = 50 + 12.5 * ((drive or 0) - (resistance or 0)) if both else None
    of |= {"drive": drive, "resistance": resistance, "readiness": readiness}
    of |= {cells.STARTED: 1.0, cells.COMPLETED: float(completed), cells.LOW_QUALITY: 0.0}
    of |= {cells.SECONDS: seconds if completed else None, cells.UNSCORED: float(not both)}
    classified = segment(drive, resistance)
    for one in Segment:
        if one is not Segment.UNCLASSIFIED:
            of[cells.segment_figure(one)] = float(classified is one) if both else None
    return of


def write(connection: Connection, organization: UUID, survey: Survey) -> UUID:
    """Write survey, atoms and cells as a release would; returns the survey's id."""
    key = {"organization_id": organization, "survey_id": survey.id}
    connection.execute(
        insert(tables.surveys).values(
            organization_id=organization,
            id=survey.id,
            name=survey.name,
            series=survey.series,
            opened_at=survey.at,
            closed_at=survey.at,
            period=survey.period,
            forces=[f.value for f in survey.forces],
            **survey.columns,
        )
    )
    for number, atom in enumerate(survey.atoms):
        connection.execute(
            insert(tables.analytics_atoms).values(
                **key,
                atom=number,
                departments=list(atom.departments),
                roles=list(atom.roles),
                periods=list(atom.periods),
                respondents=len(atom.people),
                state="released",
                release=1,
                released_at=survey.at,
            )
        )
        rows = [{**key, "atom": number, **row} for row in _cells(atom, survey)]
        if rows:
            connection.execute(insert(tables.analytics_cells), rows)
    connection.execute(insert(tables.data_versions).values(**key, version=1))
    return survey.id


def department(connection: Connection, organization: UUID, name: str) -> UUID:
    made = connection.execute(
        insert(tables.departments)
        .values(organization_id=organization, name=name)
        .returning(tables.departments.c.id)
    )
    return UUID(str(made.scalar_one()))


def _cells(atom: Atom, survey: Survey) -> list[dict[str, Any]]:
    rows = []
    for figure in {key for one in atom.people for key in one}:
        values = [v for one in atom.people if (v := one.get(figure)) is not None]
        midpoint = MIDPOINT[Figure(figure)] if figure in set(Figure) else np.inf
        rows.append(
            {
                "figure": figure,
                "n": len(values),
                "total": sum(values),
                "squares": sum(v * v for v in values),
                "above": sum(v > midpoint for v in values),
                "products": [],
            }
        )
    block = np.array(
        [[_number(one.get(f.value)) for f in survey.forces] for one in atom.people], dtype=float
    ).reshape(len(atom.people), len(survey.forces))
    whole = block[~np.isnan(block).any(axis=1)]
    if len(whole):
        packed = cells.pack(whole.sum(axis=0), whole.T @ whole)
        rows.append(_listwise(len(whole), packed))
    return rows


def _listwise(n: int, products: list[float]) -> dict[str, Any]:
    empty = {"total": 0.0, "squares": 0.0, "above": 0}
    return {"figure": cells.LISTWISE, "n": n, **empty, "products": products}


def _number(value: float | None) -> float:
    return np.nan if value is None else value
