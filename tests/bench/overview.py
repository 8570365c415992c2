"""How long the overview takes in Chromium until every widget shows its figure."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.bench.measured import Measured

ROUNDS = 5
_ROOT = Path(__file__).parents[2]
_START_SECONDS = 300
_LOAD_MS = 60_000

# Cards are there, none of them is waiting, and every chart has been drawn.
_READY = """() => {
    const cards = [...document.querySelectorAll('[data-widget-state]')];
    const charts = [...document.querySelectorAll('[data-widget-state] .dash-graph')];
    return cards.length > 0 && charts.length > 0
        && cards.every(card => card.dataset.widgetState !== 'loading')
        && charts.every(chart => chart.querySelector('.main-svg'));
}"""


@dataclass(frozen=True, slots=True)
class Running:
    """The product as a process of its own, with the demo in it."""

    address: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Load:
    """One loading of the page; bytes as they came over the wire."""

    seconds: float
    requests: int
    bytes: int


def measure() -> Iterator[Measured]:
    """The first load of a fresh server, then with empty and with filled browser cache."""
    with running() as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_flags())
        state = _signed_in(browser, product)
        first = _fresh(browser, product, state)
        yield Measured("overview", "first load after start", first.seconds, "s")
        cold = [_fresh(browser, product, state) for _ in range(ROUNDS)]
        with _context(browser, state) as context:
            _load(context, product)
            warm = [_load(context, product) for _ in range(ROUNDS)]
        browser.close()
    for name, loads in (("empty", cold), ("filled", warm)):
        what = f"{name} browser cache"
        yield Measured("overview", f"{what}, median", median(x.seconds for x in loads), "s")
        yield Measured("overview", f"{what}, slowest", max(x.seconds for x in loads), "s")
        yield Measured("overview", f"{what}, requests", median(x.requests for x in loads), "")
        yield Measured("overview", f"{what}, bytes", median(x.bytes for x in loads) / 1024, "KiB")


@contextmanager
def running() -> Iterator[Running]:
    """``python app.py run`` on a data folder of its own, stopped afterwards."""
    home = Path(tempfile.mkdtemp(prefix="readiness-bench-"))
    home.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_"))}
    environment = kept | {"READINESS_HOME": str(home), "PORT": str(port)}
    log = home / "bench.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "run"],
            cwd=_ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _await(process, address, log)
        email, password = next(iter(json.loads((home / "demo-sign-ins.json").read_text()).items()))
        yield Running(address, email, password)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def _await(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The product did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _chromium() -> str | None:
    """The browser of the machine; None lets Playwright take its own."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def _flags() -> list[str]:
    """Chromium refuses its sandbox to root, as in containers."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


@contextmanager
def _context(browser: Browser, state: Any = None) -> Iterator[BrowserContext]:
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 1000})
    try:
        yield context
    finally:
        context.close()


def _signed_in(browser: Browser, product: Running) -> Any:
    """The cookies of somebody who signed in."""
    with _context(browser) as context:
        page = context.new_page()
        page.goto(f"{product.address}/sign-in")
        page.fill("[name=email]", product.email)
        page.fill("[name=password]", product.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{product.address}/", wait_until="commit")
        return context.storage_state()


def _fresh(browser: Browser, product: Running, state: Any) -> Load:
    """A load in a browser that has never seen the site, but is signed in."""
    with _context(browser, state) as context:
        return _load(context, product)


def _load(context: BrowserContext, product: Running) -> Load:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    asked: list[str] = []
    network.on("Network.requestWillBeSent", lambda event: asked.append(event["requestId"]))
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(f"{product.address}/", wait_until="commit")
    page.wait_for_function(_READY, timeout=_LOAD_MS)
    seconds = time.perf_counter() - began
    page.close()
    return Load(seconds, len(set(asked)), int(sum(sizes)))
