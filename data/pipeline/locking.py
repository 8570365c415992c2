"""Locks by name that end with their transaction; polled, so that none is held by one that waits."""

import time

from sqlalchemy import Connection, text

from data.errors import DatabaseError

PATIENCE_SECONDS = 900.0
_POLL_SECONDS = 0.1
"""Between two tries: behind a pooler a lock that is waited for holds a connection others need."""


def try_hold(connection: Connection, name: str) -> bool:
    """Hold the lock until the transaction ends, now or not at all."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(connection.scalar(lock, {"name": name}))


def hold(connection: Connection, name: str, refusal: str) -> None:
    """Wait for the lock. Raises DatabaseError with ``refusal`` after a quarter of an hour."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not try_hold(connection, name):
        if time.monotonic() > until:
            raise DatabaseError(refusal)
        time.sleep(_POLL_SECONDS)
