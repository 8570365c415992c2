"""Whether the parts are well, and how fast requests were answered lately."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic, perf_counter
from typing import Literal

import psutil
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from data.contracts import HealthCheck, HealthStatus, SystemHealth
from data.db import migrations
from data.db.engine import Database
from data.errors import DatabaseError
from data.settings import Settings
from data.version import VERSION

_KEPT = 1000
_ENOUGH = 20
"""Requests below which nothing is said about speed."""
SLOW_MS = 1_000
TOO_SLOW_MS = 5_000
LONG_WAIT_SECONDS = 300
Name = Literal["database", "redis", "websockets", "jobs", "external"]


@dataclass
class Traffic:
    """Requests of this process: the last thousand answers, and the sockets open now."""

    _answers: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _lock: Lock = field(default_factory=Lock)
    _sockets: int = 0
    _started_at: float = field(default_factory=monotonic)

    def answered(self, seconds: float, *, failed: bool) -> None:
        """One answer; ``failed`` where it was our fault (5xx)."""
        with self._lock:
            self._answers.append((seconds, failed))

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

    def health(self) -> SystemHealth:
        """From the slowest twentieth and the failed share of the last thousand answers."""
        slow, failed = self.quantile_ms(0.95), self.failed_share()
        if len(self._answers) < _ENOUGH or slow is None or failed is None:
            return "healthy"
        if slow > TOO_SLOW_MS or failed > 0.1:
            return "critical"
        return "warning" if slow > SLOW_MS or failed > 0.01 else "healthy"

    def quantile_ms(self, share: float) -> float | None:
        """Milliseconds within which this share (0-1) of the last answers came."""
        with self._lock:
            ordered = sorted(seconds for seconds, _ in self._answers)
        if not ordered:
            return None
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    def failed_share(self) -> float | None:
        """Share (0-1) of the last answers that failed; None before the first."""
        with self._lock:
            outcomes = [failed for _, failed in self._answers]
        return sum(outcomes) / len(outcomes) if outcomes else None

    def figures(self) -> dict[str, float | None]:
        """For the health answer; units are in the names."""
        return {
            "uptimeSeconds": round(monotonic() - self._started_at),
            "requestsMeasured": len(self._answers),
            "medianMilliseconds": self.quantile_ms(0.5),
            "p95Milliseconds": self.quantile_ms(0.95),
            "failedShare": self.failed_share(),
            "memoryMegabytes": round(psutil.Process().memory_info().rss / 1024**2, 1),
        }


TRAFFIC = Traffic()


def health(database: Database, settings: Settings) -> HealthStatus:
    """All parts, asked just now. Never raises: a part that cannot answer is unhealthy."""
    checks: dict[Name, HealthCheck] = {
        "database": _timed(lambda: _database(database)),
        "redis": _redis(settings),
        "websockets": HealthCheck(status="healthy", details={"open": TRAFFIC.sockets}),
        "jobs": _timed(lambda: _jobs(database)),
        "external": HealthCheck(
            status="not_configured", details={"reason": "no outside service is used"}
        ),
    }
    return HealthStatus(
        status=_overall(checks),
        timestamp=datetime.now(UTC),
        checks=checks,
        performance=TRAFFIC.figures(),
        version=VERSION,
    )


def require_ready(database: Database) -> None:
    """Raises DatabaseError where the database does not answer or has another schema than ours."""
    database.ping()
    found = _revision(database)
    if found != newest_revision():
        raise DatabaseError(
            f"The database has schema {found or 'none'}, this version needs {newest_revision()}. "
            "Run: python app.py migrate"
        )


@cache
def newest_revision() -> str | None:
    """The migration that this version of the product ends with."""
    return ScriptDirectory(str(Path(migrations.__path__[0]))).get_current_head()


def _revision(database: Database) -> str | None:
    with database.nowhere() as connection:
        found: str | None = connection.scalar(select(func.identity.schema_revision()))
    return found


def _overall(
    checks: dict[Name, HealthCheck],
) -> Literal["healthy", "degraded", "unhealthy"]:
    """Without the database nothing works; without another part, less."""
    if checks["database"].status == "unhealthy":
        return "unhealthy"
    well = all(check.status in ("healthy", "not_configured") for check in checks.values())
    return "healthy" if well else "degraded"


def _timed(check: Callable[[], HealthCheck]) -> HealthCheck:
    started = perf_counter()
    try:
        found = check()
    except (DatabaseError, SQLAlchemyError) as error:
        return HealthCheck(status="unhealthy", error=_sentence(error))
    took = round(1000 * (perf_counter() - started), 1)
    return found.model_copy(update={"response_time": took})


def _sentence(error: Exception) -> str:
    """What a caller may read: a driver's message would name hosts and statements."""
    return str(error) if isinstance(error, DatabaseError) else "The database refused the question."


def _database(database: Database) -> HealthCheck:
    require_ready(database)
    return HealthCheck(status="healthy", details={"connection": "active"})


def _redis(settings: Settings) -> HealthCheck:
    reason = (
        "REDIS_URL is not set; answers are kept in this process's memory"
        if settings.redis_url is None
        else "REDIS_URL is set, but this version keeps answers in memory only"
    )
    return HealthCheck(status="not_configured", details={"reason": reason})


def _jobs(database: Database) -> HealthCheck:
    with database.nowhere() as connection:
        row = connection.execute(text("SELECT * FROM procrastinate.readiness_queue()")).one()
    problem = None
    if row.workers == 0:
        problem = "No worker is running."
    elif (row.oldest_waiting_seconds or 0) > LONG_WAIT_SECONDS:
        problem = "Jobs have waited for more than five minutes."
    elif row.failed_last_hour:
        problem = "Jobs failed in the last hour."
    details = {
        "workers": row.workers,
        "waiting": row.waiting,
        "running": row.running,
        "failedLastHour": row.failed_last_hour,
    }
    status: Literal["healthy", "degraded"] = "degraded" if problem else "healthy"
    return HealthCheck(status=status, error=problem, details=details)


def state() -> SystemHealth:
    """How this process is doing, in the word the live page shows."""
    return TRAFFIC.health()
