"""Slows guessing at sign-in. In memory: each process counts for itself."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from time import monotonic

from data.errors import TooManyAttempts

WINDOW_SECONDS = 300
PER_PAIR = 5
"""Failures from one address on one account: what a person forgetting a password may need."""
PER_ADDRESS = 30
"""Failures from one address on any account; offices share addresses, so it is generous."""
PER_ACCOUNT = 50
"""Failures on one account from anywhere: high, or a stranger could lock its owner out."""
_MOST_KEYS = 20_000

Key = tuple[str, str]


@dataclass
class Throttle:
    """Counts failed sign-ins of the last five minutes. ``clock`` gives seconds, always rising."""

    clock: Callable[[], float] = monotonic
    _failures: OrderedDict[Key, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, address: str, account: str) -> None:
        """Raises TooManyAttempts, which says how long to wait."""
        with self._lock:
            waits = [self._wait(key, limit) for key, limit in _limits(address, account)]
        if (longest := max(waits)) > 0:
            minutes = ceil(longest / 60)
            unit = "minute" if minutes == 1 else "minutes"
            raise TooManyAttempts(f"Too many attempts. Try again in {minutes} {unit}.")

    def failed(self, address: str, account: str) -> None:
        with self._lock:
            for key, limit in _limits(address, account):
                self._failures.setdefault(key, deque(maxlen=limit)).append(self.clock())
                self._failures.move_to_end(key)
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)

    def succeeded(self, address: str, account: str) -> None:
        """Forget this address's failures on this account."""
        with self._lock:
            self._failures.pop((address, account), None)

    def _wait(self, key: Key, limit: int) -> float:
        times = self._failures.get(key)
        if times is None or len(times) < limit:
            return 0.0
        return times[0] + WINDOW_SECONDS - self.clock()


def _limits(address: str, account: str) -> Iterable[tuple[Key, int]]:
    yield (address, account), PER_PAIR
    yield (address, ""), PER_ADDRESS
    yield ("", account), PER_ACCOUNT
