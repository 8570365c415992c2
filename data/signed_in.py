"""Who a session or a token stands for, asked of the database at most every few seconds."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from data.access import Person
from data.accounts import person_of_session, person_of_token
from data.db.engine import Database

FRESH_SECONDS = 5.0
"""How long another process may go on answering after a sign-out or a change of rights."""
_MOST = 4096


class SignedIn:
    """One a process. A page load makes dozens of requests; they share one look at the database."""

    def __init__(self, database: Database, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._clock = clock
        self._people: OrderedDict[UUID, tuple[float, Person]] = OrderedDict()
        self._closed: OrderedDict[UUID, None] = OrderedDict()
        self._lock = Lock()

    def known(self, session: UUID) -> Person | None:
        """The person, where it was looked up just now; never waits."""
        with self._lock:
            at, person = self._people.get(session, (float("-inf"), None))
        return person if self._clock() - at < FRESH_SECONDS else None

    def of_session(self, session: UUID) -> Person | None:
        """The person of a session that is open; None where it is not. Raises DatabaseError."""
        asked_at = self._clock()
        person = person_of_session(self._database, session)
        with self._lock:
            self._people.pop(session, None)
            # A sign-out may have come while the database was being asked.
            if person is None or session in self._closed:
                return None
            self._people[session] = (asked_at, person)
            _shrink(self._people)
        return person

    def of_token(self, token: str) -> Person | None:
        """The person whose token it is; None where it is unknown, revoked or too old."""
        return person_of_token(self._database, token)

    def forget(self, session: UUID) -> None:
        """The session is closed: whoever shows it from now on is nobody here."""
        with self._lock:
            self._people.pop(session, None)
            self._closed[session] = None
            _shrink(self._closed)


def _shrink(entries: OrderedDict[UUID, Any]) -> None:
    while len(entries) > _MOST:
        entries.popitem(last=False)
