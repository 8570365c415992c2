"""My dashboard: arranging happens in the browser (assets/board.js); adding and saving ask us."""

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, Patch, State
from dash.exceptions import PreventUpdate

from callbacks.threads import register as threaded
from components import board, ids
from components.draw import draw
from components.grid import Place
from components.services import services
from components.widgets import WIDGETS
from data import layouts
from data.access import required_principal
from data.contracts.dashboards import DashboardConfig
from data.errors import LayoutInvalid, ReadinessError
from data.permissions import Action
from data.queries.filters import Filters

BELOW = 1000
"""A row below everything: the grid moves the new card up to the first free one."""


def register(app: Dash) -> None:
    _edit(app)
    _add(app)
    _save(app)


def _edit(app: Dash) -> None:
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("board", "edit"),
        Output(ids.BOARD, "isDraggable"),
        Output(ids.BOARD, "isResizable"),
        Output(ids.BOARD_FRAME, "data-editing"),
        Output(ids.BOARD_EDIT, "children"),
        Input(ids.BOARD_EDIT, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("board", "arrange"),
        Output(ids.BOARD, "layouts"),
        Output(ids.BOARD, "children"),
        Input(ids.board_item(ALL, ALL), "n_clicks"),
        State(ids.BOARD, "layouts"),
        State(ids.BOARD, "children"),
        State(ids.BOARD, "breakpoint"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("board", "open"),
        Input(ids.BOARD_OPEN, "value"),
        prevent_initial_call=True,
    )


def _add(app: Dash) -> None:
    @threaded(
        app,
        Action.ARRANGE,
        Output(ids.BOARD, "children", allow_duplicate=True),
        Output(ids.BOARD, "layouts", allow_duplicate=True),
        Input(ids.BOARD_ADD, "n_clicks"),
        State(ids.BOARD_CHOICE, "value"),
        State(ids.about(ALL), "id"),
        State(ids.BOARD, "layouts"),
        State(ids.FILTERS, "data"),
        prevent_initial_call=True,
    )
    def add(
        clicks: int | None,
        key: str,
        places: list[ids.Id],
        arranged: dict[str, list[dict[str, Any]]],
        raw: object,
    ) -> tuple[Patch, dict[str, list[dict[str, Any]]]]:
        """The chosen widget, drawn, below what is there."""
        if not clicks or len(places) >= layouts.MOST_WIDGETS:
            raise PreventUpdate
        widget = WIDGETS[key]
        place = Place(_free(key, [spot["widget"] for spot in places]), key, *widget.size)
        figure = draw(services().desk, widget, required_principal(), Filters.from_store(raw))
        children = Patch()
        children.append(board.tile(place, figure))
        mine = board.layouts([board.Tile(place, 0, BELOW)])
        return children, {name: [*arranged.get(name, []), *mine[name]] for name in mine}


def _free(key: str, taken: list[str]) -> str:
    """An id that no card of the board has."""
    return next(name for name in (key, *(f"{key}-{i}" for i in range(2, 100))) if name not in taken)


def _save(app: Dash) -> None:
    @threaded(
        app,
        Action.ARRANGE,
        Output(ids.BOARD_NOTE, "children"),
        Output(ids.BOARD_OPEN, "options"),
        Input(ids.BOARD_SAVE, "n_clicks"),
        State(ids.BOARD_NAME, "value"),
        State(ids.BOARD, "layouts"),
        State(ids.about(ALL), "data"),
        State(ids.about(ALL), "id"),
        State(ids.BOARD_OPEN, "options"),
        prevent_initial_call=True,
    )
    def save(
        clicks: int | None,
        name: str | None,
        arranged: dict[str, list[dict[str, Any]]],
        abouts: list[dict[str, Any]],
        places: list[ids.Id],
        known: list[dict[str, str]],
    ) -> tuple[str, list[dict[str, str]]]:
        if not clicks:
            raise PreventUpdate
        try:
            layout = _layout((name or "").strip(), arranged, abouts, places)
            layouts.save(services().database, required_principal(), layout)
        except ReadinessError as error:
            return f"Not saved. {error}", known
        others = [option for option in known if option["value"] != layout.name]
        return f"Saved as “{layout.name}”.", [{"label": layout.name, "value": layout.name}, *others]


def _layout(
    name: str,
    arranged: dict[str, list[dict[str, Any]]],
    abouts: list[dict[str, Any]],
    places: list[ids.Id],
) -> DashboardConfig:
    """The board as a layout, checked like one from anywhere else. Raises LayoutInvalid."""
    where = {item["i"]: item for item in arranged["wide"]}
    if not name:
        raise LayoutInvalid("Give the layout a name.")
    widgets = []
    for place, about in zip(places, abouts, strict=True):
        item = where[ids.tile(place["widget"])]
        position, size = (item["x"], item["y"]), (item["w"], item["h"])
        widget = WIDGETS[about["key"]]
        saved = board.configuration(place["widget"], widget, position, size, about["options"])
        widgets.append(saved.model_dump(mode="json"))
    layout = layouts.parse({"name": name, "widgets": widgets})
    board.tiles(layout)
    return layout
