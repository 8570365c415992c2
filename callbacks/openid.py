"""Signing in with an organisation's OpenID provider: out to it, and back from it."""

import hmac
from collections import OrderedDict
from dataclasses import asdict
from threading import Lock
from time import time
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from callbacks.origin import address_of, local_path
from callbacks.session import SIGN_IN
from callbacks.sign_in import answer_page, let_in, opened, refuse_open_network
from components.services import Services
from components.sign_in import OPENID, OPENID_RETURN
from data.access import Person
from data.errors import AccessError, DatabaseError, OpenIdRefused, OpenIdStopped
from data.openid.claims import arrival
from data.openid.configuration import OpenId, openid_of
from data.openid.entering import enter, note_refused
from data.openid.provider import Attempt, Provider

MINUTES = 10
"""How long somebody may take at the provider."""
_KEY = "openid"
_LONGEST_NEXT = 2000
"""Letters; a browser drops a cookie of more than 4096 bytes without a word."""
_UNKEPT = {"Cache-Control": "no-store"}


class _Door:
    """The two addresses and what has been used up."""

    def __init__(self, services: Services, openid: OpenId) -> None:
        self._settings = services.settings
        self._database = services.database
        self._provider = Provider(openid)
        self._spent = _Spent()

    def leave(self, request: Request, next: str = "/") -> Response:
        """Send the person to the provider, and keep in the signed cookie what must come back."""
        wanted = local_path(next)
        attempt = Attempt.begun(str(request.url.replace(path=OPENID_RETURN, query="")))
        try:
            refuse_open_network(request)
            there = self._provider.address(attempt)
        except AccessError as error:
            return answer_page(self._settings, error, "", wanted)
        request.session[_KEY] = asdict(attempt) | {
            "wanted": wanted if len(wanted) <= _LONGEST_NEXT else "/",
            "until": time() + MINUTES * 60,
        }
        return RedirectResponse(there, 303, _UNKEPT)

    def come_back(
        self, request: Request, state: str = "", code: str = "", error: str = "", iss: str = ""
    ) -> Response:
        """Check who the provider says it is, then open a session as the form does."""
        kept: dict[str, Any] = request.session.pop(_KEY, None) or {}
        wanted = str(kept.get("wanted", "/"))
        try:
            refuse_open_network(request)
            attempt = self._attempt(kept, state)
            person = self._enter(request, attempt, code, iss, error)
        except (AccessError, DatabaseError) as problem:
            return answer_page(self._settings, problem, "", wanted)
        return let_in(self._database, request, person, wanted)

    def _attempt(self, kept: dict[str, Any], state: str) -> Attempt:
        """The attempt that ``state`` ends, once. Raises OpenIdRefused for any other."""
        known = str(kept.get("state", ""))
        if not known or not hmac.compare_digest(known.encode(), state.encode()):
            raise OpenIdRefused
        if kept["until"] < time() or not self._spent.add(known):
            raise OpenIdRefused
        return Attempt(known, kept["nonce"], kept["verifier"], kept["back"])

    def _enter(
        self, request: Request, attempt: Attempt, code: str, issuer: str, error: str
    ) -> Person:
        address = address_of(request)
        try:
            if error:
                raise OpenIdStopped
            claims = self._provider.claims(attempt, code, issuer)
            one = arrival(self._provider.openid, claims)
        except OpenIdRefused:
            why = "stopped at the provider" if error else "not verified"
            note_refused(self._database, self._provider.openid, why, address=address)
            raise
        return opened(request, enter(self._database, one, address=address))


class _Spent:
    """States that were used: a cookie can be put back, its state cannot be used again.

    Each process remembers its own; the provider, too, takes a code only once.
    """

    _MOST = 20_000

    def __init__(self) -> None:
        self._states: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def add(self, state: str) -> bool:
        """Whether this is its first use."""
        with self._lock:
            if state in self._states:
                return False
            self._states[state] = None
            if len(self._states) > self._MOST:
                self._states.popitem(last=False)
            return True


def add_routes(server: FastAPI, services: Services) -> None:
    """Add both addresses; without a provider they lead to the form."""
    openid = openid_of(services.settings)
    if openid is None:
        leave = come_back = _to_form
    else:
        door = _Door(services, openid)
        leave, come_back = door.leave, door.come_back  # type: ignore[assignment]  # other queries
    for path, view in ((OPENID, leave), (OPENID_RETURN, come_back)):
        server.add_api_route(path, view, methods=["GET"], include_in_schema=False)


def _to_form() -> Response:
    return RedirectResponse(SIGN_IN, 303)
