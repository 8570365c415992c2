"""The filter bar, and filters as an address: what is chosen can be sent to somebody as a link."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import dash_bootstrap_components as dbc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.attributes import attributes
from data.queries.filters import Filters
from data.queries.results import Choice, OptionsAnswer

ADDRESS: dict[str, str] = {
    "survey": "surveys",
    "period": "periods",
    "department": "departments",
    "role": "roles",
}
"""Name in the address (repeated for several values) -> field of Filters; filters.js has it too."""

LATEST = "latest"
"""The survey control's value for no choice: the latest survey, whichever that is on the day."""


def from_address(address: Mapping[str, object]) -> Filters:
    """Filters of a page's query string; names that are no filters are not ours to judge.

    Raises FiltersInvalid where a value cannot be one.
    """
    raw = {field: _several(address[name]) for name, field in ADDRESS.items() if name in address}
    return Filters.from_store(raw)


def _several(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def to_address(filters: Filters) -> str:
    """The query string of these filters, with its question mark; empty where nothing is chosen."""
    chosen = filters.model_dump(mode="json")
    pairs = [(name, value) for name, field in ADDRESS.items() for value in chosen[field]]
    return f"?{urlencode(pairs)}" if pairs else ""


def bar(options: OptionsAnswer, filters: Filters) -> html.Section:
    """The bar with what can be chosen; the chips under it are drawn by filters.js."""
    chosen = filters.model_dump(mode="json")
    return html.Section(
        [
            html.Div(
                [
                    _survey(options, chosen["surveys"]),
                    _pick(
                        "Departments",
                        ids.FILTER_DEPARTMENTS,
                        ids.FILTER_DEPARTMENTS_COUNT,
                        options.departments,
                        chosen["departments"],
                    ),
                    _pick(
                        "Roles",
                        ids.FILTER_ROLES,
                        ids.FILTER_ROLES_COUNT,
                        options.roles,
                        chosen["roles"],
                    ),
                    _pick(
                        "Periods",
                        ids.FILTER_PERIODS,
                        ids.FILTER_PERIODS_COUNT,
                        options.periods,
                        chosen["periods"],
                    ),
                    html.Button(
                        "Clear all", id=ids.FILTER_CLEAR, type="button", className="quiet-button"
                    ),
                ],
                className="picks",
            ),
            html.Ul(
                id=ids.FILTER_CHIPS, className="chips", **attributes(aria_label="Filters in force")
            ),
            dcc.Store(id=ids.FILTERS, data=chosen),
            html.Div(id=ids.ANNOUNCE, role="status", className="visually-hidden"),
        ],
        id=ids.FILTER_BAR,
        className="filters",
        role="search",
        **attributes(aria_label="Filters", data_chosen="false" if filters == Filters() else "true"),
    )


def _survey(options: OptionsAnswer, chosen: Sequence[str]) -> html.Label:
    """One survey at a time."""
    latest = "Latest" if chosen or not options.survey else f"Latest: {options.survey}"
    choices = [{"label": latest, "value": LATEST}]
    choices += [{"label": choice.label, "value": choice.value} for choice in options.surveys]
    known = {choice["value"] for choice in choices}
    value = chosen[0] if chosen and chosen[0] in known else LATEST
    return html.Label(
        [
            html.Span("Survey", className="pick-name"),
            dbc.Select(id=ids.FILTER_SURVEY, options=choices, value=value, className="pick-select"),
        ],
        className="pick",
    )


def _pick(
    name: str, control: str, count: str, choices: Sequence[Choice], chosen: Sequence[str]
) -> html.Details:
    """Several of many, behind a button that says how many; filters.js keeps its words."""
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(name, className="pick-name"),
                    html.Span("All", id=count, className="pick-value"),
                ]
            ),
            html.Fieldset(
                [
                    html.Legend(name),
                    dbc.Checklist(id=control, options=checks(control, choices), value=list(chosen)),
                    None if choices else html.P("This survey has none.", className="quiet"),
                ],
                className="pick-panel",
            ),
        ],
        className="pick",
        **attributes(data_pick=""),
    )


def checks(control: str, choices: Sequence[Choice]) -> list[dict[str, object]]:
    """Choices as a checklist's options; one that cannot be chosen says why, in words."""
    return [
        {
            "label": _label(choice),
            "value": choice.value,
            "disabled": choice.disabled,
            "input_id": f"{control}-{position}",
        }
        for position, choice in enumerate(choices)
    ]


def _label(choice: Choice) -> str | Component:
    if not choice.why:
        return choice.label
    return html.Span([choice.label, html.Small(choice.why, className="why")])
