"""One site and one browser for all browser tests; a new tab, with its own storage, for each."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from data.access import Role
from tests.browser import visit
from tests.browser.site import Site, site
from tests.browser.visit import Visitor, visiting


@pytest.fixture(scope="session")
def running() -> Iterator[Site]:
    with site() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = visit.launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def signed_in(running: Site, browser: Browser) -> dict[Role, Any]:
    """The cookies of each role, after signing in once."""
    states = {}
    for role in Role:
        context = browser.new_context()
        Visitor(running, context.new_page()).sign_in(role)
        states[role] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def visitor(running: Site, browser: Browser, signed_in: dict[Role, Any]) -> Iterator[Visitor]:
    """An executive at a desk, in the light."""
    with visiting(browser, running, signed_in[Role.EXECUTIVE]) as one:
        yield one
