"""Questions by department or role: where each is answered otherwise than by the rest.

Sums over whole atoms, as everywhere. One statement for all of it, whatever the number of questions
and groups; at most MOST_GROUPS and MOST_ITEMS are shown, and how many more there are is said.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from data.analysis import gate
from data.analysis.cells import UNSCORED
from data.analysis.difference import compare
from data.analysis.forces import Figure
from data.analysis.gate import Shown
from data.analysis.moments import Moments
from data.db.tables import analytics_atoms, question_cells
from data.queries import methods
from data.queries.cells import (
    WITHDRAWN,
    Group,
    Sum,
    Sums,
    matching,
    of_organization,
    same_atom,
    sums,
    total,
)
from data.queries.figures import differences, estimate, standing
from data.queries.groups import OTHERS, OTHERS_NAME, department_names, role_name
from data.queries.items import asked_items
from data.queries.question import Asked, Question
from data.queries.results import (
    Difference,
    HeatmapCell,
    HeatmapGroup,
    HeatmapRow,
    ItemHeatmapAnswer,
)

MOST_GROUPS = 40
MOST_ITEMS = 60
TOGETHER = "\ttogether"
"""Whoever counts in everybody, but in none of the groups shown. No role has a tab in its name."""

Dimension = Literal["department", "role"]
Found = Mapping[UUID, Mapping[str, Sum]]
"""Sums by question and group."""


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of a heatmap: those shown, largest first, and what is said of the others."""

    shown: tuple[HeatmapGroup, ...]
    base: Sums
    more: int = 0
    hidden: tuple[str, ...] = ()


def _by_department(asked: Asked) -> ItemHeatmapAnswer:
    """Which questions does a department answer otherwise than the rest?"""
    return _heatmap(asked, "department")


def _by_role(asked: Asked) -> ItemHeatmapAnswer:
    """Which questions does a role answer otherwise than the rest?"""
    return _heatmap(asked, "role")


def _heatmap(asked: Asked, dimension: Dimension) -> ItemHeatmapAnswer:
    groups = _groups(asked, dimension)
    asked_all = asked_items(asked)
    items = asked_all[:MOST_ITEMS]
    found = _sums(asked, dimension, items, groups.shown)
    shown = {
        (item, group): _shown(asked, of) for item, by in found.items() for group, of in by.items()
    }
    marks = _marks(asked, items, groups.shown, found, shown)
    left_out = groups.base.left_out or any(s.left_out for of in found.values() for s in of.values())
    return ItemHeatmapAnswer(
        **standing(asked, groups.base[UNSCORED]),
        left_out=left_out,
        dimension=dimension,
        groups=groups.shown,
        rows=tuple(_row(asked, item, groups.shown, found, shown, marks) for item in items),
        more_rows=len(asked_all) - len(items),
        more_groups=groups.more,
        hidden=groups.hidden,
    )


def _groups(asked: Asked, dimension: Dimension) -> _Groups:
    """Departments (or roles) with atoms of their own; a lead's others are one group at the end."""
    everybody = asked
    if dimension == "department" and asked.scope is not None:
        everybody = replace(asked, selection=replace(asked.selection, departments=None))
    atoms = analytics_atoms.c
    by = atoms.departments if dimension == "department" else atoms.roles
    found = {group: of for (_, group), of in sums(everybody, [UNSCORED], by=by).items()}
    own, others = _within(asked, dimension, found)
    smallest = asked.wave.thresholds.group
    names = department_names(asked) if dimension == "department" else {}
    rows = [
        HeatmapGroup(id=key, name=names.get(key) or role_name(key), n=own[group][UNSCORED].n)
        for group in own
        if group is not None and len(group) == 1
        if own[group][UNSCORED].n >= smallest
        for key in [str(group[0])]
    ]
    rows.sort(key=lambda row: (-row.n, row.name))
    apart = {row.id for row in rows}
    hidden = {str(value) for group in own for value in group or ()} - apart
    last = []
    if others[UNSCORED].n >= smallest:
        last = [HeatmapGroup(id=OTHERS, name=OTHERS_NAME, n=others[UNSCORED].n, is_others=True)]
    return _Groups(
        (*rows[:MOST_GROUPS], *last),
        total(own.values()),
        max(0, len(rows) - MOST_GROUPS),
        tuple(sorted(names.get(key) or role_name(key) for key in hidden)),
    )


def _within(
    asked: Asked, dimension: Dimension, found: Mapping[Group, Sums]
) -> tuple[dict[Group, Sums], Sums]:
    """What a viewer sees apart, and everybody else; atoms of both are in neither."""
    if dimension == "role" or asked.scope is None:
        return dict(found), Sums({})
    scope, chosen = set(asked.scope), set(asked.selection.departments or ())
    own = {g: s for g, s in found.items() if set(g or ()) <= chosen}
    return own, total(s for g, s in found.items() if not set(g or ()) & scope)


def _sums(
    asked: Asked, dimension: Dimension, items: Sequence[Row[Any]], groups: Sequence[HeatmapGroup]
) -> Found:
    """Every question in every group, in one statement."""
    c, a = question_cells.c, analytics_atoms.c
    selection = asked.selection
    if dimension == "department" and asked.scope is not None:
        selection = replace(selection, departments=None)
    match = matching(selection, asked.filters.periods)
    counts = and_(match.inside, or_(c.n == 0, c.n >= asked.wave.thresholds.group))
    group = _group(asked, dimension, groups)
    statement = (
        select(
            c.question_id,
            group.label("grouped"),
            func.coalesce(func.sum(c.n).filter(counts), 0).label("n"),
            func.coalesce(func.sum(c.total).filter(counts), 0).label("total"),
            func.coalesce(func.sum(c.squares).filter(counts), 0).label("squares"),
            func.bool_or(~counts).label("left_out"),
        )
        .join_from(question_cells, analytics_atoms, same_atom(question_cells))
        .where(
            *of_organization(asked.organization, question_cells, analytics_atoms),
            c.survey_id == asked.wave.id,
            c.question_id == func.any(cast([item.id for item in items], ARRAY(Uuid))),
            a.state != WITHDRAWN,
            match.touches,
        )
        .group_by(c.question_id, group)
    )
    found: dict[UUID, dict[str, Sum]] = defaultdict(dict)
    for row in asked.connection.execute(statement):
        if row.grouped is not None:
            moments = Moments(int(row.n), float(row.total), float(row.squares))
            found[row.question_id][row.grouped] = Sum(moments, left_out=row.left_out)
    return found


def _group(
    asked: Asked, dimension: Dimension, groups: Sequence[HeatmapGroup]
) -> ColumnElement[str | None]:
    """Which group an atom is counted in; None where it is in neither of a lead's two sides."""
    a = analytics_atoms.c
    shown = [group.id for group in groups if not group.is_others]
    of = a.departments if dimension == "department" else a.roles
    names = cast(of, ARRAY(Text))
    only = func.array_to_string(of, "")
    alone = and_(func.cardinality(of) == 1, names.bool_op("<@")(cast(shown, ARRAY(Text))))
    if dimension == "role" or asked.scope is None:
        return case((alone, only), else_=literal(TOGETHER))
    scope = cast([str(id_) for id_ in asked.scope], ARRAY(Text))
    chosen = cast([str(id_) for id_ in asked.selection.departments or ()], ARRAY(Text))
    return case(
        (alone, only),
        (names.bool_op("<@")(chosen), literal(TOGETHER)),
        (~names.bool_op("&&")(scope), literal(OTHERS)),
        else_=None,
    )


def _marks(
    asked: Asked,
    items: Sequence[Row[Any]],
    groups: Sequence[HeatmapGroup],
    found: Found,
    shown: Mapping[tuple[UUID, str], Shown],
) -> dict[tuple[UUID, str], Difference]:
    """Every group against the others in sight, every question: the heatmap is one family."""
    family = {}
    for item in items:
        of = found.get(item.id, {})
        everybody = sum(of.values(), start=Sum())
        for group in groups:
            if group.is_others or group.id not in of:
                continue
            pair = shown[item.id, group.id], _shown(asked, everybody - of[group.id])
            family[item.id, group.id] = _figure(item), compare(*pair, score=True)
    return differences(family)


def _figure(item: Row[Any]) -> Figure:
    """What a higher score means for readiness is that of the question's force."""
    return Figure(item.force) if item.force in set(Figure) else Figure.OUTCOME


def _shown(asked: Asked, of: Sum) -> Shown:
    return gate.estimate(of.moments, Figure.OUTCOME, asked.wave.thresholds)


def _row(
    asked: Asked,
    item: Row[Any],
    groups: Sequence[HeatmapGroup],
    found: Found,
    shown: Mapping[tuple[UUID, str], Shown],
    marks: Mapping[tuple[UUID, str], Difference],
) -> HeatmapRow:
    of = found.get(item.id, {})
    others = {group.id for group in groups if group.is_others}
    own = [s for group, s in of.items() if group not in others]
    cells = (
        HeatmapCell(
            score=estimate(shown.get((item.id, group.id)) or _shown(asked, Sum())),
            against_rest=marks.get((item.id, group.id)),
        )
        for group in groups
    )
    return HeatmapRow(
        id=item.key,
        text=item.text,
        force=item.force,
        is_reversed=item.is_reversed,
        everybody=estimate(_shown(asked, sum(own, start=Sum()))),
        cells=tuple(cells),
    )


item_heatmap = Question("item_heatmap", ItemHeatmapAnswer, _by_department, methods.ITEM_HEATMAP)
item_roles = Question("item_roles", ItemHeatmapAnswer, _by_role, methods.ITEM_ROLES)
