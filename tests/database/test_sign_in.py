"""Signing in over HTTP, and the gate: a real server, a real database."""

from collections.abc import Iterator
from contextvars import copy_context
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from callbacks.session import COOKIE
from data import events
from data.access import Role, current_person, current_principal
from data.accounts import create_token, create_user
from data.db import tables
from data.db.engine import Database
from data.demo_accounts import ensure_demo_people
from data.settings import Settings
from tests.support.people import demo_people
from tests.support.site import PAGE, enter, services_of, serving, site

EMAIL, PASSWORD = "ada@acme.example", "correct horse battery"


def _pages(server: FastAPI) -> FastAPI:
    """Pages that tell who they think is asking, from the event loop and from threads."""

    async def on_the_loop() -> str:
        return str(current_principal())

    def in_a_thread() -> str:
        return str(current_principal())

    async def in_the_pool() -> str:
        import asyncio

        loop = asyncio.get_running_loop()
        person = await loop.run_in_executor(None, copy_context().run, current_person)
        return str(person and person.principal)

    server.add_api_route("/loop", on_the_loop)
    server.add_api_route("/thread", in_a_thread)
    server.add_api_route("/pool", in_the_pool)
    server.add_api_route("/_dash-change", in_a_thread, methods=["POST"])
    return server


@pytest.fixture
def address(settings: Settings, database: Database) -> Iterator[str]:
    app = site(services_of(settings, database), _pages(FastAPI(openapi_url=None)))
    with serving(app) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def ada(database: Database, organization: UUID) -> UUID:
    return create_user(database, EMAIL, "Ada", PASSWORD, organization, Role.EXECUTIVE)


@pytest.mark.parametrize("path", ["/loop", "/thread", "/pool"])
def test_whoever_signs_in_is_known_on_the_loop_and_in_threads(
    client: httpx.Client, ada: UUID, path: str
) -> None:
    answer = enter(client, EMAIL, PASSWORD, next=f"{path}?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?a=1")
    assert str(ada) in client.get(path).text


@pytest.mark.usefixtures("ada")
def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(
    client: httpx.Client,
) -> None:
    cookie = enter(client, EMAIL, PASSWORD).headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie


@pytest.mark.usefixtures("ada")
def test_beyond_this_machine_signing_in_needs_https_and_the_cookie_stays_on_it(
    client: httpx.Client,
) -> None:
    client.headers["Host"] = "readiness.example"
    refused = enter(client, EMAIL, PASSWORD)
    assert refused.status_code == 403 and "https" in refused.text
    client.headers["X-Forwarded-Proto"] = "https"
    assert "secure" in enter(client, EMAIL, PASSWORD).headers["set-cookie"].lower()


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("email", [EMAIL, "nobody@acme.example", ""])
def test_a_wrong_password_and_a_missing_account_look_the_same(
    client: httpx.Client, email: str
) -> None:
    answer = enter(client, email, "not the password")
    assert answer.status_code == 401 and COOKIE not in client.cookies
    assert "The email or the password is wrong." in answer.text


def test_guessing_is_slowed_for_existing_and_missing_accounts_alike(client: httpx.Client) -> None:
    codes = [enter(client, EMAIL, f"guess {n}").status_code for n in range(6)]
    assert codes == [401] * 5 + [429]
    last = enter(client, EMAIL, "again")
    assert "Try again in 5 minutes" in last.text and last.headers["retry-after"] == "300"


@pytest.mark.usefixtures("ada")
def test_what_was_typed_comes_back_as_text(client: httpx.Client) -> None:
    answer = enter(client, '"><script>alert(1)</script>', "x", next='"><b>')
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text
    assert "<b>" not in answer.text


@pytest.mark.usefixtures("ada")
def test_signing_out_ends_the_session_even_for_a_stolen_cookie(
    client: httpx.Client, address: str
) -> None:
    enter(client, EMAIL, PASSWORD)
    stolen = {COOKIE: client.cookies[COOKIE]}
    assert client.get("/loop").status_code == 200
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    assert COOKIE not in client.cookies
    assert httpx.get(f"{address}/loop", cookies=stolen).status_code == 401


@pytest.mark.usefixtures("ada")
def test_each_sign_in_is_a_session_of_its_own(client: httpx.Client) -> None:
    enter(client, EMAIL, PASSWORD)
    first = client.cookies[COOKIE]
    enter(client, EMAIL, PASSWORD)
    assert client.cookies[COOKIE] != first


@pytest.mark.usefixtures("ada")
def test_who_is_signed_in_skips_the_form(client: httpx.Client) -> None:
    assert client.get("/sign-in").status_code == 200
    enter(client, EMAIL, PASSWORD)
    answer = client.get("/sign-in", params={"next": "/loop"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/loop")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil", "x"])
def test_next_never_leads_to_another_site(client: httpx.Client, elsewhere: str) -> None:
    assert enter(client, EMAIL, PASSWORD, next=elsewhere).headers["location"] == "/"


def test_a_page_asks_to_sign_in_first_and_data_is_refused(client: httpx.Client) -> None:
    page = client.get("/departments?view=Legal", headers=PAGE)
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=/departments%3Fview%3DLegal"
    assert client.get("/", headers=PAGE).headers["location"] == "/sign-in"
    assert client.post("/sign-out", headers=PAGE).headers["location"] == "/sign-in"
    data = client.post("/_dash-update-component", headers=PAGE)
    assert data.status_code == 401 and data.json()["error"] == "NotSignedIn"


@pytest.mark.parametrize("cookie", ["", "null", "eyJpZCI6ICIxIn0=.x.y", "a" * 5000])
def test_a_forged_cookie_is_nobody(client: httpx.Client, cookie: str) -> None:
    assert client.get("/loop", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_sites_page_cannot_change_anything(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    enter(client, EMAIL, PASSWORD)
    assert client.post("/_dash-change", headers=headers).status_code == status
    origin = str(client.base_url).rstrip("/")
    assert client.post("/_dash-change", headers={"Origin": origin}).status_code == 200


@pytest.mark.usefixtures("ada")
def test_another_sites_page_cannot_sign_somebody_in(client: httpx.Client) -> None:
    client.headers["Sec-Fetch-Site"] = "cross-site"
    assert enter(client, EMAIL, PASSWORD).status_code == 403
    assert COOKIE not in client.cookies


@pytest.mark.usefixtures("ada")
def test_a_token_opens_the_api_and_nothing_else(client: httpx.Client, database: Database) -> None:
    client.headers["Authorization"] = f"Bearer {create_token(database, EMAIL)}"
    assert client.get("/api/v1/health").status_code == 200
    assert client.get("/loop").status_code == 401
    client.headers["Authorization"] = "Bearer ara_wrong"
    refused = client.get("/api/v1/health")
    assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"


def test_private_answers_are_kept_by_no_cache(client: httpx.Client, ada: UUID) -> None:
    enter(client, EMAIL, PASSWORD)
    headers = client.get("/loop").headers
    assert headers["cache-control"] == "no-store" and headers["x-frame-options"] == "DENY"


def test_signing_in_and_looking_at_a_page_are_counted(
    client: httpx.Client, database: Database, organization: UUID, ada: UUID
) -> None:
    enter(client, EMAIL, PASSWORD)
    client.get("/loop", headers=PAGE)
    events.flush()
    rows = tables.analytics_events.c
    with database.asking(organization) as connection:
        found = connection.execute(select(rows.event_type, rows.user_id, rows.event_data)).all()
    assert sorted(tuple(row) for row in found) == [
        ("dashboard_viewed", ada, {"path": "/loop"}),
        ("user_login", ada, {}),
    ]


@pytest.mark.parametrize(
    ("embedded", "host", "status"),
    [(True, "127.0.0.1", 303), (True, "0.0.0.0", 401), (False, "127.0.0.1", 401)],
)
def test_demo_people_sign_in_only_into_the_embedded_database_on_loopback(
    settings: Settings,
    database: Database,
    organization: UUID,
    embedded: bool,
    host: str,
    status: int,
) -> None:
    with database.owning() as connection:
        connection.execute(update(tables.organizations).values(is_demo=True))
    one = ensure_demo_people(database, organization, demo_people([]), settings.home)[0]
    changed = settings.model_copy(update={"embedded": embedded, "host": host})
    with (
        serving(site(services_of(changed, database))) as address,
        httpx.Client(base_url=address) as client,
    ):
        assert enter(client, one.email, one.password).status_code == status
        from_afar = enter_from(client, "192.0.2.9", one.email, one.password)
        assert from_afar.status_code in (401, 403)


def enter_from(client: httpx.Client, ip: str, email: str, password: str) -> httpx.Response:
    """As a proxy on this machine passes on what came from another one."""
    client.headers["X-Forwarded-For"] = ip
    return enter(client, email, password)
