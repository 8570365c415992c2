"""Errors of the API: always ``{error, message}``, the class and a sentence."""

from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from data.errors import (
    DatabaseError,
    NotAllowed,
    NotSignedIn,
    PlanError,
    PlanStale,
    PlanThere,
    PlanUnknown,
    QuestionError,
    ReadinessError,
    UnknownName,
)

_log = structlog.get_logger(__name__)


class Problem(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="the kind of error, stable", examples=["NotSignedIn"])
    message: str = Field(description="a sentence for people: what happened and what to do")


RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or one that is unknown, revoked or too old"},
    403: {"model": Problem, "description": "This person's role does not allow it"},
    422: {"model": Problem, "description": "A parameter that is unknown or cannot be read"},
    503: {"model": Problem, "description": "The database does not answer; try again"},
}

UNKNOWN: dict[str, Any] = {"model": Problem, "description": "There is none of that id"}
CONFLICT: dict[str, Any] = {
    "model": Problem,
    "description": "Somebody changed it meanwhile, or it is under way already",
}

# The first class that fits counts.
_STATUS: tuple[tuple[type[ReadinessError], int], ...] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (UnknownName, 404),
    (PlanUnknown, 404),
    (PlanStale, 409),
    (PlanThere, 409),
    (QuestionError, 422),
    (PlanError, 422),
    (DatabaseError, 503),
    (ReadinessError, 500),
)


def add_handlers(api: FastAPI) -> None:
    """Turn errors of the product, of parameters and of paths into ``Problem``."""
    api.add_exception_handler(ReadinessError, _ours)
    api.add_exception_handler(RequestValidationError, _parameters)
    api.add_exception_handler(HTTPException, _path)


def status_of(error: ReadinessError) -> int:
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ReadinessError)
    status = status_of(error)
    if status >= 500:
        _log.error("api.failed", path=request.url.path, error=str(error))
    return _problem(status, type(error).__name__, str(error))


def _parameters(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()]
    return _problem(422, "ParametersInvalid", f"These parameters do not fit: {'; '.join(found)}.")


def _path(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = {404: "UnknownPath", 405: "MethodNotAllowed"}.get(error.status_code, "HTTPError")
    return _problem(error.status_code, kind, f"{error.detail}: see /api/v1/openapi.json.")


def _problem(status: int, error: str, message: str) -> JSONResponse:
    return JSONResponse(Problem(error=error, message=message).model_dump(), status)
