"""The server's first request, made by itself before it listens.

Dash finishes itself during the first request to "/": it collects the ids of all pages and sends
what it collected to every browser. Done for a visitor, that would be somebody's pages; and a
visitor who came first by a link to an inner page would get a page without its callbacks.
"""

import asyncio
from collections.abc import MutableMapping
from threading import Thread
from typing import Any

from dash import Dash

Message = MutableMapping[str, Any]


def make(app: Dash) -> None:
    """Make it, as nobody. Raises RuntimeError where the page cannot be built."""
    statuses: list[int] = []
    # A thread has no signed-in person and no running loop, wherever the app is created.
    thread = Thread(target=lambda: statuses.append(asyncio.run(_get(app))))
    thread.start()
    thread.join()
    if statuses != [200]:
        raise RuntimeError(f"The app cannot build its pages (status {statuses}).")


async def _get(app: Dash) -> int:
    """The status of a GET of the root."""
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app.server(_scope(app.config.routes_pathname_prefix), receive, send)
    return status


def _scope(path: str) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
