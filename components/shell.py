"""The frame round every page: document, top bar, navigation, and the way a page is put together.

Everything personal is part of a page's own layout, which is built per request. The document and
``layout()`` are the same for everybody: Dash sends what it collected at the start to every browser.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import md5
from pathlib import Path

from dash import Dash, ctx, html, page_container
from dash.development.base_component import Component
from dash.exceptions import MissingCallbackContextException

from components import ids, states
from components.attributes import attributes
from components.theme import DARK, LIGHT, PALETTE_PAIRS
from data.access import Person, Role, current_person
from data.permissions import Action, may

PRODUCT = "AI Readiness"
HIDDEN = attributes(aria_hidden="true")
EARLY_SCRIPT = "theme.js"
"""Runs in the head, before anything is painted; Dash would put it at the end."""

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <meta name="color-scheme" content="light dark">
    <meta name="theme-color" content="LIGHT_PAGE" media="(prefers-color-scheme: light)">
    <meta name="theme-color" content="DARK_PAGE" media="(prefers-color-scheme: dark)">
    <link rel="icon" type="image/svg+xml" href="ICON_URL">
    <script type="application/json" id=PALETTE_ID>PALETTE</script>
    <script src="EARLY_URL"></script>
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""


@dataclass(frozen=True, slots=True)
class Destination:
    """A page of the navigation; ``icon`` is a class of app.css.

    Who may not do ``action`` neither sees it there nor gets the page.
    """

    path: str
    name: str
    icon: str
    action: Action = Action.READ_FIGURES


DESTINATIONS: tuple[Destination, ...] = (
    Destination("/", "Overview", "icon-overview"),
    Destination("/departments", "Departments", "icon-departments"),
    Destination("/questions", "Questions", "icon-questions"),
    Destination("/quality", "Data quality", "icon-quality"),
    Destination("/actions", "Actions", "icon-actions"),
    Destination("/voices", "Voices", "icon-voices"),
    Destination("/dashboard", "My dashboard", "icon-dashboard"),
    Destination("/live", "Live", "icon-live"),
)

ROLE_NAMES: dict[Role, str] = {
    Role.EXECUTIVE: "Executive",
    Role.DEPARTMENT_LEAD: "Department lead",
    Role.ANALYST: "Analyst",
    Role.ADMIN: "Administrator",
}


def action_of_page(path: str) -> Action:
    """What opening this page is; an address of no page says so to everybody."""
    actions = {place.path: place.action for place in DESTINATIONS}
    return actions.get(path, Action.READ_FIGURES)


def dress(app: Dash) -> None:
    """Give the app its document and its layout."""
    # Nothing is pushed yet, so no browser keeps a connection open for it.
    app.backend.websocket_capability = False
    app.title = PRODUCT
    app.config.update_title = None
    app.config.assets_ignore = r"^(theme\.js|sign-in\.css)$"
    app.index_string = _document(app)
    app.layout = layout()


def _document(app: Dash) -> str:
    script = Path(app.config.assets_folder) / EARLY_SCRIPT
    version = md5(script.read_bytes(), usedforsecurity=False).hexdigest()[:12]
    words = {
        "LIGHT_PAGE": LIGHT.page,
        "DARK_PAGE": DARK.page,
        "ICON_URL": app.get_asset_url("icon.svg"),
        "PALETTE_ID": ids.PALETTE,
        "EARLY_URL": f"{app.get_asset_url(EARLY_SCRIPT)}?v={version}",
        "PALETTE": json.dumps(PALETTE_PAIRS, separators=(",", ":")),
    }
    document = INDEX
    for name, value in words.items():
        document = document.replace(name, value)
    return document


def layout() -> html.Div:
    """What every page shares and nothing of anybody: the place of the page."""
    return html.Div(page_container)


def viewer() -> Person | None:
    """Whose page is being built; None while Dash collects ids.

    Dash collects ids during somebody's first request, and sends what it collected to everybody: a
    layout that is not answering a navigation therefore has no viewer, whoever is signed in.
    """
    try:
        _ = ctx.triggered
    except (MissingCallbackContextException, LookupError):  # the latter in a thread of its own
        return None
    return current_person()


Layout = Callable[..., Awaitable[html.Div]]


def entrance(path: str) -> Callable[[Layout], Layout]:
    """For a page's layout: who may not open the page gets a sentence, and nothing is computed."""

    def decorate(layout: Layout) -> Layout:
        @wraps(layout)
        async def guarded(*args: object, **address: object) -> html.Div:
            person = viewer()
            if person is not None and not may(person.principal, action_of_page(path)):
                return page(path, person, "Not for your role", states.refused())
            return await layout(*args, **address)

        return guarded

    return decorate


def page(
    path: str,
    person: Person | None,
    heading: str,
    *content: Component,
    survey: str = "",
    under: Sequence[Component] = (),
    filters: Component | None = None,
) -> html.Div:
    """A whole page. ``under`` stands directly under the heading; ``survey`` in the top bar."""
    return html.Div(
        [
            html.A("Skip to content", href=f"#{ids.MAIN}", className="skip"),
            _top_bar(person, survey),
            _navigation(path, person),
            html.Main(
                [
                    html.Div([html.H1(heading), *under], className="head"),
                    *([filters] if filters is not None else []),
                    *content,
                ],
                id=ids.MAIN,
                tabIndex=-1,
            ),
        ],
        className="app",
    )


def _top_bar(person: Person | None, survey: str) -> html.Header:
    return html.Header(
        [
            html.A(
                [html.Span(className="mark", **HIDDEN), html.Span(PRODUCT)],
                href="/",
                className="brand",
                **attributes(data_page=""),
            ),
            html.Div(
                [
                    html.Strong(person.organization if person else ""),
                    html.Span(survey, className="quiet"),
                ],
                className="where",
            ),
            html.Button(
                [
                    html.Span("Dark theme", className="visually-hidden in-light"),
                    html.Span("Light theme", className="visually-hidden in-dark"),
                    html.Span(className="icon icon-theme", **HIDDEN),
                ],
                id=ids.THEME,
                type="button",
                className="icon-button",
            ),
            _person_menu(person),
        ],
        className="top-bar",
    )


def _person_menu(person: Person | None) -> html.Details:
    name, email = (person.name, person.email) if person else ("", "")
    role = ROLE_NAMES[person.principal.role] if person else ""
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(_initials(name), className="initials", **HIDDEN),
                    html.Span(name or "Account", className="visually-hidden"),
                ]
            ),
            html.Div(
                [
                    html.Strong(name),
                    html.Span(email, className="quiet"),
                    html.Span(role, className="quiet"),
                    html.Form(
                        html.Button("Sign out", type="submit", className="button"),
                        action="/sign-out",
                        method="POST",
                    ),
                ],
                className="person-panel",
            ),
        ],
        className="person",
        **attributes(data_menu=""),
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()


def _navigation(path: str, person: Person | None) -> html.Nav:
    """The pages this person may open; all of them while nobody looks."""
    open_ = [p for p in DESTINATIONS if person is None or may(person.principal, p.action)]
    return html.Nav(
        html.Ul([html.Li(_destination(place, path)) for place in open_]),
        className="side",
        **attributes(aria_label="Pages"),
    )


def _destination(place: Destination, path: str) -> html.A:
    current = {"aria_current": "page"} if place.path == path else {}
    return html.A(
        [
            html.Span(className=f"icon {place.icon}", **HIDDEN),
            html.Span(place.name, className="name"),
        ],
        href=place.path,
        title=place.name,
        **attributes(data_page="", **current),
    )
