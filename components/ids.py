"""Every id of the page, in one place: constants, and functions for the dictionary ids of widgets.

No other file writes an id as a string (tests/unit/test_ids.py). ``widget`` is the id of a card on
its page (not the widget's key: a dashboard may show one widget twice), or MATCH or ALL.
"""

from typing import Any

Id = dict[str, Any]

# --- The frame -----------------------------------------------------------------------------------
MAIN = "main"
"""Where the skip link leads."""
PALETTE = "palette"
"""The light -> dark colours as JSON in the document's head; read by assets/theme.js."""
THEME = "theme"
"""The button that changes the theme; the choice lives in the browser's local storage."""
ANNOUNCE = "announce"
"""What a screen reader is told when something changed."""

# --- Filters -------------------------------------------------------------------------------------
FILTERS = "filters"
"""Store: the filters in force, as ``Filters.model_dump(mode="json")``."""
FILTER_SURVEY = "filter-survey"
FILTER_PERIODS = "filter-periods"
FILTER_DEPARTMENTS = "filter-departments"
FILTER_ROLES = "filter-roles"
FILTER_CLEAR = "filter-clear"
FILTER_CHIPS = "filter-chips"
FILTER_BAR = "filter-bar"
"""Root of the bar; ``data-chosen`` says whether anything is chosen."""
FILTER_DEPARTMENTS_COUNT = "filter-departments-count"
FILTER_ROLES_COUNT = "filter-roles-count"
FILTER_PERIODS_COUNT = "filter-periods-count"

# --- My dashboard --------------------------------------------------------------------------------
BOARD = "board"
"""The grid of the dashboard."""
BOARD_FRAME = "board-frame"
"""Round grid and toolbar; ``data-editing`` says whether cards can be moved."""
BOARD_NAME = "board-name"
BOARD_OPEN = "board-open"
"""Which saved layout is shown."""
BOARD_CHOICE = "board-choice"
"""Which widget is added next."""
BOARD_ADD = "board-add"
BOARD_EDIT = "board-edit"
BOARD_SAVE = "board-save"
BOARD_NOTE = "board-note"

# --- Actions and plans ---------------------------------------------------------------------------
PLANS_HEADING = "plans-heading"
"""Where the keyboard goes on after a plan was saved and the cards were drawn anew."""

# --- Live ----------------------------------------------------------------------------------------
LIVE_TICK = "live-tick"
LIVE_FIGURES = "live-figures"


def _part(name: str, widget: Any) -> Id:
    return {"part": name, "widget": widget}


def crumbs(page: Any) -> Id:
    """Where the viewer is inside a page, and the way back."""
    return {"part": "crumbs", "page": page}


def drill(page: Any) -> Id:
    """Root of a page one can go deeper in; its ``data-drill`` is "one" inside a department."""
    return {"part": "drill", "page": page}


def sentence(page: Any) -> Id:
    """The computed sentence under a page's heading, with its evidence."""
    return {"part": "sentence", "page": page}


def slot(widget: Any) -> Id:
    """The place of a card: its children are replaced when it is drawn again."""
    return _part("slot", widget)


def actions_list(page: Any) -> Id:
    """The recommended actions; by page, as only one page has them."""
    return _part("actions-list", page)


def plans_list(page: Any) -> Id:
    """What was taken up."""
    return _part("plans-list", page)


def actions_sentence(page: Any) -> Id:
    """What the page of actions says above them."""
    return _part("actions-sentence", page)


def about(widget: Any) -> Id:
    """Store beside a slot: {"key": the widget's key, "options": its settings}."""
    return _part("about", widget)


def asked(widget: Any) -> Id:
    """Store beside a slot: counts how often the viewer asked for it to be drawn again."""
    return _part("asked", widget)


def card(widget: Any) -> Id:
    """The card's root element, inside its slot."""
    return _part("card", widget)


def card_body(widget: Any) -> Id:
    """What holds the figure, the table and the words of the card's state."""
    return _part("card-body", widget)


def figure(widget: Any) -> Id:
    """dcc.Graph of the card."""
    return _part("figure", widget)


def table(widget: Any) -> Id:
    """The answer as a table, hidden until the viewer asks for it."""
    return _part("table", widget)


def table_toggle(widget: Any) -> Id:
    """The button "View as table"; its ``aria-expanded`` says whether the table is shown."""
    return _part("table-toggle", widget)


def menu(widget: Any) -> Id:
    return _part("menu", widget)


def refresh(widget: Any) -> Id:
    """The button that draws one card again ("Refresh", and "Try again" after an error)."""
    return _part("refresh", widget)


def described(part: str, widget: Any) -> str:
    """A plain id of a part of a card, for the aria attributes that point to it."""
    return f"{part}-{widget}"


def download(widget: Any, kind: Any) -> Id:
    """A menu entry; ``kind`` is png, svg, csv or xlsx."""
    return {**_part("download", widget), "kind": kind}


def tile(widget: Any) -> str:
    """The place of a card on the dashboard; the grid takes plain ids only."""
    return f"tile-{widget}"


def board_item(widget: Any, action: Any) -> Id:
    """A button of a card in edit mode: left, right, up, down, wider, narrower, ..., remove."""
    return {**_part("board-item", widget), "action": action}


def action(part: str, action: Any) -> Id:
    """A part of a recommended action's form: owner, due, note, take-up, message, taken.

    ``action`` says rule, force, department and wave (components/plans.py).
    """
    return {"part": f"action-{part}", "action": action}


def plan(part: str, plan: Any) -> Id:
    """A part of a plan's form: status, owner, due, note, revision, save, message, saved."""
    return {"part": f"plan-{part}", "plan": plan}
