"""How a page of figures is put together: who looks, at what, and everything drawn side by side.

The page arrives with its figures, in one request. While Dash collects ids there is no viewer, and
the same page is made of skeletons.
"""

from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components import filters as filter_bar
from components import ids, shell, states
from components.draw import Drawn
from components.grid import Place, drawn
from components.pool import run
from components.services import services
from data import queries
from data.access import Person, Principal
from data.errors import FiltersInvalid
from data.queries.filters import Filters
from data.queries.results import OptionsAnswer, State, SummaryAnswer

Content = Callable[[Mapping[str, Drawn], Filters], Sequence[Component]]
"""Figures by place and the filters in force -> what stands under the filter bar."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of figures. ``says``: whether the computed sentence stands under the heading."""

    path: str
    heading: str
    places: tuple[Place, ...]
    content: Content
    says: bool = False


async def filtered(page: Page, address: Mapping[str, object]) -> html.Div:
    """The page for whoever looks, under the filters of its address."""
    person = shell.viewer()
    if person is None:
        return _assembled(page, None, Filters(), OptionsAnswer(), None, {})
    try:
        filters = filter_bar.from_address(address)
        return await _for(person, page, filters)
    except FiltersInvalid as error:
        return shell.page(page.path, person, page.heading, states.unreadable(str(error)))
    except (
        Exception
    ) as error:  # a page says that it failed; it does not leave the last one standing
        return shell.page(page.path, person, page.heading, states.page_failed(page.path, error))


async def _for(person: Person, page: Page, filters: Filters) -> html.Div:
    principal = person.principal
    options, said, figures = await gather(
        run(services().desk.ask, queries.options, principal, filters),
        _said(page, principal, filters),
        drawn(page.places, principal, filters),
    )
    if options.state is State.EMPTY and not filters.surveys:
        return shell.page(page.path, person, page.heading, states.no_survey(options.reason))
    return _assembled(page, person, filters, options, said, figures)


async def _said(page: Page, principal: Principal, filters: Filters) -> SummaryAnswer | None:
    if not page.says:
        return None
    return await run(services().desk.ask, queries.summary, principal, filters)


def _assembled(
    page: Page,
    person: Person | None,
    filters: Filters,
    options: OptionsAnswer,
    said: SummaryAnswer | None,
    figures: Mapping[str, Drawn],
) -> html.Div:
    sentence = html.Div(sentence_of(said), id=ids.sentence(page.path), className="sentence")
    return shell.page(
        page.path,
        person,
        page.heading,
        *page.content(figures, filters),
        survey=options.survey,
        under=[sentence] if page.says else [],
        filters=filter_bar.bar(options, filters),
    )


def sentence_of(said: SummaryAnswer | None) -> list[Component]:
    """The sentence, and its evidence one click away; a reason where there is no sentence."""
    if said is None:
        return []
    if said.state is not State.READY:
        return [html.P(said.reason, className="lead-sentence")]
    parts: list[Component] = [html.P(said.sentence, className="lead-sentence")]
    if said.evidence:
        evidence = html.Ul([html.Li(line) for line in said.evidence])
        parts.append(html.Details([html.Summary("Evidence"), evidence], className="evidence"))
    return parts
