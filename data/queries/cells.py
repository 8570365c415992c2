"""Sums over whole atoms: the only figures there are, always of one organisation.

An atom counts where its departments and roles and periods all lie inside the selection, and its
own base in the figure reaches the survey's smallest group. What matches partly, or is too small,
is left out, and only *that* something was left out is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Text, Uuid

from data.analysis.moments import Moments
from data.db.tables import analytics_atoms, analytics_cells, surveys
from data.queries.question import Asked, Selection

Group = tuple[UUID, ...] | tuple[str, ...] | None
"""Departments (or roles) of the atoms summed; None where nothing was grouped by."""

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Sum:
    """One figure over whole atoms. ``left_out``: an atom that matched could not be counted."""

    moments: Moments = field(default_factory=Moments)
    above: int = 0
    left_out: bool = False

    @property
    def n(self) -> int:
        return self.moments.n

    @property
    def part(self) -> int:
        """For figures that count: how many of ``n`` are so."""
        return round(self.moments.total)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.moments + other.moments,
            self.above + other.above,
            self.left_out or other.left_out,
        )

    def __sub__(self, part: "Sum") -> "Sum":
        return Sum(self.moments - part.moments, self.above - part.above, self.left_out)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of several figures over the same selection."""

    of: Mapping[str, Sum]

    def __getitem__(self, figure: str) -> Sum:
        return self.of.get(figure, Sum())

    def __add__(self, other: "Sums") -> "Sums":
        return Sums({k: self[k] + other[k] for k in {**self.of, **other.of}})

    def __sub__(self, other: "Sums") -> "Sums":
        """What remains without a part of these atoms; what was left out stays said."""
        return Sums({k: self[k] - other[k] for k in self.of})

    @property
    def left_out(self) -> bool:
        return any(s.left_out for s in self.of.values())


def total(parts: Iterable[Sums]) -> Sums:
    """The sums of all parts together."""
    added = Sums({})
    for part in parts:
        added = added + part
    return added


@dataclass(frozen=True, slots=True)
class Matching:
    """How atoms relate to a selection: which it touches, and which lie wholly inside it."""

    touches: ColumnElement[bool]
    inside: ColumnElement[bool]


def matching(
    selection: Selection, periods: tuple[date, ...] = (), atoms: Any = analytics_atoms.c
) -> Matching:
    """The whole-atom rule as conditions on ``analytics_atoms``."""
    chosen: list[tuple[Any, Any, Sequence[object] | None]] = [
        (atoms.departments, Uuid, selection.departments),
        (atoms.roles, Text, selection.roles),
        (atoms.periods, Date, periods or None),
    ]
    limits = [
        (column, cast(list(values), ARRAY(type_)))
        for column, type_, values in chosen
        if values is not None
    ]
    return Matching(
        and_(true(), *(column.bool_op("&&")(values) for column, values in limits)),
        and_(true(), *(column.bool_op("<@")(values) for column, values in limits)),
    )


def sums(
    asked: Asked,
    figures: Sequence[str],
    *,
    of: Sequence[UUID] = (),
    selection: Selection | None = None,
    by: ColumnElement[Any] | None = None,
    periods: tuple[date, ...] | None = None,
) -> dict[tuple[UUID, Group], Sums]:
    """Figures summed over the whole atoms of the surveys ``of`` (default: the one in question).

    ``by`` (the departments or the roles of atoms) groups by exactly these sets. One statement.
    """
    c, a, s = analytics_cells.c, analytics_atoms.c, surveys.c
    periods = asked.filters.periods if periods is None else periods
    match = matching(asked.selection if selection is None else selection, periods)
    counts = and_(match.inside, or_(c.n == 0, c.n >= s.smallest_group))
    grouping = [] if by is None else [by]
    statement = (
        select(
            c.survey_id,
            c.figure,
            func.coalesce(func.sum(c.n).filter(counts), 0).label("n"),
            func.coalesce(func.sum(c.total).filter(counts), 0).label("total"),
            func.coalesce(func.sum(c.squares).filter(counts), 0).label("squares"),
            func.coalesce(func.sum(c.above).filter(counts), 0).label("above"),
            func.bool_or(~counts).label("left_out"),
            *(column.label("grouped") for column in grouping),
        )
        .join_from(analytics_cells, analytics_atoms, same_atom(analytics_cells))
        .join(surveys, and_(s.organization_id == c.organization_id, s.id == c.survey_id))
        .where(
            *of_organization(asked.organization, analytics_cells, analytics_atoms, surveys),
            c.survey_id.in_(of or [asked.wave.id]),
            c.figure.in_(figures),
            a.state != WITHDRAWN,
            match.touches,
        )
        .group_by(c.survey_id, c.figure, *grouping)
    )
    return _gathered(asked.connection.execute(statement), grouped=by is not None)


def _gathered(rows: Iterable[Row[Any]], *, grouped: bool) -> dict[tuple[UUID, Group], Sums]:
    found: dict[tuple[UUID, Group], dict[str, Sum]] = {}
    for row in rows:
        group = tuple(sorted(row.grouped)) if grouped else None
        moments = Moments(int(row.n), float(row.total), float(row.squares))
        one = Sum(moments, int(row.above), bool(row.left_out))
        of = found.setdefault((row.survey_id, group), {})
        of[row.figure] = of[row.figure] + one if row.figure in of else one
    return {key: Sums(of) for key, of in found.items()}


def of_organization(organization: UUID, *tables: Any) -> list[ColumnElement[bool]]:
    """Said of every table of every statement: it reaches one shard, and never another's rows."""
    return [table.c.organization_id == organization for table in tables]


def same_atom(table: Any) -> ColumnElement[bool]:
    a = analytics_atoms.c
    return and_(
        a.organization_id == table.c.organization_id,
        a.survey_id == table.c.survey_id,
        a.atom == table.c.atom,
    )
