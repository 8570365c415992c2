"""What did people answer, question by question? Scores, who differs, and how answers are spread."""

from collections.abc import Mapping, Sequence

import dash
from dash import html
from dash.development.base_component import Component

from components import shell
from components.assembly import Page, filtered
from components.draw import Drawn
from components.grid import grid, place
from data.queries.filters import Filters

PATH = "/questions"
dash.register_page(__name__, path=PATH, name="Questions", title="Questions · AI Readiness")  # type: ignore[no-untyped-call]

PLACES = (
    place("question-heatmap", 7, 10),
    place("questions", 5, 10, show=9),
    place("answer-distribution", 7, 10),
    place("question-roles", 5, 10, groups=5),
)


def _content(figures: Mapping[str, Drawn], filters: Filters) -> Sequence[Component]:
    return [grid(PLACES, figures)]


PAGE = Page(PATH, "What did people answer, question by question?", PLACES, _content)


@shell.entrance(PATH)
async def layout(**address: object) -> html.Div:
    return await filtered(PAGE, address)
