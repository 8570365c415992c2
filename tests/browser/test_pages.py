"""Every page, in both themes and at three widths: drawn, within its width, clean for axe."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from data.access import Role
from tests.browser.site import Site
from tests.browser.visit import Theme, Visitor, visiting

PAGES = ("/", "/departments", "/voices", "/dashboard", "/live", "/nowhere")
DRAWN = ("/", "/departments", "/voices", "/dashboard")


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page(
    path: str,
    theme: Theme,
    width: int,
    running: Site,
    browser: Browser,
    signed_in: dict[Role, Any],
) -> None:
    with visiting(browser, running, signed_in[Role.EXECUTIVE], width=width, theme=theme) as visitor:
        visitor.open(path)
        page = visitor.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
        assert page.locator("h1").count() == 1
        assert visitor.violations() == []
        states = visitor.states()
        assert set(states.values()) <= {"ready", "suppressed", "empty"}, states
        assert bool(states) == (path in DRAWN)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_the_overview(
    role: Role, running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[role]) as visitor:
        visitor.open("/")
        assert "error" not in visitor.states().values()
        expect(visitor.page.locator(".lead-sentence")).not_to_be_empty()


def test_the_page_arrives_with_its_figures(visitor: Visitor) -> None:
    answers: list[str] = []
    visitor.page.on(
        "response",
        lambda r: answers.append(r.url) if "_dash-update-component" in r.url else None,
    )
    visitor.open("/")
    assert len(answers) == 1
    assert set(visitor.states().values()) == {"ready"}


def test_what_is_sent_to_everybody_is_of_nobody(visitor: Visitor) -> None:
    """Dash sends the layout it collected ids from to every browser: it must be without a viewer."""
    visitor.open("/")
    document = visitor.page.request.get(visitor.site.address + "/departments").text()
    assert "widget-card" in document
    assert "Meridian" not in document
    assert '"data-widget-state": "ready"' not in document
    assert '"data-widget-state":"ready"' not in document


def test_keyboard_leads_to_the_content_first(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()


def test_a_figure_can_be_read_as_a_table(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.page.locator("[data-widget-id=force-balance]")
    card.get_by_role("button", name="View as table").click()
    expect(card.get_by_role("table")).to_be_visible()
    expect(card.locator(".js-plotly-plot")).to_be_hidden()
    card.get_by_role("button", name="View as figure").click()
    expect(card.locator(".js-plotly-plot")).to_be_visible()


def test_one_card_is_refreshed_alone(visitor: Visitor) -> None:
    visitor.open("/")
    card = visitor.page.locator("[data-widget-id=changes]")
    card.locator("summary").first.click()
    with visitor.page.expect_response(lambda r: "_dash-update-component" in r.url) as answer:
        card.get_by_role("button", name="Refresh").click()
    assert "changes" in answer.value.text()
    assert "readiness-gauge" not in answer.value.text()
    visitor.settled()


def test_signing_out_ends_at_the_sign_in(running: Site, browser: Browser) -> None:
    with visiting(browser, running, None) as visitor:
        visitor.sign_in(Role.ANALYST)
        visitor.settled()
        visitor.page.locator(".person summary").click()
        visitor.page.get_by_role("button", name="Sign out").click()
        expect(visitor.page.locator("[name=password]")).to_be_visible()
        visitor.page.goto(running.address + "/departments")
        expect(visitor.page.locator("[name=password]")).to_be_visible()
