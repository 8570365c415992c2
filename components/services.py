"""The few long-living things every page and callback may use, installed once by create_app."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from data.db.engine import Database
from data.queries.desk import Desk
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What a process needs to answer: settings, database, the desk that asks, the callback pool."""

    settings: Settings
    database: Database
    desk: Desk
    pool: ThreadPoolExecutor


_installed: list[Services] = []


def install(services: Services) -> None:
    """Make these the process's services; the last one installed counts (tests build several)."""
    _installed[:] = [services]


def services() -> Services:
    """The process's services. Raises RuntimeError before create_app has run."""
    if not _installed:
        raise RuntimeError("No services yet: create_app(settings) installs them.")
    return _installed[0]
