"""The page of actions: what is recommended, what was taken up, and the forms to do so."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dash import html
from dash.development.base_component import Component

from components import ids
from components.action_cards import action_card, is_same, plan_card
from components.attributes import attributes
from components.services import services
from components.widgets import words
from data import plans, queries
from data.access import Principal
from data.analysis.actions import Kind
from data.contracts.plans import UNDER_WAY
from data.plans import Colleague
from data.queries.filters import Filters
from data.queries.results import ActionRow, ActionsAnswer, Mark, PlanRow, PlansAnswer, State

FIRST = 6
"""Actions shown at once; the others are one click away."""
PAGE = "actions"
"""The one page that has these lists, in their ids."""
NO_PLANS = "Nothing has been taken up yet. Take up an action, and the next wave shows what moved."
NO_ACTIONS = "No action stands out here: no figure differs clearly enough."
NOT_CAUSED = (
    "What moved is measured beside a plan, against everybody else over the same waves. Other "
    "things changed in that time too: it does not show that the plan caused it."
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything the page shows, for one viewer; ``principal`` is None while Dash collects ids."""

    principal: Principal | None = None
    actions: ActionsAnswer = field(default_factory=ActionsAnswer)
    plans: PlansAnswer = field(default_factory=PlansAnswer)
    people: tuple[Colleague, ...] = ()


def load(principal: Principal, filters: Filters) -> Loaded:
    """Ask for all of it. Raises DatabaseError."""
    desk, database = services().desk, services().database
    return Loaded(
        principal,
        desk.ask(queries.actions, principal, filters),
        desk.ask(queries.plans, principal, filters),
        plans.colleagues(database, principal),
    )


def sentence(loaded: Loaded) -> str:
    """How much stands out, what is under way, and what moved otherwise than the rest."""
    if loaded.principal is None:
        return ""
    standing = [row for row in loaded.actions.rows if row.kind is not Kind.NEUTRAL]
    counted = words.count(len(standing), "action") if standing else "No action"
    verb = "stand" if len(standing) > 1 else "stands"
    under_way = sum(row.status in UNDER_WAY for row in loaded.plans.rows)
    said = f"{counted} {verb} out; {words.count(under_way, 'plan')} under way"
    return f"{said}{_moved(loaded.plans.rows)}."


def _moved(rows: Sequence[PlanRow]) -> str:
    """Only what is marked is told."""
    marks = [row.difference.mark for row in rows if row.difference and row.rest is not None]
    better, worse = marks.count(Mark.BETTER), marks.count(Mark.WORSE)
    if not better and not worse:
        return ""
    parts = [f"better in {better}"] * bool(better) + [f"worse in {worse}"] * bool(worse)
    return (
        f". Since plans were taken up, figures moved clearly {words.listed(parts)} of {len(marks)}"
    )


def actions(loaded: Loaded) -> list[Component]:
    """The section of recommended actions."""
    return [html.H2("Recommended"), *_actions(loaded)]


def _actions(loaded: Loaded) -> list[Component]:
    answer = loaded.actions
    if loaded.principal is None:
        return []
    if answer.state is not State.READY:
        return [html.P(answer.reason, className="quiet")]
    notes = [html.P(note, className="widget-note") for note in answer.notes]
    if not answer.rows:
        return [html.P(NO_ACTIONS, className="quiet"), *notes]
    cards = [html.Li(_card(loaded, row)) for row in answer.rows]
    shown: list[Component] = [html.Ol(cards[:FIRST], className="cards")]
    if len(cards) > FIRST:
        shown.append(_others(cards[FIRST:]))
    return [*shown, *notes]


def _others(cards: list[html.Li]) -> html.Details:
    more = words.count(len(cards), "more action")
    numbered = html.Ol(cards, className="cards", start=str(FIRST + 1))
    return html.Details([html.Summary(more, className="more"), numbered])


def _card(loaded: Loaded, row: ActionRow) -> Component:
    taken = [p for p in loaded.plans.rows if p.status in UNDER_WAY and is_same(p, row)]
    allowed = loaded.principal is not None and plans.may_write(loaded.principal, row.department)
    people = loaded.people if allowed else None
    return action_card(row, loaded.actions.wave, taken[0] if taken else None, people)


def plan_cards(loaded: Loaded) -> list[Component]:
    """The section of plans, those under way first."""
    heading = html.H2("Taken up", id=ids.PLANS_HEADING, tabIndex=-1)
    if loaded.principal is None:
        return [heading]
    answer = loaded.plans
    if answer.state is not State.READY:
        return [heading, html.P(answer.reason, className="quiet")]
    if not answer.rows:
        return [heading, html.P(NO_PLANS, className="quiet")]
    cards = [html.Li(_plan(loaded, row)) for row in answer.rows]
    notes = [html.P(note, className="widget-note") for note in (NOT_CAUSED, *answer.notes)]
    return [heading, html.Ul(cards, className="cards"), *notes]


def _plan(loaded: Loaded, row: PlanRow) -> Component:
    allowed = loaded.principal is not None and plans.may_write(loaded.principal, row.department)
    return plan_card(row, loaded.people if allowed else None)


def page_parts(loaded: Loaded) -> list[Component]:
    """What stands under the filter bar: the sentence, then both sections side by side."""
    said = html.P(sentence(loaded), className="lead-sentence", id=ids.actions_sentence(PAGE))
    sections = [
        html.Section(
            actions(loaded), id=ids.actions_list(PAGE), **attributes(aria_label="Recommended")
        ),
        html.Section(
            plan_cards(loaded), id=ids.plans_list(PAGE), **attributes(aria_label="Taken up")
        ),
    ]
    return [said, html.Div(sections, className="actions-page")]
