"""Actions and plans over HTTP: documented, and refused where they should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from data.access import Role
from data.accounts import create_token, create_user
from data.db.engine import Database
from data.settings import Settings
from tests.support.atoms import Atom, Person, Survey, department, person, write
from tests.support.site import services_of, serving, site

FIVE = ("Sales", "Legal", "IT", "Finance", "Product")


def crowd(n: int, anxiety: float) -> list[Person]:
    return [person(anxiety=anxiety + (i % 5 - 2) * 0.3) for i in range(n)]


@pytest.fixture
def departments(database: Database, organization: UUID) -> dict[str, UUID]:
    """Five departments of 40 people; Legal is far more anxious than the others."""
    with database.owning() as owner:
        made = {name: department(owner, organization, name) for name in FIVE}
        atoms = [
            Atom(crowd(40, 4.2 if name == "Legal" else 3.0), (id_,)) for name, id_ in made.items()
        ]
        write(owner, organization, Survey(atoms))
    return made


@pytest.fixture
def address(settings: Settings, database: Database, departments: dict[str, UUID]) -> Iterator[str]:
    with serving(site(services_of(settings, database))) as served:
        yield f"{served}/api/v1"


@contextmanager
def client(
    database: Database, organization: UUID, address: str, role: Role, *own: UUID
) -> Iterator[httpx.Client]:
    email = f"{role.value}@acme.example"
    create_user(database, email, role.value, "correct horse battery", organization, role, own)
    headers = {"Authorization": f"Bearer {create_token(database, email)}"}
    with httpx.Client(base_url=address, headers=headers) as made:
        yield made


def anxious(department: UUID) -> dict[str, Any]:
    return {"rule": "open-hour", "force": "anxiety_of_new", "department": str(department)}


def test_an_analyst_takes_up_what_is_recommended(
    database: Database, organization: UUID, address: str, departments: dict[str, UUID]
) -> None:
    with client(database, organization, address, Role.ANALYST) as analyst:
        found = analyst.get("/actions").json()
        first = found["actions"][0]
        assert (first["rule"], first["name"]) == ("open-hour", "Legal")
        assert "n = 40" in first["evidence"][0] and first["priority"] > 0
        sent = {name: first[name] for name in ("rule", "force", "department")}
        made = analyst.post("/plans", json={**sent, "survey": found["wave"], "note": " ask IT "})
        assert made.status_code == 201
        plan = made.json()
        assert (plan["status"], plan["revision"], plan["note"]) == ("open", 1, "ask IT")
        assert plan["measured"] == "no_later_wave" and plan["difference"] is None
        path = f"/plans/{plan['id']}"
        done = analyst.patch(path, json={"revision": 1, "status": "done"}).json()
        assert (done["status"], done["revision"], done["note"]) == ("done", 2, "ask IT")
        assert [step["status"] for step in done["steps"]] == ["open", "done"]
        assert analyst.get("/plans").json()["plans"] == [done]
        stale = analyst.patch(path, json={"revision": 1, "status": "open"})
        assert (stale.status_code, stale.json()["error"]) == (409, "PlanStale")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"rule": "nothing"}, 422, "RuleUnknown"),
        ({"department": str(uuid4())}, 422, "PlaceUnknown"),
        ({"owner": str(uuid4())}, 422, "OwnerUnknown"),
        ({"due": "2001-01-01"}, 422, "PlanInvalid"),
        ({"due": "soon"}, 422, "ParametersInvalid"),
        ({"surprise": 1}, 422, "ParametersInvalid"),
    ],
)
def test_a_bad_plan_is_refused(
    database: Database,
    organization: UUID,
    address: str,
    departments: dict[str, UUID],
    changed: dict[str, Any],
    status: int,
    error: str,
) -> None:
    with client(database, organization, address, Role.ANALYST) as analyst:
        answer = analyst.post("/plans", json={**anxious(departments["Legal"]), **changed})
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.json()["message"].endswith(".")
        assert analyst.get("/plans").json()["plans"] == []


def test_each_role_has_its_reach(
    database: Database, organization: UUID, address: str, departments: dict[str, UUID]
) -> None:
    mine, theirs = departments["Legal"], departments["IT"]
    with client(database, organization, address, Role.EXECUTIVE) as executive:
        assert executive.get("/actions").status_code == executive.get("/plans").status_code == 200
        assert executive.post("/plans", json=anxious(mine)).status_code == 403
    with client(database, organization, address, Role.DEPARTMENT_LEAD, mine) as lead:
        assert {row["name"] for row in lead.get("/actions").json()["actions"]} == {"Legal"}
        assert lead.post("/plans", json=anxious(mine)).status_code == 201
        assert lead.post("/plans", json=anxious(mine)).json()["error"] == "PlanThere"
        assert lead.post("/plans", json=anxious(theirs)).json()["error"] == "PlaceUnknown"
    with client(database, organization, address, Role.ANALYST) as analyst:
        plan = analyst.post("/plans", json=anxious(theirs)).json()["id"]
    with client(database, organization, address, Role.DEPARTMENT_LEAD, mine) as lead:
        refused = lead.patch(f"/plans/{plan}", json={"revision": 1, "status": "dropped"})
        assert (refused.status_code, refused.json()["error"]) == (404, "PlanUnknown")
        assert [row["name"] for row in lead.get("/plans").json()["plans"]] == ["Legal"]


def test_without_a_token_nothing(address: str, departments: dict[str, UUID]) -> None:
    assert httpx.get(f"{address}/plans").status_code == 401
    answer = httpx.post(f"{address}/plans", json=anxious(departments["Legal"]))
    assert answer.status_code == 401


def test_it_is_documented(database: Database, organization: UUID, address: str) -> None:
    with client(database, organization, address, Role.ANALYST) as analyst:
        paths = analyst.get("/openapi.json").json()["paths"]
    assert set(paths["/api/v1/plans"]) == {"get", "post"}
    assert set(paths["/api/v1/plans/{plan}"]) == {"patch"}
    assert "409" in paths["/api/v1/plans"]["post"]["responses"]
    assert paths["/api/v1/actions"]["get"]["summary"]
