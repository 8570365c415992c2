"""The supervisor's child processes: started, started again, stopped, found again after a crash."""

import os
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil
import structlog

from data.errors import StartFailed
from data.settings import Settings, child_environment

_MARK = "READINESS_SUPERVISED"
"""In the environment of every child and its own children: the data folder it belongs to."""
_STOP_SECONDS = 10
_DEATHS, _DEATHS_SECONDS = 3, 60
_log = structlog.get_logger(__name__)


class Children:
    """The processes of one supervisor, each a session of its own: Ctrl-C reaches us alone."""

    def __init__(self, settings: Settings, program: Sequence[str]) -> None:
        self._settings = settings
        self._program = program
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: deque[float] = deque(maxlen=_DEATHS)

    def start(self, *parts: str) -> None:
        for part in parts:
            self._running[part] = subprocess.Popen(
                [*self._program, part],
                stdin=subprocess.DEVNULL,
                env=self._environment(),
                start_new_session=True,
            )

    def revive(self) -> None:
        """Start again what has died. Raises StartFailed at the third death within a minute."""
        for part, process in list(self._running.items()):
            if process.poll() is None:
                continue
            now = time.monotonic()
            self._deaths.append(now)
            _log.warning("supervisor.died", part=part, code=process.returncode)
            if len(self._deaths) == _DEATHS and now - self._deaths[0] < _DEATHS_SECONDS:
                raise StartFailed(
                    f"'{part}' stopped {_DEATHS} times within a minute (exit code "
                    f"{process.returncode}; what it said is above). Everything was stopped."
                )
            self.start(part)

    def stop(self) -> None:
        """Ask all to stop, wait, and end whatever is left, the children's own children too."""
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _end(_marked(self._settings.home))

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        return child_environment(
            settings,
            DATABASE_URL=settings.database_url or "",
            READINESS_EMBEDDED=str(settings.embedded).lower(),
            **{_MARK: str(settings.home.resolve())},
        )


def end_leftovers(home: Path) -> None:
    """End what a supervisor that was killed has left running. Only for who holds its lock."""
    leftovers = _marked(home)
    if leftovers:
        _log.warning("supervisor.leftovers", processes=[p.pid for p in leftovers])
        _end(leftovers)


def _marked(home: Path) -> list[psutil.Process]:
    """Processes that belong to this data folder, but for us and those we descend from."""
    us = {os.getpid(), *(p.pid for p in psutil.Process().parents())}
    wanted = str(home.resolve())
    return [p for p in psutil.process_iter() if p.pid not in us and _mark_of(p) == wanted]


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(_MARK)
    except (psutil.Error, OSError):
        return None


def _end(processes: Iterable[psutil.Process]) -> None:
    """Terminate, and kill what has not gone within some seconds."""
    alive = list(processes)
    for process in alive:
        _signal(process, "terminate")
    _, alive = psutil.wait_procs(alive, timeout=_STOP_SECONDS / 2)
    for process in alive:
        _signal(process, "kill")
    psutil.wait_procs(alive, timeout=_STOP_SECONDS / 2)


def _signal(process: psutil.Process, how: str) -> None:
    try:
        getattr(process, how)()
    except psutil.NoSuchProcess:
        return
