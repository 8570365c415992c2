"""The live page asks again and never counts finer than five."""

import re

from playwright.sync_api import expect

from tests.browser.visit import Visitor


def test_live_figures_are_asked_again(visitor: Visitor) -> None:
    visitor.open("/live")
    first = visitor.page.locator(".live-state").inner_text()
    expect(visitor.page.locator(".live-state")).not_to_have_text(first, timeout=30_000)


def test_counts_are_in_fives(visitor: Visitor) -> None:
    visitor.open("/live")
    for name in ("Answering now", "Answers in the last hour"):
        figure = visitor.page.locator(".live-figure").filter(has_text=name).locator("dd").first
        text = figure.inner_text().replace(",", "")
        assert text == "< 5" or (re.fullmatch(r"\d+", text) and int(text) % 5 == 0)
