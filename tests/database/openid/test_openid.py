"""Who comes in by a provider: the person, their role and departments, and when they leave."""

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text, update

from components.sign_in import OPENID, OPENID_RETURN
from data.access import Role
from data.accounts import create_token, create_user, person_of_session, person_of_token
from data.db import tables
from data.db.engine import Database
from data.settings import Settings
from tests.support.openid import ADA, LEAD, configured, gone, person, session_of, sign_ins, walk
from tests.support.openid_provider import SECRET, OpenIdProvider, openid_provider
from tests.support.site import enter, services_of, serving, site


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
    users = tables.users.c
    with database.owning() as owner:  # as another product that keeps users may have written it
        owner.execute(update(tables.users).values(email="ADA@Acme.example"))
    walk(client)
    arrived = person(client, database)
    with database.owning() as owner:
        assert owner.scalars(select(users.id).where(users.email.is_not(None))).all() == [local]
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
    provider.told(person=ADA)
    walk(client)
    again = person(client, database)
    assert again and again.organization == "Acme"
    assert person_of_session(database, before) is None
    assert again.principal.user == found.principal.user


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


def test_two_first_sign_ins_at_once_are_one_person(database: Database, organization: UUID) -> None:
    call = text(
        "SELECT user_id FROM identity.enter_by_openid('i', 's', NULL, '', 'Acme', 'admin', '{}')"
    )
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def arrive() -> UUID:
        with database.nowhere() as connection:
            return UUID(str(connection.scalar(call)))

    with ThreadPoolExecutor(1) as pool, database.owning() as owner:
        with database.nowhere() as connection:
            first = connection.scalar(call)
            second = pool.submit(arrive)
            while not owner.scalar(waiting):
                assert not second.done()
        assert second.result() == first
        assert owner.scalars(select(tables.users.c.id)).all() == [first]
