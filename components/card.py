"""The one card that draws every widget, in each of its states."""

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.attributes import attributes
from components.draw import CardState, Drawn
from components.widgets.table import html_table, is_table
from components.widgets.widget import Widget

GRAPH: Any = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}

DOWNLOADS = (
    ("png", "Picture (PNG)"),
    ("svg", "Drawing (SVG)"),
    ("csv", "Figures (CSV)"),
    ("xlsx", "Figures (XLSX)"),
)


def widget_card(
    widget_id: str, widget: Widget[Any, Any], drawn: Drawn | None = None, *, can_click: bool = False
) -> html.Div:
    """The card of a widget; a skeleton of the same size while ``drawn`` is None.

    ``widget_id`` is the card's id on its page (a widget may stand there twice). ``can_click``:
    a click on the figure leads somewhere, so it takes the pointer.
    """
    state = drawn.state if drawn else CardState.LOADING
    return html.Div(
        card_body(widget_id, widget, drawn, can_click=can_click),
        id=ids.card(widget_id),
        className="widget-card",
        role="group",
        **attributes(
            aria_labelledby=ids.described("title", widget_id),
            aria_describedby=ids.described("summary", widget_id),
            aria_busy="true" if state is CardState.LOADING else "false",
            data_widget_id=widget_id,
            data_widget_type=widget.type.value,
            data_widget_key=widget.key,
            data_widget_state=state.value,
        ),
    )


def card_body(
    widget_id: str, widget: Widget[Any, Any], drawn: Drawn | None, *, can_click: bool = False
) -> list[Component]:
    """Everything inside the card's root: header, figure or words of the state, foot."""
    if drawn is None:
        content: list[Component] = [_skeleton(widget)]
    elif drawn.state is CardState.READY:
        content = _ready(widget_id, widget, drawn, can_click)
    else:
        content = [_message(widget_id, drawn)]
    return [
        _header(widget_id, widget, drawn),
        html.Div(content, id=ids.card_body(widget_id), className="widget-body"),
    ]


def _header(widget_id: str, widget: Widget[Any, Any], drawn: Drawn | None) -> html.Div:
    title = drawn.headline if drawn else widget.title
    quiet = drawn.quiet if drawn else "Loading"
    as_of = drawn.as_of if drawn else ""
    summary = drawn.summary if drawn else f"{widget.title} is loading."
    return html.Div(
        [
            html.Div(
                [
                    html.H2(title, id=ids.described("title", widget_id), className="widget-title"),
                    html.P(_unbroken(quiet), className="widget-quiet", title=as_of),
                    html.P(
                        summary, id=ids.described("summary", widget_id), className="visually-hidden"
                    ),
                ],
                className="widget-heading",
            ),
            _menu(widget_id, widget, drawn),
        ],
        className="widget-header",
    )


def _unbroken(quiet: str) -> str:
    """Lines break between the parts after the measure, never within "n = 214"."""
    measure, *rest = quiet.split(" · ")
    return "\N{NO-BREAK SPACE}· ".join(
        [
            measure.replace("-", "\N{NON-BREAKING HYPHEN}"),
            *(part.replace(" ", "\N{NO-BREAK SPACE}") for part in rest),
        ]
    )


def _menu(widget_id: str, widget: Widget[Any, Any], drawn: Drawn | None) -> html.Details:
    """Native disclosure: works by keyboard and without any script."""
    entries: list[Component] = [
        html.P(widget.title, className="menu-title"),
        html.P(widget.description, className="menu-explains"),
        *_explained(widget, drawn),
    ]
    if drawn is None or drawn.state is not CardState.ERROR:
        entries.append(_again(widget_id, "Refresh"))
    if drawn is not None and drawn.state is CardState.READY:
        entries += [_download(widget_id, widget, drawn, *kind) for kind in DOWNLOADS]
    label = f"Menu: {widget.title}"
    return html.Details(
        [
            html.Summary("⋯", className="menu-button", **attributes(aria_label=label)),
            html.Div(entries, className="menu-panel"),
        ],
        id=ids.menu(widget_id),
        className="widget-menu",
    )


def _explained(widget: Widget[Any, Any], drawn: Drawn | None) -> list[Component]:
    """How the figures were made, of whose answers and how old they are; folded until asked for."""
    if drawn is None or drawn.explained is None:
        return []
    made, answer = drawn.explained, drawn.answer
    n = widget.n(answer) if answer is not None and drawn.is_ready else ""
    based = [f"n = {n}" if n else "", made.survey, made.filters]
    lines = [
        *made.method(),
        ("Based on", " · ".join(part for part in based if part)),
        ("Smallest group shown", f"{made.smallest_group} people"),
        ("Age", drawn.as_of or "No data yet"),
        *([("People were told", answer.consent)] if answer is not None and answer.consent else []),
    ]
    terms = [html.Div([html.Dt(label), html.Dd(said)]) for label, said in lines]
    return [
        html.Details(
            [html.Summary("How this is made", className="menu-entry"), html.Dl(terms)],
            className="menu-method",
        )
    ]


def _again(widget_id: str, text: str) -> html.Button:
    """The button that draws this card again: in the menu, or beside an error."""
    return html.Button(text, id=ids.refresh(widget_id), type="button", className="menu-entry")


def _download(
    widget_id: str, widget: Widget[Any, Any], drawn: Drawn, kind: str, label: str
) -> html.A:
    return html.A(
        f"Download {label}",
        id=ids.download(widget_id, kind),
        href=download_address(widget, drawn, kind),
        download="",
        className="menu-entry",
    )


def download_address(widget: Widget[Any, Any], drawn: Drawn, kind: str) -> str:
    """Where the file of exactly this drawing is: key, filters and options (no host)."""
    query: list[tuple[str, str]] = [
        (name, str(value))
        for name, values in drawn.filters.model_dump(mode="json").items()
        for value in values
    ]
    query += [(f"option.{name}", str(value)) for name, value in (drawn.options or {}).items()]
    return f"/download/{widget.key}.{kind}" + (f"?{urlencode(query)}" if query else "")


def _ready(
    widget_id: str, widget: Widget[Any, Any], drawn: Drawn, can_click: bool
) -> list[Component]:
    shown = drawn.html if drawn.html is not None else _graph(widget_id, widget, drawn, can_click)
    parts: list[Component] = [
        html.Div(shown, className="widget-figure", style={"--least": f"{widget.least}px"})
    ]
    parts += [html.P(note, className="widget-note") for note in drawn.notes]
    if not is_table(drawn.html):
        parts += _table(widget_id, widget, drawn)
    return parts


def _graph(widget_id: str, widget: Widget[Any, Any], drawn: Drawn, can_click: bool) -> Component:
    """The figure; its text summary is the card's description, so it is hidden from readers."""
    own_height = drawn.figure.layout.height if drawn.figure is not None else None
    height = f"{own_height}px" if own_height else "100%"
    graph = dcc.Graph(
        id=ids.figure(widget_id),
        figure=drawn.figure,
        config=GRAPH,
        responsive=True,
        style={"height": height},
        className="clickable" if can_click else "",
    )
    return html.Div(graph, className="figure-frame", **attributes(aria_hidden="true"))


def _table(widget_id: str, widget: Widget[Any, Any], drawn: Drawn) -> list[Component]:
    if drawn.table is None:
        return []
    return [
        html.Div(
            html.Button(
                "View as table",
                id=ids.table_toggle(widget_id),
                type="button",
                className="table-toggle",
                **attributes(aria_expanded="false"),
            ),
            className="widget-foot",
        ),
        html.Div(
            html_table(drawn.table, f"{widget.title}: {drawn.headline}"),
            id=ids.table(widget_id),
            hidden=True,
            className="widget-table",
        ),
    ]


def _message(widget_id: str, drawn: Drawn) -> html.Div:
    parts: list[Component] = [html.P(drawn.message, className="message-words")]
    if drawn.state is CardState.ERROR:
        parts.append(html.P(f"Reference {drawn.reference}", className="message-reference"))
        parts.append(_again(widget_id, "Try again"))
    return html.Div(parts, className=f"widget-message is-{drawn.state.value}")


def _skeleton(widget: Widget[Any, Any]) -> html.Div:
    return html.Div(
        className="skeleton",
        style={"minHeight": f"{widget.least}px"},
        **attributes(aria_hidden="true"),
    )
