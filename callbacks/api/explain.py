"""GET /api/v1/explain/{question}: how a question's figures are made, and of whose answers."""

from enum import StrEnum
from typing import Annotated

from fastapi import FastAPI, Path, Query

from callbacks.api.analytics import Choice
from components.services import Services
from data.access import required_principal
from data.contracts import Explained
from data.queries import QUESTIONS
from data.queries.explain import explained
from data.queries.filters import Filters

Name = StrEnum("Name", {question.name.upper(): question.name for question in QUESTIONS})  # type: ignore[misc]  # one name a question, whatever is listed
_BY_NAME = {question.name: question for question in QUESTIONS}


def add_routes(api: FastAPI, services: Services) -> None:
    """Plain functions: FastAPI runs them in threads, with the signed-in person in the context."""

    def explain(
        question: Annotated[Name, Path(description="the question's name")],
        choice: Annotated[Choice, Query()],
    ) -> Explained:
        """What the figures of a question mean, how they are computed, in which unit, when they are
        missing, where the formula is from; and of how many people, which survey, whose answers and
        when these are.

        `n` is null where there is no figure, or where it would tell of fewer than five people.
        """
        filters = Filters.from_store(choice.model_dump())
        of = _BY_NAME[question.value]
        return explained(services.desk, of, required_principal(), filters)

    api.add_api_route(
        "/explain/{question}", explain, methods=["GET"], summary="How figures are made"
    )
