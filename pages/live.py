"""What is happening right now? Counts in fives, of the whole organisation, every few seconds."""

import dash
from dash import dcc, html

from components import ids, live, shell

PATH = "/live"
dash.register_page(__name__, path=PATH, name="Live", title="Live · AI Readiness")  # type: ignore[no-untyped-call]


@shell.entrance(PATH)
async def layout(**address: object) -> html.Div:
    person = shell.viewer()
    answer = await live.ask(person.principal) if person else None
    return shell.page(
        PATH,
        person,
        "What is happening right now?",
        html.P(
            "Who is answering, in the whole organisation. Counts go in steps of five, so that "
            "nobody stands out; between waves it is quiet here.",
            className="quiet",
        ),
        html.Div(live.figures(answer), id=ids.LIVE_FIGURES),
        dcc.Interval(id=ids.LIVE_TICK, interval=live.EVERY_SECONDS * 1000),
    )
