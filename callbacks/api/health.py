"""GET /api/v1/health: how the parts are doing."""

from fastapi import FastAPI

from components.services import Services
from data.contracts import HealthStatus
from data.monitoring import health


def add_routes(api: FastAPI, services: Services) -> None:
    def system_health() -> HealthStatus:
        """Database, Redis, WebSockets, jobs and outside services, asked just now.

        `performance` is of the process that answers and its last thousand requests; units are in
        the names.
        """
        return health(services.database, services.settings)

    api.add_api_route("/health", system_health, methods=["GET"], summary="How the parts are doing")
