"""The live page asks again every few seconds."""

from dash import Dash, Input, Output
from dash.development.base_component import Component

from components import ids, live
from data.access import required_principal


def register(app: Dash) -> None:
    @app.callback(
        Output(ids.LIVE_FIGURES, "children"),
        Input(ids.LIVE_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    async def tick(_: int) -> list[Component]:
        return live.figures(await live.ask(required_principal()))
