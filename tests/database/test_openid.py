"""Signing in with an OpenID provider: a real one in a process of its own, and attacks on the way.

Each walk is the whole dance: our address, the provider's, and back, with the cookies kept.
"""

from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from json import loads
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import httpx
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from callbacks import openid as routes
from callbacks.session import COOKIE
from components.sign_in import OPENID, OPENID_RETURN
from data import events
from data.access import Person, Role
from data.accounts import create_token, create_user, person_of_session, person_of_token
from data.db import tables
from data.db.engine import Database
from data.settings import Settings, load_settings
from tests.support.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.support.site import enter, services_of, serving, site

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
    "document": {},
    "person": ADA,
}
NOT_COMPLETED = "could not be completed"


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with openid_provider() as one:
        yield one


@pytest.fixture
def provider(running: OpenIdProvider) -> OpenIdProvider:
    """The running provider, which knows Ada and does all as it should."""
    running.told(**NOTHING_ORDERED)
    return running


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


@pytest.fixture
def address(settings: Settings, database: Database, provider: OpenIdProvider) -> Iterator[str]:
    """A site where claims name the organisation."""
    services = services_of(configured(settings, provider), database)
    with serving(site(services)) as address:
        provider.told(redirects=[address + OPENID_RETURN])
        yield address


@pytest.fixture
def of_acme(settings: Settings, database: Database, provider: OpenIdProvider) -> Iterator[str]:
    """A site where everybody of the provider belongs to Acme."""
    fixed = configured(settings, provider, oidc_organization_claim=None, oidc_organization="Acme")
    with serving(site(services_of(fixed, database))) as address:
        provider.told(redirects=[address + OPENID_RETURN])
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def departments(database: Database, organization: UUID) -> dict[str, UUID]:
    """Legal and HR of Acme; Sales is another organisation's only."""
    rows = tables.departments
    with database.owning() as owner:
        other = owner.execute(
            insert(tables.organizations).values(name="Globex").returning(tables.organizations.c.id)
        ).scalar_one()
        made = owner.execute(
            insert(rows).returning(rows.c.name, rows.c.id),
            [
                {"organization_id": organization, "name": "Legal"},
                {"organization_id": organization, "name": "HR"},
                {"organization_id": other, "name": "Sales"},
            ],
        )
        return {str(row.name): row.id for row in made}


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


def test_the_claims_say_who_somebody_is_and_what_they_may(
    client: httpx.Client, database: Database, organization: UUID
) -> None:
    answer = walk(client, "/departments?view=Legal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/departments?view=Legal")
    ada = person(client, database)
    assert ada is not None
    assert (ada.name, ada.email, ada.organization) == ("Ada Lovelace", "ada@acme.example", "Acme")
    assert ada.principal.role is Role.ANALYST and ada.principal.departments == ()
    assert client.get("/api/v1/health").status_code == 200
    assert sign_ins(database, organization) == [(ada.principal.user, "done", {"by": "openid"})]


@pytest.mark.usefixtures("organization")
def test_the_cookie_is_closed_to_scripts_and_other_sites(client: httpx.Client) -> None:
    for answer in (client.get(OPENID), walk(client)):
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie
        assert answer.headers.get("cache-control") in ("no-store", None)
        assert SECRET not in b64decode(cookie.split("=", 1)[1].split(".")[0] + "==").decode(
            "latin1"
        )


def test_role_and_departments_are_set_anew_each_time(
    client: httpx.Client,
    database: Database,
    provider: OpenIdProvider,
    departments: dict[str, UUID],
) -> None:
    walk(client)
    first = person(client, database)
    provider.told(person=LEAD | {"departments": ["Legal", str(departments["HR"]), "Nowhere"]})
    walk(client)
    second = person(client, database)
    provider.told(person=LEAD | {"departments": "HR", "name": "Ada King"})
    walk(client)
    third = person(client, database)
    assert first and second and third
    assert {p.principal.user for p in (first, second, third)} == {first.principal.user}
    assert len({p.session for p in (first, second, third)}) == 3
    assert second.principal.role is Role.DEPARTMENT_LEAD
    assert second.principal.scope == tuple(sorted((departments["Legal"], departments["HR"])))
    assert third.principal.departments == (departments["HR"],) and third.name == "Ada King"


def test_an_organisation_can_be_named_by_its_id(
    client: httpx.Client, database: Database, provider: OpenIdProvider, organization: UUID
) -> None:
    provider.told(person=ADA | {"org": [str(organization)]})
    walk(client)
    found = person(client, database)
    assert found and found.principal.organization == organization


def test_an_email_of_a_local_account_does_not_make_anybody_its_owner(
    client: httpx.Client, database: Database, organization: UUID
) -> None:
    password = "correct horse battery"
    local = create_user(database, "ada@acme.example", "Ada", password, organization, Role.ADMIN)
    walk(client)
    arrived = person(client, database)
    assert arrived and arrived.principal.user != local
    assert arrived.principal.role is Role.ANALYST and arrived.email == "ada@acme.example"
    enter(client, "ada@acme.example", password)
    found = person(client, database)
    assert found and (found.principal.user, found.principal.role) == (local, Role.ADMIN)


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_email_that_is_not_verified_is_nobodys(
    client: httpx.Client, database: Database, provider: OpenIdProvider, verified: object
) -> None:
    provider.told(person=ADA | {"email_verified": verified})
    walk(client)
    found = person(client, database)
    assert found and found.email == ""
    with database.owning() as owner:
        assert owner.scalars(select(tables.users.c.email)).all() == [None]


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
def test_a_return_counts_once_even_with_its_cookie_put_back(
    client: httpx.Client, address: str
) -> None:
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
    ("claims", "said", "why"),
    [
        ({"realm_access": {"roles": ["staff"]}}, "gives you no role", "role"),
        ({"realm_access": "readiness-admin"}, "gives you no role", "role"),
        ({"realm_access": None}, "gives you no role", "role"),
        ({"org": "Initech"}, "names no organisation", None),
        ({"org": None}, "names no organisation", None),
        ({"org": ["Acme", "Globex"]}, "names no organisation", None),
        ({"org": {"name": "Acme"}}, "names no organisation", None),
        (
            {"realm_access": LEAD["realm_access"], "departments": "Sales"},
            "department",
            "departments",
        ),
        ({"realm_access": LEAD["realm_access"], "departments": []}, "department", "departments"),
    ],
)
def test_claims_that_give_nothing_here_are_refused_with_a_sentence(
    client: httpx.Client,
    provider: OpenIdProvider,
    database: Database,
    organization: UUID,
    departments: dict[str, UUID],
    claims: dict[str, Any],
    said: str,
    why: str | None,
) -> None:
    provider.told(person=ADA | claims)
    answer = walk(client)
    assert answer.status_code == 403 and said in answer.text
    assert session_of(client) is None
    expected = [(None, "refused", {"by": "openid", "why": why})] if why else []
    assert sign_ins(database, organization) == expected


def test_where_the_organisation_is_fixed_claims_cannot_name_another(
    of_acme: str,
    provider: OpenIdProvider,
    database: Database,
    organization: UUID,
    departments: dict[str, UUID],
) -> None:
    provider.told(person=ADA | {"org": "Globex", "organization": "Globex"})
    with httpx.Client(base_url=of_acme) as client:
        walk(client)
        found = person(client, database)
    assert found and found.principal.organization == organization


def test_a_role_that_is_taken_away_ends_sessions_and_tokens_and_can_come_back(
    client: httpx.Client,
    provider: OpenIdProvider,
    database: Database,
    departments: dict[str, UUID],
) -> None:
    walk(client)
    before = session_of(client)
    assert before
    token = create_token_of(database, before)
    provider.told(person=ADA | {"realm_access": {}})
    assert walk(client).status_code == 403
    assert person_of_session(database, before) is None
    assert person_of_token(database, token) is None
    provider.told(person=ADA)
    assert walk(client).status_code == 303 and person(client, database)
    assert person_of_session(database, before) is None
    assert person_of_token(database, token) is None


def create_token_of(database: Database, session: UUID) -> str:
    """A token of whoever has the session, who gets a password for it."""
    found = person_of_session(database, session)
    assert found
    one = found.principal
    password = "correct horse battery"
    create_user(database, found.email, found.name, password, one.organization, one.role)
    return create_token(database, found.email)


def test_who_moves_to_another_organisation_leaves_the_first(
    client: httpx.Client,
    provider: OpenIdProvider,
    database: Database,
    departments: dict[str, UUID],
) -> None:
    walk(client)
    before = session_of(client)
    provider.told(person=ADA | {"org": "Globex"})
    walk(client)
    found = person(client, database)
    assert found and found.organization == "Globex"
    assert before and person_of_session(database, before) is None


def test_who_was_switched_off_here_stays_off(
    client: httpx.Client, provider: OpenIdProvider, database: Database, organization: UUID
) -> None:
    walk(client)
    with database.owning() as owner:
        owner.execute(update(tables.members).values(is_active=False))
    for claims in (ADA, ADA | {"realm_access": {}}, ADA):
        provider.told(person=claims)
        assert walk(client).status_code == 403
    assert "switched off" in walk(client).text
    assert sign_ins(database, organization)[-1][1:] == (
        "refused",
        {"by": "openid", "why": "inactive"},
    )


@pytest.mark.usefixtures("organization")
def test_what_the_provider_says_of_itself_is_kept_until_its_keys_change(
    client: httpx.Client, provider: OpenIdProvider
) -> None:
    asked = len(provider.asked())
    assert [walk(client).status_code for _ in range(3)] == [303] * 3
    assert provider.asked()[asked:] == ["document", "keys"]
    provider.told(rotate=True)
    assert [walk(client).status_code for _ in range(2)] == [303] * 2
    assert provider.asked()[asked + 2 :] == ["document", "keys"]


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


def test_a_provider_that_is_down_is_a_sentence_beside_the_form(
    settings: Settings, database: Database, organization: UUID
) -> None:
    create_user(
        database, "lo@acme.example", "Lo", "correct horse battery", organization, Role.ADMIN
    )
    with openid_provider() as provider:
        fresh = site(services_of(configured(settings, provider), database))
        used = site(services_of(configured(settings, provider), database))
        with serving(fresh) as first, serving(used) as second:
            provider.told(person=ADA, redirects=[second + OPENID_RETURN])
            with httpx.Client(base_url=second) as client:
                back = gone(client)
                provider.stop()
                down = (client.get(back), httpx.get(first + OPENID, params={"next": "/a"}))
            for answer in down:
                assert answer.status_code == 503 and "cannot be reached just now" in answer.text
                assert 'name="password"' in answer.text
            assert 'value="/a"' in down[1].text
            with httpx.Client(base_url=first) as client:
                assert enter(client, "lo@acme.example", "correct horse battery").status_code == 303


def test_the_button_is_there_where_a_provider_is(
    client: httpx.Client, settings: Settings, database: Database
) -> None:
    page = client.get("/sign-in", params={"next": "/departments?a=1&b=2"}).text
    assert 'href="/sign-in/openid?next=/departments%3Fa%3D1%26b%3D2"' in page
    assert "Sign in with your organisation" in page
    with serving(site(services_of(settings, database))) as without:
        assert OPENID not in httpx.get(f"{without}/sign-in").text
        for path in (OPENID, OPENID_RETURN):
            answer = httpx.get(without + path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_starting_again_and_again_is_slowed(
    settings: Settings, database: Database, provider: OpenIdProvider
) -> None:
    slow = configured(settings, provider, sign_ins_per_minute=3)
    with serving(site(services_of(slow, database))) as address:
        codes = [httpx.get(address + OPENID).status_code for _ in range(4)]
    assert codes == [303] * 3 + [429]


def test_two_first_sign_ins_at_once_are_one_person(
    address: str, database: Database, organization: UUID
) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx.Client(base_url=address)) for _ in range(4)]
        backs = [gone(client) for client in clients]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda client, back: client.get(back), clients, backs))
        people = [person(client, database) for client in clients]
    assert len({one.principal.user for one in people if one}) == 1 and all(people)


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
