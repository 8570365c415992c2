"""The REST API over HTTP, with a token, on a survey that was released."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from data.access import Role
from data.accounts import create_token, create_user
from data.contracts import EnhancedAnalytics, Explained, HealthStatus
from data.db.engine import Database
from data.queries import QUESTIONS
from data.settings import Settings
from tests.support.atoms import Atom, Survey, department, person, write
from tests.support.site import services_of, serving, site

EMAIL = "ada@acme.example"


@pytest.fixture
def survey(database: Database, organization: UUID) -> UUID:
    with database.owning(organization) as connection:
        return write(connection, organization, Survey([Atom([person()] * 12)]))


@pytest.fixture
def client(
    settings: Settings, database: Database, organization: UUID, survey: UUID
) -> Iterator[httpx.Client]:
    """An executive's program, with their token."""
    create_user(database, EMAIL, "Ada", "correct horse battery", organization, Role.EXECUTIVE)
    headers = {"Authorization": f"Bearer {create_token(database, EMAIL)}"}
    with (
        serving(site(services_of(settings, database))) as address,
        httpx.Client(base_url=f"{address}/api/v1", headers=headers) as client,
    ):
        yield client


def test_analytics_are_the_seeds_names_with_figures_and_nulls(client: httpx.Client) -> None:
    answer = client.get("/analytics")
    assert answer.status_code == 200
    figures = answer.json()
    EnhancedAnalytics.model_validate(figures)
    assert figures["totalResponses"] == 12
    assert set(figures["jtbdAnalysis"]) == {
        "painOfOld",
        "pullOfNew",
        "anchorsToOld",
        "anxietyOfNew",
        "demographic",
    }
    assert figures["voiceMetrics"]["totalRecordings"] is None
    assert figures["about"]["smallestGroup"] == 5


def test_the_choice_is_heard(client: httpx.Client, survey: UUID) -> None:
    chosen = client.get("/analytics", params={"surveys": str(survey)}).json()
    assert chosen["totalResponses"] == 12
    nobodys = client.get("/analytics", params={"departments": [str(uuid4()), str(uuid4())]}).json()
    assert nobodys["totalResponses"] != 12


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"department": "Legal"}, "department"),
        ({"surveys": "latest"}, "surveys"),
        ({"periods": "2026-13-01"}, "periods"),
    ],
)
def test_parameters_that_do_not_fit_are_named(
    client: httpx.Client, parameters: dict[str, str], named: str
) -> None:
    answer = client.get("/analytics", params=parameters)
    assert answer.status_code == 422
    assert answer.json()["error"] == "ParametersInvalid" and named in answer.json()["message"]


def test_health_is_the_seeds(client: httpx.Client) -> None:
    found = HealthStatus.model_validate(client.get("/health").json())
    assert found.checks["database"].status == "healthy"
    assert set(found.performance) >= {"uptimeSeconds", "p95Milliseconds"}


def test_unknown_paths_and_methods_are_said_in_the_same_shape(client: httpx.Client) -> None:
    assert client.get("/nothing").json()["error"] == "UnknownPath"
    assert client.post("/analytics").json()["error"] == "MethodNotAllowed"


def test_the_document_tells_of_the_api_and_nothing_else(client: httpx.Client) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {
        "/api/v1/analytics",
        "/api/v1/explain/{question}",
        "/api/v1/health",
    }
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    operation = document["paths"]["/api/v1/analytics"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {
        "surveys",
        "departments",
        "roles",
        "periods",
    }
    assert set(operation["responses"]) == {"200", "401", "403", "422", "503"}
    assert operation["security"] == [{"HTTPBearer": []}]
    force = document["components"]["schemas"]["JTBDForceMetrics"]["properties"]
    assert "1-5" in str(force["averageScore"])


def test_a_department_lead_gets_their_department_and_no_other(
    settings: Settings, database: Database, organization: UUID
) -> None:
    with database.owning(organization) as connection:
        own, other = (department(connection, organization, name) for name in ("Own", "Other"))
        survey = Survey([Atom([person()] * 12, departments=(d,)) for d in (own, other)])
        write(connection, organization, survey)
    create_user(
        database, EMAIL, "Lee", "correct horse battery", organization, Role.DEPARTMENT_LEAD, [own]
    )
    headers = {"Authorization": f"Bearer {create_token(database, EMAIL)}"}
    with serving(site(services_of(settings, database))) as address:
        figures = httpx.get(f"{address}/api/v1/analytics", headers=headers).json()
    assert set(figures["departmentBreakdown"]) == {"Own", "Rest of the organisation"}


def test_every_question_explains_itself(client: httpx.Client) -> None:
    for question in QUESTIONS:
        answer = client.get(f"/explain/{question.name}")
        assert answer.status_code == 200, question.name
        made = Explained.model_validate(answer.json())
        assert (made.question, made.definition) == (question.name, question.method.definition)
        assert made.filters == "All departments, all roles"
    readiness = client.get("/explain/readiness").json()
    assert (readiness["n"], readiness["survey"], readiness["smallestGroup"]) == (12, "Wave", 5)
    assert readiness["dataTime"].startswith("2026-11-01")


def test_an_unknown_question_or_choice_is_not_explained(client: httpx.Client) -> None:
    assert client.get("/explain/fortune").status_code == 422
    assert client.get("/explain/readiness", params={"teams": "x"}).status_code == 422
    nowhere = client.get("/explain/readiness", params={"departments": str(uuid4())}).json()
    assert (nowhere["n"], nowhere["state"]) == (None, "suppressed")
    assert nowhere["filters"] == "1 department, all roles"
