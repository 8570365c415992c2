"""Filters: gathered and shown in the browser (assets/filters.js); choices come from the server."""

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from callbacks.threads import register as threaded
from components import ids
from components.filters import LATEST, checks
from components.services import services
from data import queries
from data.access import required_principal
from data.permissions import Action
from data.queries.filters import Filters

CONTROLS = (ids.FILTER_PERIODS, ids.FILTER_DEPARTMENTS, ids.FILTER_ROLES)


def register(app: Dash) -> None:
    _collect(app)
    _show(app)
    _drill(app)

    @threaded(
        app,
        Action.READ_FIGURES,
        *(Output(control, "options") for control in CONTROLS),
        Input(ids.FILTER_SURVEY, "value"),
        prevent_initial_call=True,
    )
    def choices(survey: str) -> list[list[dict[str, object]]]:
        """What can be chosen in the survey now in question."""
        filters = Filters.from_store({"surveys": [] if survey == LATEST else [survey]})
        answer = services().desk.ask(queries.options, required_principal(), filters)
        offered = (answer.periods, answer.departments, answer.roles)
        return [checks(control, each) for control, each in zip(CONTROLS, offered, strict=True)]


def _collect(app: Dash) -> None:
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("filters", "collect"),
        Output(ids.FILTERS, "data"),
        Input(ids.FILTER_SURVEY, "value"),
        *(Input(control, "value") for control in CONTROLS),
        State(ids.FILTERS, "data"),
        prevent_initial_call=True,
    )


def _show(app: Dash) -> None:
    counts = (ids.FILTER_PERIODS_COUNT, ids.FILTER_DEPARTMENTS_COUNT, ids.FILTER_ROLES_COUNT)
    outputs: list[Any] = [
        Output(ids.FILTER_CHIPS, "children"),
        Output(ids.FILTER_BAR, "data-chosen"),
        *(Output(count, "children") for count in counts),
        Output(ids.crumbs(ALL), "children"),
        Output(ids.drill(ALL), "data-drill"),
    ]
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("filters", "show"),
        *outputs,
        Input(ids.FILTERS, "data"),
        Input(ids.about(ALL), "data"),
        *(Input(control, "options") for control in CONTROLS),
    )


def _drill(app: Dash) -> None:
    """A click in a figure whose marks carry a department: no output, it sets the controls."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("filters", "drill"), Input(ids.figure(ALL), "clickData")
    )
