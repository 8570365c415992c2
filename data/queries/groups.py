"""Departments and roles: readiness and forces of each, and how each differs from the rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from sqlalchemy import select

from data.analysis.cells import UNSCORED
from data.analysis.difference import compare
from data.analysis.forces import Figure
from data.db.tables import NOT_STATED
from data.db.tables import departments as departments_table
from data.queries import methods
from data.queries.cells import Group, Sums, of_organization, total
from data.queries.figures import (
    about,
    differences,
    estimate,
    figure_of,
    forces_and_readiness,
    is_score,
    shown,
)
from data.queries.pooled import Columns, Pool, pool, pooled_sums, together
from data.queries.question import Asked, Question, Wave
from data.queries.results import Difference, GroupRow, GroupsAnswer
from data.queries.role_table import ROLE_TABLE, role_table

Dimension = Literal["department", "role"]
OTHERS = "others"
OTHERS_NAME = "Rest of the organisation"
UNSTATED = {"department": "Department not stated", "role": "Role not stated"}


def department_names(asked: Asked) -> dict[str, str]:
    """Names by id, as text; the department that was not stated has a name too."""
    d = departments_table.c
    statement = select(d.id, d.name).where(*of_organization(asked.organization, departments_table))
    found = {str(row.id): row.name for row in asked.connection.execute(statement)}
    return {**found, NOT_STATED: UNSTATED["department"]}


def role_name(role: str) -> str:
    return role or UNSTATED["role"]


def _departments(asked: Asked) -> GroupsAnswer:
    """Which departments are ready, which are not, and what holds each back?

    A department lead sees the own departments, and everybody else as one row.
    """
    of = pool(asked)
    asked = everybody = together(asked, of)
    if asked.scope is not None:
        everybody = replace(asked, selection=replace(asked.selection, departments=None))
    found = _found(everybody, of, "departments")
    own, others = _within(asked, found)
    answer = _answer(asked, "department", own, others, department_names(asked))
    return answer.model_copy(update={"left_out": answer.left_out or _splits(asked, found)})


def _roles(asked: Asked) -> GroupsAnswer:
    """Which roles are ready, which are not, and what holds each back?"""
    of = pool(asked)
    asked = together(asked, of)
    atoms = _found(asked, of, "roles")
    table = {} if of.earlier else role_table(asked, total(atoms.values()))
    is_table = _apart(asked, table) > _apart(asked, atoms)
    found = table if is_table else atoms
    names = {str(role): role_name(str(role)) for group in found for role in group or ()}
    answer = _answer(asked, "role", found, None, names)
    notes = (*answer.notes, ROLE_TABLE) if is_table else answer.notes
    return answer.model_copy(update={"notes": notes})


def _apart(asked: Asked, found: Mapping[Group, Sums]) -> int:
    """People whose group is shown apart."""
    bases = (s[UNSCORED].n for g, s in found.items() if g is not None and len(g) == 1)
    return sum(n for n in bases if n >= asked.wave.thresholds.group)


def _found(asked: Asked, of: Pool, by: Columns) -> dict[Group, Sums]:
    figures = [*forces_and_readiness(asked.wave), UNSCORED]
    return pooled_sums(asked, figures, of, by=by)


def _within(asked: Asked, found: Mapping[Group, Sums]) -> tuple[dict[Group, Sums], Sums | None]:
    """What a viewer sees apart, and everybody else together.

    Atoms that hold people of both are in neither: the two would tell of these people.
    """
    if asked.scope is None:
        return dict(found), None
    scope, chosen = set(asked.scope), set(asked.selection.departments or ())
    own = {g: s for g, s in found.items() if set(g or ()) <= chosen}
    others = [s for g, s in found.items() if not set(g or ()) & scope]
    return own, total(others)


def _splits(asked: Asked, found: Mapping[Group, Sums]) -> bool:
    """Whether an atom holds people of this viewer's departments together with others."""
    mine = set(asked.selection.departments or ())
    return any(set(g or ()) & mine and not set(g or ()) <= mine for g in found)


def _answer(
    asked: Asked,
    dimension: Dimension,
    own: Mapping[Group, Sums],
    others: Sums | None,
    names: Mapping[str, str],
) -> GroupsAnswer:
    alone = {str(g[0]): s for g, s in own.items() if g is not None and len(g) == 1}
    base = asked.wave.thresholds.group
    visible = {key: s for key, s in alone.items() if s[UNSCORED].n >= base}
    everybody = total([*own.values(), *([others] if others else [])])
    marks = against_rest(asked.wave, visible, everybody)
    rows = [_row(asked, key, names, s, marks) for key, s in visible.items()]
    # By what is shown, then by name: the order must not tell more than the figures.
    rows.sort(key=lambda r: (-(r.readiness.mean or -1.0), r.name))
    if others is not None and others[UNSCORED].n >= base:
        rows.append(_row(asked, OTHERS, {OTHERS: OTHERS_NAME}, others, {}))
    hidden = {str(v) for g in own for v in g or ()} - visible.keys()
    return GroupsAnswer(
        **about(asked, total(own.values())),
        dimension=dimension,
        forces=asked.wave.forces,
        rows=tuple(rows),
        hidden=tuple(sorted(names.get(key, key) for key in hidden)),
    )


def against_rest(
    wave: Wave, visible: Mapping[str, Sums], everybody: Sums
) -> dict[tuple[str, Figure], Difference]:
    """Every group against the others in sight, every figure: the whole table is one family."""
    family = {}
    for key, own in visible.items():
        rest = everybody - own
        for figure in forces_and_readiness(wave):
            pair = shown(own, figure, wave), shown(rest, figure, wave)
            family[key, figure] = figure, compare(*pair, score=is_score(figure))
    return differences(family)


def _row(
    asked: Asked,
    key: str,
    names: Mapping[str, str],
    own: Sums,
    marks: Mapping[tuple[str, Figure], Difference],
) -> GroupRow:
    wave = asked.wave
    return GroupRow(
        id=key,
        name=names.get(key, key),
        respondents=own[UNSCORED].n,
        readiness=estimate(shown(own, Figure.READINESS, wave)),
        forces={f: estimate(shown(own, figure_of(f), wave)) for f in wave.forces},
        against_rest={figure: mark for (group, figure), mark in marks.items() if group == key},
        is_others=key == OTHERS,
    )


departments = Question("departments", GroupsAnswer, _departments, methods.DEPARTMENTS)
roles = Question("roles", GroupsAnswer, _roles, methods.ROLES)
