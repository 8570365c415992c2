"""What people did, written behind their requests' backs: it never slows or fails one.

``record`` counts use (analytics_events). What must be known later is in ``data.audit``.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Literal
from uuid import UUID, uuid5

import structlog
from sqlalchemy import Insert, insert
from sqlalchemy.exc import SQLAlchemyError

from data.access import Principal
from data.db import tables
from data.db.engine import Database
from data.errors import DatabaseError

EventType = Literal["user_login", "dashboard_viewed", "export_requested"]
Details = Mapping[str, object]

_MOST_WAITING = 1000
_PAGES = UUID("0d7b7a0e-3f0f-4f0e-9c6e-6f1d5c0a9a11")
_waiting = BoundedSemaphore(_MOST_WAITING)
# One thread keeps the order; Python lets it finish what waits before the process ends.
_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
_log = structlog.get_logger(__name__)


def record(
    database: Database,
    principal: Principal,
    event_type: EventType,
    entity_type: str,
    entity_id: UUID,
    data: Details | None = None,
) -> None:
    """Count a use. ``data`` holds what was used, never an answer or a name."""
    row = insert(tables.analytics_events).values(
        organization_id=principal.organization,
        event_type=event_type,
        entity_type=entity_type,
        entity_id=entity_id,
        event_data=dict(data or {}),
        user_id=principal.user,
    )
    later(lambda: _write(database, principal.organization, row))


def page_id(path: str) -> UUID:
    """The entity of a page: the same for the same path in every installation."""
    return uuid5(_PAGES, path)


def flush() -> None:
    """Wait until everything recorded so far is written: before the database is closed."""
    _writer.submit(lambda: None).result()


def later(write: Callable[[], None]) -> None:
    """Write behind the request's back, in order. What cannot be written is said in the log."""
    if not _waiting.acquire(blocking=False):
        _log.warning("events.dropped", waiting=_MOST_WAITING)
        return
    _writer.submit(_release_after, write)


def _release_after(write: Callable[[], None]) -> None:
    try:
        write()
    except (DatabaseError, SQLAlchemyError) as error:
        _log.warning("events.lost", error=str(error))
    finally:
        _waiting.release()


def _write(database: Database, organization: UUID, row: Insert) -> None:
    with database.writing(organization, purpose="events") as connection:
        # inline: nothing is read back, so INSERT is the only right it takes
        connection.execute(row.inline())
