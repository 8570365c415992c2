"""Actions and plans: taking one up, changing one, and drawing the cards anew after either."""

from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.threads import register as threaded
from components import ids, plans
from components.action_cards import NOBODY, from_key
from components.services import services
from data import plans as writing
from data.access import required_principal
from data.contracts.plans import STATUS_NAMES, NewPlan, PlanChange
from data.errors import ReadinessError
from data.permissions import Action
from data.queries.filters import Filters

Message = tuple[str, str | None]
"""What stands under the form, and what is announced where it was saved."""


def register(app: Dash) -> None:
    _take_up(app)
    _change(app)
    _redraw(app)


def _take_up(app: Dash) -> None:
    @threaded(
        app,
        Action.PLAN,
        Output(ids.action("message", MATCH), "children"),
        Output(ids.action("taken", MATCH), "data"),
        Input(ids.action("take-up", MATCH), "n_clicks"),
        State(ids.action("take-up", MATCH), "id"),
        State(ids.action("owner", MATCH), "value"),
        State(ids.action("due", MATCH), "value"),
        State(ids.action("note", MATCH), "value"),
        prevent_initial_call=True,
    )
    def take_up(
        clicks: int | None, place: ids.Id, owner: str | None, due: str | None, note: str | None
    ) -> Message:
        if not clicks:
            raise PreventUpdate
        sent = {**from_key(place["action"]), **_form(owner, due, note)}
        try:
            new = writing.parse(NewPlan, sent)
            writing.take_up(services().database, required_principal(), new)
        except ReadinessError as error:
            return f"Not saved. {error}", None
        return "", "Taken up: it stands under “Taken up” now."


def _change(app: Dash) -> None:
    @threaded(
        app,
        Action.PLAN,
        Output(ids.plan("message", MATCH), "children"),
        Output(ids.plan("saved", MATCH), "data"),
        Input(ids.plan("save", MATCH), "n_clicks"),
        State(ids.plan("save", MATCH), "id"),
        State(ids.plan("revision", MATCH), "data"),
        State(ids.plan("status", MATCH), "value"),
        State(ids.plan("owner", MATCH), "value"),
        State(ids.plan("due", MATCH), "value"),
        State(ids.plan("note", MATCH), "value"),
        prevent_initial_call=True,
    )
    def change(
        clicks: int | None,
        place: ids.Id,
        revision: int,
        status: str,
        owner: str | None,
        due: str | None,
        note: str | None,
    ) -> Message:
        if not clicks:
            raise PreventUpdate
        sent = {"revision": revision, "status": status, **_form(owner, due, note)}
        try:
            changed = writing.parse(PlanChange, sent)
            plan = writing.plan_id(place["plan"])
            writing.change(services().database, required_principal(), plan, changed)
        except ReadinessError as error:
            return f"Not saved. {error}", None
        name = STATUS_NAMES[changed.status].lower() if changed.status else "as it was"
        return "", f"Plan saved: {name}."


def _form(owner: str | None, due: str | None, note: str | None) -> dict[str, Any]:
    """Controls that were left empty mean nobody, no date and no note."""
    chosen = None if owner == NOBODY else owner or None
    return {"owner": chosen, "due": due or None, "note": note or ""}


def _redraw(app: Dash) -> None:
    @threaded(
        app,
        Action.READ_FIGURES,
        Output(ids.actions_list(ALL), "children"),
        Output(ids.plans_list(ALL), "children"),
        Output(ids.actions_sentence(ALL), "children"),
        Input(ids.action("taken", ALL), "data"),
        Input(ids.plan("saved", ALL), "data"),
        Input(ids.FILTERS, "data"),
        State(ids.FILTERS, "data"),
        State(ids.plans_list(ALL), "id"),
        prevent_initial_call=True,
    )
    def redraw(
        taken: list[str | None],
        saved: list[str | None],
        changed: object,
        raw: object,
        there: list[ids.Id],
    ) -> tuple[list[list[Component]], list[list[Component]], list[str]]:
        """After something was saved, or filters changed; other pages have nothing to redraw."""
        if not there:
            raise PreventUpdate
        told = next((text for text in (*taken, *saved) if text), "")
        if not told and ids.FILTERS not in ctx.triggered_prop_ids.values():
            raise PreventUpdate  # cards that were just drawn hold nothing yet
        loaded = plans.load(required_principal(), Filters.from_store(raw))
        said = plans.sentence(loaded)
        set_props(ids.ANNOUNCE, {"children": told or said})
        return [plans.actions(loaded)], [plans.plan_cards(loaded)], [said]

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("plans", "go_on"),
        Input(ids.plans_list(ALL), "children"),
        prevent_initial_call=True,
    )
