"""The whole dance of signing in with a provider: our address, the provider's, and back."""

from base64 import b64decode
from json import loads
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx
from sqlalchemy import select

from callbacks.session import COOKIE
from components.sign_in import OPENID
from data import events
from data.access import Person
from data.accounts import person_of_session
from data.db import tables
from data.db.engine import Database
from data.settings import Settings, load_settings
from tests.support.openid_provider import CLIENT, SECRET, OpenIdProvider

ADA = {
    "sub": "ada-1",
    "name": "Ada Lovelace",
    "email": "Ada@acme.example",
    "email_verified": True,
    "realm_access": {"roles": ["staff", "readiness-analyst"]},
    "org": "Acme",
    "departments": ["Legal", "Sales"],
}
LEAD = ADA | {"realm_access": {"roles": ["readiness-analyst", "readiness-lead"]}}
ROLES = {
    "readiness-admin": "admin",
    "readiness-lead": "department_lead",
    "readiness-analyst": "analyst",
}
NOTHING_ORDERED: dict[str, Any] = {
    "token": {},
    "signing": "RS256",
    "denies": False,
    "forgets": False,
    "document": {},
    "person": ADA,
}


def configured(settings: Settings, provider: OpenIdProvider, **more: object) -> Settings:
    return load_settings(
        **{
            "database_url": settings.database_url,
            "home": settings.home,
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_organization_claim": "org",
            "oidc_role_claim": "realm_access.roles",
            "oidc_role_map": ROLES,
            "oidc_departments_claim": "departments",
        }
        | more
    )


def gone(client: httpx.Client, wanted: str = "/") -> str:
    """Leave for the provider and sign in there; the address it sends the browser back to."""
    out = client.get(OPENID, params={"next": wanted})
    assert out.status_code == 303, out.text
    there = httpx.get(out.headers["location"])
    assert there.status_code == 302, there.text
    return there.headers["location"]


def walk(client: httpx.Client, wanted: str = "/") -> httpx.Response:
    return client.get(gone(client, wanted))


def altered(address: str, **query: str | None) -> str:
    """The address with these values of its query, without those that are None."""
    url = urlsplit(address)
    asked: dict[str, str | None] = {name: values[0] for name, values in parse_qs(url.query).items()}
    asked.update(query)
    kept = {name: value for name, value in asked.items() if value is not None}
    return url._replace(query=urlencode(kept)).geturl()


def session_of(client: httpx.Client) -> UUID | None:
    raw = client.cookies.get(COOKIE)
    found = loads(b64decode(raw.split(".")[0])).get("id") if raw else None
    return UUID(found) if found else None


def person(client: httpx.Client, database: Database) -> Person | None:
    """Who the browser's cookie stands for."""
    session = session_of(client)
    return None if session is None else person_of_session(database, session)


def sign_ins(database: Database, organization: UUID) -> list[tuple[Any, ...]]:
    """Person, outcome and details of each sign-in in the audit log."""
    events.flush()
    log = tables.audit_log.c
    rows = select(log.user_id, log.outcome, log.details).where(log.action == "sign_in")
    with database.asking(organization) as connection:
        return [tuple(row) for row in connection.execute(rows.order_by(log.number))]
