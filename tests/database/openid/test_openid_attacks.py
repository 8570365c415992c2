"""What must not let anybody in by a provider: tampered returns, forged tokens, a false provider."""

from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from callbacks import openid as routes
from callbacks.session import COOKIE
from components.sign_in import OPENID, OPENID_RETURN
from data.db import tables
from data.db.engine import Database
from data.settings import Settings
from tests.support.openid import altered, configured, gone, session_of, sign_ins, walk
from tests.support.openid_provider import CLIENT, OpenIdProvider
from tests.support.site import services_of, serving, site

NOT_COMPLETED = "could not be completed"


@pytest.mark.parametrize(
    "orders",
    [
        {"token": {"nonce": "another"}},
        {"token": {"nonce": None}},
        {"token": {"aud": "another client"}},
        {"token": {"aud": "another client", "azp": CLIENT}},
        {"token": {"aud": [CLIENT, "another client"]}},
        {"token": {"aud": [CLIENT, "another client"], "azp": "another client"}},
        {"token": {"aud": None}},
        {"token": {"iss": "https://evil.example"}},
        {"token": {"iss": None}},
        {"token": {"exp": 1_700_000_000}},
        {"token": {"exp": None}},
        {"token": {"exp": "never"}},
        {"token": {"iat": 33_000_000_000, "exp": 33_000_000_060}},
        {"token": {"nbf": 33_000_000_000}},
        {"token": {"at_hash": "of another token"}},
        {"token": {"sub": None}},
        {"token": {"sub": ""}},
        {"token": {"sub": 5}},
        {"token": {"sub": "a\x00b"}},
        {"token": {"sub": "x" * 256}},
        {"signing": "none"},
        {"signing": "HS256"},
        {"signing": "stranger"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_opens_nothing(
    of_acme: str,
    provider: OpenIdProvider,
    database: Database,
    organization: UUID,
    orders: dict[str, Any],
) -> None:
    provider.told(**orders)
    with httpx.Client(base_url=of_acme) as client:
        answer = walk(client)
        assert answer.status_code == 401 and NOT_COMPLETED in answer.text
        assert session_of(client) is None
        assert client.get("/api/v1/health").status_code == 401
    details = {"by": "openid", "why": "not verified"}
    assert sign_ins(database, organization) == [(None, "refused", details)]
    with database.owning() as owner:
        assert owner.execute(select(tables.openid_subjects)).all() == []


@pytest.mark.usefixtures("organization")
def test_a_clock_that_is_a_little_off_is_no_attack(
    client: httpx.Client, provider: OpenIdProvider
) -> None:
    now = int(time())
    provider.told(token={"iat": now + 20, "exp": now + 80})
    assert walk(client).status_code == 303
    provider.told(token={"exp": now - 60})
    assert walk(client).status_code == 401


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize(
    "query",
    [
        {"state": "another"},
        {"state": None},
        {"state": "é"},
        {"code": "another"},
        {"code": None},
        {"iss": "https://evil.example"},
        {"iss": None},
    ],
    ids=str,
)
def test_a_return_that_was_tampered_with_opens_nothing_nor_does_the_right_one_after_it(
    client: httpx.Client, query: dict[str, str | None]
) -> None:
    back = gone(client)
    wrong = client.get(altered(back, **query))
    assert wrong.status_code == 401 and session_of(client) is None
    assert client.get(back).status_code == 401 and session_of(client) is None


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize("forgets", [False, True])
def test_a_return_counts_once_even_with_its_cookie_put_back(
    client: httpx.Client, provider: OpenIdProvider, forgets: bool
) -> None:
    provider.told(forgets=forgets)
    back = gone(client)
    kept = {COOKIE: client.cookies[COOKIE]}
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401
    assert httpx.get(back, cookies=kept).status_code == 401


@pytest.mark.usefixtures("organization")
def test_a_code_counts_once_and_for_the_browser_that_asked(
    client: httpx.Client, address: str
) -> None:
    stolen = altered(gone(client), state=None)
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    with httpx.Client(base_url=address) as thief:
        assert thief.get(altered(gone(thief), code=code)).status_code == 401
        assert session_of(thief) is None
    with httpx.Client(base_url=address) as nobody:
        assert nobody.get(stolen).status_code == 401


@pytest.mark.usefixtures("organization")
def test_who_takes_longer_than_ten_minutes_starts_again(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = gone(client)
    monkeypatch.setattr(routes, "time", lambda: time() + 601)
    assert client.get(back).status_code == 401


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_next_never_leads_to_another_site(client: httpx.Client, elsewhere: str) -> None:
    assert walk(client, elsewhere).headers["location"] == "/"


@pytest.mark.usefixtures("organization")
def test_an_address_too_long_for_a_cookie_leads_to_the_overview(client: httpx.Client) -> None:
    assert walk(client, "/departments?" + "x" * 3000).headers["location"] == "/"


@pytest.mark.usefixtures("organization")
def test_people_are_sent_back_to_our_own_address_only(client: httpx.Client, address: str) -> None:
    asked = parse_qs(urlsplit(client.get(OPENID).headers["location"]).query)
    assert asked["redirect_uri"] == [address + OPENID_RETURN]
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    forged = {"Host": "evil.example", "X-Forwarded-Proto": "https"}
    out = client.get(OPENID, headers=forged)
    assert httpx.get(out.headers["location"]).status_code == 400


def test_beyond_this_machine_it_needs_https(client: httpx.Client) -> None:
    refused = client.get(OPENID, headers={"Host": "readiness.example"})
    assert refused.status_code == 403 and "https" in refused.text


def test_a_no_at_the_provider_is_said_in_our_words(
    of_acme: str, provider: OpenIdProvider, database: Database, organization: UUID
) -> None:
    provider.told(denies=True)
    with httpx.Client(base_url=of_acme) as client:
        answer = walk(client)
    assert answer.status_code == 401 and "stopped at your organisation" in answer.text
    assert "<b>" not in answer.text
    details = {"by": "openid", "why": "stopped at the provider"}
    assert sign_ins(database, organization) == [(None, "refused", details)]


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_provider_that_does_not_say_who_it_is_is_not_used(
    client: httpx.Client, provider: OpenIdProvider, document: dict[str, Any]
) -> None:
    provider.told(document=document)
    assert client.get(OPENID).status_code == 503


def test_starting_again_and_again_is_slowed(
    settings: Settings, database: Database, provider: OpenIdProvider
) -> None:
    slow = configured(settings, provider, sign_ins_per_minute=3)
    with serving(site(services_of(slow, database))) as address:
        codes = [httpx.get(address + OPENID).status_code for _ in range(4)]
    assert codes == [303] * 3 + [429]


ENTER = "SELECT * FROM identity.enter_by_openid('i', 's', NULL, '', 'Acme', 'admin', '{}')"


@pytest.mark.parametrize(
    "statement",
    [
        ENTER,
        "SELECT identity.leave_by_openid('i', 's')",
        "SELECT identity.new_user('a@acme.example')",
        "SELECT * FROM identity.openid_subjects",
        "INSERT INTO identity.openid_subjects (issuer, subject, user_id) "
        "VALUES ('i', 's', gen_random_uuid())",
    ],
)
def test_no_request_inside_an_organisation_can_make_anybody_a_member(
    database: Database, organization: UUID, statement: str
) -> None:
    with (
        database.writing(organization) as connection,
        pytest.raises(ProgrammingError) as raised,
        connection.begin_nested(),
    ):
        connection.execute(text(statement))
    assert isinstance(raised.value.orig, InsufficientPrivilege)
