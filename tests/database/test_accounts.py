"""Accounts, sessions and tokens against the real functions of schema identity."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from data import events
from data.access import Principal, Role
from data.accounts import (
    create_token,
    create_user,
    person_of_session,
    person_of_token,
    sign_in,
    sign_out,
)
from data.db import tables
from data.db.engine import Database
from data.demo_accounts import demo_sign_in_allowed, ensure_demo_people
from data.errors import NotAllowed, PasswordTooShort, UnknownName, WrongCredentials
from data.settings import load_settings
from tests.support.people import demo_people

PASSWORD = "correct horse battery"
LED = uuid4()


@pytest.fixture(autouse=True)
def _events_written(database: Database) -> Iterator[None]:
    """The writer's thread is done before the database is closed."""
    yield
    events.flush()


@pytest.fixture
def ada(database: Database, organization: UUID) -> UUID:
    return create_user(
        database, "Ada@Acme.example", "Ada", PASSWORD, organization, Role.DEPARTMENT_LEAD, [LED]
    )


def test_a_session_tells_who_and_what_they_may_see(
    database: Database, organization: UUID, ada: UUID
) -> None:
    person = person_of_session(database, sign_in(database, " ada@acme.EXAMPLE ", PASSWORD))
    assert person is not None
    assert person.principal == Principal(ada, organization, Role.DEPARTMENT_LEAD, (LED,))
    assert (person.name, person.email, person.organization) == ("Ada", "ada@acme.example", "Acme")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("email", ["ada@acme.example", "nobody@acme.example"])
def test_wrong_password_and_missing_account_read_the_same(database: Database, email: str) -> None:
    with pytest.raises(WrongCredentials, match=r"^The email or the password is wrong\.$"):
        sign_in(database, email, "not the password")


@pytest.mark.usefixtures("ada")
def test_signing_out_ends_the_session_and_no_other(database: Database) -> None:
    first, second = (sign_in(database, "ada@acme.example", PASSWORD) for _ in range(2))
    person = person_of_session(database, first)
    assert person is not None
    sign_out(database, person)
    assert person_of_session(database, first) is None
    assert person_of_session(database, second) is not None


def test_a_session_ends_with_the_membership_and_after_fourteen_days(
    database: Database, ada: UUID
) -> None:
    old, kept = (sign_in(database, "ada@acme.example", PASSWORD) for _ in range(2))
    sessions = tables.web_sessions
    with database.owning() as connection:
        outlived = text("now() - interval '14 days 1 minute'")
        connection.execute(update(sessions).where(sessions.c.id == old).values(created_at=outlived))
    assert person_of_session(database, old) is None
    assert person_of_session(database, kept) is not None
    with database.owning() as connection:
        connection.execute(update(tables.members).values(is_active=False))
    assert person_of_session(database, kept) is None
    with pytest.raises(WrongCredentials):
        sign_in(database, "ada@acme.example", PASSWORD)


def test_a_token_is_kept_only_as_a_hash_and_ends_when_revoked(
    database: Database, organization: UUID, ada: UUID
) -> None:
    token = create_token(database, "ada@acme.example", "reports")
    expected = Principal(ada, organization, Role.DEPARTMENT_LEAD, (LED,))
    person = person_of_token(database, token)
    assert person is not None and person.principal == expected
    assert person_of_token(database, token + "x") is None
    assert person_of_token(database, token.removeprefix("ara_")) is None
    with database.owning() as connection:
        assert token not in str(connection.execute(select(tables.api_tokens)).all())
        connection.execute(update(tables.api_tokens).values(revoked_at=text("now()")))
    assert person_of_token(database, token) is None


def test_a_token_ends_after_its_date(database: Database, ada: UUID) -> None:
    token = create_token(database, "ada@acme.example")
    with database.owning() as connection:
        past = text("now() - interval '1 second'")
        connection.execute(update(tables.api_tokens).values(expires_at=past))
    assert person_of_token(database, token) is None


def test_no_token_without_an_account(database: Database) -> None:
    with pytest.raises(UnknownName, match=r"no account 'ghost@acme\.example'"):
        create_token(database, "ghost@acme.example")


def test_short_passwords_are_refused(database: Database, organization: UUID) -> None:
    with pytest.raises(PasswordTooShort):
        create_user(database, "bo@acme.example", "Bo", "eleven char", organization, Role.ANALYST)


def test_the_audit_log_tells_what_happened(
    database: Database, organization: UUID, ada: UUID
) -> None:
    session = sign_in(database, "ada@acme.example", PASSWORD, address="192.0.2.7")
    with pytest.raises(WrongCredentials):
        sign_in(database, "ada@acme.example", "not the password")
    create_token(database, "ada@acme.example", "reports")
    person = person_of_session(database, session)
    assert person is not None
    sign_out(database, person)
    events.flush()
    log = tables.audit_log.c
    with database.asking(organization) as connection:
        rows = connection.execute(select(log.user_id, log.action, log.outcome, log.address)).all()
    assert {(r.user_id, r.action, r.outcome) for r in rows} == {
        (ada, "sign_in", "done"),
        (ada, "sign_in", "refused"),
        (ada, "create_token", "done"),
        (ada, "sign_out", "done"),
    }
    assert "192.0.2.7" in {str(r.address) for r in rows}


def _make_demo(database: Database) -> None:
    with database.owning() as connection:
        connection.execute(update(tables.organizations).values(is_demo=True))


def test_demo_people_keep_their_passwords_and_sign_in_only_where_allowed(
    database: Database, organization: UUID, tmp_path: Path
) -> None:
    _make_demo(database)
    people = demo_people([LED])
    made = ensure_demo_people(database, organization, people, tmp_path)
    assert [m.role for m in made] == list(Role)
    assert ensure_demo_people(database, organization, people, tmp_path) == made
    for one in made:
        with pytest.raises(WrongCredentials):
            sign_in(database, one.email, one.password)
        session = sign_in(database, one.email, one.password, demo_allowed=True)
        person = person_of_session(database, session)
        assert person is not None and person.principal.role is one.role
        assert person.principal.departments == ((LED,) if one.role is Role.DEPARTMENT_LEAD else ())


def test_demo_passwords_are_readable_by_this_user_only(
    database: Database, organization: UUID, tmp_path: Path
) -> None:
    _make_demo(database)
    ensure_demo_people(database, organization, demo_people([]), tmp_path)
    assert (tmp_path / "demo-sign-ins.json").stat().st_mode & 0o077 == 0


def test_no_demo_people_in_a_real_organisation(
    database: Database, organization: UUID, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed):
        ensure_demo_people(database, organization, demo_people([]), tmp_path)


@pytest.mark.parametrize(
    ("embedded", "host", "allowed"),
    [
        (True, "127.0.0.1", True),
        (True, "::1", True),
        (True, "0.0.0.0", False),
        (False, "127.0.0.1", False),
    ],
)
def test_demo_sign_ins_need_the_embedded_database_and_loopback(
    embedded: bool, host: str, allowed: bool
) -> None:
    assert demo_sign_in_allowed(load_settings(embedded=embedded, host=host)) is allowed
