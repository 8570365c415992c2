"""A small product to supervise: ``run`` as in app.py, with a web and a worker that do next to
nothing. Its first argument is what to do; ``announce`` writes the address to standard output.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from sqlalchemy import text

from data.db import supervisor
from data.db.engine import Database, connect
from data.settings import load_settings


def run() -> None:
    supervisor.run(
        load_settings(),
        prepare=_prepare,
        announce=lambda address: print(address, flush=True),  # noqa: T201  # the tests read it
        program=(sys.executable, "-m", "tests.support.supervised"),
    )


def serve() -> None:
    """Answers /readyz with the number of organisations once the database answers."""
    settings = load_settings()
    database = connect(settings)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with database.owning() as connection:
                known = connection.scalar(text("SELECT count(*) FROM organizations"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(str(known).encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    HTTPServer((settings.host, settings.port), Handler).serve_forever()


def worker() -> None:
    time.sleep(3600)


def broken() -> None:
    """As ``run``, but the parts do not exist."""
    supervisor.run(
        load_settings(),
        prepare=_prepare,
        announce=lambda _: None,
        program=(sys.executable, "-c", ""),
    )


def _prepare(database: Database) -> None:
    with database.owning() as connection:
        connection.execute(
            text("INSERT INTO organizations (name) VALUES ('Acme') ON CONFLICT DO NOTHING")
        )


if __name__ == "__main__":
    {"run": run, "serve": serve, "worker": worker, "broken": broken}[sys.argv[1]]()
