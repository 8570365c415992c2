"""The gate before everything: finds out who is signed in, and lets nobody else any further.

Pages and components read the person from ``data.access``; this module sets it.
"""

from collections.abc import Sequence
from time import perf_counter
from urllib.parse import quote
from uuid import UUID

import structlog
from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.downloads import PREFIX
from callbacks.headers import policy, with_headers
from callbacks.origin import address_of, from_elsewhere, is_encrypted, is_local_name
from callbacks.rates import Rates
from callbacks.rules import action_of
from components.services import Services
from components.sign_in import FILES, OPENID, OPENID_RETURN
from data import events
from data.access import Person, Principal, acting_as, current_person, current_principal
from data.accounts import SESSION_DAYS
from data.audit import audit
from data.db.engine import Database
from data.errors import (
    AccessError,
    DatabaseError,
    MethodNotAllowed,
    NotAllowed,
    NotSignedIn,
    TooManyRequests,
)
from data.monitoring import TRAFFIC
from data.permissions import may
from data.private_files import session_secret
from data.signed_in import SignedIn

__all__ = ["COOKIE", "OPEN_PATHS", "current_person", "current_principal", "protect"]

COOKIE = "readiness_session"
SIGN_IN = "/sign-in"
OPEN_PATHS = frozenset({SIGN_IN, OPENID, OPENID_RETURN, "/healthz", "/readyz", *FILES})
"""All that answers without a signed-in person: exact paths, no prefixes."""

_STATUS: dict[type[Exception], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    MethodNotAllowed: 405,
    TooManyRequests: 429,
}
_log = structlog.get_logger(__name__)


class Protected:
    """The whole ASGI application behind the gate; ``app`` is the application inside."""

    def __init__(self, app: ASGIApp, services: Services, content_policy: str) -> None:
        self.app = app
        gate = _Gate(app, services, content_policy)
        secret = session_secret(services.settings)
        self._plain = _with_cookie(gate, secret, secure=False)
        self._secure = _with_cookie(gate, secret, secure=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        # A Secure cookie never comes back over plain http, which is right everywhere but locally.
        local = is_local_name(connection) and not is_encrypted(connection)
        await (self._plain if local else self._secure)(scope, receive, send)


def protect(app: ASGIApp, services: Services, script_hashes: Sequence[str] = ()) -> Protected:
    """Put the gate before ``app``. It must be the outermost part.

    ``script_hashes`` are of the inline scripts that pages may run, as a policy spells them.
    """
    return Protected(app, services, policy(script_hashes))


def _with_cookie(gate: ASGIApp, secret: str, *, secure: bool) -> SessionMiddleware:
    return SessionMiddleware(
        gate,
        secret,
        session_cookie=COOKIE,
        max_age=SESSION_DAYS * 24 * 60 * 60,
        same_site="lax",
        https_only=secure,
    )


class _Gate:
    def __init__(self, app: ASGIApp, services: Services, content_policy: str) -> None:
        self._app = app
        self._database = services.database
        self._policy = content_policy
        self._signed_in = SignedIn(services.database)
        self._rates = Rates(services.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["signed_in"] = self._signed_in
        try:
            person = await self._admit(HTTPConnection(scope))
        except (AccessError, DatabaseError) as error:
            await _refuse(error, scope, receive, self._with_headers(scope, send))
            return
        if scope["type"] == "websocket":
            with acting_as(person), TRAFFIC.open_socket():
                await self._app(scope, receive, send)
            return
        with acting_as(person):
            await _measured(self._app, scope, receive, self._with_headers(scope, send))
        if person is not None and scope["method"] == "GET" and _is_page(HTTPConnection(scope)):
            self._viewed(person, scope["path"])

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        encrypted = is_encrypted(HTTPConnection(scope))
        return with_headers(send, self._policy, encrypted=encrypted)

    def _viewed(self, person: Person, path: str) -> None:
        page = events.page_id(path)
        principal = person.principal
        events.record(self._database, principal, "dashboard_viewed", "page", page, {"path": path})

    async def _admit(self, connection: HTTPConnection) -> Person | None:
        """The person; None only on the open paths.

        Raises NotSignedIn, NotAllowed, TooManyRequests.
        """
        token = _bearer(connection)
        if token is None and from_elsewhere(connection):
            raise NotAllowed("This request comes from another site. Open the page here instead.")
        if connection.scope["path"] in OPEN_PATHS:
            await self._rates.before(connection)
            return None
        person = await (self._of_token(token) if token is not None else self._of_cookie(connection))
        if person is None:
            await self._rates.refused(connection)
            raise NotSignedIn
        await self._rates.of(person, connection)
        if connection.scope["type"] == "http":
            self._permit(person, connection)
        return person

    def _permit(self, person: Person, connection: HTTPConnection) -> None:
        """Raises MethodNotAllowed; NotAllowed, and keeps in the audit log that it was tried."""
        action = action_of(connection.scope["method"], connection.scope["path"])
        if action is None:
            raise MethodNotAllowed
        if may(person.principal, action):
            return
        tell_refusal(self._database, person.principal, connection)
        raise NotAllowed

    async def _of_token(self, token: str) -> Person | None:
        return await to_thread.run_sync(self._signed_in.of_token, token)

    async def _of_cookie(self, connection: HTTPConnection) -> Person | None:
        session = session_id(connection.scope)
        if session is None:
            return None
        if (known := self._signed_in.known(session)) is not None:
            return known
        return await to_thread.run_sync(self._signed_in.of_session, session)


def answer_refusals(server: FastAPI, services: Services) -> None:
    """What callbacks refuse is a 403 with its sentence, and is kept in the audit log."""

    async def refuse(request: Request, error: Exception) -> Response:
        principal = current_principal()
        if principal is not None:
            tell_refusal(services.database, principal, request)
        return _refusal(error)

    server.add_exception_handler(NotAllowed, refuse)


def tell_refusal(database: Database, principal: Principal, connection: HTTPConnection) -> None:
    """Keep that somebody tried what their role does not allow."""
    path = connection.scope["path"][:200]
    address = address_of(connection)
    audit(
        database,
        principal.organization,
        principal.user,
        "open",
        "refused",
        entity=path,
        address=address,
    )


def session_id(scope: Scope) -> UUID | None:
    """The web session the cookie names; None where there is none (the cookie is signed)."""
    raw = scope["session"].get("id")
    return UUID(raw) if isinstance(raw, str) else None


def _bearer(connection: HTTPConnection) -> str | None:
    """The token, on the API only: pages are for people with a cookie."""
    if not connection.scope["path"].startswith("/api/"):
        return None
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def _refuse(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4401, "reason": str(error)})
        return
    connection = HTTPConnection(scope)
    if isinstance(error, NotSignedIn) and _wants_page(connection):
        await RedirectResponse(_sign_in_address(connection), 303)(scope, receive, send)
        return
    await _refusal(error)(scope, receive, send)


def _refusal(error: Exception) -> Response:
    if isinstance(error, DatabaseError):
        _log.error("gate.database", error=str(error))
    status = _STATUS.get(type(error), 503)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.seconds)
    body = {"error": type(error).__name__, "message": str(error)}
    return JSONResponse(body, status, headers)


def _wants_page(connection: HTTPConnection) -> bool:
    """Whether a person waits for a page, not a program for data."""
    path: str = connection.scope["path"]
    if path.startswith(("/api/", "/_dash-")):
        return False
    return "text/html" in connection.headers.get("accept", "")


def _is_page(connection: HTTPConnection) -> bool:
    """Whether this is a page, not a file: a browser that follows a link asks for both alike."""
    return _wants_page(connection) and not connection.scope["path"].startswith(PREFIX)


def _sign_in_address(connection: HTTPConnection) -> str:
    """Where to sign in, and from there back to the page that was wanted."""
    url = connection.url
    wanted = url.path + (f"?{url.query}" if url.query else "")
    if wanted == "/" or connection.scope["method"] != "GET":
        return SIGN_IN
    return f"{SIGN_IN}?next={quote(wanted, safe='/')}"


async def _measured(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, and note how long it took and whether it was our fault that it failed."""
    started = perf_counter()
    failed = True

    async def sender(message: Message) -> None:
        nonlocal failed
        if message["type"] == "http.response.start":
            failed = message["status"] >= 500
        await send(message)

    try:
        await app(scope, receive, sender)
    finally:
        TRAFFIC.answered(perf_counter() - started, failed=failed)
