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
from data.analysis.gate import tells_of_few
from data.analysis.representation import Turnout, added, tellable
from data.db.tables import NOT_STATED, analytics_atoms, survey_invited
from data.queries.cells import Sums, of_organization, sums
from data.queries.question import Asked, Selection

Dimension = Literal["department", "role"]
Leaf = tuple[str, str]
"""A department (its id as text) and a role."""
_OTHERS = "\tothers"
"""All departments whose response is not told."""
COVERED = 0.9
"""Of those invited of a role, the part that must be in departments in which it can be told apart.

A role can be told apart where many of it answered: counted in these departments alone, its response
would seem higher than it is, and the more so the smaller the role.
"""
_APART = "\t"
"""Between the names of a group; no role has a tab in its name."""


@dataclass(frozen=True, slots=True)
class Turnouts:
    """Groups by id (or role) whose response may be told, and the ids of the others.

    ``partly``: roles are counted in the departments in which they can be told apart.
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
    smallest = asked.wave.thresholds.group
    known, partly = _of_departments(invited, started), False
    if dimension == "role":
        known, partly = _of_roles(invited, started, known, whole, smallest)
    told = tellable(known, whole - added(known.values()), smallest)
    return Turnouts({key: known[key] for key in told}, frozenset(groups) - told, partly)


def invited_of(asked: Asked) -> int | None:
    """How many were invited of exactly the people in question, where it is known and may be told.

    Known for the whole survey, and for departments that can be told; never for roles or periods.
    """
    if asked.whole:
        return _invited_in_all(asked)
    chosen = asked.selection.departments
    if asked.filters.periods or asked.selection.roles is not None or not chosen:
        return None
    told = turnouts(asked, "department").told
    if not all(str(id_) in told for id_ in chosen):
        return None
    return sum(told[str(id_)].invited for id_ in chosen)


def _invited_in_all(asked: Asked) -> int | None:
    """Not where 1-4 did not answer: the width of an interval would tell them too."""
    known = asked.wave.invited
    if known is None:
        return None
    own = sums(asked, [STARTED]).get((asked.wave.id, None), Sums({}))
    return None if tells_of_few(known - own[STARTED].n) else known


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


def _of_departments(invited: Mapping[Leaf, int], started: Sequence[_Started]) -> dict[str, Turnout]:
    """Departments of whom it is known how many started: no atom holds their people and others."""
    counts: Counter[str] = Counter()
    for (department, _), count in invited.items():
        counts[department] += count
    found = {department: _alone(started, department, None) for department in counts}
    return {key: Turnout(counts[key], n) for key, n in found.items() if n is not None}


def _of_roles(
    invited: Mapping[Leaf, int],
    started: Sequence[_Started],
    departments: Mapping[str, Turnout],
    whole: Turnout,
    smallest: int,
) -> tuple[dict[str, Turnout], bool]:
    """Roles of whom it is known, and whether some are counted in a part of their departments.

    Departments and roles part the same people in two ways, so one less the other must not be a few
    either. A role counts in the departments in which it may be told beside all that is left of the
    department, if these are nearly all; departments that are not told are one in this.
    """
    if all(department == NOT_STATED for department, _ in invited):
        found = {role: _alone(started, None, role) for _, role in invited}
        counts = {role: count for (_, role), count in invited.items()}
        return {role: Turnout(counts[role], n) for role, n in found.items() if n is not None}, False
    told = tellable(departments, whole - added(departments.values()), smallest)
    parts = {department: departments[department] for department in told}
    others = whole - added(parts.values())
    leaves: dict[str, dict[Leaf, Turnout]] = defaultdict(dict)
    for leaf, count in invited.items():
        n = _alone(started, *leaf)
        if n is not None:
            leaves[leaf[0] if leaf[0] in told else _OTHERS][leaf] = Turnout(count, n)
    known: dict[str, Turnout] = defaultdict(Turnout)
    for place, mine in leaves.items():
        left = parts.get(place, others) - added(mine.values())
        for leaf in tellable(mine, left, smallest):
            known[leaf[1]] += mine[leaf]
    there: Counter[str] = Counter()
    for (_, role), count in invited.items():
        there[role] += count
    known = {r: t for r, t in known.items() if t.invited >= COVERED * there[r]}
    return known, any(t.invited < there[role] for role, t in known.items())


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
