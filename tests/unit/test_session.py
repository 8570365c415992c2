"""Where requests come from and lead to, and how long a look at the database is good for."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.requests import HTTPConnection

from callbacks.origin import from_elsewhere, is_local_name, is_loopback, local_path
from components.sign_in import sign_in_page
from data import signed_in
from data.access import Person, Principal, Role
from data.signed_in import FRESH_SECONDS, SignedIn


def connection(kind: str = "http", method: str = "POST", **headers: str) -> HTTPConnection:
    raw = {"host": "readiness.example"} | {k.replace("_", "-"): v for k, v in headers.items()}
    scope: dict[str, Any] = {
        "type": kind,
        "method": method,
        "path": "/",
        "headers": [(k.encode(), v.encode()) for k, v in raw.items()],
    }
    return HTTPConnection(scope)


@pytest.mark.parametrize(
    ("asked", "foreign"),
    [
        (connection(), False),
        (connection(origin="https://readiness.example"), False),
        (connection(origin="https://readiness.example.evil.example"), True),
        (connection(origin="https://readiness.example:8443"), True),
        (connection(sec_fetch_site="none"), False),
        (connection(sec_fetch_site="same-site"), True),
        (connection(method="GET", sec_fetch_site="cross-site"), False),
        (connection(method="DELETE", sec_fetch_site="cross-site"), True),
        (connection("websocket", "GET", origin="https://evil.example"), True),
        (connection("websocket", "GET", origin="https://readiness.example"), False),
    ],
)
def test_changes_and_sockets_come_from_our_own_pages(asked: HTTPConnection, foreign: bool) -> None:
    assert from_elsewhere(asked) is foreign


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/departments?x=1", "/departments?x=1"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_stays_on_this_site(path: str | None, leads_to: str) -> None:
    assert local_path(path) == leads_to


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost:8050", True),
        ("127.0.0.1", True),
        ("[::1]:8050", True),
        ("readiness.example", False),
        ("127.0.0.1.evil.example", False),
        ("192.168.1.4:8050", False),
    ],
)
def test_only_this_machine_is_local(host: str, local: bool) -> None:
    assert is_local_name(connection(host=host)) is local
    assert not is_loopback("readiness.example")


def test_the_form_has_its_fields_and_escapes_what_it_repeats() -> None:
    page = sign_in_page(email='"><i>', wanted='"><i>', problem="<i>", hint="<i>")
    assert 'name="email"' in page and 'name="password"' in page
    assert "<i>" not in page


class _Accounts:
    """Counts how often the database is asked."""

    def __init__(self) -> None:
        self.asked = 0
        principal = Principal(uuid4(), uuid4(), Role.ADMIN)
        self.person: Person | None = Person(principal, "Ada", "ada@acme.example", "Acme")

    def __call__(self, database: object, session: UUID) -> Person | None:
        self.asked += 1
        return self.person


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> _Accounts:
    counting = _Accounts()
    monkeypatch.setattr(signed_in, "person_of_session", counting)
    return counting


def test_a_page_load_asks_the_database_once_and_again_after_five_seconds(
    accounts: _Accounts,
) -> None:
    now = [0.0]
    people = SignedIn(None, clock=lambda: now[0])  # type: ignore[arg-type]  # asked through the fixture
    session = uuid4()
    assert people.known(session) is None
    assert people.of_session(session) is accounts.person
    now[0] = FRESH_SECONDS - 0.1
    assert people.known(session) is accounts.person and accounts.asked == 1
    now[0] = FRESH_SECONDS
    assert people.known(session) is None
    accounts.person = None
    assert people.of_session(session) is None


def test_a_session_closed_while_it_was_looked_up_stays_closed(accounts: _Accounts) -> None:
    people = SignedIn(None)  # type: ignore[arg-type]  # asked through the fixture
    session = uuid4()
    people.forget(session)
    assert people.of_session(session) is None
    assert people.known(session) is None
