"""Accounts of the demo people: made in a demo organisation only, their passwords kept here."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from data.access import Role
from data.accounts import create_user, find_account
from data.db import tables
from data.db.engine import Database
from data.errors import NotAllowed, SettingsError
from data.passwords import matches
from data.private_files import kept_text
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """``departments``: what a department lead may see; empty for everybody else."""

    email: str
    name: str
    role: Role
    departments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What ``make run`` prints: one line a role."""

    role: Role
    email: str
    password: str


def demo_sign_in_allowed(settings: Settings) -> bool:
    """Whether demo accounts may sign in: only on this machine, into the embedded database."""
    return settings.embedded and settings.listens_on_loopback


def ensure_demo_people(
    database: Database, organization: UUID, people: Sequence[DemoAccount], home: Path
) -> tuple[DemoSignIn, ...]:
    """Make the demo accounts where they are missing and tell their passwords.

    The passwords are made once and kept under ``home``, readable by this user only.
    Raises NotAllowed where the organisation is not a demo one.
    """
    _refuse_real(database, organization)
    passwords = _passwords(home, people)
    for person in people:
        _ensure(database, organization, person, passwords[person.email])
    return tuple(DemoSignIn(p.role, p.email, passwords[p.email]) for p in people)


def _ensure(database: Database, organization: UUID, person: DemoAccount, password: str) -> None:
    account = find_account(database, person.email)
    right = matches(account.password_hash if account else None, password)
    if account is None or not right or account.organization != organization:
        create_user(
            database,
            person.email,
            person.name,
            password,
            organization,
            person.role,
            person.departments,
            is_demo=True,
        )


def _refuse_real(database: Database, organization: UUID) -> None:
    table = tables.organizations
    query = select(table.c.is_demo).where(table.c.id == organization)
    with database.owning(organization) as connection:
        if not connection.scalar(query):
            raise NotAllowed("Demo accounts are made in the demo organisation only.")


def _passwords(home: Path, people: Sequence[DemoAccount]) -> dict[str, str]:
    path = home / "demo-sign-ins.json"
    text = kept_text(path, lambda: json.dumps({p.email: secrets.token_urlsafe(12) for p in people}))
    try:
        kept = dict(json.loads(text))
    except ValueError as error:
        raise SettingsError(f"{path} cannot be read. Delete it: new passwords are made.") from error
    if missing := [p.email for p in people if p.email not in kept]:
        raise SettingsError(f"{path} lacks {', '.join(missing)}. Delete it: new ones are made.")
    return kept
