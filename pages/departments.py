"""Where are we ready, and where not? Departments by forces; choosing one shows what is behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import dash
from dash import html
from dash.development.base_component import Component

from components import ids, shell
from components.assembly import Page, filtered
from components.attributes import attributes
from components.draw import Drawn
from components.grid import Place, grid, place
from data.analysis.forces import Force
from data.queries.filters import Filters

PATH = "/departments"
dash.register_page(__name__, path=PATH, name="Departments", title="Departments · AI Readiness")  # type: ignore[no-untyped-call]

FOCUSED = "questions"
FORCE_VALUES = frozenset(force.value for force in Force)

PLACES = (
    place("department-heatmap", 8, 7, shown="in-all"),
    place("force-balance", 8, 7, shown="in-one"),
    place("participation", 4, 3),
    place("segments", 4, 4),
    place("questions", 5, 9, show=9),
    place("department-table", 7, 9),
)


def _content(
    places: Sequence[Place], figures: Mapping[str, Drawn], filters: Filters
) -> Sequence[Component]:
    return [
        html.Nav(id=ids.crumbs(PATH), className="crumbs", **attributes(aria_label="Where you are")),
        html.Div(
            grid(places, figures),
            id=ids.drill(PATH),
            **attributes(data_drill="one" if len(filters.departments) == 1 else "all"),
        ),
    ]


def _page(force: object) -> Page:
    """Where a cell was chosen, the questions are those of its force."""
    chosen = {"force": force} if force in FORCE_VALUES else {}
    places = tuple(
        replace(spot, options=chosen) if spot.key == FOCUSED else spot for spot in PLACES
    )
    return Page(PATH, "Where are we ready, and where not?", places, partial(_content, places))


@shell.entrance(PATH)
async def layout(force: object = None, **address: object) -> html.Div:
    return await filtered(_page(force), address)
