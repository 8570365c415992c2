"""A migrated database per test: a copy of a template on a server that is started once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert

from data.db.engine import Database, connect
from data.db.tables import organizations
from data.settings import Settings, load_settings
from tests.support.postgres import Postgres, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture
def settings(server: Postgres, tmp_path: Path) -> Iterator[Settings]:
    """Settings whose database is a fresh copy of the template."""
    with server.database() as url:
        yield load_settings(database_url=url, home=tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    connected = connect(settings)
    yield connected
    connected.close()


@pytest.fixture
def organization(database: Database) -> UUID:
    """An organisation without anything in it."""
    with database.owning() as connection:
        made = connection.execute(
            insert(organizations).values(name="Acme").returning(organizations.c.id)
        )
        return UUID(str(made.scalar_one()))
