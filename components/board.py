"""The dashboard one makes oneself: cards on a grid that are moved, resized, added and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc  # type: ignore[import-untyped]
from dash import html
from dash.development.base_component import Component
from dash_snap_grid import ResponsiveGrid

from components import ids
from components.attributes import attributes
from components.draw import Drawn
from components.grid import Place, slot
from components.widgets import WIDGETS, Widget
from data.contracts.dashboards import (
    DashboardConfig,
    DataSourceConfig,
    Position,
    Size,
    WidgetConfiguration,
)
from data.errors import LayoutInvalid

COLUMNS = {"wide": 12, "middle": 2, "small": 1}
BREAKPOINTS = {"wide": 900, "middle": 600, "small": 0}
"""Width of the grid in pixels from which each arrangement holds."""
STANDARD = "My dashboard"
LOWEST = 3

ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("left", "←", "Move left"),
    ("right", "→", "Move right"),
    ("up", "↑", "Move up"),
    ("down", "↓", "Move down"),
    ("narrower", "−w", "Make narrower"),
    ("wider", "+w", "Make wider"),
    ("shorter", "−h", "Make shorter"),
    ("taller", "+h", "Make taller"),
    ("remove", "×", "Remove"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A place, and where it stands: columns of 12 and rows, from the top left."""

    place: Place
    x: int
    y: int


def standard() -> DashboardConfig:
    """What is shown where nobody saved anything yet."""
    chosen = (
        ("readiness-number", 0, 0, 4, 3),
        ("readiness-trend", 4, 0, 8, 5),
        ("participation", 0, 3, 4, 5),
        ("force-balance", 4, 5, 8, 8),
        ("segments", 0, 8, 4, 5),
    )
    widgets = tuple(configuration(key, WIDGETS[key], (x, y), (w, h)) for key, x, y, w, h in chosen)
    return DashboardConfig(name=STANDARD, widgets=widgets)


def configuration(
    name: str,
    widget: Widget[Any, Any],
    position: tuple[int, int],
    size: tuple[int, int],
    options: Mapping[str, object] | None = None,
) -> WidgetConfiguration:
    return WidgetConfiguration(
        id=name,
        type=widget.type.value,
        title=widget.title,
        size=Size(width=size[0], height=size[1]),
        position=Position(x=position[0], y=position[1]),
        config=dict(options or {}),
        data_source=DataSourceConfig(question=widget.question.name),
    )


def widget_of(saved: WidgetConfiguration) -> Widget[Any, Any]:
    """The widget of a saved configuration. Raises LayoutInvalid."""
    for widget in WIDGETS:
        same_type = widget.type.value == saved.type
        if same_type and widget.question.name == saved.data_source.question:
            return widget
    raise LayoutInvalid(
        f"There is no widget of type {saved.type} that shows {saved.data_source.question}."
    )


def tiles(layout: DashboardConfig) -> tuple[Tile, ...]:
    """The layout's cards from top to bottom; their options are checked. Raises LayoutInvalid."""
    ordered = sorted(layout.widgets, key=lambda w: (w.position.y, w.position.x))
    return tuple(_tile(saved) for saved in ordered)


def _tile(saved: WidgetConfiguration) -> Tile:
    widget = widget_of(saved)
    widget.chosen(saved.config)
    place = Place(saved.id, widget.key, saved.size.width, saved.size.height, saved.config)
    return Tile(place, min(saved.position.x, 12 - saved.size.width), saved.position.y)


def layouts(shown: Sequence[Tile]) -> dict[str, list[dict[str, Any]]]:
    """Where every tile stands in each arrangement, as the grid takes it."""
    wide = [_item(t.place, t.x, t.y, t.place.width, t.place.height) for t in shown]
    return {
        "wide": wide,
        "middle": _stacked(shown, COLUMNS["middle"]),
        "small": _stacked(shown, COLUMNS["small"]),
    }


def _item(place: Place, x: int, y: int, w: int, h: int) -> dict[str, Any]:
    return {"i": ids.tile(place.id), "x": x, "y": y, "w": w, "h": h, "minH": LOWEST}


def _stacked(shown: Sequence[Tile], columns: int) -> list[dict[str, Any]]:
    """The same order in fewer columns: wide tiles alone, the others side by side."""
    bottoms = [0] * columns
    items = []
    for tile in shown:
        span = columns if tile.place.width > 6 else 1
        first = min(range(columns - span + 1), key=lambda column: max(bottoms[column:][:span]))
        top = max(bottoms[first : first + span])
        items.append(_item(tile.place, first, top, span, tile.place.height))
        bottoms[first : first + span] = [top + tile.place.height] * span
    return items


def board(shown: Sequence[Tile], figures: Mapping[str, Drawn]) -> ResponsiveGrid:
    return ResponsiveGrid(
        [tile(t.place, figures.get(t.place.id)) for t in shown],
        id=ids.BOARD,
        layouts=layouts(shown),
        cols=COLUMNS,
        breakpoints=BREAKPOINTS,
        rowHeight=64,
        margin=[16, 16],
        containerPadding=[0, 0],
        compactType="vertical",
        isDraggable=False,
        isResizable=False,
        draggableCancel="button, a, summary, .widget-body",
    )


def tile(place: Place, figure: Drawn | None) -> html.Div:
    """A card with its buttons for moving and resizing, which only edit mode shows."""
    name = WIDGETS[place.key].title
    buttons: list[Component] = [
        html.Button(
            sign,
            id=ids.board_item(place.id, action),
            type="button",
            title=words,
            className="tile-button",
            **attributes(aria_label=f"{words}: {name}"),
        )
        for action, sign, words in ACTIONS
    ]
    edit = html.Div(
        buttons, className="tile-edit", role="group", **attributes(aria_label=f"Arrange {name}")
    )
    return html.Div([slot(place, figure), edit], id=ids.tile(place.id), className="tile")


def toolbar(name: str, saved: Sequence[str]) -> html.Div:
    """Which layout this is, and what can be done with it."""
    return html.Div(
        [
            _opener(name, saved),
            html.Button("Edit", id=ids.BOARD_EDIT, type="button", className="button"),
            html.Div(_editing(name), className="board-editing"),
            html.Span(id=ids.BOARD_NOTE, role="status", className="board-note"),
        ],
        className="board-bar",
    )


def _opener(name: str, saved: Sequence[str]) -> html.Label:
    known = [*saved] if name in saved else [name, *saved]
    options = [{"label": each, "value": each} for each in known]
    control = dbc.Select(id=ids.BOARD_OPEN, options=options, value=name, className="pick-select")
    return html.Label([html.Span("Layout", className="pick-name"), control], className="pick")


def _editing(name: str) -> list[Component]:
    options = [{"label": widget.title, "value": widget.key} for widget in WIDGETS]
    choice = dbc.Select(
        id=ids.BOARD_CHOICE, options=options, value=options[0]["value"], className="pick-select"
    )
    given = dbc.Input(id=ids.BOARD_NAME, value=name, maxLength=255, type="text")
    return [
        html.Label([html.Span("Widget", className="pick-name"), choice], className="pick"),
        html.Button("Add", id=ids.BOARD_ADD, type="button", className="button"),
        html.Label([html.Span("Name", className="pick-name"), given], className="field"),
        html.Button("Save", id=ids.BOARD_SAVE, type="button", className="button is-main"),
    ]
