"""Taking up recommended actions and saying what became of them; nothing from a client is trusted.

Analysts and administrators for all, department leads for their own departments; executives read.
Reading is the question ``plans`` (data.queries).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Connection, Row, and_, func, insert, select, text, update

from data.access import Principal, Role
from data.analysis.actions import BY_KEY, Level, Rule
from data.contracts.base import Contract
from data.contracts.plans import NAMELESS, UNDER_WAY, NewPlan, PlanChange, PlanStatus
from data.db.engine import Database
from data.db.tables import action_plan_changes, action_plans, departments, members, organizations
from data.errors import (
    NotAllowed,
    OwnerUnknown,
    PlaceUnknown,
    PlanInvalid,
    PlanStale,
    PlanThere,
    PlanUnknown,
    RuleUnknown,
)
from data.permissions import Action, Thing, may
from data.queries import surveys

LATEST_DUE = timedelta(days=5 * 365)
READING = "Executives read plans. Ask an analyst to take this up."
WHOLE = "Plans for the whole organisation are for analysts and administrators."

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of the organisation, by the name they show."""

    id: UUID
    name: str


def parse(contract: type[C], raw: object) -> C:
    """A plan or a change from a client. Raises PlanInvalid, which names what is wrong."""
    try:
        return contract.model_validate(raw)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise PlanInvalid(f"The plan cannot be read ({wrong or 'all of it'}).") from error


def plan_id(raw: object) -> UUID:
    """The id of a plan from a client. Raises PlanUnknown."""
    try:
        return UUID(str(raw))
    except ValueError as error:
        raise PlanUnknown from error


def may_write(principal: Principal, department: UUID | None) -> bool:
    """Whether this person may take up and change plans there (None: the whole organisation)."""
    place = None if department is None else (department,)
    return may(principal, Action.PLAN, Thing(principal.organization, place))


def colleagues(database: Database, principal: Principal) -> tuple[Colleague, ...]:
    """Who can own a plan, by name."""
    query = text("SELECT * FROM identity.colleagues() WHERE is_active ORDER BY display_name")
    with database.asking(principal.organization) as connection:
        found = connection.execute(query).all()
    return tuple(Colleague(row.user_id, row.display_name or NAMELESS) for row in found)


def take_up(database: Database, principal: Principal, new: NewPlan) -> UUID:
    """Keep the action as a plan and return its id.

    Raises NotAllowed, RuleUnknown, PlaceUnknown, OwnerUnknown, PlanInvalid, PlanThere.
    """
    rule = _rule(new)
    _allow(principal, new.department, otherwise=PlaceUnknown())
    with database.writing(principal.organization) as connection:
        _check_department(connection, principal, new.department)
        survey = _survey(connection, principal, new.survey)
        _check_owner(connection, principal, new.owner)
        _check_due(connection, principal, new.due)
        _check_new(connection, principal, new)
        values = {
            "organization_id": principal.organization,
            "rule": rule.key,
            "title": rule.named(new.force),
            "note": new.note,
            "force": new.force,
            "department_id": new.department,
            "owner_id": new.owner,
            "due": new.due,
            "survey_id": survey,
            "created_by": principal.user,
        }
        statement = insert(action_plans).values(values).returning(action_plans.c.id)
        plan: UUID = connection.execute(statement).scalar_one()
        _keep_step(connection, principal, plan, PlanStatus.OPEN)
    return plan


def change(database: Database, principal: Principal, plan: UUID, changed: PlanChange) -> int:
    """Change what was sent of a plan, and return its new revision.

    Raises NotAllowed, PlanUnknown, PlanStale, OwnerUnknown, PlanInvalid.
    """
    with database.writing(principal.organization) as connection:
        there = _there(connection, principal, plan)
        if there is None:
            raise PlanUnknown
        _allow(principal, there.department_id, otherwise=PlanUnknown())
        if there.revision != changed.revision:
            raise PlanStale
        values = _values(changed)
        if "owner_id" in values and values["owner_id"] != there.owner_id:
            _check_owner(connection, principal, changed.owner)
        if "due" in values and values["due"] != there.due:
            _check_due(connection, principal, changed.due)
        revision = int(there.revision) + 1
        statement = update(action_plans).where(_one(principal, plan))
        connection.execute(
            statement.values({**values, "revision": revision, "updated_at": func.now()})
        )
        if changed.status is not None and changed.status != there.status:
            _keep_step(connection, principal, plan, changed.status)
    return revision


def _values(changed: PlanChange) -> dict[str, Any]:
    """The columns to be set: those that were sent, and of these no status or note of null."""
    columns = {"status": "status", "owner": "owner_id", "due": "due", "note": "note"}
    sent = {name: getattr(changed, name) for name in columns if name in changed.model_fields_set}
    return {
        columns[name]: value
        for name, value in sent.items()
        if value is not None or name in ("owner", "due")
    }


def _rule(new: NewPlan) -> Rule:
    rule = BY_KEY.get(new.rule)
    if rule is None or new.force not in rule.forces:
        raise RuleUnknown
    if (rule.level is Level.DEPARTMENT) is (new.department is None):
        raise RuleUnknown
    return rule


def _allow(principal: Principal, department: UUID | None, *, otherwise: Exception) -> None:
    """Departments of others are to a lead as if they were not there."""
    if may_write(principal, department):
        return
    if principal.role is not Role.DEPARTMENT_LEAD:
        raise NotAllowed(READING)
    raise NotAllowed(WHOLE) if department is None else otherwise


def _check_department(
    connection: Connection, principal: Principal, department: UUID | None
) -> None:
    d = departments.c
    query = select(d.id).where(d.organization_id == principal.organization, d.id == department)
    if department is not None and connection.scalar(query) is None:
        raise PlaceUnknown


def _survey(connection: Connection, principal: Principal, wanted: UUID | None) -> UUID:
    """The wave a plan rests on: it has figures, and belongs to this organisation."""
    waves = surveys.waves(connection, principal.organization)
    wave = surveys.latest(waves, () if wanted is None else (wanted,))
    if wave is None:
        raise PlaceUnknown
    return wave.id


def _check_owner(connection: Connection, principal: Principal, owner: UUID | None) -> None:
    m = members.c
    query = select(m.user_id).where(
        m.organization_id == principal.organization, m.user_id == owner, m.is_active
    )
    if owner is not None and connection.scalar(query) is None:
        raise OwnerUnknown


def _check_due(connection: Connection, principal: Principal, due: date | None) -> None:
    """Today or later in the organisation's own zone, and not in another age."""
    if due is None:
        return
    o = organizations.c
    query = select(func.date(func.timezone(o.timezone, func.now())))
    today = connection.execute(query.where(o.id == principal.organization)).scalar_one()
    if not today <= due <= today + LATEST_DUE:
        raise PlanInvalid(
            f"The due date {due.isoformat()} is not between today and five years from now."
        )


def _check_new(connection: Connection, principal: Principal, new: NewPlan) -> None:
    p = action_plans.c
    query = select(p.id).where(
        p.organization_id == principal.organization,
        p.rule == new.rule,
        p.force.is_not_distinct_from(new.force),
        p.department_id.is_not_distinct_from(new.department),
        p.status.in_(UNDER_WAY),
    )
    if connection.scalar(query.limit(1)) is not None:
        raise PlanThere


def _one(principal: Principal, plan: UUID) -> Any:
    p = action_plans.c
    return and_(p.organization_id == principal.organization, p.id == plan)


def _there(connection: Connection, principal: Principal, plan: UUID) -> Row[Any] | None:
    """The plan as it is, held until this transaction ends: of two changes one is stale."""
    query = select(action_plans).where(_one(principal, plan)).with_for_update()
    return connection.execute(query).one_or_none()


def _keep_step(
    connection: Connection, principal: Principal, plan: UUID, status: PlanStatus
) -> None:
    connection.execute(
        insert(action_plan_changes).values(
            organization_id=principal.organization,
            plan_id=plan,
            status=status,
            changed_by=principal.user,
        )
    )
