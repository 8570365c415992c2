"""Signing in by the button: from our page over the provider's to the page that was wanted."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app import create_app
from components.sign_in import OPENID_RETURN
from data.demo.loading import NAME
from data.settings import load_settings
from tests.browser.site import Site
from tests.browser.visit import Visitor
from tests.support.openid_provider import CLIENT, SECRET, openid_provider
from tests.support.site import serving


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_button_leads_to_the_page_that_was_wanted(
    running: Site, browser: Browser, tmp_path: Path, theme: str
) -> None:
    with openid_provider() as provider:
        settings = load_settings(
            database_url=running.database_url,
            home=tmp_path,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_organization=NAME,
            oidc_role_claim="groups",
            oidc_role_map={"staff": "executive"},
        )
        with serving(create_app(settings), lifespan=True) as address:
            provider.told(
                redirects=[address + OPENID_RETURN],
                person={"sub": f"grace-{theme}", "name": "Grace Hopper", "groups": ["staff"]},
            )
            context = browser.new_context(color_scheme=theme)  # type: ignore[arg-type]  # both fit
            visitor = Visitor(replace(running, address=address), context.new_page())
            _walk(visitor, address)
            context.close()


def _walk(visitor: Visitor, address: str) -> None:
    page = visitor.page
    page.goto(f"{address}/quality")
    expect(page.locator("#openid")).to_be_visible()
    assert visitor.violations() == []
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#openid")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_be_visible()
    assert page.url == f"{address}/quality"
    expect(page.get_by_text("Grace Hopper").first).to_be_attached()
    visitor.settled()
    # The one thing elsewhere is where the button leads.
    others = [said for said in visitor.problems if "/authorize?" not in said]
    assert others == []
