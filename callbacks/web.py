"""The web application from its parts. What each part does is told in its own file."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from dash import Dash
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from callbacks import api, downloads, health, openid, screen, session, sign_in
from components import documents, shell, vendor
from components.services import Services, install
from data import events
from data.cache import Cache
from data.db.engine import connect
from data.db.versions import listen
from data.monitoring import TRAFFIC
from data.queries.desk import Desk
from data.settings import Settings

HERE = Path(__file__).parents[1]


def create(settings: Settings) -> session.Protected:
    """The whole product as one ASGI application, behind the gate of signing in.

    Raises DatabaseError where no database is set.
    """
    services = _services(settings)
    install(services)
    server = FastAPI(openapi_url=None, lifespan=_lifespan(services))
    server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    _routes(server, services)
    vendor.install(HERE / "assets" / "vendor")
    app = Dash(
        "app",
        server=server,  # type: ignore[arg-type]  # Dash's types know of Flask only
        use_pages=True,
        use_async=True,
        assets_folder=str(HERE / "assets"),
        pages_folder=str(HERE / "pages"),
    )
    shell.dress(app)
    session.answer_refusals(server, services)
    screen.register_all(app)
    return session.protect(server, services, app.csp_hashes())


def _services(settings: Settings) -> Services:
    database = connect(settings)
    cache = Cache(settings.cache_bytes, settings.cache_seconds)
    return Services(
        settings=settings,
        database=database,
        desk=Desk(database, cache, health=TRAFFIC.health),
        pool=ThreadPoolExecutor(settings.threads, thread_name_prefix="callback"),
    )


def _routes(server: FastAPI, services: Services) -> None:
    """Plain routes come before Dash's catch-all."""
    sign_in.add_routes(server, services)
    openid.add_routes(server, services)
    health.add_routes(server, services)
    server.include_router(downloads.router())
    server.mount("/api/v1", api.create_api(services))


def _lifespan(services: Services):  # type: ignore[no-untyped-def]  # FastAPI's own type is private
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        """While the server runs, releases made by other processes drop what is kept here."""
        url = services.settings.database_direct_url or services.settings.database_url or ""
        listener = listen(url, services.desk.cache.drop)
        yield
        listener.close()
        documents.close_browser()
        services.pool.shutdown(wait=False, cancel_futures=True)
        events.flush()
        services.database.close()

    return lifespan
