"""Versions of released data, and telling every process that one has changed.

A version goes up with a release, new text or voice results, changed thresholds or rights; never
with events, audit rows or counters. PostgreSQL sends equal notifications of one transaction once.
"""

import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url

from data.db.tables import data_versions

CHANNEL = "readiness_versions"
_log = structlog.get_logger(__name__)

OnChange = Callable[[UUID | None], None]
"""Called with the organisation whose data changed; None: anything may have, drop everything."""


def bump(connection: Connection, organization: UUID, survey: UUID) -> None:
    """Raise the version of a survey's data and tell every process when this commits."""
    v = data_versions.c
    row = insert(data_versions).values(organization_id=organization, survey_id=survey)
    raised = {"version": v.version + 1, "bumped_at": func.now()}
    connection.execute(
        row.on_conflict_do_update(index_elements=[v.organization_id, v.survey_id], set_=raised)
    )
    tell(connection, organization)


def tell(connection: Connection, organization: UUID) -> None:
    """Tell every process, when this commits, that the organisation's data may have changed."""
    connection.execute(select(func.pg_notify(CHANNEL, str(organization))))


def drop_everything(connection: Connection) -> None:
    """Tell every process that anything may have changed, for example after a restore."""
    connection.execute(text(f"NOTIFY {CHANNEL}"))


class Listener:
    """A thread that hears of changes; made by ``listen``."""

    def __init__(self, url: str, on_change: OnChange, retry_seconds: float) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(False)
        self._on_change = on_change
        self._retry_seconds = retry_seconds
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="versions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop listening; waits for the thread."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except psycopg.OperationalError as error:
                _log.warning("versions.disconnected", error=str(error).strip())
                self._closed.wait(self._retry_seconds)

    def _listen(self) -> None:
        with psycopg.connect(
            self._url, autocommit=True, connect_timeout=10, application_name="readiness-listen",
            keepalives_idle=30,
        ) as connection:  # fmt: skip
            connection.execute(f"LISTEN {CHANNEL}".encode())
            # What was said while nobody listened is not repeated.
            self._on_change(None)
            while not self._closed.is_set():
                for notice in connection.notifies(timeout=0.5):
                    self._on_change(_organization(notice.payload))
                    if self._closed.is_set():
                        return


def listen(url: str, on_change: OnChange, *, retry_seconds: float = 1.0) -> Listener:
    """Hear of changes in a thread of its own until closed; reconnects by itself.

    ``url`` leads to the server itself: a pooler in transaction mode swallows notifications.
    ``on_change`` gets None at every connection made, the first included.
    """
    listener = Listener(url, on_change, retry_seconds)
    listener.start()
    return listener


def _organization(payload: str) -> UUID | None:
    try:
        return UUID(payload)
    except ValueError:
        return None
