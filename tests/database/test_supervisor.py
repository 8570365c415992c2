"""``make run`` as a process of its own: started twice, stopped by signals, killed part by part."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from data.db.children import end_leftovers
from data.db.server import embedded_server
from data.settings import child_environment, load_settings
from tests.support.postgres import Postgres

ROOT = Path(__file__).parents[2]


class Run:
    """One started supervisor over the small product of tests/support/supervised.py."""

    def __init__(self, what: str, home: Path, port: int, database_url: str) -> None:
        self.home, self.port = home, port
        environment = child_environment(
            load_settings(home=home, port=port, host="127.0.0.1"), DATABASE_URL=database_url
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.supervised", what],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Under nohup the tests ignore it, and what they start would too.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def announced(self) -> str:
        """The address, once everything is up."""
        assert self.process.stdout is not None
        lines = (line.strip() for line in self.process.stdout)
        return next((line for line in lines if line.startswith("http")), "")

    def ended(self) -> tuple[int, str]:
        """Exit code and what was said to standard error, once it has ended by itself."""
        _, said = self.process.communicate()
        return self.process.returncode, said

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.ended()[0]

    def parts(self) -> dict[str, psutil.Process]:
        """The children by what they do."""
        children = psutil.Process(self.process.pid).children()
        found = {_last_argument(child): child for child in children}
        return {part: child for part, child in found.items() if part in {"serve", "worker"}}

    def asks(self) -> int:
        """The number of organisations that the web finds in the database."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz") as answer:
            return int(answer.read())


Start = Callable[..., Run]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="readiness-run-"))
    folder.chmod(0o711)
    yield folder
    end_leftovers(folder)
    if (folder / "postgresql").is_dir():
        embedded_server(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture
def start(home: Path, port: int) -> Iterator[Start]:
    started: list[Run] = []

    def start_one(what: str = "run", *, at: int = port, database_url: str = "") -> Run:
        started.append(Run(what, home, at, database_url))
        return started[-1]

    yield start_one
    for run in started:
        if run.process.poll() is None:
            run.process.terminate()
        run.process.wait()
        for pipe in filter(None, (run.process.stdout, run.process.stderr)):
            pipe.close()


@pytest.fixture
def outside(server: Postgres) -> Iterator[str]:
    """A database that is already there: DATABASE_URL."""
    with server.database() as url:
        yield url


def nothing_is_left(home: Path, port: int) -> bool:
    marked = [p for p in psutil.process_iter() if str(home) in _environment(p)]
    with socket.socket() as probe:
        answered = probe.connect_ex(("127.0.0.1", port)) == 0
    return not marked and not answered


def _last_argument(process: psutil.Process) -> str:
    """Empty for a process that has just begun or ended."""
    try:
        return "".join(process.cmdline()[-1:])
    except psutil.Error:
        return ""


def _environment(process: psutil.Process) -> str:
    try:
        return process.environ().get("READINESS_SUPERVISED", "")
    except psutil.Error:
        return ""


def eventually(true: Callable[[], bool]) -> None:
    """Waits; what never comes true is ended by whoever runs the tests."""
    while not true():
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(
    start: Start, home: Path, port: int, outside: str, how: signal.Signals
) -> None:
    run = start(database_url=outside)
    assert run.announced() == f"http://127.0.0.1:{port}"
    assert set(run.parts()) == {"serve", "worker"}
    assert run.asks() == 1
    assert run.stop(how) == 0
    assert nothing_is_left(home, port)


def test_without_a_database_it_brings_its_own_and_stops_it(
    start: Start, home: Path, port: int
) -> None:
    run = start()
    assert run.announced() == f"http://127.0.0.1:{port}"
    assert run.asks() == 1
    assert embedded_server(home).processes()
    assert run.stop(signal.SIGTERM) == 0
    assert nothing_is_left(home, port)
    assert embedded_server(home).processes() == []


def test_a_second_run_says_where_the_first_is(
    start: Start, home: Path, port: int, outside: str
) -> None:
    first = start(database_url=outside)
    address = first.announced()
    second = start(at=port + 1, database_url=outside)
    assert second.announced() == address
    assert second.ended()[0] == 0
    assert first.asks() == 1


def test_a_second_run_while_the_first_is_starting_names_its_process(
    start: Start, home: Path, outside: str
) -> None:
    first = start(database_url=outside)
    first.announced()
    state = json.loads((home / "supervisor.json").read_text())
    state["address"] = "http://127.0.0.1:1"
    (home / "supervisor.json").write_text(json.dumps(state))
    code, said = start(database_url=outside).ended()
    assert code != 0
    assert f"Process {first.process.pid} holds {home}" in said


def test_a_port_that_is_taken_is_said_before_anything_starts(
    start: Start, home: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        code, said = start().ended()
    assert code != 0
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "set PORT to another" in said
    assert not (home / "postgresql").exists()


@pytest.mark.parametrize("part", ["serve", "worker"])
def test_a_part_that_dies_is_started_again(start: Start, outside: str, part: str) -> None:
    run = start(database_url=outside)
    run.announced()
    victim = run.parts()[part]
    victim.kill()
    eventually(lambda: part in run.parts() and run.parts()[part].pid != victim.pid)
    assert run.stop(signal.SIGTERM) == 0


def test_a_part_that_dies_again_and_again_stops_everything(
    start: Start, home: Path, port: int, outside: str
) -> None:
    code, said = start("broken", database_url=outside).ended()
    assert code != 0
    assert "stopped 3 times within a minute" in said
    assert nothing_is_left(home, port)


def test_after_kill_9_of_the_supervisor_the_next_start_ends_what_is_left(
    start: Start, home: Path, port: int, outside: str
) -> None:
    run = start(database_url=outside)
    run.announced()
    orphans = run.parts().values()
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    assert all(orphan.is_running() for orphan in orphans)
    again = start(database_url=outside)
    assert again.announced() == f"http://127.0.0.1:{port}"
    assert not any(o.is_running() and o.status() != psutil.STATUS_ZOMBIE for o in orphans)
    assert again.asks() == 1
    assert again.stop(signal.SIGTERM) == 0
    assert nothing_is_left(home, port)


@pytest.mark.long
def test_after_kill_9_of_everything_the_next_start_works(
    start: Start, home: Path, port: int
) -> None:
    run = start()
    run.announced()
    server = embedded_server(home)
    parts = list(run.parts().values())
    for process in [psutil.Process(run.process.pid), *parts, *server.processes()]:
        if process.is_running():
            process.kill()
    again = start()
    assert again.announced() == f"http://127.0.0.1:{port}"
    assert again.asks() == 1
    assert again.stop(signal.SIGTERM) == 0
    assert server.processes() == []


@pytest.mark.long
def test_a_server_that_is_killed_is_started_again(start: Start, home: Path) -> None:
    run = start()
    run.announced()
    first = int((embedded_server(home).data / "postmaster.pid").read_text().split()[0])
    psutil.Process(first).kill()
    eventually(lambda: embedded_server(home).answers())
    assert run.asks() == 1
    assert run.stop(signal.SIGTERM) == 0


@pytest.mark.long
def test_a_signal_during_the_first_start_leaves_nothing_running(
    start: Start, home: Path, port: int
) -> None:
    run = start()
    eventually(lambda: (home / "postgresql" / "data").exists())
    assert run.stop(signal.SIGINT) == 0
    assert embedded_server(home).processes() == []
    again = start()
    assert again.announced() == f"http://127.0.0.1:{port}"
    assert again.stop(signal.SIGTERM) == 0
