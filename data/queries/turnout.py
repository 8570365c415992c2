"""How many of those invited started, by department and by role, as far as it may be told.

What is told is decided once for the whole survey, the same for every viewer and filter: so no two
views can be subtracted to a group in which 1-4 people did not answer.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from data.analysis.cells import STARTED
from data.analysis.representation import Turnout, tellable
from data.db.tables import NOT_STATED, analytics_atoms, survey_invited
from data.queries.cells import of_organization, sums
from data.queries.question import Asked, Selection

Dimension = Literal["department", "role"]
Leaf = tuple[str, str]
"""A department (its id as text) and a role."""
_Unit = tuple[str | None, str | None]
"""People of a department and role; None: of all of them."""
_APART = "\t"
"""Between the names of a group; no role has a tab in its name."""


@dataclass(frozen=True, slots=True)
class Turnouts:
    """Groups by id (or role) whose response may be told, and the ids of the others.

    ``partly``: roles are counted in the departments in which they stand in atoms of their own.
    """

    told: Mapping[str, Turnout]
    hidden: frozenset[str] = frozenset()
    partly: bool = False


@dataclass(frozen=True, slots=True)
class _Started:
    """Respondents of the atoms of exactly these departments and roles."""

    departments: frozenset[str]
    roles: frozenset[str]
    n: int
    left_out: bool


def turnouts(asked: Asked, dimension: Dimension) -> Turnouts:
    """The response of each group of the whole survey; empty where it is not known by group."""
    invited = _invited(asked)
    place = 0 if dimension == "department" else 1
    groups = {leaf[place] for leaf in invited}
    if not groups - {NOT_STATED, ""}:
        return Turnouts({})
    started = _started(asked)
    whole = Turnout(sum(invited.values()), sum(of.n for of in started))
    known, partly = _known(invited, started, dimension)
    rest = Turnout(
        whole.invited - sum(t.invited for t in known.values()),
        whole.started - sum(t.started for t in known.values()),
    )
    told = tellable(known, rest, asked.wave.thresholds.group)
    return Turnouts({key: known[key] for key in told}, frozenset(groups) - told, partly)


def invited_of(asked: Asked) -> int | None:
    """How many were invited of exactly the people in question, where it is known and may be told.

    Known for the whole survey, and for departments that can be told; never for roles or periods.
    """
    if asked.whole:
        return asked.wave.invited
    chosen = asked.selection.departments
    if asked.filters.periods or asked.selection.roles is not None or not chosen:
        return None
    told = turnouts(asked, "department").told
    if not all(str(id_) in told for id_ in chosen):
        return None
    return sum(told[str(id_)].invited for id_ in chosen)


def _invited(asked: Asked) -> Counter[Leaf]:
    c = survey_invited.c
    statement = select(c.department_id, c.role, c.invited).where(
        *of_organization(asked.organization, survey_invited), c.survey_id == asked.wave.id
    )
    rows = asked.connection.execute(statement)
    return Counter({(str(row.department_id), row.role): row.invited for row in rows})


def _started(asked: Asked) -> list[_Started]:
    """Respondents of the whole survey by the departments and roles of their atoms."""
    a = analytics_atoms.c
    names = (
        func.array_to_string(cast(a.departments, ARRAY(Text)), ","),
        func.array_to_string(a.roles, _APART),
    )
    both = array([func.concat(names[0], _APART, names[1])])
    found = sums(asked, [STARTED], selection=Selection(), periods=(), by=both)
    groups = []
    for (_, group), of in found.items():
        departments, *roles = str((group or ("",))[0]).split(_APART)
        one = of[STARTED]
        groups.append(
            _Started(frozenset(departments.split(",")), frozenset(roles), one.n, one.left_out)
        )
    return groups


def _known(
    invited: Mapping[Leaf, int], started: Sequence[_Started], dimension: Dimension
) -> tuple[dict[str, Turnout], bool]:
    """Groups of whom it is known how many were invited and started; and whether of parts only.

    A department counts where no atom holds people of it and of another one. A role of which people
    share atoms with other roles counts in the departments in which they do not.
    """
    known: dict[str, Turnout] = {}
    partly = False
    for group, units in _units(invited, dimension).items():
        found = {unit: _alone(started, *unit) for unit in units}
        there = {unit: n for unit, n in found.items() if n is not None}
        partly = partly or (bool(there) and len(there) < len(units))
        if there:
            known[group] = Turnout(sum(units[unit] for unit in there), sum(there.values()))
    return known, partly


def _units(invited: Mapping[Leaf, int], dimension: Dimension) -> dict[str, Counter[_Unit]]:
    """The smallest parts of each group that can be counted, and how many were invited of each."""
    by_both = any(department != NOT_STATED for department, _ in invited)
    units: dict[str, Counter[_Unit]] = defaultdict(Counter)
    for (department, role), count in invited.items():
        if dimension == "department":
            units[department][department, None] += count
        else:
            units[role][department if by_both else None, role] += count
    return units


def _alone(started: Sequence[_Started], department: str | None, role: str | None) -> int | None:
    """Respondents of this department and role (None: all); None where atoms hold others too."""
    touching = [
        of
        for of in started
        if (department is None or department in of.departments)
        and (role is None or role in of.roles)
    ]
    is_apart = all(
        (department is None or len(of.departments) == 1)
        and (role is None or len(of.roles) == 1)
        and not of.left_out
        for of in touching
    )
    return sum(of.n for of in touching) if touching and is_apart else None
