"""The live page asks again every few seconds."""

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.threads import register_coroutine
from components import ids, live
from data.access import required_principal
from data.permissions import Action


def register(app: Dash) -> None:
    @register_coroutine(
        app,
        Action.READ_FIGURES,
        Output(ids.LIVE_FIGURES, "children"),
        Input(ids.LIVE_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    async def tick(_: int) -> list[Component]:
        return live.figures(await live.ask(required_principal()))
