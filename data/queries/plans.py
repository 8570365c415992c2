"""Action plans, each with what moved in its place since the wave it was taken up on.

Asked anew each time: plans change without a release. It names what was measured beside a plan and
never says that the plan caused it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text

from data.analysis.forces import Force
from data.contracts.plans import NAMELESS, UNDER_WAY, PlanStatus
from data.db.tables import action_plan_changes, action_plans, organizations
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.groups import department_names
from data.queries.measured import measured
from data.queries.priorities import WHOLE_SURVEY
from data.queries.question import Asked, Question
from data.queries.results import PlanRow, PlansAnswer, PlanStep
from data.queries.results.actions import WHOLE_NAME

LEADS = "Plans for the whole organisation are shown without figures to department leads."


def _plans(asked: Asked) -> PlansAnswer:
    """What was taken up, where does it stand, and what has moved since, beside the rest?"""
    found = _found(asked)
    rows = [_row(asked, row, found) for row in found.rows]
    told = measured(asked, [row for row in rows if _in_sight(asked, row)])
    return PlansAnswer(**_about(asked), rows=tuple(sorted(told, key=_order)))


def _about(asked: Asked) -> dict[str, Any]:
    if asked.chosen is None:
        return {"notes": asked.notes}
    notes = [*asked.notes]
    if not asked.filters.whole:
        notes.append(WHOLE_SURVEY)
    if asked.scope is not None:
        notes.append(LEADS)
    wave = asked.wave
    return {
        "survey": wave.name,
        "data_time": wave.released_at,
        "smallest_group": wave.thresholds.group,
        "notes": tuple(notes),
    }


def _in_sight(asked: Asked, row: PlanRow) -> bool:
    """A lead sees own departments' plans and those of the whole; a filter chooses among them."""
    if row.department is None:
        return not asked.filters.departments
    allowed = asked.selection.departments
    return allowed is None or row.department in allowed


@dataclass(frozen=True, slots=True)
class _Found:
    """What the tables say: plans, their steps, and the names of people, departments, waves."""

    rows: Sequence[Row[Any]]
    steps: Mapping[UUID, tuple[PlanStep, ...]]
    people: Mapping[UUID, str]
    departments: Mapping[str, str]
    waves: Mapping[UUID, str]


def _found(asked: Asked) -> _Found:
    plans, o = action_plans.c, organizations.c
    today = func.date(func.timezone(o.timezone, func.now()))
    statement = (
        select(action_plans, (plans.due < today).label("is_late"))
        .join(organizations, o.id == plans.organization_id)
        .where(*of_organization(asked.organization, action_plans))
        .order_by(plans.created_at, plans.id)
    )
    people = colleagues(asked)
    return _Found(
        rows=list(asked.connection.execute(statement)),
        steps=_steps(asked, people),
        people=people,
        departments=department_names(asked),
        waves={wave.id: wave.name for wave in asked.waves},
    )


def colleagues(asked: Asked) -> dict[UUID, str]:
    """Names of the members of this organisation, former ones too."""
    query = text("SELECT user_id, display_name FROM identity.colleagues()")
    return {row.user_id: row.display_name or NAMELESS for row in asked.connection.execute(query)}


def _steps(asked: Asked, people: Mapping[UUID, str]) -> dict[UUID, tuple[PlanStep, ...]]:
    c = action_plan_changes.c
    statement = (
        select(c.plan_id, c.status, c.changed_by, c.changed_at)
        .where(*of_organization(asked.organization, action_plan_changes))
        .order_by(c.changed_at, c.id)
    )
    found: dict[UUID, tuple[PlanStep, ...]] = {}
    for row in asked.connection.execute(statement):
        by = people.get(row.changed_by, "")
        step = PlanStep(status=PlanStatus(row.status), by=by, at=row.changed_at)
        found[row.plan_id] = (*found.get(row.plan_id, ()), step)
    return found


def _row(asked: Asked, row: Row[Any], found: _Found) -> PlanRow:
    department = row.department_id
    status = PlanStatus(row.status)
    return PlanRow(
        id=row.id,
        rule=row.rule,
        title=row.title,
        note=row.note,
        force=None if row.force is None else Force(row.force),
        department=department,
        name=WHOLE_NAME if department is None else found.departments.get(str(department), ""),
        owner=row.owner_id,
        owner_name=found.people.get(row.owner_id, ""),
        due=row.due,
        is_overdue=bool(row.is_late) and status in UNDER_WAY,
        status=status,
        revision=row.revision,
        survey=found.waves.get(row.survey_id, ""),
        taken_up_on=row.survey_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        steps=found.steps.get(row.id, ()),
    )


def _order(row: PlanRow) -> tuple[bool, bool, str, str, str]:
    """Under way before closed, due before without a date, then by date, title and place."""
    is_closed = row.status not in UNDER_WAY
    due = row.due.isoformat() if row.due else ""
    return is_closed, not due, due, row.title, row.name


plans = Question("plans", PlansAnswer, _plans, methods.PLANS, is_live=True)
