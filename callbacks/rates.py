"""How often one person or address may ask: beyond it a clear 429, and nobody else notices.

Counted in Redis where there is one, so that all processes count together, else in this process.
"""

from dataclasses import dataclass
from math import ceil
from time import time

import structlog
from anyio import to_thread
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import HTTPConnection

from callbacks.downloads import PREFIX
from components.sign_in import OPENID
from data.access import Person
from data.errors import TooManyRequests
from data.settings import Settings

_UNCOUNTED = ("/assets/", "/_dash-component-suites/", "/_favicon", "/healthz", "/readyz")
"""Files and signs of life: the same for everybody, and cheap."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Limit:
    """At most ``per_minute`` of ``what`` from one asker; 0 means that nothing is counted."""

    what: str
    per_minute: int


class Rates:
    """One a process. Redis is asked in a thread; this process's own counts at once."""

    def __init__(self, settings: Settings) -> None:
        self._requests = _Limit("requests", settings.requests_per_minute)
        self._exports = _Limit("exports", settings.exports_per_minute)
        self._sign_ins = _Limit("sign-ins", settings.sign_ins_per_minute)
        self._here = _limiter(storage_from_string("memory://"))
        self._shared = None if settings.redis_url is None else _in_redis(settings.redis_url)

    async def before(self, connection: HTTPConnection) -> None:
        """Count a request of nobody in particular: trying passwords and tokens.

        Raises TooManyRequests, which says how long to wait.
        """
        path = connection.scope["path"]
        is_form = connection.scope.get("method") == "POST" and path == "/sign-in"
        if is_form or path == OPENID:
            await self._count(self._sign_ins, _address(connection))

    async def refused(self, connection: HTTPConnection) -> None:
        """Count a request that showed no valid cookie or token, by its address."""
        if not _is_uncounted(connection):
            await self._count(self._requests, _address(connection))

    async def of(self, person: Person, connection: HTTPConnection) -> None:
        """Count a person's request; making files is counted apart and allowed less often."""
        if _is_uncounted(connection):
            return
        who = str(person.principal.user)
        await self._count(self._requests, who)
        if connection.scope["path"].startswith(PREFIX):
            await self._count(self._exports, who)

    async def _count(self, limit: _Limit, who: str) -> None:
        if not limit.per_minute:
            return
        wait = None
        if self._shared is not None:
            wait = await to_thread.run_sync(self._wait_shared, self._shared, limit, who)
        if wait is None:
            wait = _wait(self._here, limit, who)
        if wait:
            raise TooManyRequests(limit.what, wait)

    def _wait_shared(
        self, shared: SlidingWindowCounterRateLimiter, limit: _Limit, who: str
    ) -> int | None:
        """As ``_wait``; None where Redis is away and this process counts alone."""
        try:
            return _wait(shared, limit, who)
        except StorageError as error:
            _log.warning("rates.redis", error=str(error.storage_error))
            return None


def _wait(limiter: SlidingWindowCounterRateLimiter, limit: _Limit, who: str) -> int:
    """Count one; seconds to wait where it is one too many, else 0."""
    item = RateLimitItemPerMinute(limit.per_minute, namespace="readiness")
    if limiter.hit(item, limit.what, who):
        return 0
    stats = limiter.get_window_stats(item, limit.what, who)
    return max(1, ceil(stats.reset_time - time()))


def _in_redis(url: str) -> SlidingWindowCounterRateLimiter:
    return _limiter(storage_from_string(url, wrap_exceptions=True, socket_timeout=1))


def _limiter(storage: object) -> SlidingWindowCounterRateLimiter:
    assert isinstance(storage, Storage)
    return SlidingWindowCounterRateLimiter(storage)


def _is_uncounted(connection: HTTPConnection) -> bool:
    path: str = connection.scope["path"]
    return path.startswith(_UNCOUNTED)


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""
