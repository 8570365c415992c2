"""Signing in and out: two plain pages beside the Dash application."""

from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callbacks.origin import address_of, is_encrypted, is_local_name, is_loopback, local_path
from callbacks.session import SIGN_IN, session_id
from components.services import Services
from components.sign_in import sign_in_page
from data import accounts, events
from data.access import Person, current_person
from data.db.engine import Database
from data.demo_accounts import demo_sign_in_allowed
from data.errors import (
    AccessError,
    DatabaseError,
    NotAllowed,
    OpenIdRefused,
    OpenIdStopped,
    ReadinessError,
    TooManyAttempts,
    WrongCredentials,
)
from data.settings import Settings
from data.signed_in import SignedIn
from data.throttle import WINDOW_SECONDS, Throttle

SIGN_OUT = "/sign-out"
_STATUS: dict[type[Exception], int] = {
    WrongCredentials: 401,
    OpenIdRefused: 401,
    OpenIdStopped: 401,
    NotAllowed: 403,
    TooManyAttempts: 429,
}
_DEMO_HINT = "The demo sign-ins are printed where this server was started."


class _Door:
    """The two pages and the throttle they share."""

    def __init__(self, services: Services) -> None:
        self._settings = services.settings
        self._database = services.database
        self._demo_allowed = demo_sign_in_allowed(services.settings)
        self._throttle = Throttle()

    def show(self, request: Request, next: str = "/") -> Response:
        """The form, or straight on where somebody is signed in already."""
        session = session_id(request.scope)
        try:
            person = _signed_in(request).of_session(session) if session else None
        except DatabaseError as error:
            return self._page(error, "", next)
        return self._page(None, "", next) if person is None else _go(next)

    def submit(
        self,
        request: Request,
        email: Annotated[str, Form(max_length=254)] = "",
        password: Annotated[str, Form(max_length=1024)] = "",
        next: Annotated[str, Form(max_length=4096)] = "/",
    ) -> Response:
        """Check, then open a session of a new id: one fixed beforehand is worth nothing."""
        address = address_of(request)
        try:
            refuse_open_network(request)
            person = self._enter(request, email, password, address)
        except (AccessError, DatabaseError) as error:
            return self._page(error, email, next)
        return let_in(self._database, request, person, next)

    def _enter(self, request: Request, email: str, password: str, address: str | None) -> Person:
        key = (address or "", accounts.cleaned(email))
        self._throttle.check(*key)
        demo_allowed = self._demo_allowed and is_loopback(address or "")
        try:
            session = accounts.sign_in(
                self._database, email, password, demo_allowed=demo_allowed, address=address
            )
        except WrongCredentials:
            self._throttle.failed(*key)
            raise
        self._throttle.succeeded(*key)
        return opened(request, session)

    def leave(self, request: Request) -> Response:
        """Close the session here and in every other process, and forget the cookie."""
        person = current_person()
        if person is not None and person.session is not None:
            accounts.sign_out(self._database, person, address=address_of(request))
            _signed_in(request).forget(person.session)
        request.session.clear()
        return RedirectResponse(SIGN_IN, 303)

    def _page(self, problem: ReadinessError | None, email: str, wanted: str) -> Response:
        return answer_page(self._settings, problem, email, wanted)


def answer_page(
    settings: Settings, problem: ReadinessError | None, email: str, wanted: str
) -> Response:
    """The form, after ``problem`` with its sentence and status."""
    status = 200 if problem is None else _STATUS.get(type(problem), 503)
    html = sign_in_page(
        email=email,
        wanted=local_path(wanted),
        problem=str(problem or ""),
        hint=_DEMO_HINT if demo_sign_in_allowed(settings) else "",
        openid=settings.oidc_label if settings.oidc_issuer else "",
    )
    headers = {"Retry-After": str(WINDOW_SECONDS)} if status == 429 else None
    return HTMLResponse(html, status, headers)


def opened(request: Request, session: UUID) -> Person:
    """Whose session was opened just now. Raises WrongCredentials where it is closed again."""
    person = _signed_in(request).of_session(session)
    if person is None:
        raise WrongCredentials
    return person


def let_in(database: Database, request: Request, person: Person, wanted: str) -> Response:
    """Give the browser the new session, and nothing of what its cookie held before."""
    request.session.clear()
    request.session["id"] = str(person.session)
    principal = person.principal
    events.record(database, principal, "user_login", "user", principal.user)
    return _go(wanted)


def add_routes(server: FastAPI, services: Services) -> None:
    """Add /sign-in and /sign-out. Plain functions: FastAPI runs them in threads."""
    door = _Door(services)
    for path, view, method in (
        (SIGN_IN, door.show, "GET"),
        (SIGN_IN, door.submit, "POST"),
        (SIGN_OUT, door.leave, "POST"),
    ):
        server.add_api_route(path, view, methods=[method], include_in_schema=False)


def _signed_in(request: Request) -> SignedIn:
    signed_in: SignedIn = request.scope["signed_in"]
    return signed_in


def _go(wanted: str) -> Response:
    return RedirectResponse(local_path(wanted), 303)


def refuse_open_network(request: Request) -> None:
    """Raises NotAllowed where others on the network could listen."""
    if not is_encrypted(request) and not is_local_name(request):
        raise NotAllowed(
            "This address is not encrypted, so others on the network could read your password. "
            "Open it with https (a proxy must pass X-Forwarded-Proto)."
        )
