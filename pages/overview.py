"""Are we ready to work with AI? One page that an executive reads in a minute."""

from collections.abc import Mapping, Sequence

import dash
from dash import html
from dash.development.base_component import Component

from components import shell
from components.assembly import Page, filtered
from components.draw import Drawn
from components.grid import grid, place
from data.queries.filters import Filters

dash.register_page(__name__, path="/", name="Overview", title="Overview · AI Readiness")  # type: ignore[no-untyped-call]

PLACES = (
    place("readiness-gauge", 3, 5),
    place("force-balance", 6, 5),
    place("changes", 3, 5),
    place("department-heatmap", 8, 8),
    place("actions", 4, 8),
    place("readiness-trend", 4, 7),
    place("segment-flow", 4, 7),
    place("participation", 4, 3),
    place("segments", 4, 4),
)


def _content(figures: Mapping[str, Drawn], filters: Filters) -> Sequence[Component]:
    return [grid(PLACES, figures)]


PAGE = Page("/", "Are we ready to work with AI?", PLACES, _content, says=True)


@shell.entrance("/")
async def layout(**address: object) -> html.Div:
    return await filtered(PAGE, address)
