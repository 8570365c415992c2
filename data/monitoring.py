"""Whether the parts are well, and how fast requests were answered lately."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

_KEPT = 1000


@dataclass
class Traffic:
    """Requests of this process: the last thousand answers and the sockets open now."""

    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _lock: Lock = field(default_factory=Lock)
    _sockets: int = 0
    started_at: float = field(default_factory=monotonic)

    def answered(self, seconds: float) -> None:
        with self._lock:
            self._seconds.append(seconds)

    @contextmanager
    def open_socket(self) -> Iterator[None]:
        with self._lock:
            self._sockets += 1
        try:
            yield
        finally:
            with self._lock:
                self._sockets -= 1

    @property
    def sockets(self) -> int:
        """WebSockets open now."""
        return self._sockets

    def quantile_ms(self, share: float) -> float | None:
        """Milliseconds within which this share (0-1) of the last requests were answered."""
        with self._lock:
            ordered = sorted(self._seconds)
        if not ordered:
            return None
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    @property
    def uptime_seconds(self) -> int:
        return int(monotonic() - self.started_at)


TRAFFIC = Traffic()
