"""What to do next: the first recommended actions, each with its evidence."""

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component
from pydantic import Field

from components.attributes import attributes
from components.theme import LINE, PAGE, TEXT
from components.widgets import words
from components.widgets.figures import SMALL, canvas
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.actions import Kind
from data.queries.results import ActionRow, ActionsAnswer
from data.queries.results.actions import force_name

NOTHING = "No action stands out here: no figure differs clearly enough."
LINE_HEIGHT, HEADER = 48, 32
COLUMNS = (("Action", 40, 3), ("Where", 20, 2), ("Evidence", 40, 3))


class ActionsOptions(Options):
    """How many actions are listed; the files have all."""

    show: int = Field(default=3, ge=1, le=100, title="How many")


def _rows(answer: ActionsAnswer, options: ActionsOptions) -> tuple[ActionRow, ...]:
    return answer.rows[: options.show]


def figure(answer: ActionsAnswer, options: ActionsOptions) -> go.Figure:
    """The list as a picture; the screen shows a real one."""
    rows = _rows(answer, options)
    drawn = canvas(height=HEADER + LINE_HEIGHT * max(len(rows), 1))
    common = {"align": "left", "line": {"color": LINE, "width": 1}}
    texts = [(row.title, where(row), row.evidence[0] if row.evidence else "") for row in rows]
    drawn.add_trace(
        go.Table(
            columnwidth=[width for _, width, _ in COLUMNS],
            header={
                "values": [f"<b>{name}</b>" for name, _, _ in COLUMNS],
                "fill": {"color": PAGE},
                "font": {"color": TEXT, "size": SMALL},
                "height": HEADER,
            }
            | common,
            cells={
                "values": [
                    [words.wrap(text[position], width, lines) for text in texts]
                    for position, (_, width, lines) in enumerate(COLUMNS)
                ],
                "fill": {"color": "rgba(0,0,0,0)"},
                "font": {"color": TEXT, "size": SMALL},
                "height": LINE_HEIGHT,
            }
            | common,
        )
    )
    return drawn


def where(row: ActionRow) -> str:
    """Like "Legal, Anxiety of the new"."""
    return f"{row.name}, {force_name(row.force)}"


def screen(answer: ActionsAnswer, options: ActionsOptions) -> Component:
    rows = _rows(answer, options)
    if not rows:
        return html.P(NOTHING, className="quiet")
    return html.Ol(
        [html.Li([html.Strong(row.title), html.Span(where(row)), *_evidence(row)]) for row in rows],
        className="next-steps",
        tabIndex=0,
        **attributes(aria_label="Recommended actions"),
    )


def _evidence(row: ActionRow) -> list[Component]:
    return [html.Span(line, className="quiet") for line in row.evidence]


def headline(answer: ActionsAnswer, options: ActionsOptions) -> str:
    standing = [row for row in answer.rows if row.kind is not Kind.NEUTRAL]
    if not standing:
        return "No action stands out"
    if len(standing) == 1:
        return "One action stands out"
    return f"{len(standing)} actions stand out; these come first"


def summary(answer: ActionsAnswer, options: ActionsOptions) -> str:
    if not answer.rows:
        return NOTHING
    said = [
        f"{position}. {row.title} ({where(row)}): {' '.join(row.evidence)}"
        for position, row in enumerate(_rows(answer, options), start=1)
    ]
    return f"{words.count(len(answer.rows), 'action')} recommended. " + " ".join(said)


WIDGET = Widget(
    key="actions",
    type=WidgetType.DATA_TABLE,
    title="What to do next",
    unit="recommended actions, by priority",
    description=(
        "Actions whose rule holds for the figures shown, at most one for a force in a department, "
        "by priority (share of respondents times gap). Each stands with the figures it rests on; "
        "nothing is recommended where too few answered to tell."
    ),
    question=queries.actions,
    options=ActionsOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 7),
    html=screen,
)
