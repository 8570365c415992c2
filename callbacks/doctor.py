"""The checks of ``python app.py doctor``: what this installation needs, and what it has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from components.documents.browser import find_browser
from data.db.engine import check_version, connect
from data.db.migrate import differences
from data.errors import DatabaseError, ReadinessError
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is needed; ``text`` says what was found or what to do."""

    is_well: bool
    text: str


def checks(settings: Settings) -> Iterator[Check]:
    """Look at everything, whatever else is missing."""
    yield _check("Data folder", lambda: str(settings.home))
    yield _check("Database", lambda: _database(settings))
    yield _check("Browser for pictures", lambda: str(find_browser(settings.chromium)))


def _check(what: str, find: Callable[[], str]) -> Check:
    try:
        return Check(True, f"{what}: {find()}")
    except ReadinessError as error:
        return Check(False, f"{what}: {error}")


def _database(settings: Settings) -> str:
    database = connect(settings)
    try:
        with database.owning() as connection:
            check_version(connection)
            if differences(connection):
                raise DatabaseError("its schema is not this program's. Run: app.py migrate")
        return "answers, with the newest schema"
    finally:
        database.close()
