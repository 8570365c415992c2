"""A real OpenID provider in a process of its own, which does wrong where a test tells it to.

It lets in the one person the test has named: discovery, authorization code with PKCE, client
authentication, signed ID tokens, keys that can be changed. ``POST /control`` is for tests.
"""

import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
import uvicorn
from authlib.common.encoding import to_unicode
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "readiness", "between us"
_ROOT = Path(__file__).parents[2]
Json = dict[str, Any]


@dataclass
class Orders:
    """What the test wants; set by name."""

    redirects: list[str] = field(default_factory=list)
    """Registered addresses to send people back to."""
    person: Json = field(default_factory=lambda: {"sub": "1"})
    """Claims about who signs in there."""
    token: Json = field(default_factory=dict)
    """Claims of the ID token set otherwise than right; None leaves one out."""
    signing: str = "RS256"
    """Or ``none``, ``HS256`` with the public key as its secret, ``stranger``: a key of nobody."""
    denies: bool = False
    forgets: bool = False
    """Takes a code again and again."""
    document: Json = field(default_factory=dict)
    """Entries of the discovery document set otherwise."""


@dataclass
class _Grant:
    """A code that was given out, good once."""

    redirect: str
    challenge: str
    nonce: str


class _Provider:
    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.orders = Orders()
        self.grants: dict[str, _Grant] = {}
        self.asked: list[str] = []
        self.rotate()

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig", "kid": secrets.token_hex(4)})

    def document(self) -> Json:
        self.asked.append("document")
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        } | self.orders.document

    def keys(self) -> Json:
        self.asked.append("keys")
        shared = OctKey.import_key("a secret that has no place among public keys")
        return {"keys": [self.key.as_dict(private=False), shared.as_dict(), {"kty": "odd"}]}

    def authorize(self, request: Request) -> RedirectResponse:
        asked = request.query_params
        if asked["client_id"] != CLIENT or asked["redirect_uri"] not in self.orders.redirects:
            raise HTTPException(400, "unknown client or address")
        if asked["code_challenge_method"] != "S256" or "openid" not in asked["scope"].split():
            raise HTTPException(400, "no proof key or no scope")
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.orders.denies:
            answer |= {"error": "access_denied", "error_description": "<b>no</b>"}
        else:
            code = answer["code"] = secrets.token_urlsafe()
            self.grants[code] = _Grant(
                asked["redirect_uri"], asked["code_challenge"], asked["nonce"]
            )
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    def token(
        self,
        client: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        grant_type: Annotated[str, Form()],
    ) -> JSONResponse:
        if (client.username, client.password) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        grant = self.grants.get(code)
        if not self.orders.forgets:
            self.grants.pop(code, None)
        if (
            grant is None
            or grant_type != "authorization_code"
            or grant.redirect != redirect_uri
            or create_s256_code_challenge(code_verifier) != grant.challenge
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe()
        tokens = {"access_token": access, "token_type": "Bearer", "expires_in": 60}
        return JSONResponse(tokens | {"id_token": self._id_token(grant, access)})

    def _id_token(self, grant: _Grant, access: str) -> str:
        now = int(time())
        claims: Json = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": grant.nonce,
            "at_hash": to_unicode(create_half_hash(access, "RS256")),
        }
        claims |= self.orders.person | self.orders.token
        return self._signed({name: value for name, value in claims.items() if value is not None})

    def _signed(self, claims: Json) -> str:
        header = {"alg": "RS256", "kid": self.key.kid}
        match self.orders.signing:
            case "stranger":
                return jwt.encode(header, claims, RSAKey.generate_key(2048))
            case "HS256":
                return _forged(header | {"alg": "HS256"}, claims, self.key.as_pem(private=False))
            case "none":
                return _forged(header | {"alg": "none"}, claims, None)
        return jwt.encode(header, claims, self.key)

    def control(self, orders: Json) -> None:
        for name, value in orders.items():
            if name == "rotate":
                self.rotate()
            else:
                setattr(self.orders, name, value)

    def app(self) -> FastAPI:
        server = FastAPI(openapi_url=None)
        server.add_api_route("/.well-known/openid-configuration", self.document)
        server.add_api_route("/keys", self.keys)
        server.add_api_route("/authorize", self.authorize)
        server.add_api_route("/token", self.token, methods=["POST"])
        server.add_api_route("/control", self.control, methods=["POST"])
        server.add_api_route("/asked", lambda: self.asked)
        return server


def _forged(header: Json, claims: Json, secret: bytes | None) -> str:
    """Made by hand: the library refuses to make such a token, as it should."""
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.digest(secret, signed.encode(), "sha256") if secret else b""
    return f"{signed}.{_base64(signature)}"


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


@dataclass(frozen=True)
class OpenIdProvider:
    """A running one."""

    issuer: str
    process: "subprocess.Popen[bytes]"

    def told(self, **orders: object) -> None:
        """Set what ``Orders`` names; ``rotate=True`` changes the key."""
        httpx.post(f"{self.issuer}/control", json=orders).raise_for_status()

    def asked(self) -> list[str]:
        """Which public documents were fetched, in order."""
        found: list[str] = httpx.get(f"{self.issuer}/asked").json()
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """One on a free port of loopback, which its process is given open: nobody else can take it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(listener.fileno()), issuer],
            cwd=_ROOT,
            pass_fds=[listener.fileno()],
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
        )
    provider = OpenIdProvider(issuer, process)
    try:
        # Connections wait in the listener until the process takes them.
        httpx.get(f"{issuer}/asked", timeout=60).raise_for_status()
        yield provider
    finally:
        provider.stop()


def _serve(descriptor: int, issuer: str) -> None:
    config = uvicorn.Config(_Provider(issuer).app(), log_level="warning")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
