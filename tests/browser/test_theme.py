"""The theme: the system's until chosen, without asking the server, figures included."""

from playwright.sync_api import expect

from components.theme import DARK, LIGHT, PALETTE_PAIRS
from tests.browser.visit import Visitor

ACCENT_FILLS = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .map(plot => plot.outerHTML).join('')"""


def rgb(colour: str) -> str:
    return "rgb(" + ", ".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ")"


def test_figures_change_with_the_theme_and_nothing_is_asked(visitor: Visitor) -> None:
    visitor.open("/")
    assert rgb(LIGHT.pain) in visitor.page.evaluate(ACCENT_FILLS)
    asked: list[str] = []
    visitor.page.on("request", lambda r: asked.append(r.url))
    visitor.page.get_by_role("button", name="Dark theme").click()
    expect(visitor.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    drawn = visitor.page.evaluate(ACCENT_FILLS)
    assert rgb(DARK.pain) in drawn
    assert rgb(LIGHT.pain) not in drawn
    assert asked == []


def test_the_choice_is_remembered_and_there_before_the_page(visitor: Visitor) -> None:
    visitor.open("/live")
    visitor.page.get_by_role("button", name="Dark theme").click()
    visitor.page.reload(wait_until="commit")
    visitor.page.wait_for_selector("body", state="attached")
    assert visitor.page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    expect(visitor.page.get_by_role("button", name="Light theme")).to_be_visible()
    visitor.settled()


def test_the_system_is_followed_until_something_is_chosen(visitor: Visitor) -> None:
    visitor.open("/live")
    visitor.page.emulate_media(color_scheme="dark")
    expect(visitor.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    visitor.page.emulate_media(color_scheme="light")
    expect(visitor.page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_figures_use_colours_that_can_be_swapped(visitor: Visitor) -> None:
    """In the dark no figure keeps a colour of the light palette."""
    visitor.page.emulate_media(color_scheme="dark")
    for path in ("/", "/departments"):
        visitor.open(path)
        drawn = visitor.page.evaluate(ACCENT_FILLS)
        only_light = set(PALETTE_PAIRS) - set(PALETTE_PAIRS.values())
        assert [c for c in only_light if f"{rgb(c)};" in drawn] == []
