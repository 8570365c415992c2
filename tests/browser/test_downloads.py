"""Files over HTTP, by a real server, a real database and a real browser for the pictures."""

import csv
import io
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from callbacks import downloads
from components import documents
from components.documents.browser import BROWSER
from components.services import Services, install
from components.widgets import WIDGETS
from data import demo
from data.access import Person, Principal, Role, acting_as
from data.db.engine import connect
from data.demo.population import SMALLEST
from data.settings import load_settings
from tests.support.postgres import postgres
from tests.support.site import services_of, serving


class SignedIn:
    """The routes for one person; None: nobody is signed in."""

    def __init__(self, app: ASGIApp, person: Person | None) -> None:
        self.app, self.person = app, person

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with acting_as(self.person):
            await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, UUID]]:
    with postgres() as server, server.database() as url:
        home: Path = tmp_path_factory.mktemp("home")
        settings = load_settings(database_url=url, home=home)
        database = connect(settings)
        made = demo.load(database, respondents=max(SMALLEST, 600))
        services = services_of(settings, database)
        install(services)
        yield services, made.organization
        services.pool.shutdown()
        database.close()
        documents.close_browser()


@pytest.fixture(scope="module")
def client(loaded: tuple[Services, UUID]) -> Iterator[httpx.Client]:
    principal = Principal(UUID(int=1), loaded[1], Role.EXECUTIVE)
    person = Person(principal, "erin@demo.example", "Erin", "Meridian")
    with (
        serving(SignedIn(_routes(), person)) as address,
        httpx.Client(base_url=address, timeout=None, trust_env=False) as made,
    ):
        yield made


def _routes() -> FastAPI:
    server = FastAPI(openapi_url=None)
    server.include_router(downloads.router())
    return server


@pytest.mark.parametrize("key", [widget.key for widget in WIDGETS])
def test_every_widget_is_a_picture(client: httpx.Client, key: str) -> None:
    answer = client.get(f"/download/{key}.png")
    if key == "item-drivers":  # the tests' organisation is too small to weigh 24 questions
        assert answer.status_code == 409
        assert "takes at least 240 people" in answer.text
        return
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert f'filename="{key}-' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", answer.content[16:24])
    assert width >= 800 and height >= 400


def test_a_drawing_says_what_it_shows(client: httpx.Client) -> None:
    answer = client.get("/download/force-balance.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    words = " ".join("".join(ElementTree.fromstring(answer.text).itertext()).split())
    for said in ("Pull of the new", "Balance", "n = ", "groups under 5 are hidden", "UTC"):
        assert said in words


def test_csv_and_xlsx_hold_the_same_figures(client: httpx.Client) -> None:
    text = client.get("/download/department-table.csv").content.decode("utf-8-sig")
    lines = [line for line in text.split("\r\n") if not line.startswith("# ")]
    rows = list(csv.reader(io.StringIO("\r\n".join(lines), newline="")))
    assert any(line.startswith("# Respondents (n): ") for line in text.split("\r\n"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/download/department-table.xlsx").content))
    cells = list(book["Figures"].iter_rows(min_row=4, values_only=True))
    assert [str(cell) for cell in cells[0]] == rows[0]
    assert [row[0] for row in cells[1:]] == [row[0] for row in rows[1:]]
    assert [float(str(row[2])) for row in cells[1:]] == [float(row[2]) for row in rows[1:]]
    assert {row[0].value for row in book["About"].iter_rows()} >= {
        "Survey",
        "Filters",
        "Smallest group shown",
        "Data of (UTC)",
    }


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("nothing.png", 404, "no widget"),
        ("words.csv?colour=red", 422, "filters cannot be read"),
        ("words.csv?option.show=many", 422, "show"),
        ("force-balance.csv?roles=no-such-role", 409, "."),
    ],
)
def test_refusals_say_why(client: httpx.Client, address: str, status: int, said: str) -> None:
    answer = client.get(f"/download/{address}")
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_nobody_signed_in_gets_nothing(loaded: tuple[Services, UUID]) -> None:
    with serving(SignedIn(_routes(), None)) as address:
        answer = httpx.get(f"{address}/download/words.csv", trust_env=False)
    assert answer.status_code == 401


def test_many_at_once_and_after_the_browser_died(client: httpx.Client) -> None:
    keys = ["changes", "segments", "force-balance", "participation"]
    with ThreadPoolExecutor(4) as pool:
        codes = pool.map(lambda key: client.get(f"/download/{key}.svg").status_code, keys)
        assert list(codes) == [200] * 4
    BROWSER._kaleido.subprocess.kill()
    BROWSER._kaleido.subprocess.wait()
    assert client.get("/download/changes.svg").status_code == 200
