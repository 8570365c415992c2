"""What would help most, and did it? Recommended actions, plans, and what moved beside them."""

from collections.abc import Mapping, Sequence
from functools import partial

import dash
from dash import html
from dash.development.base_component import Component

from components import plans, shell, states
from components.assembly import Page, filtered
from components.draw import Drawn
from components.filters import from_address
from components.grid import grid, place
from components.pool import run
from data.errors import FiltersInvalid
from data.queries.filters import Filters

PATH = "/actions"
HEADING = "What would help most, and did it?"
dash.register_page(__name__, path=PATH, name="Actions", title="Actions · AI Readiness")  # type: ignore[no-untyped-call]

PLACES = (place("priorities", 12, 6),)


def _content(
    loaded: plans.Loaded, figures: Mapping[str, Drawn], filters: Filters
) -> Sequence[Component]:
    return [*plans.page_parts(loaded), grid(PLACES, figures)]


def _page(loaded: plans.Loaded) -> Page:
    return Page(PATH, HEADING, PLACES, partial(_content, loaded))


@shell.entrance(PATH)
async def layout(**address: object) -> html.Div:
    person = shell.viewer()
    if person is None:
        return await filtered(_page(plans.Loaded()), address)
    try:
        loaded = await run(plans.load, person.principal, from_address(address))
    except FiltersInvalid as error:
        return shell.page(PATH, person, HEADING, states.unreadable(str(error)))
    except Exception as error:  # the page says that it failed, as every other page does
        return shell.page(PATH, person, HEADING, states.page_failed(PATH, error))
    return await filtered(_page(loaded), address)
