"""What a page says when it has no figures to show: what happened, why, and what to do."""

from secrets import token_hex

import structlog
from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from data.errors import ReadinessError

_log = structlog.get_logger(__name__)


def notice(title: str, message: str, *actions: Component) -> html.Div:
    """A calm panel: a heading, a sentence, and the ways out."""
    return html.Div(
        [html.H2(title), html.P(message), html.Div(list(actions), className="notice-actions")],
        className="notice",
    )


def link(text: str, href: str) -> html.A:
    """A way out that looks like a button; ``data-page`` keeps it inside the app (filters.js)."""
    return html.A(text, href=href, className="button", **attributes(data_page=""))


def not_found() -> html.Div:
    return notice(
        "There is no page at this address",
        "It may have moved, or the address was cut off when it was copied.",
        link("Go to the overview", "/"),
    )


def refused() -> html.Div:
    """A page of another role."""
    return notice(
        "Your role does not open this page",
        "Ask an administrator of your organisation if you need it.",
        link("Go to the overview", "/"),
    )


def failed(message: str, reference: str) -> html.Div:
    """A page that cannot be drawn at all; one card's failure is the card's own matter."""
    return html.Div(
        notice(
            "This page cannot be shown",
            f"{message} If it happens again, tell whoever runs this server the number {reference}.",
            link("Try again without filters", "?"),
        ),
        role="alert",
    )


def page_failed(path: str, error: Exception) -> html.Div:
    """Log the error under a number and say so; what is not one of ours is not shown."""
    reference = token_hex(4).upper()
    is_known = isinstance(error, ReadinessError)
    message = str(error) if is_known else "The figures cannot be read just now."
    fault = None if is_known else error
    _log.error("page_failed", page=path, reference=reference, error=message, exc_info=fault)
    return failed(message, reference)


def unreadable(message: str) -> html.Div:
    """The address carries filters that are none."""
    return html.Div(
        notice("These filters cannot be read", message, link("Clear the filters", "?")),
        role="alert",
    )


def no_survey(reason: str) -> html.Div:
    """The organisation has nothing to show yet, and how to change that."""
    return html.Div(
        [
            notice("No survey yet", reason or "Import a survey file and its figures appear here."),
            html.Pre(
                'python app.py import FILE --organization "…" --survey "…"', className="command"
            ),
        ],
        className="empty-page",
    )
