"""Locks on files, between processes; the system releases them however a process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock that several processes may share or one may hold alone. Not for use by two threads."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Hold it together with others; waits while somebody holds it alone."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def hold(self) -> None:
        """Hold it alone; waits."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def try_hold(self) -> bool:
        """Hold it alone, now or not at all."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release it for good."""
        os.close(self._file)


@contextmanager
def file_lock(path: Path) -> Iterator[FileLock]:
    """A lock that is not held yet; released at the end."""
    lock = FileLock(path)
    try:
        yield lock
    finally:
        lock.close()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of ``path`` alone; waits for it."""
    with file_lock(path) as lock:
        lock.hold()
        yield
