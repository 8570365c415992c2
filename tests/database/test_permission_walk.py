"""Every page, callback and route has a rule, and every role gets what the table says, no more."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import dash
import httpx
import pytest
from sqlalchemy import select

from app import create_app
from callbacks import rules
from callbacks.session import OPEN_PATHS, Protected
from callbacks.threads import RULES
from components import ids, shell
from data import events
from data.access import Role
from data.accounts import create_token, create_user
from data.db.engine import Database
from data.db.tables import audit_log
from data.permissions import ALLOWED, Action
from data.settings import Settings
from tests.database.test_sign_in_walk import routes
from tests.support.site import PAGE, enter, serving

PASSWORD = "correct horse battery"


@pytest.fixture
def application(settings: Settings) -> Protected:
    return create_app(settings.model_copy(update={"requests_per_minute": 0}))


@pytest.fixture
def address(application: Protected) -> Iterator[str]:
    with serving(application, lifespan=True) as address:
        yield address


@pytest.fixture
def people(database: Database, organization: UUID) -> dict[Role, str]:
    for role in Role:
        led = (uuid4(),) if role is Role.DEPARTMENT_LEAD else ()
        create_user(database, f"{role}@acme.example", role, PASSWORD, organization, role, led)
    return {role: f"{role}@acme.example" for role in Role}


def asked(application: Protected) -> list[tuple[str, str]]:
    """Every route that answers signed-in people."""
    found = routes(application)
    return sorted((m, p) for m, p in found if p not in OPEN_PATHS and m != "WEBSOCKET")


def test_every_route_has_a_rule(application: Protected) -> None:
    for method, path in asked(application):
        if method == "OPTIONS":
            continue
        assert rules.action_of(method, path) is not None, (method, path)


def test_a_route_without_a_rule_is_nobodys() -> None:
    assert rules.action_of("DELETE", "/api/v1/plans/1") is Action.PLAN
    assert rules.action_of("DELETE", "/api/v1/analytics") is None
    assert rules.action_of("POST", "/departments") is None
    assert rules.action_of("TRACE", "/") is None


def test_every_callback_that_runs_here_has_a_rule(application: Protected) -> None:
    app = dash.get_app()  # type: ignore[no-untyped-call]
    ours = {
        name
        for name, entry in app.callback_map.items()
        if "callback" in entry and not name.startswith(("_pages", ".._pages"))
    }
    assert ours, "no callback was found"
    assert ours <= set(RULES), ours - set(RULES)


def test_every_page_asks_at_its_entrance(application: Protected) -> None:
    pages = dash.page_registry.values()
    assert len(pages) >= len(shell.DESTINATIONS)
    for page in pages:
        assert hasattr(page["layout"], "__wrapped__"), page["path"]
    paths = {page["path"] for page in pages}
    assert {place.path for place in shell.DESTINATIONS} <= paths


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_table_says(
    role: Role, application: Protected, address: str, people: dict[Role, str], database: Database
) -> None:
    token = create_token(database, people[role])
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address) as client:
        enter(client, people[role], PASSWORD)
        for method, path in asked(application):
            action = rules.action_of(method, path)
            if method == "OPTIONS" or action is None or path == "/sign-out":
                continue
            headers = bearer if path.startswith("/api/") else PAGE
            status = client.request(method, path, headers=headers, json={}).status_code
            refused = role not in ALLOWED[action]
            assert (status == 403) == refused, (method, path, status)


def test_a_page_of_another_role_computes_nothing(
    application: Protected,
    address: str,
    people: dict[Role, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = shell.Destination("/quality", "Data quality", "icon-quality", Action.READ_AUDIT)
    places = tuple(closed if p.path == "/quality" else p for p in shell.DESTINATIONS)
    monkeypatch.setattr(shell, "DESTINATIONS", places)
    for role in (Role.ANALYST, Role.ADMIN):
        with httpx.Client(base_url=address) as client:
            enter(client, people[role], PASSWORD)
            direct = client.get("/quality", headers=PAGE).status_code
            inside = _navigate(client, "/quality")
        assert direct == (403 if role is Role.ANALYST else 200)
        assert ("Your role does not open this page" in inside) == (role is Role.ANALYST)
        assert ("data-widget-id" in inside) == (role is Role.ADMIN) or "No survey" in inside


def _navigate(client: httpx.Client, path: str) -> str:
    """What Dash asks when a link to a page is followed."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": ""},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_refused_callback_is_a_403_and_in_the_audit_log(
    application: Protected,
    address: str,
    people: dict[Role, str],
    database: Database,
    organization: UUID,
) -> None:
    with httpx.Client(base_url=address) as client:
        enter(client, people[Role.EXECUTIVE], PASSWORD)
        answer = client.post("/_dash-update-component", json=_take_up())
    assert answer.status_code == 403, answer.text
    assert "You may not change action plans" in answer.json()["message"]
    events.flush()
    with database.asking(organization) as connection:
        rows = connection.execute(select(audit_log.c.entity, audit_log.c.outcome)).all()
    assert ("/_dash-update-component", "refused") in {tuple(row) for row in rows}


def _take_up() -> dict[str, Any]:
    """The call that the button of a recommended action makes."""

    def part(name: str, prop: str, value: object = None) -> dict[str, Any]:
        return {"id": ids.action(name, "x"), "property": prop, "value": value}

    name = next(n for n, action in RULES.items() if action is Action.PLAN and "action-taken" in n)
    return {
        "output": name,
        "outputs": [part("message", "children"), part("taken", "data")],
        "inputs": [part("take-up", "n_clicks", 1)],
        "state": [
            part("take-up", "id"), part("owner", "value"), part("due", "value"),
            part("note", "value"),
        ],
        "changedPropIds": [f"{json.dumps(ids.action('take-up', 'x'))}.n_clicks"],
    }  # fmt: skip
