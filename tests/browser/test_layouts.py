"""My dashboard: arranged by hand and by keyboard, saved, and there again after a reload."""

from typing import Any

from playwright.sync_api import Browser, Locator, expect

from data.access import Role
from tests.browser.site import Site
from tests.browser.visit import Visitor, visiting


def box(tile: Locator) -> dict[str, float]:
    found = tile.bounding_box()
    assert found is not None
    return {name: round(value) for name, value in dict(found).items()}  # type: ignore[call-overload]


def test_a_dashboard_of_ones_own(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.ANALYST]) as visitor:
        page = visitor.page
        visitor.open("/dashboard")
        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Widget").select_option("words")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("#tile-words [data-widget-state=ready]")).to_be_visible()
        page.get_by_role("button", name="Remove: Readiness segments").click()
        expect(page.locator("#tile-segments")).to_have_count(0)
        page.get_by_label("Name").fill("Words first")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved as “Words first”.")).to_be_visible()
        visitor.settled()
        visitor.open("/dashboard")
        expect(page.get_by_label("Layout")).to_have_value("Words first")
        assert "words" in visitor.states()
        assert "segments" not in visitor.states()


def test_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/dashboard")
    page.get_by_role("button", name="Edit").press("Enter")
    tile = page.locator("#tile-readiness-number")
    before = box(tile)
    tile.get_by_role("button", name="Make taller").press("Enter")
    expect(tile).not_to_have_css("height", f"{before['height']}px")
    assert box(tile)["height"] > before["height"]
    tile.get_by_role("button", name="Move down").press("Enter")
    page.wait_for_function(
        "top => document.querySelector('#tile-readiness-number').getBoundingClientRect().top > top",
        arg=before["y"],
    )
    assert visitor.violations() == []


def test_by_dragging(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/dashboard")
    page.get_by_role("button", name="Edit").click()
    tile = page.locator("#tile-readiness-number")
    before = box(tile)
    page.mouse.move(before["x"] + 60, before["y"] + 24)
    page.mouse.down()
    page.mouse.move(before["x"] + 80, before["y"] + 200, steps=8)
    page.mouse.move(before["x"] + 80, before["y"] + 560, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "top => document.querySelector('#tile-readiness-number').getBoundingClientRect().top > top",
        arg=before["y"],
    )
    visitor.settled()


def test_an_unknown_layout_says_so(visitor: Visitor) -> None:
    visitor.open("/dashboard?layout=nothing")
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is no layout “nothing”.")
