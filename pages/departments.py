"""Where are we ready, and where not? Departments by forces; choosing one shows what is behind."""

from collections.abc import Mapping, Sequence

import dash
from dash import html
from dash.development.base_component import Component

from components import ids
from components.assembly import Page, filtered
from components.attributes import attributes
from components.draw import Drawn
from components.grid import grid, place
from data.queries.filters import Filters

PATH = "/departments"
dash.register_page(__name__, path=PATH, name="Departments", title="Departments · AI Readiness")  # type: ignore[no-untyped-call]

PLACES = (
    place("department-heatmap", 8, 7, shown="in-all"),
    place("force-balance", 8, 7, shown="in-one"),
    place("participation", 4, 3),
    place("segments", 4, 4),
    place("questions", 5, 8),
    place("department-table", 7, 8),
)


def _content(figures: Mapping[str, Drawn], filters: Filters) -> Sequence[Component]:
    return [
        html.Nav(id=ids.crumbs(PATH), className="crumbs", **attributes(aria_label="Where you are")),
        html.Div(
            grid(PLACES, figures),
            id=ids.drill(PATH),
            **attributes(data_drill="one" if len(filters.departments) == 1 else "all"),
        ),
    ]


PAGE = Page(PATH, "Where are we ready, and where not?", PLACES, _content)


async def layout(**address: object) -> html.Div:
    return await filtered(PAGE, address)
