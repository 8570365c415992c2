"""One way from a widget to what its card shows; pages, callbacks, files and reports all use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import plotly.graph_objects as go
import structlog
from dash.development.base_component import Component

from components.widgets.widget import Options, Widget
from components.widgets.words import capital, day, moment
from data.access import Principal
from data.contracts import Explained
from data.errors import ReadinessError
from data.queries.desk import Desk
from data.queries.explain import explain, filters_in_words, whose
from data.queries.filters import Filters
from data.queries.results import Answer, OptionsAnswer, State, Table

LEFT_OUT = "Groups too small to show are left out."
EMPTY = "No answers fit these filters. Choose a wider period or more departments."
UNEXPECTED = "This could not be drawn because of a fault on our side."

_log = structlog.get_logger(__name__)


class CardState(StrEnum):
    """What a card shows; the value of its ``data-widget-state``."""

    LOADING = "loading"
    READY = "ready"
    EMPTY = "empty"
    SUPPRESSED = "suppressed"
    ERROR = "error"


@dataclass(frozen=True)
class Drawn:
    """A widget's answer, drawn and said.

    ``figure``, ``html`` and ``table`` are there only in state ready; ``message`` only in the
    others: what happened and what to do. ``reference`` is the number under which an error was
    logged. ``quiet`` is the line under the title: what is measured, how many, how old; ``as_of``
    says the age to the minute. ``explained`` says how the figures were made and of whom; None only
    in state error.
    """

    state: CardState
    headline: str
    quiet: str = ""
    as_of: str = ""
    figure: go.Figure | None = None
    html: Component | None = None
    message: str = ""
    summary: str = ""
    table: Table | None = None
    answer: Answer | None = None
    explained: Explained | None = None
    notes: tuple[str, ...] = ()
    reference: str = ""
    filters: Filters = field(default_factory=Filters)
    options: Mapping[str, object] | None = None

    @property
    def is_ready(self) -> bool:
        return self.state is CardState.READY


def draw(
    desk: Desk,
    widget: Widget[Any, Any],
    principal: Principal,
    filters: Filters,
    options: Mapping[str, object] | Options | None = None,
) -> Drawn:
    """Ask the widget's question as this person and draw the answer. Never raises.

    An error of any kind becomes the state error with a reference number, so that one widget's
    fault stays in its own card.
    """
    raw = options.model_dump(mode="json") if isinstance(options, Options) else options
    try:
        chosen = widget.chosen(raw)
        answer = desk.ask(widget.question, principal, filters)
        return drawn_from(widget, answer, chosen, filters, whose(desk, principal, filters))
    except ReadinessError as error:
        return _failed(widget, str(error), error, filters)
    except Exception as error:  # a fault in one widget must not take the page with it
        return _failed(widget, UNEXPECTED, error, filters)


def drawn_from(
    widget: Widget[Any, Any],
    answer: Answer,
    options: Options,
    filters: Filters,
    told: str | None = None,
) -> Drawn:
    """What a card shows of an answer already at hand. ``told``: the filters in words."""
    quiet, as_of = quiet_line(widget, answer), data_time(answer)
    if told is None:
        told = filters_in_words(filters, OptionsAnswer())
    explained = explain(widget.question, answer, told)
    if answer.state is not State.READY:
        message = answer.reason or _reason(answer)
        state = CardState(answer.state.value)
        return Drawn(
            state,
            widget.title,
            quiet,
            as_of,
            message=message,
            summary=message,
            answer=answer,
            explained=explained,
            filters=filters,
        )
    return Drawn(
        state=CardState.READY,
        headline=widget.headline(answer, options),
        quiet=quiet,
        as_of=as_of,
        figure=widget.figure(answer, options),
        html=widget.html(answer, options) if widget.html else None,
        summary=widget.summary(answer, options),
        table=answer.table(),
        answer=answer,
        explained=explained,
        notes=(*answer.notes, *((LEFT_OUT,) if answer.left_out else ())),
        filters=filters,
        options=options.model_dump(mode="json", exclude_defaults=True),
    )


def quiet_line(widget: Widget[Any, Any], answer: Answer) -> str:
    """ "Mean scores 1-5 · n = 214 · data of 22 Nov"."""
    parts = [capital(widget.unit_of(answer))]
    if n := widget.n(answer):
        parts.append(f"n = {n}")
    if answer.data_time is not None:
        parts.append(f"data of {day(answer.data_time)}")
    return " · ".join(parts)


def data_time(answer: Answer) -> str:
    """ "Data of 22 Nov 2026, 18:05 UTC"; empty where there is no data."""
    return f"Data of {moment(answer.data_time)}" if answer.data_time is not None else ""


def _reason(answer: Answer) -> str:
    if answer.state is State.SUPPRESSED:
        return f"Fewer than {answer.smallest_group} answers: hidden to protect people."
    return EMPTY


def _failed(widget: Widget[Any, Any], message: str, error: Exception, filters: Filters) -> Drawn:
    reference = uuid4().hex[:8].upper()
    expected = isinstance(error, ReadinessError)
    _log.error(
        "widget_failed",
        widget=widget.key,
        reference=reference,
        error=type(error).__name__,
        exc_info=None if expected else error,
        message=str(error) if expected else None,
    )
    return Drawn(
        CardState.ERROR,
        widget.title,
        message=message,
        summary=message,
        reference=reference,
        filters=filters,
    )
