"""Pictures of every page for the README and docs: ``python -m tests.browser.screenshots``."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from components.shell import DESTINATIONS
from data.access import Role
from tests.browser.site import ROOT, Site, site
from tests.browser.visit import Theme, Visitor, launch

FOLDER = ROOT / "docs" / "screenshots"
PAGES = {place.path.strip("/") or "overview": place.path for place in DESTINATIONS}
SIZES: tuple[tuple[str, int], ...] = (("desk", 1440), ("tablet", 768), ("phone", 360))
THEMES: tuple[Theme, ...] = ("light", "dark")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with site() as running, sync_playwright() as playwright:
        browser = launch(playwright)
        for theme in THEMES:
            for size, width in SIZES:
                _take(browser, running, theme, size, width)
        browser.close()


def _take(browser: Browser, running: Site, theme: Theme, size: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    visitor = Visitor(running, context.new_page())
    visitor.page.goto(f"{running.address}/sign-in")
    _save(visitor, "sign-in", size, theme)
    visitor.sign_in(Role.EXECUTIVE)
    for name, path in PAGES.items():
        visitor.open(path)
        _save(visitor, name, size, theme)
    context.close()


def _save(visitor: Visitor, name: str, size: str, theme: Theme) -> None:
    """The whole page at once: nothing sticks to an edge in the middle of the picture."""
    page = visitor.page
    height = page.evaluate("document.documentElement.scrollHeight")
    width = (page.viewport_size or {"width": 1440})["width"]
    page.set_viewport_size({"width": width, "height": max(int(height), 600)})
    visitor.page.wait_for_load_state("networkidle")
    target: Path = FOLDER / f"{name}-{size}-{theme}.png"
    page.screenshot(path=target, animations="disabled")
    page.set_viewport_size({"width": width, "height": 900})


if __name__ == "__main__":
    main()
