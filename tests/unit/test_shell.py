"""Ids stand in one file, addresses and filters are one thing, pages are nobody's by default."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from components import shell
from components.board import standard, tiles, widget_of
from components.filters import from_address, to_address
from components.widgets import WIDGETS
from data.access import Person, Principal, Role, acting_as
from data.contracts.dashboards import DashboardConfig
from data.errors import FiltersInvalid, LayoutInvalid
from data.layouts import parse
from data.queries.filters import Filters

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("pages", "callbacks", "components")
    for path in (ROOT / folder).rglob("*.py")
)
WRITTEN = re.compile(r"""\bid\s*=\s*["']|\b(?:Input|Output|State)\(\s*["']""")
FILTERS = Filters(
    surveys=(UUID(int=1),),
    periods=(date(2026, 7, 1),),
    departments=(UUID(int=3), UUID(int=2)),
    roles=("Lead & more", "Staff"),
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_ids_are_written_in_one_file(path: Path) -> None:
    if path.name in ("ids.py", "sign_in.py"):  # the sign-in page is plain HTML, without Dash
        return
    assert not WRITTEN.findall(path.read_text())


def test_the_pattern_finds_written_ids() -> None:
    assert WRITTEN.search('html.Div(id="x")')
    assert WRITTEN.search('Input("x", "value")')


def test_filters_survive_their_address() -> None:
    address: dict[str, object] = {
        name: values[0] if len(values) == 1 else values
        for name, values in parse_qs(to_address(FILTERS)[1:]).items()
    }
    assert from_address(address) == FILTERS
    assert to_address(Filters()) == ""


def test_an_address_of_nonsense_is_refused() -> None:
    with pytest.raises(FiltersInvalid):
        from_address({"department": "everything"})


def test_outside_of_a_navigation_nobody_is_the_viewer() -> None:
    """Dash sends what it collects from layouts to every browser."""
    principal = Principal(UUID(int=1), UUID(int=2), Role.ADMIN)
    with acting_as(Person(principal, "Ana", "ana@demo.example", "Acme")):
        assert shell.viewer() is None


def test_the_standard_layout_is_one() -> None:
    layout = standard()
    assert parse(layout.model_dump(mode="json")) == layout
    assert len(tiles(layout)) == len(layout.widgets)


def test_every_widget_is_known_by_its_type_and_question() -> None:
    pairs = {(widget.type, widget.question.name) for widget in WIDGETS}
    assert len(pairs) == len(WIDGETS)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "crystal-ball"},
        {"size": {"width": 13, "height": 2}},
        {"position": {"x": -1, "y": 0}},
        {"config": {"no_such_option": 1}},
        {"dataSource": {"question": "no such question"}},
    ],
)
def test_a_tampered_layout_is_refused(change: dict[str, object]) -> None:
    raw = standard().model_dump(mode="json")
    raw["widgets"][0] |= change
    with pytest.raises(LayoutInvalid):
        tiles(parse(raw))


def test_two_widgets_of_one_id_are_refused() -> None:
    raw = standard().model_dump(mode="json")
    raw["widgets"][1]["id"] = raw["widgets"][0]["id"]
    with pytest.raises(LayoutInvalid, match="same id"):
        parse(raw)


def test_every_widget_can_be_saved_and_found() -> None:
    for saved in DashboardConfig.model_validate(standard().model_dump()).widgets:
        assert widget_of(saved).type.value == saved.type
