"""Verified claims read as who somebody is here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.access import Role
from data.accounts import cleaned
from data.errors import OpenIdRefused
from data.openid.configuration import OpenId

Claims = Mapping[str, Any]
_LONGEST = 255
"""Letters a subject may have, by the standard; nothing else that is kept is longer."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who wants to come in. ``organization`` and ``departments`` are names or ids as claimed.

    ``email`` only where the provider has verified it; ``role`` None where the claims give none.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    organization: str | None
    role: Role | None
    departments: tuple[str, ...]


def arrival(openid: OpenId, claims: Claims) -> Arrival:
    """What the claims say. Raises OpenIdRefused without a subject that can be kept."""
    subject = _text(claims.get("sub"))
    if subject is None:
        raise OpenIdRefused
    role = _role(openid, claims)
    return Arrival(
        issuer=openid.issuer,
        subject=subject,
        email=_email(claims),
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")) or "",
        organization=_organization(openid, claims),
        role=role,
        departments=_values(claims, openid.departments_claim),
    )


def _email(claims: Claims) -> str | None:
    """Anybody can type an address into their profile: only a verified one is theirs."""
    email = _text(claims.get("email"))
    return cleaned(email) if email and claims.get("email_verified") is True else None


def _organization(openid: OpenId, claims: Claims) -> str | None:
    if openid.organization is not None:
        return openid.organization
    named = _values(claims, openid.organization_claim)
    return named[0] if len(named) == 1 else None


def _role(openid: OpenId, claims: Claims) -> Role | None:
    held = frozenset(_values(claims, openid.role_claim))
    return next((role for value, role in openid.roles if value in held), None)


def _values(claims: Claims, name: str | None) -> tuple[str, ...]:
    """The texts of a claim that is one or a list of them; empty where it is anything else."""
    found = _claim(claims, name) if name else None
    several = found if isinstance(found, list) else [found]
    return tuple(text for value in several if (text := _text(value)) is not None)


def _claim(claims: Claims, name: str) -> object:
    """The claim of this name, else the one that dots lead to: ``realm_access.roles``."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> str | None:
    """A text that can be kept and shown; None for anything else."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        return None
    return value.strip() or None
