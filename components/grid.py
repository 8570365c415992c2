"""Where cards stand: twelve columns at full width, two on a tablet, one on a phone.

A place has its size before its figure is there, so nothing moves when figures arrive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.attributes import attributes
from components.card import widget_card
from components.draw import Drawn, draw
from components.pool import side_by_side
from components.services import services
from components.widgets import WIDGETS
from data.access import Principal
from data.queries.filters import Filters

LEADS_ON = frozenset({"department-heatmap"})
"""Widgets in which a click leads to a department (assets/filters.js)."""


WIDE = 7
"""Columns from which a card takes the whole width of a tablet."""


@dataclass(frozen=True, slots=True)
class Place:
    """A widget on a page: ``width`` of 12 columns, ``height`` in units of the grid's rows.

    ``id`` is unique on its page; ``shown`` limits a place to one state of its page (see app.css).
    """

    id: str
    key: str
    width: int
    height: int
    options: Mapping[str, object] = field(default_factory=dict)
    shown: str = ""


def place(key: str, width: int, height: int, *, shown: str = "", **options: object) -> Place:
    """A place whose id is its widget's key: for pages that show each widget once."""
    return Place(key, key, width, height, options, shown)


async def drawn(
    places: Sequence[Place], principal: Principal, filters: Filters
) -> dict[str, Drawn]:
    """Every place drawn, side by side in the pool, by id."""

    def one(spot: Place) -> Drawn:
        return _draw(spot.key, principal, filters, spot.options)

    answers = await side_by_side(one, places)
    return {spot.id: answer for spot, answer in zip(places, answers, strict=True)}


def _draw(key: str, principal: Principal, filters: Filters, options: Mapping[str, object]) -> Drawn:
    return draw(services().desk, WIDGETS[key], principal, filters, options)


def grid(places: Sequence[Place], figures: Mapping[str, Drawn] | None = None) -> html.Div:
    """The places in order; skeletons where ``figures`` is None."""
    return html.Div([slot(spot, (figures or {}).get(spot.id)) for spot in places], className="grid")


def slot(spot: Place, figure: Drawn | None) -> html.Div:
    """A place with its card, and the store that says what is in it."""
    return html.Div(
        [
            html.Div(
                card(spot.id, spot.key, figure),
                id=ids.slot(spot.id),
                className="slot-card",
            ),
            dcc.Store(id=ids.about(spot.id), data=about(spot.key, spot.options)),
            dcc.Store(id=ids.asked(spot.id)),
        ],
        className=f"slot {spot.shown}".strip(),
        style={"--w": spot.width, "--h": spot.height},
        **attributes(data_wide="true" if spot.width >= WIDE else "false"),
    )


def card(widget: str, key: str, figure: Drawn | None) -> Component:
    return widget_card(widget, WIDGETS[key], figure, can_click=key in LEADS_ON)


def about(key: str, options: Mapping[str, object]) -> dict[str, Any]:
    return {"key": key, "options": dict(options)}


def redrawn(
    widget: str, raw: Mapping[str, Any], principal: Principal, filters: Filters
) -> Component:
    """The card of a place as its store describes it, drawn now."""
    key, options = str(raw.get("key")), raw.get("options") or {}
    return card(widget, key, _draw(key, principal, filters, options))
