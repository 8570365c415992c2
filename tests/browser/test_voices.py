"""From a theme to what people say of it, in their own words."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visitor


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_theme_leads_to_its_comments(by: str, visitor: Visitor) -> None:
    visitor.open("/voices")
    card = visitor.page.locator("[data-widget-id=comments]")
    themes = card.get_by_role("group", name="Themes").get_by_role("button")
    assert themes.count() >= 3
    first, second = themes.nth(0), themes.nth(1)
    expect(first).to_have_attribute("aria-pressed", "true")
    name = second.get_attribute("title") or ""
    if by == "mouse":
        second.click()
    else:
        second.focus()
        visitor.page.keyboard.press("Enter")
    expect(card.get_by_role("heading")).to_contain_text(re.split(r"[…,]", name)[0])
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(second).to_be_focused()
    expect(card.locator("table caption")).to_have_text(f"Comments on “{name}”")
    assert visitor.violations() == []
