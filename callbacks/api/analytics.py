"""GET /api/v1/analytics: the figures of one survey."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field

from components.services import Services
from data.access import required_principal
from data.contracts import EnhancedAnalytics
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters


class Choice(BaseModel):
    """Which answers. Give a parameter several times for several values; leave it out for all."""

    model_config = ConfigDict(extra="forbid")

    surveys: list[UUID] = Field([], description="the survey (wave); left out: the latest")
    departments: list[UUID] = Field([], description="ids of departments")
    roles: list[str] = Field([], description="roles as respondents stated them")
    periods: list[date] = Field([], description="first days of the survey's periods")


def add_routes(api: FastAPI, services: Services) -> None:
    """Plain functions: FastAPI runs them in threads, with the signed-in person in the context."""

    def analytics(choice: Annotated[Choice, Query()]) -> EnhancedAnalytics:
        """The forces, readiness, departments, roles, segments, waves and quality of one survey.

        Null: not computed in this version, not defined for this survey, or withheld because fewer
        than five people (`about.smallestGroup`) stand behind it.
        """
        filters = Filters.from_store(choice.model_dump())
        return enhanced_analytics(services.desk, required_principal(), filters)

    api.add_api_route("/analytics", analytics, methods=["GET"], summary="Figures of one survey")
