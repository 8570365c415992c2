"""What can be filtered by: only values that have whole atoms of their own can be chosen."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from data.analysis.gate import SMALLEST
from data.db.tables import analytics_atoms
from data.queries import methods
from data.queries.cells import WITHDRAWN, matching, of_organization
from data.queries.figures import origin
from data.queries.groups import department_names, role_name
from data.queries.question import Asked, Question, Selection, Wave
from data.queries.results import Choice, OptionsAnswer

NOT_APART = "Too few answers to show apart"
NO_FIGURES = "No figures yet"


def _options(asked: Asked) -> OptionsAnswer:
    """Which surveys, periods, departments and roles can be chosen?"""
    atoms, names = _atoms(asked), department_names(asked)
    wave = asked.wave
    smallest = max(wave.thresholds.group, SMALLEST)
    has_periods = wave.period != "wave"
    found = {
        "departments": _choices(
            atoms, "departments", smallest, lambda d: names.get(str(d), str(d))
        ),
        "roles": _choices(atoms, "roles", smallest, role_name),
        "periods": _choices(atoms, "periods", smallest, lambda d: period_name(d, wave))
        if has_periods
        else (),
    }
    if asked.scope is not None:
        mine = {str(d) for d in asked.scope}
        found["departments"] = tuple(c for c in found["departments"] if c.value in mine)
    return OptionsAnswer(
        **origin(asked), surveys=_surveys(asked.waves), period_name=wave.period, **found
    )


def _atoms(asked: Asked) -> list[Any]:
    """The atoms with people of the viewer's departments; only those ``inside`` can be looked into.

    Roles and periods that only other departments have are none of a department lead's choices.
    """
    a = analytics_atoms.c
    match = matching(Selection(departments=asked.scope))
    inside = match.inside.label("inside")
    statement = select(a.departments, a.roles, a.periods, a.respondents, inside)
    return list(
        asked.connection.execute(
            statement.where(
                *of_organization(asked.organization, analytics_atoms),
                a.survey_id == asked.wave.id,
                a.state != WITHDRAWN,
                a.release > 0,
                match.touches,
            )
        )
    )


def _choices(
    atoms: Iterable[Any], dimension: str, smallest: int, name: Callable[[Any], str]
) -> tuple[Choice, ...]:
    """Every value there is, by name; those without an atom of their own are disabled."""
    values: set[Any] = set()
    alone: set[Any] = set()
    for atom in atoms:
        of = getattr(atom, dimension)
        values.update(of)
        if len(of) == 1 and atom.inside and atom.respondents >= smallest:
            alone.update(of)
    order = sorted(values) if dimension == "periods" else sorted(values, key=lambda v: name(v))
    return tuple(
        Choice(
            value=str(v),
            label=name(v),
            disabled=v not in alone,
            why="" if v in alone else NOT_APART,
        )
        for v in order
    )


def period_name(first: date, wave: Wave) -> str:
    """A period in words, from its first day: "Week of 3 Nov 2025", "November 2025", "Q4 2025"."""
    match wave.period:
        case "week":
            return f"Week of {first.day} {first:%b %Y}"
        case "month":
            return f"{first:%B %Y}"
        case "quarter":
            return f"Q{(first.month + 2) // 3} {first.year}"
        case "wave":
            return wave.name


def _surveys(waves: tuple[Wave, ...]) -> tuple[Choice, ...]:
    """Newest first."""
    return tuple(
        Choice(
            value=str(w.id),
            label=w.name,
            disabled=w.released_at is None,
            why="" if w.released_at else NO_FIGURES,
        )
        for w in reversed(waves)
    )


options = Question("options", OptionsAnswer, _options, methods.OPTIONS)
