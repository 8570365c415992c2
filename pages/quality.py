"""Can these figures be relied on? Who answered, of whom, and how carefully."""

from collections.abc import Mapping, Sequence

import dash
from dash import html
from dash.development.base_component import Component

from components import shell
from components.assembly import Page, filtered
from components.draw import Drawn
from components.grid import Place, grid, place
from data.queries.filters import Filters

PATH = "/quality"
dash.register_page(__name__, path=PATH, name="Data quality", title="Data quality · AI Readiness")  # type: ignore[no-untyped-call]

PLACES = (
    place("data-quality", 4, 9),
    place("representativeness", 8, 9),
    place("participation", 4, 4),
    Place("by-role", "representativeness", 8, 4, {"by": "role"}),
)


def _content(figures: Mapping[str, Drawn], filters: Filters) -> Sequence[Component]:
    return [grid(PLACES, figures)]


PAGE = Page(PATH, "Can these figures be relied on?", PLACES, _content)


@shell.entrance(PATH)
async def layout(**address: object) -> html.Div:
    return await filtered(PAGE, address)
