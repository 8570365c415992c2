"""A download is counted as one, and tells the base of its figure, not of the survey."""

from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from callbacks import downloads
from components.services import install
from data import events
from data.access import Role
from data.accounts import create_user
from data.db import tables
from data.db.engine import Database
from data.settings import Settings
from tests.support.atoms import Atom, Survey, person, write
from tests.support.site import PAGE, enter, services_of, serving, site

EMAIL, PASSWORD = "ada@acme.example", "correct horse battery"


def test_a_download_is_counted_and_tells_its_base(
    database: Database, organization: UUID, settings: Settings
) -> None:
    answered = [person(3 + i % 3 * 0.5) for i in range(30)]
    unscored = [{"pull_of_new": 3.0, "started": 1.0, "unscored": 1.0}] * 12
    with database.owning() as connection:
        write(connection, organization, Survey([Atom([*answered, *unscored])]))
    ada = create_user(database, EMAIL, "Ada", PASSWORD, organization, Role.EXECUTIVE)
    server = FastAPI(openapi_url=None)
    server.include_router(downloads.router())
    services = services_of(settings, database)
    install(services)
    with serving(site(services, server)) as address, httpx.Client(base_url=address) as client:
        enter(client, EMAIL, PASSWORD)
        file = client.get("/download/readiness-gauge.csv", headers=PAGE)
    assert file.status_code == 200
    assert "# Respondents (n): 30\r\n" in file.text
    events.flush()
    rows = tables.analytics_events.c
    with database.asking(organization) as connection:
        found = connection.execute(select(rows.event_type, rows.user_id, rows.event_data)).all()
    assert sorted(tuple(row) for row in found) == [
        ("export_requested", ada, {"widget": "readiness-gauge", "kind": "csv"}),
        ("user_login", ada, {}),
    ]
