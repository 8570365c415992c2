"""Schema identity: what can be asked before any organisation is known, and nothing besides."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from data.db.engine import Database
from data.db.tables import api_tokens, credentials, members, users, web_sessions

EMAIL = "Lead@Example.com"


@pytest.fixture
def person(database: Database, organization: UUID) -> UUID:
    """A department lead with a local account."""
    department = uuid4()
    with database.owning() as owner:
        user: UUID = owner.execute(
            insert(users).values(email=EMAIL.lower()).returning(users.c.id)
        ).scalar_one()
        owner.execute(
            insert(credentials).values(user_id=user, password_hash="$argon2", display_name="Lee")
        )
        owner.execute(
            insert(members).values(
                organization_id=organization,
                user_id=user,
                role="department_lead",
                departments=[department],
            )
        )
    return user


def ask(database: Database, call: str, **parameters: object) -> list[dict[str, Any]]:
    """Rows of one of the functions, as a request without an organisation calls it."""
    with database.nowhere() as connection:
        rows = connection.execute(text(f"SELECT * FROM identity.{call}"), parameters)
        return [dict(row) for row in rows.mappings()]


def open_session(database: Database, person: UUID, organization: UUID) -> UUID | None:
    call = "open_session(:person, :organization)"
    [row] = ask(database, call, person=person, organization=organization)
    opened: UUID | None = row["open_session"]
    return opened


def deactivate(database: Database, person: UUID) -> None:
    with database.owning() as owner:
        owner.execute(update(members).where(members.c.user_id == person).values(is_active=False))


def test_credentials_are_found_by_email_however_it_is_written(
    database: Database, person: UUID, organization: UUID
) -> None:
    [found] = ask(database, "credentials_of(:email)", email=EMAIL)
    assert found["user_id"] == person
    assert found["password_hash"] == "$argon2"
    assert found["organization_id"] == organization
    assert found["role"] == "department_lead"
    assert len(found["departments"]) == 1


@pytest.mark.parametrize("email", ["", "%", "nobody@example.com", "lead@example.com' OR true --"])
def test_an_unknown_email_finds_nobody(database: Database, person: UUID, email: str) -> None:
    assert ask(database, "credentials_of(:email)", email=email) == []


def test_who_is_no_active_member_any_more_cannot_sign_in(
    database: Database, person: UUID, organization: UUID
) -> None:
    deactivate(database, person)
    assert ask(database, "credentials_of(:email)", email=EMAIL) == []
    assert open_session(database, person, organization) is None


def test_no_session_opens_in_an_organization_one_does_not_belong_to(
    database: Database, person: UUID
) -> None:
    assert open_session(database, person, uuid4()) is None


def test_a_session_tells_its_person_until_it_is_closed(
    database: Database, person: UUID, organization: UUID
) -> None:
    session = open_session(database, person, organization)
    [found] = ask(database, "session_principal(:session)", session=session)
    assert found["user_id"] == person
    assert found["organization_name"] == "Acme"
    assert found["email"] == EMAIL.lower()
    assert found["display_name"] == "Lee"
    ask(database, "close_session(:session)", session=session)
    assert ask(database, "session_principal(:session)", session=session) == []


def test_a_session_ends_with_the_membership(
    database: Database, person: UUID, organization: UUID
) -> None:
    session = open_session(database, person, organization)
    deactivate(database, person)
    assert ask(database, "session_principal(:session)", session=session) == []


def test_a_session_ends_after_a_fortnight(
    database: Database, person: UUID, organization: UUID
) -> None:
    session = open_session(database, person, organization)
    with database.owning() as owner:
        owner.execute(
            update(web_sessions).values(created_at=text("now() - interval '14 days 1 second'"))
        )
    assert ask(database, "session_principal(:session)", session=session) == []


def test_seen_at_is_written_at_most_once_a_minute(
    database: Database, person: UUID, organization: UUID
) -> None:
    session = open_session(database, person, organization)
    row = text("SELECT xmin::text FROM identity.web_sessions")

    def written() -> str:
        with database.owning() as owner:
            return str(owner.scalar(row))

    first = written()
    ask(database, "session_principal(:session)", session=session)
    assert written() == first
    with database.owning() as owner:
        owner.execute(update(web_sessions).values(seen_at=text("now() - interval '2 minutes'")))
    ask(database, "session_principal(:session)", session=session)
    with database.owning() as owner:
        fresh = select(web_sessions.c.seen_at > text("now() - interval '5 seconds'"))
        assert owner.scalar(fresh)


@pytest.mark.parametrize(
    ("column", "value", "counts"),
    [
        ("label", "script", True),
        ("expires_at", text("now() + interval '1 day'"), True),
        ("expires_at", text("now() - interval '1 second'"), False),
        ("revoked_at", text("now()"), False),
    ],
)
def test_a_token_counts_until_it_expires_or_is_revoked(
    database: Database, person: UUID, organization: UUID, column: str, value: Any, counts: bool
) -> None:
    with database.owning() as owner:
        owner.execute(
            insert(api_tokens).values(
                token_hash="00ff", user_id=person, organization_id=organization, **{column: value}
            )
        )
    found = ask(database, "token_principal(:hash)", hash="00ff")
    assert [row["user_id"] for row in found] == ([person] if counts else [])
    assert ask(database, "token_principal(:hash)", hash="00fe") == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM identity.principal_of(gen_random_uuid(), gen_random_uuid())",
        "SELECT * FROM identity.credentials",
        "SELECT * FROM identity.web_sessions",
        "SELECT * FROM identity.api_tokens",
        "SELECT * FROM auth.users",
    ],
)
def test_nothing_else_of_identity_is_open(database: Database, statement: str) -> None:
    with (
        database.nowhere() as connection,
        pytest.raises(ProgrammingError) as raised,
        connection.begin_nested(),
    ):
        connection.execute(text(statement))
    assert isinstance(raised.value.orig, InsufficientPrivilege)


def test_no_other_schema_can_slip_a_function_under_these(database: Database) -> None:
    """Every SECURITY DEFINER function has a search path of its own."""
    open_ended = text(
        "SELECT proname FROM pg_proc WHERE prosecdef "
        "AND NOT coalesce(proconfig::text LIKE '%search_path=%', false)"
    )
    with database.owning() as owner:
        assert owner.scalars(open_ended).all() == []
