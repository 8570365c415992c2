"""Cards drawn again: all of a page when filters change, one when it alone is concerned."""

from asyncio import gather
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.threads import register as threaded
from callbacks.threads import register_coroutine
from components import ids
from components.assembly import sentence_of
from components.grid import redrawn
from components.pool import run, side_by_side
from components.services import services
from data import queries
from data.access import Principal, required_principal
from data.errors import FiltersInvalid, ReadinessError
from data.permissions import Action
from data.queries.filters import Filters
from data.queries.results import State as AnswerState
from data.queries.results import SummaryAnswer


def register(app: Dash) -> None:
    _all(app)
    _one(app)


def _all(app: Dash) -> None:
    """One request for the whole page; the cards are drawn side by side."""

    @register_coroutine(
        app,
        Action.READ_FIGURES,
        Output(ids.slot(ALL), "children"),
        Output(ids.sentence(ALL), "children"),
        Output(ids.ANNOUNCE, "children"),
        Input(ids.FILTERS, "data"),
        State(ids.about(ALL), "data"),
        State(ids.about(ALL), "id"),
        State(ids.sentence(ALL), "id"),
        prevent_initial_call=True,
    )
    async def redraw_all(
        raw: object, abouts: list[dict[str, Any]], places: list[ids.Id], sentences: list[ids.Id]
    ) -> tuple[Any, Any, str]:
        principal = required_principal()
        try:
            filters = Filters.from_store(raw)
        except FiltersInvalid as error:
            return [no_update] * len(places), [no_update] * len(sentences), str(error)
        cards, said = await gather(
            _cards(principal, filters, abouts, places),
            _sentences(principal, filters, len(sentences)),
        )
        return cards, said, f"{len(cards)} figures follow the filters."


async def _cards(
    principal: Principal,
    filters: Filters,
    abouts: list[dict[str, Any]],
    places: list[ids.Id],
) -> list[Component]:
    def one(spot: tuple[ids.Id, dict[str, Any]]) -> Component:
        return redrawn(spot[0]["widget"], spot[1], principal, filters)

    return await side_by_side(one, zip(places, abouts, strict=True))


async def _sentences(principal: Principal, filters: Filters, count: int) -> list[list[Component]]:
    if not count:
        return []
    try:
        said = await run(services().desk.ask, queries.summary, principal, filters)
    except ReadinessError as error:
        # The cards say the same each for itself; a sentence of other filters must not stay.
        said = SummaryAnswer(state=AnswerState.EMPTY, reason=str(error))
    return [sentence_of(said)] * count


def _one(app: Dash) -> None:
    @threaded(
        app,
        Action.READ_FIGURES,
        Output(ids.slot(MATCH), "children", allow_duplicate=True),
        Input(ids.about(MATCH), "data"),
        Input(ids.asked(MATCH), "data"),
        State(ids.about(MATCH), "id"),
        State(ids.FILTERS, "data"),
        prevent_initial_call=True,
    )
    def redraw_one(
        about: dict[str, Any], asked: int | None, place: ids.Id, raw: object
    ) -> Component:
        """After a setting, a refresh, or an error that the viewer wants tried again."""
        return redrawn(place["widget"], about, required_principal(), Filters.from_store(raw))
