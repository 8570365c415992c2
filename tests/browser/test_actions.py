"""Actions: taken up, moved on and there again after a reload; nobody touches what is not theirs."""

from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from data.access import Role
from tests.browser.site import Site
from tests.browser.visit import visiting


def card(page: Page, section: str, *words: str) -> Locator:
    """The card of a section that holds all these words."""
    found = page.locator(f"[id*='{section}-list'] .action-card")
    for text in words:
        found = found.filter(has_text=text)
    return found.first


def take_up(page: Page, place: str) -> str:
    """Take up the first action that is recommended there; its title."""
    chosen = card(page, "actions", place)
    title = chosen.get_by_role("heading").inner_text()
    chosen.get_by_text("Take up", exact=True).click()
    expect(chosen.get_by_label("Owner").locator("option:checked")).to_have_text("Nobody yet")
    chosen.get_by_label("Owner").select_option("Leo Brandt")
    chosen.get_by_label("Note").fill("Start with Monday's meeting")
    chosen.get_by_role("button", name="Save plan").click()
    return title


def test_an_analyst_takes_up_an_action_and_moves_it_on(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.ANALYST]) as visitor:
        page = visitor.page
        visitor.open("/actions")
        title = take_up(page, "Sales · Anxiety")
        taken = card(page, "plans", "Sales · Anxiety", title)
        expect(taken).to_contain_text("Leo Brandt")
        expect(page.locator("#announce")).to_contain_text("Taken up")
        expect(page.locator("#plans-heading")).to_be_focused()
        expect(card(page, "actions", "Sales · Anxiety")).to_contain_text("Open, Leo Brandt")
        taken.get_by_text("Change", exact=True).click()
        taken.get_by_label("Status").select_option("In progress")
        taken.get_by_role("button", name="Save").click()
        expect(page.locator("#announce")).to_contain_text("in progress")
        visitor.settled()
        visitor.open("/actions")
        again = card(page, "plans", "Sales · Anxiety", title)
        expect(again).to_contain_text("In progress · Leo Brandt")
        expect(again).to_contain_text("Start with Monday's meeting")
        expect(again).to_contain_text("No later wave yet")
        assert visitor.violations() == []


def test_an_error_stands_in_its_form(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.ANALYST]) as visitor:
        page = visitor.page
        visitor.open("/actions")
        chosen = card(page, "plans", "Legal · Anxiety")
        chosen.get_by_text("Change", exact=True).press("Enter")
        chosen.get_by_label("Due").fill("2001-01-01")
        chosen.get_by_role("button", name="Save").press("Enter")
        expect(chosen.get_by_role("alert")).to_contain_text("Not saved. The due date 2001-01-01")
        assert visitor.violations() == []


def test_the_demo_shows_what_moved_beside_its_plans(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.EXECUTIVE], width=360) as visitor:
        page = visitor.page
        visitor.open("/actions")
        engineering = card(page, "plans", "Engineering")
        expect(engineering).to_contain_text("clearly better than the rest")
        expect(page.get_by_text("it does not show that the plan caused it")).to_be_visible()
        for name in ("Take up", "Change"):
            expect(page.get_by_text(name, exact=True)).to_have_count(0)
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert page.evaluate(wide)
        assert visitor.violations() == []


def test_a_lead_touches_own_departments_only(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.DEPARTMENT_LEAD]) as visitor:
        page = visitor.page
        visitor.open("/actions")
        places = page.locator(".card-where").all_inner_texts()
        assert places and all(p.split(" · ")[0] in ("Finance", "Legal") for p in places)
        chosen = card(page, "plans", "Finance · Anchors")
        chosen.get_by_text("Change", exact=True).click()
        body = {"revision": 1, "status": "dropped"}
        foreign = "00000000-0000-0000-0000-000000000007"
        answer = page.request.patch(f"{running.address}/api/v1/plans/{foreign}", data=body)
        assert answer.status == 404
        chosen.get_by_label("Status").select_option("Done")
        chosen.get_by_role("button", name="Save").click()
        expect(card(page, "plans", "Finance · Anchors")).to_contain_text("Done")


def test_filters_choose_what_is_listed(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.ANALYST]) as visitor:
        page = visitor.page
        visitor.open("/actions")
        everything = page.locator("[id*=actions-list] .action-card").count()
        page.get_by_role("search").get_by_text("Departments").first.click()
        page.get_by_role("checkbox", name="Finance").check()
        visitor.settled()
        expect(
            page.locator("[id*=actions-list] .action-card").filter(has_text="Sales")
        ).to_have_count(0)
        assert 0 < page.locator("[id*=actions-list] .action-card").count() < everything
