"""Files of what a card shows: the same question, the same drawing, over plain HTTP.

``GET /download/{widget}.{png|svg|csv|xlsx}?departments=...&option.show=...``: filters by their
names, repeated for several values; a widget's settings as ``option.<name>``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from components import documents
from components.documents import About
from components.draw import CardState, Drawn, draw
from components.services import Services, services
from components.widgets import WIDGETS, Widget
from components.widgets.widget import picture_size
from data import events
from data.access import Principal, required_principal
from data.errors import DocumentError, FiltersInvalid, LayoutInvalid, NotSignedIn, UnknownName
from data.queries.filters import Filters
from data.queries.results import Table

PREFIX = "/download/"
OPTION = "option."


class Kind(StrEnum):
    PNG = "png"
    SVG = "svg"
    CSV = "csv"
    XLSX = "xlsx"


MEDIA: dict[Kind, str] = {
    Kind.PNG: "image/png",
    Kind.SVG: "image/svg+xml",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def router() -> APIRouter:
    """The route; FastAPI runs it in a thread, where the signed-in person is known."""
    routes = APIRouter(tags=["downloads"])
    routes.get(PREFIX + "{widget_key}.{kind}", response_class=Response)(download)
    return routes


def download(widget_key: str, kind: Kind, request: Request) -> Response:
    """The file of one widget under these filters.

    401 unsigned, 404 no such widget, 422 unreadable filters or settings, 409 nothing to show (and
    why), 503 no browser for pictures; every refusal says what to do.
    """
    principal, widget = _asked(widget_key)
    filters, options = _parsed(widget, request)
    here = services()
    drawn = draw(here.desk, widget, principal, filters, options)
    if not drawn.is_ready:
        reference = f" Reference {drawn.reference}." if drawn.reference else ""
        status = 500 if drawn.state is CardState.ERROR else 409
        raise HTTPException(status, f"{drawn.message}{reference}")
    about = about_file(widget, drawn)
    try:
        body = _MAKERS[kind](widget, drawn, about, here)
    except DocumentError as error:
        raise HTTPException(503, str(error)) from error
    _count(here, principal, widget, kind)
    return Response(body, media_type=MEDIA[kind], headers=_headers(widget, kind, about))


def _count(here: Services, principal: Principal, widget: Widget[Any, Any], kind: Kind) -> None:
    entity = events.page_id(f"{PREFIX}{widget.key}")
    what = {"widget": widget.key, "kind": kind.value}
    events.record(here.database, principal, "export_requested", "widget", entity, what)


def _asked(widget_key: str) -> tuple[Principal, Widget[Any, Any]]:
    try:
        return required_principal(), WIDGETS[widget_key]
    except NotSignedIn as error:
        raise HTTPException(401, str(error)) from error
    except UnknownName as error:
        raise HTTPException(404, str(error)) from error


def _parsed(widget: Widget[Any, Any], request: Request) -> tuple[Filters, Mapping[str, object]]:
    query = request.query_params
    names = {name for name in query if not name.startswith(OPTION)}
    options = {n.removeprefix(OPTION): v for n, v in query.items() if n.startswith(OPTION)}
    try:
        filters = Filters.from_store({name: query.getlist(name) for name in names})
        widget.chosen(options)
    except (FiltersInvalid, LayoutInvalid) as error:
        raise HTTPException(422, str(error)) from error
    return filters, options


def _headers(widget: Widget[Any, Any], kind: Kind, about: About) -> dict[str, str]:
    day = f"{about.generated_at:%Y-%m-%d}"
    return {
        "Content-Disposition": f'attachment; filename="{widget.key}-{day}.{kind.value}"',
        "Cache-Control": "private, no-store",
    }


def _png(widget: Widget[Any, Any], drawn: Drawn, about: About, here: Services) -> bytes:
    return documents.png(
        drawn.figure, about, picture_size(widget, drawn.figure), here.settings.chromium
    )


def _svg(widget: Widget[Any, Any], drawn: Drawn, about: About, here: Services) -> bytes:
    return documents.svg(
        drawn.figure, about, picture_size(widget, drawn.figure), here.settings.chromium
    )


def _table(drawn: Drawn) -> Table:
    return drawn.table or Table((), ())


def _csv(widget: Widget[Any, Any], drawn: Drawn, about: About, here: Services) -> bytes:
    return documents.csv(_table(drawn), about)


def _xlsx(widget: Widget[Any, Any], drawn: Drawn, about: About, here: Services) -> bytes:
    return documents.xlsx(_table(drawn), about)


_MAKERS: dict[Kind, Callable[[Widget[Any, Any], Drawn, About, Services], bytes]] = {
    Kind.PNG: _png,
    Kind.SVG: _svg,
    Kind.CSV: _csv,
    Kind.XLSX: _xlsx,
}


def about_file(widget: Widget[Any, Any], drawn: Drawn) -> About:
    """What the file says of itself, taken from the answer in it."""
    answer, made = drawn.answer, drawn.explained
    return About(
        title=drawn.headline,
        survey=answer.survey if answer else "",
        filters=made.filters if made else "",
        threshold=answer.smallest_group if answer else 0,
        n=widget.n(answer) if answer else "",
        data_time=answer.data_time if answer else None,
        generated_at=datetime.now(UTC),
        measure=f"{widget.title} ({widget.unit_of(answer) if answer else widget.unit})",
        notes=drawn.notes,
        method=made.method() if made else (),
        consent=answer.consent if answer else "",
    )
