"""A visitor in a real browser who notices everything that goes wrong."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect

from data.access import Role
from tests.browser.site import Site

Theme = Literal["light", "dark"]
CARDS = "[data-widget-state]"
FIGURES = ".js-plotly-plot .main-svg"


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium, or any found; as root it cannot use its sandbox."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=arguments)


class Visitor:
    """A signed-in person with one tab open. ``problems`` fills as they happen."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site, self.page = site, page
        self.problems: list[str] = []
        host = urlsplit(site.address).netloc
        page.on("console", lambda m: self._said(m.type, m.text))
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("requestfailed", lambda r: self.problems.append(f"failed: {r.url} {r.failure}"))
        page.on("response", lambda r: self._answered(r.status, r.url))
        page.on("request", lambda r: self._asked(r.url, host))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console {kind}: {text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 400:
            self.problems.append(f"status {status}: {url}")

    def _asked(self, url: str, host: str) -> None:
        if urlsplit(url).scheme in ("http", "https", "ws") and urlsplit(url).netloc != host:
            self.problems.append(f"another host: {url}")

    def sign_in(self, role: Role) -> None:
        person = self.site.people[role]
        self.page.goto(f"{self.site.address}/sign-in")
        self.page.fill("[name=email]", person.email)
        self.page.fill("[name=password]", person.password)
        self.page.click("button[type=submit]")
        expect(self.page.locator("main h1")).to_be_visible()

    def open(self, path: str) -> None:
        """Go there and wait until everything is drawn."""
        self.page.goto(self.site.address + path)
        expect(self.page.locator("main h1")).to_be_visible()
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is being asked or drawn any more."""
        expect(self.page.locator("[data-dash-is-loading]")).to_have_count(0)
        expect(self.page.locator(".dash-graph--pending")).to_have_count(0)
        self.page.wait_for_load_state("networkidle")

    def states(self) -> dict[str, str]:
        """Card id -> state."""
        read = "cards => cards.map(c => [c.dataset.widgetId, c.dataset.widgetState])"
        return dict(self.page.locator(CARDS).evaluate_all(read))

    def violations(self) -> list[str]:
        """What axe finds, one line each."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]

    def titles(self) -> list[str]:
        return self.page.locator(".widget-title").all_inner_texts()


@contextmanager
def visiting(
    browser: Browser, site: Site, state: Any, *, width: int = 1440, theme: Theme = "light"
) -> Iterator[Visitor]:
    """A visitor with the cookies of ``state``; whatever went wrong fails at the end."""
    context = browser.new_context(
        storage_state=state,
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    visitor = Visitor(site, context.new_page())
    yield visitor
    problems = list(visitor.problems)  # what closing the tab cuts off is nobody's fault
    context.close()
    assert not problems, "\n".join(problems)
