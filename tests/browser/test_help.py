"""The help of a card: how its figures are made, on a desk and on a phone, by mouse and keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from components.widgets import WIDGETS
from data.access import Role
from tests.browser.site import Site
from tests.browser.visit import visiting


@pytest.mark.parametrize("width", [1440, 390])
def test_a_card_says_how_it_is_made(
    browser: Browser, running: Site, signed_in: dict[Role, Any], width: int
) -> None:
    with visiting(browser, running, signed_in[Role.EXECUTIVE], width=width) as visitor:
        visitor.open("/")
        card = visitor.page.locator("[data-widget-key=readiness-gauge]").first
        card.locator(".menu-button").click()
        made = card.locator(".menu-method")
        made.locator("summary").focus()
        visitor.page.keyboard.press("Enter")
        method = WIDGETS["readiness-gauge"].question.method
        for sentence in (method.definition, method.computed, method.missing, method.source):
            expect(made.get_by_text(sentence, exact=True)).to_be_visible()
        expect(made.get_by_text("All departments, all roles")).to_be_visible()
        assert visitor.violations() == []
        page = "document.documentElement"
        assert visitor.page.evaluate(f"{page}.scrollWidth <= {page}.clientWidth")
