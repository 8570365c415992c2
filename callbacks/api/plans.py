"""Actions and plans: GET /api/v1/actions; GET, POST and PATCH /api/v1/plans."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Path, Query

from callbacks.api.analytics import Choice
from callbacks.api.errors import CONFLICT, UNKNOWN
from components.services import Services
from data import plans, queries
from data.access import required_principal
from data.contracts import (
    AboutFigures,
    ActionPlan,
    ActionPlans,
    NewPlan,
    PlanChange,
    RecommendedAction,
    RecommendedActions,
)
from data.contracts.base import Contract
from data.errors import PlanUnknown
from data.queries.filters import Filters
from data.queries.results import ActionRow, Answer, PlanRow


def add_routes(api: FastAPI, services: Services) -> None:
    _reading(api, services)
    _writing(api, services)


def _reading(api: FastAPI, services: Services) -> None:
    def actions(choice: Annotated[Choice, Query()]) -> RecommendedActions:
        """Recommended actions of one survey, first things first, each with its evidence.

        Departments are compared over the whole survey; the departments sent choose what is listed.
        """
        filters = Filters.from_store(choice.model_dump())
        answer = services.desk.ask(queries.actions, required_principal(), filters)
        return RecommendedActions(
            about=_about(answer), wave=answer.wave, actions=tuple(map(_action, answer.rows))
        )

    def listed(choice: Annotated[Choice, Query()]) -> ActionPlans:
        """Action plans, and what moved in their places since the wave they were taken up on."""
        filters = Filters.from_store(choice.model_dump())
        answer = services.desk.ask(queries.plans, required_principal(), filters)
        return ActionPlans(about=_about(answer), plans=tuple(map(_plan, answer.rows)))

    api.add_api_route("/actions", actions, methods=["GET"], summary="What to do next, and why")
    api.add_api_route("/plans", listed, methods=["GET"], summary="Action plans")


def _writing(api: FastAPI, services: Services) -> None:
    def one(plan: UUID) -> ActionPlan:
        found = services.desk.ask(queries.plans, required_principal(), Filters()).rows
        row = next((row for row in found if row.id == plan), None)
        if row is None:
            raise PlanUnknown
        return _plan(row)

    def take_up(new: NewPlan) -> ActionPlan:
        """Take up a recommended action. Analysts and administrators; leads for their departments.

        What is under way there already is refused (409).
        """
        return one(plans.take_up(services.database, required_principal(), new))

    def change(
        plan: Annotated[UUID, Path(description="id of the plan")], changed: PlanChange
    ) -> ActionPlan:
        """Change status, owner, due date or note. What is left out stays; null clears.

        `revision` is that of the plan as you saw it: if somebody changed it meanwhile, 409.
        """
        plans.change(services.database, required_principal(), plan, changed)
        return one(plan)

    conflicts: dict[int | str, dict[str, Any]] = {409: CONFLICT}
    api.add_api_route(
        "/plans",
        take_up,
        methods=["POST"],
        status_code=201,
        summary="Take up an action",
        responses=conflicts,
    )
    api.add_api_route(
        "/plans/{plan}",
        change,
        methods=["PATCH"],
        summary="Change a plan",
        responses={404: UNKNOWN, **conflicts},
    )


def _about(answer: Answer) -> AboutFigures:
    taken = set(AboutFigures.model_fields)
    return AboutFigures.model_validate(answer.model_dump(mode="json", include=taken))


def _action(row: ActionRow) -> RecommendedAction:
    return RecommendedAction.model_validate(row.model_dump(include=_fields(RecommendedAction)))


def _plan(row: PlanRow) -> ActionPlan:
    return ActionPlan.model_validate(row.model_dump(include=_fields(ActionPlan)))


def _fields(contract: type[Contract]) -> set[str]:
    return set(contract.model_fields)
