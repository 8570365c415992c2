"""Every route of the whole application refuses the signed-out, but for the listed ones."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount, WebSocketRoute

from app import create_app
from callbacks.session import OPEN_PATHS, Protected
from components.sign_in import FILES
from data.settings import Settings
from tests.support.site import PAGE, serving

Route = tuple[str, str]


@pytest.fixture
def application(settings: Settings) -> Protected:
    return create_app(settings)


@pytest.fixture
def address(application: Protected) -> Iterator[str]:
    with serving(application, lifespan=True) as address:
        yield address


def routes(application: Protected) -> set[Route]:
    """Method and path of every route; parameters are filled in."""
    assert isinstance(application.app, FastAPI)
    return set(_walk(application.app.routes, ""))


def _walk(found: Iterable[Any], prefix: str) -> Iterator[Route]:
    for route in found:
        if hasattr(route, "effective_candidates"):
            yield from _walk(route.effective_candidates(), prefix)
        elif isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/app.css"
            yield from _walk(route.routes, prefix + route.path)
        elif isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", prefix + route.path
        else:
            path = "/" + re.sub(r"\{[^}]*\}", "x", prefix + route.path).lstrip("/")
            yield from ((method, path) for method in route.methods)


def test_every_route_but_the_open_ones_refuses_the_signed_out(
    application: Protected, address: str
) -> None:
    walked = routes(application)
    assert {"/_dash-layout", "/_dash-update-component", "/api/v1/analytics", "/assets/app.css"} <= {
        path for _, path in walked
    }
    for method, path in sorted(walked):
        if path in OPEN_PATHS:
            continue
        if method == "WEBSOCKET":
            assert _handshake(address, path) == 403, path
            continue
        data = httpx.request(method, address + path)
        assert data.status_code == 401, (method, path)
        page = httpx.request(method, address + path, headers=PAGE)
        assert page.status_code in (303, 401), (method, path)
        assert page.headers.get("location", "/sign-in").startswith("/sign-in")


def test_every_response_carries_the_policy(application: Protected, address: str) -> None:
    for method, path in sorted(routes(application)):
        if method == "WEBSOCKET":
            continue
        headers = httpx.request(method, address + path).headers
        scripts = re.findall(r"script-src ([^;]*)", headers["content-security-policy"])
        assert "unsafe" not in scripts[0], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert "strict-transport-security" not in headers, path


def test_over_https_browsers_are_told_to_stay_there(address: str) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "Host": "readiness.example"}
    headers = httpx.get(f"{address}/sign-in", headers=forwarded).headers
    assert headers["strict-transport-security"].startswith("max-age=")


def _handshake(address: str, path: str) -> int:
    """The answer to the request that opens a WebSocket."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    return httpx.get(address + path, headers=headers).status_code


def test_paths_that_only_look_open_are_closed(address: str) -> None:
    for path in ("/sign-in/", "//sign-in", "/healthz/x", "/assets/../app.css", "/SIGN-IN", "/x"):
        assert httpx.get(address + path).status_code == 401, path


def test_the_open_paths_are_open_and_the_form_finds_its_files(address: str) -> None:
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert httpx.get(f"{address}/readyz").status_code == 200
    form = httpx.get(f"{address}/sign-in")
    assert form.status_code == 200
    linked = set(re.findall(r'(?:href|src)="(/[^"]+)"', form.text))
    assert linked == FILES
    assert {httpx.get(address + file).status_code for file in linked} == {200}
