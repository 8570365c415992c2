"""Answers kept for a while: one function, ``Cache.get``, bounded in bytes, one run per key.

Values are encoded bytes, so nothing shared can be changed by who reads it, and slower tiers (Redis,
disk) can stand behind the same function. Keys are values, and name the data's version: an answer
that is kept can be old only as long as nobody has asked for a newer version.
"""

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from uuid import UUID

_OVERHEAD = 400
"""Bytes an entry costs besides its body and its key's text: measured, generous."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is asked, and for whom: ``detail`` holds scope, filters and version as text."""

    organization: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Counters:
    """For monitoring. ``waits`` are calls that shared the run of another."""

    hits: int
    misses: int
    waits: int
    entries: int
    size: int


@dataclass(frozen=True, slots=True)
class _Entry:
    body: bytes
    until: float
    size: int


Compute = Callable[[], tuple[Key, bytes]]


class Cache:
    """The memory tier. ``max_bytes`` bounds bodies and keys together; ``seconds`` is the life."""

    def __init__(
        self, max_bytes: int, seconds: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._running: dict[Key, Future[bytes]] = {}
        self._size = self._hits = self._misses = self._waits = self._drops = 0

    def get(self, key: Key, compute: Compute) -> bytes:
        """The kept answer, or the one ``compute`` makes; one run per key, however many ask.

        ``compute`` says under which key its answer belongs (the version it really read). What it
        raises reaches everybody who waits, and is not kept.
        """
        with self._lock:
            kept = self._kept(key)
            if kept is not None:
                self._hits += 1
                return kept
            running = self._running.get(key)
            if running is None:
                self._misses += 1
                drops, mine = self._drops, self._start(key)
            else:
                self._waits += 1
        return running.result() if running else self._run(key, compute, mine, drops)

    def _start(self, key: Key) -> Future[bytes]:
        self._running[key] = Future()
        return self._running[key]

    def _run(self, key: Key, compute: Compute, future: Future[bytes], drops: int) -> bytes:
        try:
            belongs, body = compute()
        except BaseException as error:
            self._finish(key)
            future.set_exception(error)
            raise
        with self._lock:
            # A drop since the start may have been meant for what this run has read.
            if drops == self._drops:
                self._keep(belongs, body)
        self._finish(key)
        future.set_result(body)
        return body

    def kept(self, key: Key) -> bytes | None:
        """What is kept, without waiting for a run of another: for parts of an answer."""
        with self._lock:
            return self._kept(key)

    def keep(self, key: Key, body: bytes) -> None:
        """Keep a part that was computed on the way."""
        with self._lock:
            self._keep(key, body)

    def drop(self, organization: UUID | None = None) -> None:
        """Forget one organisation's answers, or all."""
        with self._lock:
            self._drops += 1
            for key in [k for k in self._entries if organization in (None, k.organization)]:
                self._forget(key)

    @property
    def counters(self) -> Counters:
        with self._lock:
            return Counters(self._hits, self._misses, self._waits, len(self._entries), self._size)

    def _kept(self, key: Key) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.until <= self._clock():
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.body

    def _keep(self, key: Key, body: bytes) -> None:
        size = len(body) + sys.getsizeof(key.detail) + _OVERHEAD
        if size > self._max_bytes:
            return
        if key in self._entries:
            self._forget(key)
        self._entries[key] = _Entry(body, self._clock() + self._seconds, size)
        self._size += size
        while self._size > self._max_bytes:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: Key) -> None:
        self._size -= self._entries.pop(key).size

    def _finish(self, key: Key) -> None:
        with self._lock:
            del self._running[key]
