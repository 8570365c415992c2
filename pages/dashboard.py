"""What do I want to see? A board of one's own: arranged, saved, and there again next time."""

from collections.abc import Mapping, Sequence
from functools import partial

import dash
from dash import html
from dash.development.base_component import Component

from components import board, ids, shell, states
from components.assembly import Page, filtered
from components.attributes import attributes
from components.draw import Drawn
from components.pool import run
from components.services import services
from data import layouts
from data.access import Principal
from data.contracts.dashboards import DashboardConfig
from data.errors import LayoutInvalid
from data.queries.filters import Filters

PATH = "/dashboard"
HEADING = "What do I want to see?"
dash.register_page(__name__, path=PATH, name="My dashboard", title="My dashboard · AI Readiness")  # type: ignore[no-untyped-call]


@shell.entrance(PATH)
async def layout(layout: str = "", **address: object) -> html.Div:
    person = shell.viewer()
    if person is None:
        return await filtered(_page(board.standard(), (), ""), address)
    try:
        shown, saved, note = await run(_load, person.principal, layout)
    except Exception as error:  # the page says that it failed, as every other page does
        return shell.page(PATH, person, HEADING, states.page_failed(PATH, error))
    return await filtered(_page(shown, saved, note), address)


def _load(principal: Principal, name: str) -> tuple[DashboardConfig, tuple[str, ...], str]:
    """The layout to show, the names of all, and what the viewer should know about it."""
    database = services().database
    saved = layouts.names(database, principal)
    try:
        found = layouts.load(database, principal, name)
        board.tiles(found or board.standard())
    except LayoutInvalid as error:
        return board.standard(), saved, f"{error} The standard layout is shown instead."
    note = f"There is no layout “{name}”." if name and found is None else ""
    return found or board.standard(), saved, note


def _page(shown: DashboardConfig, saved: tuple[str, ...], note: str) -> Page:
    tiles = board.tiles(shown)
    content = partial(_content, shown.name, saved, note, tiles)
    return Page(PATH, HEADING, tuple(tile.place for tile in tiles), content)


def _content(
    name: str,
    saved: tuple[str, ...],
    note: str,
    tiles: Sequence[board.Tile],
    figures: Mapping[str, Drawn],
    filters: Filters,
) -> Sequence[Component]:
    said = [html.P(note, className="board-note", role="alert")] if note else []
    return [
        html.Div(
            [board.toolbar(name, saved), *said, board.board(tiles, figures)],
            id=ids.BOARD_FRAME,
            **attributes(data_editing="false"),
        )
    ]
