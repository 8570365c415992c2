"""The REST API: an application of its own below /api/v1, with its own errors and document."""

from typing import Any

from fastapi import FastAPI, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer

from callbacks.api import analytics, errors, explain, health, plans
from components.services import Services
from data.version import VERSION

PREFIX = "/api/v1"

_DESCRIPTION = """
How ready an organisation is to work with AI, from its own survey answers.

Send `Authorization: Bearer TOKEN` (`python app.py token EMAIL` makes one). A token sees what its
person may see. Every figure rests on at least five people; what would not is null or left out, and
`about` says so. Times are UTC (ISO 8601).
"""


def create_api(services: Services) -> FastAPI:
    """The application to mount at ``PREFIX``; the gate before it has let only the signed-in in."""
    api = FastAPI(
        title="AI Readiness Analytics",
        version=VERSION,
        description=_DESCRIPTION,
        docs_url=None,  # its page would load scripts from a CDN
        redoc_url=None,
        root_path_in_servers=False,
        responses=errors.RESPONSES,
        dependencies=[Security(HTTPBearer(auto_error=False, description="An API token"))],
    )
    errors.add_handlers(api)
    analytics.add_routes(api, services)
    explain.add_routes(api, services)
    plans.add_routes(api, services)
    health.add_routes(api, services)
    document = _document(api)
    api.openapi = lambda: document  # type: ignore[method-assign]
    return api


def _document(api: FastAPI) -> dict[str, Any]:
    """OpenAPI with whole paths, as a client of this server would call them."""
    document = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version=api.openapi_version,
        description=api.description,
        routes=api.routes,
    )
    document["paths"] = {PREFIX + path: item for path, item in document["paths"].items()}
    return document
