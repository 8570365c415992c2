"""Three actions that the demo organisation took up on earlier waves, so that what moved shows.

Engineering's pull rose by more than the rest's, Legal's anxiety did not fall with it, Finance's
anchors stayed (data/demo/story.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from data.analysis.actions import BY_KEY
from data.analysis.forces import Force
from data.contracts.plans import PlanStatus
from data.db.tables import action_plan_changes, action_plans, members, surveys, users
from data.demo.rows import department_ids, made_of


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """An action, and the days after its wave on which it moved on; ``wave`` counts from 0."""

    wave: int
    rule: str
    force: Force
    department: str
    steps: tuple[tuple[PlanStatus, int], ...]
    due_after: int
    note: str
    owner: str


LEO, ANA = "leo@demo.example", "ana@demo.example"
PLANS: tuple[DemoPlan, ...] = (
    DemoPlan(
        0,
        "example-from-next-door",
        Force.PULL,
        "Engineering",
        ((PlanStatus.OPEN, 14), (PlanStatus.IN_PROGRESS, 21), (PlanStatus.DONE, 60)),
        70,
        "Code review and test data, shown by two colleagues from Product.",
        ANA,
    ),
    DemoPlan(
        1,
        "open-hour",
        Force.ANXIETY,
        "Legal",
        ((PlanStatus.OPEN, 10), (PlanStatus.IN_PROGRESS, 30)),
        400,
        "First hour on liability, second on confidential data.",
        LEO,
    ),
    DemoPlan(
        2,
        "what-stays",
        Force.ANCHORS,
        "Finance",
        ((PlanStatus.OPEN, 12),),
        300,
        "",
        LEO,
    ),
)


def write(connection: Connection, organization: UUID, waves: Sequence[UUID]) -> None:
    """Put the plans there where they are not; ``waves`` are the surveys, oldest first."""
    s = surveys.c
    query = select(s.id, s.closed_at).where(s.organization_id == organization, s.id.in_(waves))
    closed: dict[UUID, datetime] = {row.id: row.closed_at for row in connection.execute(query)}
    for plan in PLANS:
        survey = waves[plan.wave]
        values = _values(organization, plan, survey, closed[survey])
        made = connection.execute(
            insert(action_plans)
            .values(values)
            .on_conflict_do_nothing()
            .returning(action_plans.c.id)
        )
        if made.first() is not None:
            steps = list(_steps(organization, plan, values["id"], closed[survey]))
            connection.execute(insert(action_plan_changes), steps)


def own(connection: Connection, organization: UUID) -> None:
    """Give the plans that nobody owns to their demo people, where these have accounts."""
    for plan in PLANS:
        person = (
            select(members.c.user_id)
            .join(users, users.c.id == members.c.user_id)
            .where(members.c.organization_id == organization, users.c.email == plan.owner)
            .scalar_subquery()
        )
        p = action_plans.c
        is_it = (p.organization_id == organization, p.id == _id(organization, plan))
        connection.execute(
            update(action_plans).where(*is_it, p.owner_id.is_(None)).values(owner_id=person)
        )
        _name_steps(connection, organization, plan)


def _name_steps(connection: Connection, organization: UUID, plan: DemoPlan) -> None:
    c = action_plan_changes.c
    owner = select(action_plans.c.owner_id).where(
        action_plans.c.organization_id == organization, action_plans.c.id == c.plan_id
    )
    connection.execute(
        update(action_plan_changes)
        .where(c.organization_id == organization, c.plan_id == _id(organization, plan))
        .values(changed_by=func.coalesce(c.changed_by, owner.scalar_subquery()))
    )


def _id(organization: UUID, plan: DemoPlan) -> UUID:
    return UUID(made_of(organization, "plan", plan.rule))


def _values(organization: UUID, plan: DemoPlan, survey: UUID, closed: datetime) -> dict[str, Any]:
    moved = [closed + timedelta(days=after) for _, after in plan.steps]
    return {
        "organization_id": organization,
        "id": _id(organization, plan),
        "rule": plan.rule,
        "title": BY_KEY[plan.rule].named(plan.force),
        "note": plan.note,
        "force": plan.force,
        "department_id": department_ids(organization)[plan.department],
        "due": (closed + timedelta(days=plan.due_after)).date(),
        "status": plan.steps[-1][0],
        "survey_id": survey,
        "revision": len(plan.steps),
        "created_at": moved[0],
        "updated_at": moved[-1],
    }


def _steps(
    organization: UUID, plan: DemoPlan, id_: UUID, closed: datetime
) -> Iterator[dict[str, Any]]:
    for status, after in plan.steps:
        yield {
            "organization_id": organization,
            "plan_id": id_,
            "status": status,
            "changed_at": closed + timedelta(days=after),
        }
