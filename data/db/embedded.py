"""The embedded server, shared by the processes that use one data folder.

The first to need it starts it, the last to leave stops it; so an import may run beside the
supervisor or alone. Two locks: ``starting`` is held while the server is started or stopped, ``use``
is shared for as long as it is used.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from data.db.locks import file_lock, held
from data.db.server import Server, embedded_server
from data.settings import Settings

_OPTIONS = {"jit": "off"}
"""Compiling a plan takes longer than our short queries."""


@contextmanager
def embedded(settings: Settings) -> Iterator[str]:
    """The owner's database address: DATABASE_URL, else that of the embedded server.

    Joins a server that runs, else starts it; stops it when nobody else uses it. Raises
    DatabaseError.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    with using(embedded_server(settings.home, _OPTIONS), settings) as server:
        yield server.url()


@contextmanager
def using(server: Server, settings: Settings) -> Iterator[Server]:
    """Keep ``server`` running for as long as this lasts."""
    starting = settings.home / "starting.lock"
    with file_lock(settings.home / "use.lock") as use:
        with held(starting):
            use.share()
            server.start()
        try:
            yield server
        finally:
            with held(starting):
                use.release()
                if use.try_hold():
                    server.stop()


def revive(settings: Settings) -> None:
    """Start the embedded server again if it has died; for somebody who already uses it."""
    if settings.database_url is not None:
        return
    server = embedded_server(settings.home, _OPTIONS)
    with held(settings.home / "starting.lock"):
        if not server.answers():
            server.start()
