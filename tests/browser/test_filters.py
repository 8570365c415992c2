"""Filters: controls, chips, address, back button and figures agree; a click leads deeper."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from data.access import Role
from tests.browser.site import Site
from tests.browser.visit import Visitor, visiting


def choose(page: Page, name: str, value: str) -> None:
    pick = page.locator("details[data-pick]").filter(has_text=name)
    pick.locator("summary").click()
    pick.get_by_label(value, exact=True).check()
    page.keyboard.press("Escape")


def test_one_request_redraws_the_page(visitor: Visitor) -> None:
    visitor.open("/")
    before = visitor.titles()
    asked: list[str] = []
    visitor.page.on(
        "request", lambda r: asked.append(r.url) if "_dash-update-component" in r.url else None
    )
    choose(visitor.page, "Departments", "Legal")
    expect(visitor.page.locator(".chip")).to_have_text("Legal")
    visitor.settled()
    assert len(asked) == 1
    assert visitor.titles() != before
    assert "error" not in visitor.states().values()


def test_the_address_reproduces_the_figures(visitor: Visitor) -> None:
    visitor.open("/")
    choose(visitor.page, "Departments", "Engineering")
    expect(visitor.page.locator(".chip")).to_have_text("Engineering")
    visitor.settled()
    there = visitor.titles()
    assert "department=" in visitor.page.url
    visitor.open(visitor.page.url.removeprefix(visitor.site.address))
    assert visitor.titles() == there
    expect(visitor.page.locator(".chip")).to_have_text("Engineering")


def test_back_and_forward(visitor: Visitor) -> None:
    visitor.open("/")
    first = visitor.titles()
    choose(visitor.page, "Departments", "Legal")
    expect(visitor.page.locator(".chip")).to_have_count(1)
    visitor.settled()
    second = visitor.titles()
    visitor.page.go_back()
    expect(visitor.page.locator(".chip")).to_have_count(0)
    visitor.settled()
    assert visitor.titles() == first
    visitor.page.go_forward()
    expect(visitor.page.locator(".chip")).to_have_count(1)
    visitor.settled()
    assert visitor.titles() == second


def test_clear_all(visitor: Visitor) -> None:
    visitor.open("/departments")
    choose(visitor.page, "Departments", "Legal")
    choose(visitor.page, "Departments", "Finance")
    expect(visitor.page.locator(".chip")).to_have_count(2)
    visitor.page.get_by_role("button", name="Clear all").click()
    expect(visitor.page.locator(".chip")).to_have_count(0)
    visitor.settled()
    assert visitor.page.url == visitor.site.address + "/departments"


def test_filters_go_along_to_another_page(visitor: Visitor) -> None:
    visitor.open("/")
    choose(visitor.page, "Departments", "Legal")
    expect(visitor.page.locator(".chip")).to_have_count(1)
    visitor.page.get_by_role("link", name="Departments").click()
    expect(visitor.page.locator("h1")).to_have_text("Where are we ready, and where not?")
    expect(visitor.page.locator(".chip")).to_have_text("Legal")
    visitor.settled()


def test_a_cell_leads_to_its_department_and_force(visitor: Visitor) -> None:
    visitor.open("/departments")
    heatmap = visitor.page.locator("[data-widget-id=department-heatmap] .nsewdrag").first
    box = heatmap.bounding_box()
    assert box is not None
    heatmap.click(position={"x": box["width"] * 0.9, "y": 20})
    crumbs = visitor.page.locator(".crumbs")
    expect(crumbs.get_by_role("button", name="All departments")).to_be_visible()
    expect(crumbs).to_contain_text("Anxiety of the new")
    visitor.settled()
    expect(visitor.page.locator("[data-widget-id=department-heatmap]")).to_be_hidden()
    expect(visitor.page.locator("[data-widget-id=force-balance]")).to_be_visible()
    assert "force=anxiety_of_new" in visitor.page.url
    crumbs.get_by_role("button", name="All departments").click()
    expect(visitor.page.locator("[data-widget-id=department-heatmap]")).to_be_visible()
    visitor.settled()


def test_a_cell_of_the_overview_leads_to_departments(visitor: Visitor) -> None:
    visitor.open("/")
    cell = visitor.page.locator("[data-widget-id=department-heatmap] .nsewdrag").first
    cell.click(position={"x": 60, "y": 20})
    expect(visitor.page.locator("h1")).to_have_text("Where are we ready, and where not?")
    expect(visitor.page.locator(".crumbs")).to_contain_text("Pain of the old")
    visitor.settled()
    assert "error" not in visitor.states().values()


def test_another_survey(visitor: Visitor) -> None:
    visitor.open("/")
    before = visitor.titles()
    visitor.page.get_by_label("Survey").select_option(index=3)
    expect(visitor.page.locator(".widget-title").first).not_to_have_text(before[0])
    visitor.settled()
    assert "survey=" in visitor.page.url


def test_what_is_no_filter_says_so(visitor: Visitor) -> None:
    visitor.open("/?department=everything")
    expect(visitor.page.get_by_role("alert")).to_contain_text("cannot be read")


def test_a_lead_is_offered_only_their_departments(
    running: Site, browser: Browser, signed_in: dict[Role, Any]
) -> None:
    with visiting(browser, running, signed_in[Role.DEPARTMENT_LEAD]) as visitor:
        visitor.open("/departments")
        pick = visitor.page.locator("details[data-pick]").filter(has_text="Departments")
        pick.locator("summary").click()
        labels = pick.locator(".form-check-label").all_inner_texts()
        assert {label.split("\n")[0] for label in labels} == {"Finance", "Legal"}
