"""The OpenID provider: where people are sent, and what it says about who came back.

Authorization code with PKCE (RFC 7636). Nothing of a token is believed before its signature,
issuer, audience, time and nonce have been checked (OpenID Connect Core 1.0, 3.1.3.7).
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import structlog
from authlib.common.security import generate_token
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from data.errors import OpenIdAway, OpenIdRefused
from data.openid.configuration import OpenId

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key only: not ``none``, nor one whose key we would have to share."""
SCOPE = "openid email profile"
LEEWAY_SECONDS = 30
"""How far the provider's clock and ours may differ."""
FRESH_SECONDS = 3600.0
"""How long what the provider says of itself is good for."""
_TIMEOUT_SECONDS = 10
_Kept = TypeVar("_Kept")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's way to the provider: what it must bring back, and the proof that it was ours."""

    state: str
    nonce: str
    verifier: str
    back: str

    @classmethod
    def begun(cls, back: str) -> "Attempt":
        """A new one, of random values nobody can guess. ``back`` is our own address."""
        return cls(generate_token(32), generate_token(32), generate_token(64), back)


@dataclass(frozen=True, slots=True)
class _Endpoints:
    """What the provider says of itself."""

    authorization: str
    token: str
    keys: str
    is_secret_posted: bool
    names_itself: bool


class Provider:
    """One a process. All methods wait for the network at times: call them in threads."""

    def __init__(self, openid: OpenId, clock: Callable[[], float] = monotonic) -> None:
        self.openid = openid
        self._clock = clock
        self._endpoints: tuple[float, _Endpoints] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._lock = Lock()

    def address(self, attempt: Attempt) -> str:
        """Where the person is sent. Raises OpenIdAway."""
        uri: str = prepare_grant_uri(
            self._known_endpoints().authorization,
            client_id=self.openid.client_id,
            response_type="code",
            redirect_uri=attempt.back,
            scope=SCOPE,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return uri

    def claims(self, attempt: Attempt, code: str, issuer: str) -> dict[str, Any]:
        """What the provider says about who came back with ``code``, verified.

        ``issuer`` is what came back as ``iss`` (RFC 9207), maybe nothing. Raises OpenIdAway,
        OpenIdRefused.
        """
        endpoints = self._known_endpoints()
        if (issuer or endpoints.names_itself) and issuer != self.openid.issuer:
            raise _refused("another issuer came back")
        tokens = self._exchanged(endpoints, attempt, code)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise _refused("no ID token")
        try:
            return self._verified(token, tokens.get("access_token"), attempt.nonce)
        except (JoseError, ValueError) as error:
            raise _refused(f"{type(error).__name__}: {error}") from error

    def _exchanged(self, endpoints: _Endpoints, attempt: Attempt, code: str) -> dict[str, Any]:
        """The tokens for a code, which is good once and with the verifier only."""
        form = prepare_token_request(
            "authorization_code",
            redirect_uri=attempt.back,
            code=code,
            code_verifier=attempt.verifier,
        )
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        auth = ClientAuth(
            self.openid.client_id, self.openid.client_secret, self._authentication(endpoints)
        )
        uri, headers, body = auth.prepare("POST", endpoints.token, headers, form)
        answer = _asked("POST", uri, headers=headers, content=body)
        if answer.status_code >= 500:
            raise _away(f"token endpoint: status {answer.status_code}")
        tokens = _object(answer)
        if answer.is_error or "error" in tokens:
            raise _refused(f"token endpoint: {tokens.get('error', answer.status_code)!r}")
        return tokens

    def _authentication(self, endpoints: _Endpoints) -> str:
        if self.openid.client_secret is None:
            return "none"
        return "client_secret_post" if endpoints.is_secret_posted else "client_secret_basic"

    def _verified(self, token: str, access_token: object, nonce: str) -> dict[str, Any]:
        """The claims. Raises JoseError or ValueError for a token that is not for us now."""
        try:
            read = _read(token, self._known_keys())
        except (InvalidKeyIdError, BadSignatureError):
            # Signed with a key that is newer than those we know: keys are changed now and then.
            read = _read(token, self._known_keys(anew=True))
        options = {
            "iss": {"essential": True, "value": self.openid.issuer},
            "aud": {"essential": True, "value": self.openid.client_id},
        }
        expected = {
            "nonce": nonce,
            "client_id": self.openid.client_id,
            "access_token": access_token,
        }
        claims = CodeIDToken(read.claims, read.header, options, expected)
        claims.validate(leeway=LEEWAY_SECONDS)
        return dict(claims)

    def _known_endpoints(self, *, anew: bool = False) -> _Endpoints:
        with self._lock:
            known = None if anew else self._fresh(self._endpoints)
            if known is None:
                known = _discovered(self.openid.issuer)
                self._endpoints = (self._clock(), known)
            return known

    def _known_keys(self, *, anew: bool = False) -> KeySet:
        endpoints = self._known_endpoints(anew=anew)
        with self._lock:
            known = None if anew else self._fresh(self._keys)
            if known is None:
                known = _key_set(_object(_asked("GET", endpoints.keys)))
                self._keys = (self._clock(), known)
            return known

    def _fresh(self, kept: tuple[float, _Kept] | None) -> _Kept | None:
        if kept is None or self._clock() - kept[0] >= FRESH_SECONDS:
            return None
        return kept[1]


def _discovered(issuer: str) -> _Endpoints:
    """OpenID Connect Discovery 1.0. Raises OpenIdAway."""
    document = _object(_asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if document.get("issuer") != issuer:
        raise _away(f"the document is of another issuer: {document.get('issuer')!r}")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return _Endpoints(
        authorization=_endpoint(document, "authorization_endpoint", issuer),
        token=_endpoint(document, "token_endpoint", issuer),
        keys=_endpoint(document, "jwks_uri", issuer),
        is_secret_posted="client_secret_basic" not in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(document: dict[str, Any], name: str, issuer: str) -> str:
    """An address of the document: as well encrypted as the issuer's own."""
    found = document.get(name)
    schemes = {"https", urlsplit(issuer).scheme}
    if not isinstance(found, str) or urlsplit(found).scheme not in schemes:
        raise _away(f"{name} is {found!r}")
    return found


def _key_set(document: dict[str, Any]) -> KeySet:
    """The public keys; a key of a kind that is not understood is left out. Raises OpenIdAway."""
    keys = document.get("keys")
    usable = [key for key in keys if _is_public(key)] if isinstance(keys, list) else []
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError) as error:
        raise _away(f"keys: {error}") from error


def _is_public(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in {"RSA", "EC"}


def _read(token: str, keys: KeySet) -> jwt.Token:
    return jwt.decode(
        token, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    )


def _asked(method: str, uri: str, **more: Any) -> httpx.Response:
    """The provider's answer; no redirect is followed. Raises OpenIdAway."""
    try:
        return httpx.request(method, uri, timeout=_TIMEOUT_SECONDS, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _away(f"{type(error).__name__}: {error}") from error


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises OpenIdAway."""
    try:
        found = answer.json()
    except ValueError as error:
        raise _away(f"no JSON, status {answer.status_code}") from error
    if not isinstance(found, dict):
        raise _away(f"no JSON object, status {answer.status_code}")
    return found


def _away(reason: str) -> OpenIdAway:
    """Visitors need not know why; operators do."""
    _log.warning("openid.away", reason=reason)
    return OpenIdAway()


def _refused(reason: str) -> OpenIdRefused:
    _log.warning("openid.refused", reason=reason)
    return OpenIdRefused()
