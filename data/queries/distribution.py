"""How answers to each question are spread over its scale, from histograms of whole atoms."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from data.analysis.cells import UNSCORED
from data.analysis.distribution import Part, point_names, spread
from data.analysis.forces import Force
from data.analysis.gate import BOUNDED
from data.db.tables import analytics_atoms, question_cells
from data.queries import methods
from data.queries.cells import WITHDRAWN, Sum, Sums, matching, of_organization, same_atom, sums
from data.queries.figures import standing, without
from data.queries.items import asked_items, item_sums
from data.queries.question import Asked, Question
from data.queries.results import DistributionAnswer, DistributionRow, SpreadPart, State

TOO_FEW = "How answers are spread is shown from {n} answers on. Choose a larger group."


def _distribution(asked: Asked) -> DistributionAnswer:
    """How are the answers to each question spread over its scale?"""
    own = sums(asked, [UNSCORED]).get((asked.wave.id, None), Sums({}))
    stands = standing(asked, own[UNSCORED])
    items, found = asked_items(asked, every=True), item_sums(asked)
    left_out = own.left_out or any(of.left_out for of in found.values())
    if stands["state"] is State.READY and own[UNSCORED].n < BOUNDED:
        reason = TOO_FEW.format(n=BOUNDED)
        return DistributionAnswer(**without(asked, State.SUPPRESSED, reason), left_out=left_out)
    counts = histograms(asked)
    rows = [_row(asked, item, found.get(item.id, Sum()), counts.get(item.id, [])) for item in items]
    return DistributionAnswer(**stands, left_out=left_out, rows=tuple(rows))


def histograms(asked: Asked) -> dict[UUID, list[int]]:
    """Answers per point of each question's own scale, over whole atoms; before the gate."""
    c, a = question_cells.c, analytics_atoms.c
    match = matching(asked.selection, asked.filters.periods)
    element = func.unnest(c.histogram).table_valued("value", with_ordinality="place")
    element = element.render_derived(name="element")
    statement = (
        select(c.question_id, element.c.place, func.sum(element.c.value).label("value"))
        .select_from(question_cells)
        .join(analytics_atoms, same_atom(question_cells))
        .join(element, c.n >= asked.wave.thresholds.group)
        .where(
            *of_organization(asked.organization, question_cells, analytics_atoms),
            c.survey_id == asked.wave.id,
            a.state != WITHDRAWN,
            match.inside,
        )
        .group_by(c.question_id, element.c.place)
        .order_by(c.question_id, element.c.place)
    )
    found: dict[UUID, list[int]] = defaultdict(list)
    for row in asked.connection.execute(statement):
        found[row.question_id].append(int(row.value))
    return found


def _row(asked: Asked, item: Row[Any], of: Sum, counts: Sequence[int]) -> DistributionRow:
    names = point_names(item.scale_low, item.scale_high, item.labels or {})
    parts = spread(counts) if len(counts) == len(names) else ()
    return DistributionRow(
        id=item.key,
        text=item.text,
        force=item.force if item.force in set(Force) else None,
        is_reversed=item.is_reversed,
        is_outcome=item.is_outcome,
        n=of.n if of.n >= asked.wave.thresholds.group else 0,
        points=names,
        parts=tuple(_part(part, names) for part in parts),
    )


def _part(part: Part, names: Sequence[str]) -> SpreadPart:
    first, last = names[part.first], names[part.last]
    label = first if part.first == part.last else f"{first} … {last}"
    return SpreadPart(first=part.first, last=part.last, label=label, share=part.share)


distribution = Question("distribution", DistributionAnswer, _distribution, methods.DISTRIBUTION)
