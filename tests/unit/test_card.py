"""The one card: its attributes, its states, and what a screen reader gets."""

import json
from typing import Any

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from components import ids
from components.card import download_address, widget_card
from components.draw import CardState, Drawn, drawn_from
from components.widgets import WIDGETS, Widget, WidgetType
from data.queries.filters import Filters
from tests.support import answers

EVERY = pytest.mark.parametrize("widget", list(WIDGETS), ids=lambda w: w.key)


def ready(widget: Widget[Any, Any], filters: Filters | None = None) -> Drawn:
    answer = answers.ordinary()[widget.question.answer]
    return drawn_from(widget, answer, widget.options(), filters or Filters())


def parts(component: Any) -> list[Any]:
    """The component and everything inside it."""
    if isinstance(component, list | tuple):
        return [inner for item in component for inner in parts(item)]
    if not isinstance(component, Component):
        return [component] if component is not None else []
    return [component, *parts(getattr(component, "children", None))]


def of(card: Component, name: str) -> list[Any]:
    return [part for part in parts(card) if type(part).__name__ == name]


def text(card: Component) -> str:
    return " ".join(part for part in parts(card) if isinstance(part, str))


def attributes(card: Component) -> dict[str, Any]:
    props: dict[str, Any] = card.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    return props


def tables(card: Component) -> list[dict[str, Any]]:
    """What the browser builds tables from (assets/tables.js)."""
    places = [getattr(part, "data-table", None) for part in parts(card)]
    return [json.loads(place) for place in places if place]


@EVERY
def test_a_ready_card(widget: Widget[Any, Any]) -> None:
    card = widget_card("here", widget, ready(widget))
    json.dumps(card, cls=PlotlyJSONEncoder)
    props = attributes(card)
    assert props["data-widget-id"] == "here"
    assert props["data-widget-type"] == widget.type.value
    assert props["data-widget-state"] == "ready"
    assert props["role"] == "group"
    named = {part.id for part in parts(card) if isinstance(getattr(part, "id", None), str)}
    assert {props["aria-labelledby"], props["aria-describedby"]} <= named
    assert len(tables(card)) == 1
    assert len(of(card, "A")) == 4


@EVERY
def test_the_skeleton_is_there_before_the_answer(widget: Widget[Any, Any]) -> None:
    props = attributes(widget_card("here", widget))
    assert props["data-widget-state"] == "loading"
    assert props["aria-busy"] == "true"


@pytest.mark.parametrize("state", ["empty", "suppressed", "error"])
def test_states_say_what_happened_and_offer_no_files(state: str) -> None:
    drawn = Drawn(CardState(state), "Forces", message="This is why.", reference="AB12CD34")
    card = widget_card("here", WIDGETS["force-balance"], drawn)
    assert attributes(card)["data-widget-state"] == state
    assert "This is why." in text(card)
    assert not of(card, "A") and not of(card, "Graph")
    assert ("Reference AB12CD34" in text(card)) is (state == "error")
    assert [b.children for b in of(card, "Button")] == [
        "Try again" if state == "error" else "Refresh"
    ]


def test_ids_are_the_cards_own() -> None:
    widget = WIDGETS["changes"]
    one, two = (widget_card(name, widget, ready(widget)) for name in ("a", "b"))
    seen = [json.dumps(p.id) for c in (one, two) for p in parts(c) if hasattr(p, "id")]
    assert len(seen) == len(set(seen))
    assert of(one, "Graph")[0].id == ids.figure("a")


def test_a_file_is_asked_for_with_the_cards_own_filters() -> None:
    widget = WIDGETS["words"]
    filters = Filters(roles=("Lead & more", "Staff"))
    drawn = drawn_from(
        widget,
        answers.ordinary()[widget.question.answer],
        widget.chosen({"show": 7}),
        filters,
    )
    assert download_address(widget, drawn, "csv") == (
        "/download/words.csv?roles=Lead+%26+more&roles=Staff&option.show=7"
    )


def test_tables_stand_once_and_numbers_are_aligned() -> None:
    widget = next(w for w in WIDGETS if w.type is WidgetType.DATA_TABLE)
    card = widget_card("here", widget, ready(widget))
    assert not of(card, "Graph")
    columns = tables(card)[0]["columns"]
    assert [column["align"] for column in columns[:3]] == ["text", "number", "number"]
