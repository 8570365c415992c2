"""Local accounts, web sessions and API tokens.

Before anybody is signed in no organisation is known, so all reading goes through the SECURITY
DEFINER functions of schema ``identity``; accounts and tokens are made as the owner.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from data.access import Person, Principal, Role
from data.audit import audit, audit_row
from data.db import tables
from data.db.engine import Database
from data.errors import DatabaseError, UnknownName, WrongCredentials
from data.passwords import hashed, matches

SESSION_DAYS = 14
"""Days after signing in at which one must sign in again; identity.session_principal agrees."""
TOKEN_DAYS = 365
TOKEN_PREFIX = "ara_"
"""Lets secret scanners and people recognise a token."""


@dataclass(frozen=True, slots=True)
class Account:
    """A known email and the organisation it joined first, before its password was checked."""

    user: UUID
    organization: UUID
    password_hash: str
    is_demo: bool


def create_user(
    database: Database,
    email: str,
    name: str,
    password: str,
    organization: UUID,
    role: Role,
    departments: Sequence[UUID] = (),
    *,
    is_demo: bool = False,
) -> UUID:
    """Make the account and its membership, or set them anew where the email exists.

    Raises PasswordTooShort, PasswordTooEasy.
    """
    account = {
        "password_hash": hashed(password, (email, name)),
        "display_name": name,
        "is_demo": is_demo,
    }
    member = {"role": role.value, "departments": list(departments), "is_active": True}
    with database.owning(organization) as connection:
        user = _user_of(connection, cleaned(email))
        _put(connection, tables.credentials, {"user_id": user}, account)
        _put(connection, tables.members, {"organization_id": organization, "user_id": user}, member)
    return user


def cleaned(email: str) -> str:
    """The one spelling of an email under which its account is kept."""
    return email.strip().lower()


def _user_of(connection: Connection, email: str) -> UUID:
    users = tables.users
    known = connection.scalar(select(users.c.id).where(func.lower(users.c.email) == email))
    if known is not None:
        return UUID(str(known))
    made = connection.scalar(insert(users).values(email=email).returning(users.c.id))
    return UUID(str(made))


def _put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    row = insert(table).values(key | values)
    connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def find_account(database: Database, email: str) -> Account | None:
    """The account of an email; None where there is none. Raises DatabaseError."""
    query = text("SELECT * FROM identity.credentials_of(:email)")
    with identity(database) as connection:
        row = connection.execute(query, {"email": cleaned(email)}).mappings().first()
    if row is None:
        return None
    return Account(row["user_id"], row["organization_id"], row["password_hash"], row["is_demo"])


def sign_in(
    database: Database,
    email: str,
    password: str,
    *,
    demo_allowed: bool = False,
    address: str | None = None,
) -> UUID:
    """Check the password, open a web session and return its id.

    Raises WrongCredentials, the same after the same work whether the account is missing, the
    password wrong, or the account a demo one where demo accounts may not sign in.
    """
    account = find_account(database, email)
    right = matches(account.password_hash if account else None, password)
    if account is None:
        raise WrongCredentials
    if not right or (account.is_demo and not demo_allowed):
        _audit(database, account, "sign_in", "refused", address)
        raise WrongCredentials
    session = _open_session(database, account)
    _audit(database, account, "sign_in", "done", address)
    return session


def _open_session(database: Database, account: Account) -> UUID:
    query = text("SELECT identity.open_session(:user, :organization)")
    with identity(database) as connection:
        session = connection.scalar(
            query, {"user": account.user, "organization": account.organization}
        )
    if session is None:  # no longer a member
        raise WrongCredentials
    return UUID(str(session))


def sign_out(database: Database, person: Person, *, address: str | None = None) -> None:
    """Close the person's session; whoever still holds its cookie is nobody."""
    if person.session is None:
        return
    with identity(database) as connection:
        connection.execute(text("SELECT identity.close_session(:id)"), {"id": person.session})
    principal = person.principal
    audit(database, principal.organization, principal.user, "sign_out", "done", address=address)


def person_of_session(database: Database, session: UUID) -> Person | None:
    """Who an open session belongs to, with the rights they have now; None where it is closed."""
    query = text("SELECT * FROM identity.session_principal(:id)")
    with identity(database) as connection:
        row = connection.execute(query, {"id": session}).mappings().first()
    return None if row is None else _person(row, session)


def person_of_token(database: Database, token: str) -> Person | None:
    """Whose API token it is; None where it is unknown, revoked or past its date."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    query = text("SELECT * FROM identity.token_principal(:hash)")
    with identity(database) as connection:
        row = connection.execute(query, {"hash": _fingerprint(token)}).mappings().first()
    return None if row is None else _person(row, None)


def create_token(database: Database, email: str, label: str = "") -> str:
    """A new API token with the rights of this person, good for a year.

    Only its SHA-256 is kept: this is the one time it can be read. Raises UnknownName.
    """
    account = find_account(database, email)
    if account is None:
        raise UnknownName(f"There is no account {cleaned(email)!r}.")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = insert(tables.api_tokens).values(
        token_hash=_fingerprint(token),
        user_id=account.user,
        organization_id=account.organization,
        label=label,
        expires_at=datetime.now(UTC) + timedelta(days=TOKEN_DAYS),
    )
    made = audit_row(
        account.organization, account.user, "create_token", "done", details={"label": label}
    )
    with database.owning(account.organization) as connection:
        connection.execute(row)
        connection.execute(made)
    return token


def _fingerprint(token: str) -> str:
    """A token holds 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def identity(database: Database) -> Iterator[Connection]:
    """Where the functions of schema identity can be called. Raises DatabaseError."""
    try:
        with database.nowhere() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise DatabaseError("The database cannot answer just now. Try again.") from error


def _person(row: RowMapping, session: UUID | None) -> Person:
    principal = Principal(
        user=row["user_id"],
        organization=row["organization_id"],
        role=Role(row["role"]),
        departments=tuple(row["departments"]),
    )
    return Person(
        principal=principal,
        name=row["display_name"] or row["email"],
        email=row["email"],
        organization=row["organization_name"],
        session=session,
    )


def _audit(
    database: Database,
    account: Account,
    action: str,
    outcome: Literal["done", "refused"],
    address: str | None,
) -> None:
    audit(database, account.organization, account.user, action, outcome, address=address)
