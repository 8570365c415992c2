"""The live page's figures: few, large, and never finer than five people."""

from datetime import UTC, datetime

import structlog
from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.pool import run
from components.services import services
from data import queries
from data.access import Principal
from data.errors import ReadinessError
from data.queries.filters import Filters
from data.queries.results import LiveAnswer

EVERY_SECONDS = 5
NOT_NOW = "The live figures cannot be read just now. Trying again in a few seconds."
NONE = "–"
FEW = "shown once five people {did} today (UTC)"

HEALTH = {
    "healthy": "The system answers as usual.",
    "warning": "The system answers slowly just now; figures may be late.",
    "critical": "The system answers very slowly or with errors just now; figures may be late.",
}

_log = structlog.get_logger(__name__)


async def ask(principal: Principal) -> LiveAnswer | None:
    """The figures now; None where they cannot be had, which the page says."""
    try:
        return await run(services().desk.ask, queries.live, principal, Filters())
    except ReadinessError as error:
        _log.warning("live figures failed", error=str(error))
        return None


def figures(answer: LiveAnswer | None) -> list[Component]:
    if answer is None:
        return [html.P(NOT_NOW, className="live-state")]
    counts = html.Dl(
        [
            _figure(
                "Answering now",
                _count(answer.active_respondents, answer.active_few),
                "people who began in the last 30 minutes and are not done",
            ),
            _figure(
                "Answers in the last hour",
                _count(answer.responses_in_last_hour, answer.responses_few),
                "completed questionnaires",
            ),
            _figure(
                "Time to answer",
                _seconds(answer.average_response_seconds),
                _or_few(answer.average_response_seconds, "completed", "mean of today (UTC)"),
            ),
            _figure(
                "Completed today",
                _percent(answer.completion_rate),
                _or_few(answer.completion_rate, "began", "of those who began today (UTC)"),
            ),
        ],
        className="live",
    )
    return [
        html.Div(counts, **attributes(aria_live="polite", aria_atomic="false")),
        html.P([HEALTH[answer.system_health], *_at(answer.at)], className="live-state"),
    ]


def _figure(name: str, value: str, unit: str) -> html.Div:
    return html.Div(
        [html.Dt(name), html.Dd(value), html.Dd(unit, className="unit")], className="live-figure"
    )


def _count(value: int, few: bool) -> str:
    return "< 5" if few else f"{value:,}"


def _seconds(value: float | None) -> str:
    if value is None:
        return NONE
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.0f} %"


def _or_few(value: float | None, did: str, meaning: str) -> str:
    return FEW.format(did=did) if value is None else meaning


def _at(at: datetime | None) -> list[str | Component]:
    """When this was read; times.js turns it to the reader's time zone."""
    if at is None:
        return []
    shown = html.Time(
        f"{at.astimezone(UTC):%H:%M:%S} UTC", dateTime=at.isoformat(), **attributes(data_local="")
    )
    return [" Read at ", shown, f", again every {EVERY_SECONDS} seconds."]
