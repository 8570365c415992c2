"""Every id of the page, in one place: constants, and functions for the dictionary ids of widgets.

No other file writes an id as a string (tests/unit/test_ids.py).
"""

from typing import Any

URL = "url"
FILTERS = "filters"
"""Store: the filters in force, as ``Filters.model_dump(mode="json")``."""
THEME = "theme"
"""Store (local): "light", "dark" or "" for the system's."""
PALETTE = "palette"

FILTER_SURVEY = "filter-survey"
FILTER_PERIODS = "filter-periods"
FILTER_DEPARTMENTS = "filter-departments"
FILTER_ROLES = "filter-roles"
FILTER_CLEAR = "filter-clear"


def card(widget: Any) -> dict[str, Any]:
    return {"part": "card", "widget": widget}


def card_body(widget: Any) -> dict[str, Any]:
    return {"part": "card-body", "widget": widget}


def figure(widget: Any) -> dict[str, Any]:
    return {"part": "figure", "widget": widget}
