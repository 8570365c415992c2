"""A real PostgreSQL for tests, browser tests and benchmarks: started once, databases by copy."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from data.db.engine import connect
from data.db.migrate import migrate
from data.db.server import OWNER, SUPERUSER, Server, embedded_server
from data.settings import load_settings

TEMPLATE = "template_migrated"
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Fast, and no database to keep. The benchmarks run without these."""


@dataclass(frozen=True)
class Postgres:
    """A running server with one migrated template database."""

    server: Server

    def url(self, database: str) -> str:
        """The owner's address of a database."""
        return self.server.url(OWNER, database)

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a new database, a copy of ``template``; dropped afterwards."""
        name = f"test_{uuid4().hex}"
        self.superuser(
            SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(Identifier, (name, template, OWNER))
            )
        )
        try:
            yield self.url(name)
        finally:
            self.superuser(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def empty_database(self) -> AbstractContextManager[str]:
        """The address of a new database without the schema."""
        return self.database("template1")

    def superuser(self, statement: Composed) -> None:
        """Run one statement as the superuser, in database ``postgres``."""
        with psycopg.connect(self.server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgres(
    options: Mapping[str, str] = UNSAFE, *, programs: Path | None = None, migrated: bool = True
) -> Iterator[Postgres]:
    """Start a server in a temporary folder and migrate its template; stops it afterwards.

    ``programs`` is the folder of another, older PostgreSQL's programs.
    """
    home = Path(tempfile.mkdtemp(prefix="readiness-test-"))
    home.chmod(0o711)
    server = embedded_server(home, {"max_connections": "200", **options})
    if programs is not None:
        server = replace(server, programs=programs, locale=("--locale=C",))
    try:
        server.start()
        started = Postgres(server)
        if migrated:
            _make_template(started)
        yield started
    finally:
        server.stop()
        shutil.rmtree(home)


def _make_template(started: Postgres) -> None:
    started.superuser(
        SQL("CREATE DATABASE {} OWNER {}").format(Identifier(TEMPLATE), Identifier(OWNER))
    )
    database = connect(load_settings(database_url=started.url(TEMPLATE)))
    migrate(database)
    database.close()
