"""What do people say? Voice recordings, and the themes and words of what was written or said."""

from collections.abc import Mapping, Sequence

import dash
from dash import html
from dash.development.base_component import Component

from components import shell
from components.assembly import Page, filtered
from components.draw import Drawn
from components.grid import Place, grid, place
from data.queries.filters import Filters

PATH = "/voices"
dash.register_page(__name__, path=PATH, name="Voices", title="Voices · AI Readiness")  # type: ignore[no-untyped-call]


def _recordings_by(what: str, height: int = 4) -> Place:
    return Place(f"voice-{what}", "voice-distribution", 4, height, {"by": what})


PLACES = (
    place("voice-recordings", 4, 4),
    _recordings_by("sentiment"),
    _recordings_by("language"),
    place("themes", 8, 8),
    place("words", 4, 5),
    _recordings_by("quality", 3),
    place("comments", 12, 8),
)


def _content(figures: Mapping[str, Drawn], filters: Filters) -> Sequence[Component]:
    return [grid(PLACES, figures)]


PAGE = Page(PATH, "What do people say?", PLACES, _content)


@shell.entrance(PATH)
async def layout(**address: object) -> html.Div:
    return await filtered(PAGE, address)
