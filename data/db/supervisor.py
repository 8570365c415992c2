"""``make run``: one process that starts everything, watches it, and stops all of it again.

It holds a file lock on the data folder. The kernel frees that lock however the process ends, so
after kill -9 the next start finds it free, ends what is left over and goes on.
"""

import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import structlog

from data.db.children import Children, end_leftovers
from data.db.embedded import embedded, revive
from data.db.engine import Database, connect
from data.db.locks import file_lock
from data.db.migrate import migrate
from data.errors import DatabaseHeld, SettingsError
from data.settings import Settings

__all__ = ["embedded", "run"]

_APP = Path(__file__).parents[2] / "app.py"
_STATE = "supervisor.json"
_LOOK_SECONDS = 0.2
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Past any proxy of the environment: it would not find this machine's own server."""
_log = structlog.get_logger(__name__)


class _Stopped(BaseException):
    """Somebody asked us to stop; not an error."""


class _Stopping:
    """What the signals said. A signal interrupts only what is marked as safe to interrupt."""

    def __init__(self) -> None:
        self.asked = False
        self._interrupts = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self._interrupts:
            self._interrupts = False
            raise _Stopped

    def check(self) -> None:
        if self.asked:
            raise _Stopped

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """For long work that undoes itself when it is left."""
        self._interrupts = True
        try:
            self.check()
            yield
        finally:
            self._interrupts = False


def run(
    settings: Settings,
    *,
    prepare: Callable[[Database], None],
    announce: Callable[[str], None],
    program: Sequence[str] = (sys.executable, str(_APP)),
) -> None:
    """Start PostgreSQL (without DATABASE_URL), migrate, ``prepare``, start web and worker.

    Calls ``announce`` with the address once the web is ready, and returns after SIGINT, SIGTERM or
    SIGHUP, with everything stopped. Where another process runs all this already, announces its
    address and returns. ``program`` is called with ``serve`` and ``worker``. Raises DatabaseHeld
    where the other does not answer, SettingsError where the port is taken, and StartFailed where a
    part dies again and again.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with file_lock(settings.home / "supervisor.lock") as lock, _signals() as stopping:
        if not lock.try_hold():
            announce(_other(settings))
            return
        with suppress(_Stopped):
            _run(settings, stopping, prepare, announce, program)


def _run(
    settings: Settings,
    stopping: _Stopping,
    prepare: Callable[[Database], None],
    announce: Callable[[str], None],
    program: Sequence[str],
) -> None:
    end_leftovers(settings.home)
    _check_port(settings)
    _write_state(settings)
    with embedded(settings) as url:
        inner = settings.model_copy(
            update={"database_url": url, "embedded": settings.database_url is None}
        )
        with stopping.interrupting():
            _make_ready(inner, prepare)
        children = Children(inner, program)
        try:
            children.start("serve", "worker")
            _await_web(children, stopping, settings)
            announce(settings.address)
            _watch(children, stopping, settings)
        finally:
            children.stop()


def _make_ready(settings: Settings, prepare: Callable[[Database], None]) -> None:
    database = connect(settings)
    try:
        migrate(database)
        prepare(database)
    finally:
        database.close()


def _await_web(children: Children, stopping: _Stopping, settings: Settings) -> None:
    while not _is_ready(settings.address):
        stopping.check()
        children.revive()
        time.sleep(_LOOK_SECONDS)


def _watch(children: Children, stopping: _Stopping, settings: Settings) -> None:
    """Until asked to stop: whatever has died is started again."""
    ticks = 0
    while True:
        time.sleep(_LOOK_SECONDS)
        stopping.check()
        children.revive()
        ticks += 1
        if ticks % 10 == 0:
            revive(settings)


def _is_ready(address: str) -> bool:
    try:
        with _DIRECTLY.open(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _other(settings: Settings) -> str:
    """The address of whoever holds the data folder. Raises DatabaseHeld if it does not answer."""
    try:
        state = json.loads((settings.home / _STATE).read_text(encoding="utf-8"))
        address, process = str(state["address"]), int(state["process"])
    except (OSError, ValueError, KeyError) as error:
        raise DatabaseHeld(f"Another process is just starting on {settings.home}.") from error
    if not _is_ready(address):
        raise DatabaseHeld(
            f"Process {process} holds {settings.home} and is starting or stopping; its address is "
            f"{address}. Wait for it, or set READINESS_HOME to another folder."
        )
    return address


def _write_state(settings: Settings) -> None:
    draft = settings.home / f"{_STATE}.new"
    state = {"address": settings.address, "process": os.getpid()}
    draft.write_text(json.dumps(state), encoding="utf-8")
    draft.replace(settings.home / _STATE)


def _check_port(settings: Settings) -> None:
    """Raises SettingsError where somebody else listens on our port."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                "Stop the program that uses it, or set PORT to another."
            ) from error


@contextmanager
def _signals() -> Iterator[_Stopping]:
    """Hear SIGINT, SIGTERM and SIGHUP (the terminal was closed) for as long as this lasts."""
    stopping = _Stopping()
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
        wanted.append(signal.SIGHUP)
    before = {number: signal.signal(number, stopping.hear) for number in wanted}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
