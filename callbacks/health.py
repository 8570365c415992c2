"""Two questions of the machine that runs this: is it alive, and can it serve."""

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse

from components.services import Services
from data.errors import DatabaseError
from data.monitoring import require_ready


def add_routes(server: FastAPI, services: Services) -> None:
    """Add /healthz (the process answers) and /readyz (so does its database, with our schema)."""

    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    def ready() -> JSONResponse:
        try:
            require_ready(services.database)
        except DatabaseError as error:
            return _not_ready(str(error))
        except SQLAlchemyError:
            return _not_ready("The database refused the question.")
        return JSONResponse({"status": "ready"})

    server.add_api_route("/healthz", alive, methods=["GET"], include_in_schema=False)
    server.add_api_route("/readyz", ready, methods=["GET"], include_in_schema=False)


def _not_ready(message: str) -> JSONResponse:
    return JSONResponse({"status": "not ready", "message": message}, 503)
