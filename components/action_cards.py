"""One card a recommended action and one a plan, each with its form where the viewer may write."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import dash_bootstrap_components as dbc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.attributes import attributes
from components.widgets import words
from data.analysis.forces import Force
from data.contracts.plans import LONGEST_NOTE, STATUS_NAMES, PlanStatus
from data.plans import Colleague
from data.queries.results import MARK_SIGNS, ActionRow, PlanRow
from data.queries.results.actions import Measured, force_name

NOBODY = "nobody"
"""The owner control's value for nobody."""
DECIMALS = 3

WHY_NOT: dict[Measured, str] = {
    "measured": "",
    "too_few": "Too few to tell: fewer than 20 answers on one side, or figures not shown apart.",
    "no_later_wave": "No later wave yet: what moved will stand here after the next one.",
    "not_comparable": "The waves before and after cannot be compared: they asked other forces.",
    "not_measured": "Nothing is measured of this: it makes the next figures better to read.",
    "not_shown": "The whole organisation's figures are not shown apart to department leads.",
}


def key(row: ActionRow, wave: UUID | None) -> str:
    """What a card's form is about; whatever comes back of it is checked again."""
    return "|".join(str(part or "") for part in (row.rule, row.force, row.department, wave))


def from_key(text: str) -> dict[str, str | None]:
    """The fields of a plan that its card fixed; None where the key had nothing."""
    names = ("rule", "force", "department", "survey")
    return {name: part or None for name, part in zip(names, text.split("|"), strict=False)}


def is_same(plan: PlanRow, action: ActionRow) -> bool:
    mine = (plan.rule, plan.force, plan.department)
    return mine == (action.rule, action.force, action.department)


def action_card(
    row: ActionRow, wave: UUID | None, taken: PlanRow | None, people: Sequence[Colleague] | None
) -> html.Article:
    """``taken``: the plan that is under way; ``people``: who can own it, None: read only."""
    parts: list[Component] = [
        _where(row.name, row.force),
        html.H3(row.title),
        html.P(row.why),
        html.Ul([html.Li(_unbroken(e)) for e in row.evidence], className="evidence-lines"),
    ]
    if row.caution:
        parts.append(html.P(f"Ask better first. {row.caution}.", className="caution"))
    parts.append(_more(row))
    if taken is not None:
        parts.append(html.P(_under_way(taken), className="under-way"))
    elif people is not None:
        parts.append(_take_up(key(row, wave), row.title, people))
    return html.Article(parts, className="action-card")


def _unbroken(text: str) -> str:
    """No line breaks inside "4.0 ± 0.1" or "n = 92"."""
    for sign in (" ± ", " = "):
        text = text.replace(sign, sign.replace(" ", "\N{NO-BREAK SPACE}"))
    return text


def _where(name: str, force: Force | None) -> html.P:
    """Department and force; the dot only repeats what the word says."""
    dot = html.Span(
        className=f"force-dot is-{force.value if force else 'none'}",
        **attributes(aria_hidden="true"),
    )
    return html.P([dot, html.Span(f"{name} · {force_name(force)}")], className="card-where")


def _more(row: ActionRow) -> html.Details:
    lines = [row.expected]
    if row.others:
        lines.append(f"The other forces: {row.others}.")
    if row.priority is not None:
        lines.append(
            f"Priority {words.number(row.priority, DECIMALS)}: share of respondents times gap, in "
            "points of the mean of all."
        )
    lines.append(f"Source: {row.source}.")
    return html.Details(
        [html.Summary("What to expect", className="more"), *(html.P(line) for line in lines)],
        className="card-more",
    )


def _under_way(plan: PlanRow) -> str:
    owner = f", {plan.owner_name}" if plan.owner_name else ""
    due = f", due {_day(plan)}" if plan.due else ""
    return f"{STATUS_NAMES[plan.status]}{owner}{due}"


def _day(plan: PlanRow) -> str:
    return f"{plan.due.day} {plan.due:%b %Y}" if plan.due else ""


def _take_up(action: str, title: str, people: Sequence[Colleague]) -> html.Details:
    form = html.Div(
        [
            _field("Owner", _people(ids.action("owner", action), people, None)),
            _field("Due", _date(ids.action("due", action), None)),
            _field("Note", _note(ids.action("note", action), "")),
            html.Button(
                "Save plan",
                id=ids.action("take-up", action),
                type="button",
                className="button is-main",
            ),
            html.P(id=ids.action("message", action), className="form-message", role="alert"),
            dcc.Store(id=ids.action("taken", action)),
        ],
        className="card-form",
        role="group",
        **attributes(aria_label=f"Take up: {title}"),
    )
    return html.Details([html.Summary("Take up", className="button"), form], className="card-open")


def plan_card(row: PlanRow, people: Sequence[Colleague] | None) -> html.Article:
    """``people``: who can own it; None where the viewer only reads."""
    parts: list[Component] = [
        _where(row.name, row.force),
        html.H3(row.title),
        html.P([html.Strong(STATUS_NAMES[row.status]), f" · {_about(row)}"], className="quiet"),
    ]
    if row.note:
        parts.append(html.P(row.note, className="card-note"))
    parts += [_measured(row), _steps(row)]
    if people is not None:
        parts.append(_change(row, people))
    return html.Article(parts, className="action-card")


def _about(row: PlanRow) -> str:
    owner = row.owner_name or "nobody owns it"
    due = f"due {_day(row)}" if row.due else "no due date"
    return " · ".join([owner, f"{due}, overdue" if row.is_overdue else due])


def _measured(row: PlanRow) -> html.P:
    """What moved since; the sign only repeats what the sentence says."""
    if not row.sentence:
        return html.P(WHY_NOT[row.measured], className="measured quiet")
    sign = MARK_SIGNS[row.difference.mark] if row.difference else ""
    return html.P(
        [html.Span(f"{sign} ", **attributes(aria_hidden="true")), _unbroken(row.sentence)],
        className="measured",
    )


def _steps(row: PlanRow) -> html.Details:
    lines = [
        f"{STATUS_NAMES[step.status]}, {words.day(step.at)}" + (f", {step.by}" if step.by else "")
        for step in row.steps
    ]
    taken = f"Taken up on {row.survey}."
    return html.Details(
        [
            html.Summary("History", className="more"),
            html.P(taken),
            html.Ul([html.Li(line) for line in lines]),
        ],
        className="card-more",
    )


def _change(row: PlanRow, people: Sequence[Colleague]) -> html.Details:
    plan = str(row.id)
    form = html.Div(
        [
            _field("Status", _statuses(ids.plan("status", plan), row.status)),
            _field("Owner", _people(ids.plan("owner", plan), people, row)),
            _field("Due", _date(ids.plan("due", plan), row)),
            _field("Note", _note(ids.plan("note", plan), row.note)),
            html.Button(
                "Save", id=ids.plan("save", plan), type="button", className="button is-main"
            ),
            html.P(id=ids.plan("message", plan), className="form-message", role="alert"),
            dcc.Store(id=ids.plan("revision", plan), data=row.revision),
            dcc.Store(id=ids.plan("saved", plan)),
        ],
        className="card-form",
        role="group",
        **attributes(aria_label=f"Change: {row.title}, {row.name}"),
    )
    return html.Details([html.Summary("Change", className="button"), form], className="card-open")


def _field(name: str, control: Any) -> html.Label:
    return html.Label([html.Span(name), control], className="form-field")


def _people(id_: ids.Id, people: Sequence[Colleague], row: PlanRow | None) -> Any:
    """Active members; an owner who is none any more stays named."""
    options = [{"label": "Nobody yet", "value": NOBODY}]
    options += [{"label": person.name, "value": str(person.id)} for person in people]
    value = str(row.owner) if row is not None and row.owner else NOBODY
    if row is not None and value not in {option["value"] for option in options}:
        options.append({"label": f"{row.owner_name} (no member any more)", "value": value})
    return dbc.Select(id=id_, options=options, value=value)


def _statuses(id_: ids.Id, status: PlanStatus) -> Any:
    options = [{"label": name, "value": one.value} for one, name in STATUS_NAMES.items()]
    return dbc.Select(id=id_, options=options, value=status.value)


def _date(id_: ids.Id, row: PlanRow | None) -> Any:
    value = row.due.isoformat() if row is not None and row.due else ""
    return dbc.Input(id=id_, type="date", value=value)


def _note(id_: ids.Id, text: str) -> Any:
    return dbc.Textarea(id=id_, value=text, maxLength=LONGEST_NOTE, rows=2)
