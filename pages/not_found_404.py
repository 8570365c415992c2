"""Every address that is no page."""

import dash
from dash import html

from components import shell, states

dash.register_page(__name__, path="/404", title="Page not found · AI Readiness")  # type: ignore[no-untyped-call]


@shell.entrance("/404")
async def layout(**address: object) -> html.Div:
    return shell.page("", shell.viewer(), "Page not found", states.not_found())
