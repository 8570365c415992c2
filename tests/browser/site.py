"""The product as people meet it: a real process, a real database with the demo organisation."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from data import demo
from data.access import Role
from data.db.engine import connect
from data.demo.sign_ins import sign_ins
from data.demo_accounts import DemoSignIn
from data.settings import load_settings
from tests.support.postgres import postgres

ROOT = Path(__file__).parents[2]
RESPONDENTS = 1500
"""Enough for every figure of the overview; loads in a few seconds."""


@dataclass(frozen=True)
class Site:
    """Where it is served, and who may sign in. ``database_url`` is the owner's."""

    address: str
    people: dict[Role, DemoSignIn]
    database_url: str


@contextmanager
def site() -> Iterator[Site]:
    """A running site; its output is shown where it does not start."""
    home = Path(tempfile.mkdtemp(prefix="readiness-browser-"))
    with postgres() as server, server.database() as url:
        with closing(connect(load_settings(database_url=url, home=home))) as database:
            loaded = demo.load(database, respondents=RESPONDENTS)
            people = {p.role: p for p in sign_ins(database, loaded.organization, home)}
        with _process(url, home) as address:
            yield Site(address, people, url)


@contextmanager
def _process(url: str, home: Path) -> Iterator[str]:
    port = _free_port()
    environment = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
    }
    environment |= {
        "DATABASE_URL": url,
        "READINESS_HOME": str(home),
        # The demo people sign in only where the product's own database was started on this machine.
        "READINESS_EMBEDDED": "true",
        "PORT": str(port),
    }
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait()


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"The server stopped while starting:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{address}/healthz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
