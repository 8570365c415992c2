"""A real server for tests of what is around the pages: the gate, signing in, API and health."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread
from time import sleep

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from callbacks import api, health, openid, session, sign_in
from components.services import Services
from data import events
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.settings import Settings

Headers = dict[str, str]
PAGE: Headers = {"Accept": "text/html"}


def services_of(settings: Settings, database: Database) -> Services:
    desk = Desk(database, Cache(1 << 20, 60))
    return Services(settings, database, desk, ThreadPoolExecutor(2))


def site(services: Services, server: FastAPI | None = None) -> session.Protected:
    """Everything around the pages; ``server`` brings routes of the test's own."""
    server = server or FastAPI(openapi_url=None)
    sign_in.add_routes(server, services)
    openid.add_routes(server, services)
    health.add_routes(server, services)
    server.mount(api.PREFIX, api.create_api(services))
    return session.protect(server, services)


@contextmanager
def serving(app: ASGIApp, *, lifespan: bool = False) -> Iterator[str]:
    """The address at which the application is served, on a free port of loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="on" if lifespan else "off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        events.flush()


def enter(client: httpx.Client, email: str, password: str, **more: str) -> httpx.Response:
    """Post the sign-in form; the client keeps the cookie."""
    return client.post("/sign-in", data={"email": email, "password": password, **more})
