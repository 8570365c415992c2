"""Readiness segments, and how people moved between them since the last wave."""

from typing import Any

from sqlalchemy import select

from data.analysis import gate
from data.analysis.cells import UNSCORED, segment_figure
from data.analysis.forces import Segment
from data.db.tables import survey_flows
from data.queries import methods
from data.queries.cells import Sum, Sums, of_organization, sums
from data.queries.figures import origin, standing, without
from data.queries.question import Asked, Question
from data.queries.results import FlowRow, FlowsAnswer, SegmentRow, SegmentsAnswer, State
from data.queries.surveys import previous_of

CLASSIFIED: tuple[Segment, ...] = tuple(s for s in Segment if s is not Segment.UNCLASSIFIED)
BOTH_SIDES = (
    "Segments need at least one driving and one resisting force; this survey did not ask for both."
)
TOO_FEW = "Fewer than {n} people can be placed in a segment here. Choose a larger group."
SURVEY_WIDE = "{what} exist for the whole survey only. Clear the filters to see them."
WHOLE_ORGANIZATION = "These are figures of the whole organisation."
NO_PREVIOUS = "There is no earlier wave to come from."
NO_IDS = "People cannot be followed from wave to wave: this survey has no respondent ids."
TOO_FEW_BOTH = "Fewer than {n} people answered both waves."


def _segments(asked: Asked) -> SegmentsAnswer:
    """How many are champions, torn, indifferent or resisters?"""
    figures = {s: segment_figure(s) for s in CLASSIFIED}
    found = sums(asked, [*figures.values(), UNSCORED])
    own = found.get((asked.wave.id, None), Sums({}))
    counts = {s: own[name].part for s, name in figures.items()}
    base = max(own[name].n for name in figures.values())
    stands = standing(asked, Sum(own[UNSCORED].moments, left_out=own.left_out))
    smallest = max(asked.wave.thresholds.detail, gate.FEW)
    if stands["state"] is State.READY and base < smallest:
        reason = TOO_FEW.format(n=smallest) if base or own.left_out else BOTH_SIDES
        return SegmentsAnswer(**without(asked, State.SUPPRESSED, reason), left_out=own.left_out)
    merged = gate.merged(counts)
    rows = () if stands["state"] is not State.READY else _rows(counts, base, merged)
    return SegmentsAnswer(
        **{**stands, "respondents": base or None}, left_out=own.left_out, rows=rows, merged=merged
    )


def _rows(
    counts: dict[Segment, int], base: int, merged: tuple[Segment, ...]
) -> tuple[SegmentRow, ...]:
    rows = []
    for segment, count in counts.items():
        share = None
        if segment not in merged:
            share = gate.percentage(count, base)
        # From the share as shown, not the exact count: it must not be finer than the share.
        n = None if share is None else round(share * base / 100)
        rows.append(SegmentRow(segment=segment, share=share, n=n))
    return tuple(rows)


def _flows(asked: Asked) -> FlowsAnswer:
    """Where did people come from who are in a segment now?"""
    before = previous_of(asked.wave, asked.waves)
    if refusal := survey_wide(asked, "Flows between segments"):
        return FlowsAnswer(**refusal)
    if before is None:
        return FlowsAnswer(**without(asked, State.EMPTY, NO_PREVIOUS))
    if not (asked.wave.has_respondent_ids and before.has_respondent_ids):
        return FlowsAnswer(**without(asked, State.EMPTY, NO_IDS))
    f = survey_flows.c
    statement = select(f.source, f.target, f.respondents).where(
        *of_organization(asked.organization, survey_flows),
        f.survey_id == asked.wave.id,
        f.earlier_survey_id == before.id,
        f.source.in_([s.value for s in CLASSIFIED]),
        f.target.in_([s.value for s in CLASSIFIED]),
    )
    found = [
        FlowRow(source=r.source, target=r.target, n=r.respondents)
        for r in asked.connection.execute(statement)
    ]
    return _flow_answer(asked, before.name, found)


def _flow_answer(asked: Asked, previous: str, found: list[FlowRow]) -> FlowsAnswer:
    """Flows that may stand apart; the total is theirs alone, or it would tell the rest."""
    limits = asked.wave.thresholds
    rows = [r for r in found if r.n >= limits.group]
    base = sum(r.n for r in rows)
    if base < max(limits.detail, gate.FEW):
        reason = TOO_FEW_BOTH.format(n=max(limits.detail, gate.FEW))
        return FlowsAnswer(**without(asked, State.SUPPRESSED, reason), previous=previous)
    order = list(Segment)
    rows.sort(key=lambda r: (order.index(r.source), order.index(r.target)))
    return FlowsAnswer(
        **{**origin(asked), "respondents": base, "notes": wide_notes(asked)},
        previous=previous,
        rows=tuple(rows),
        withheld=len(rows) < len(found),
    )


def survey_wide(asked: Asked, what: str) -> dict[str, Any] | None:
    """The refusal of a filter by figures that exist for the whole survey only."""
    if asked.filters.whole:
        return None
    return without(asked, State.SUPPRESSED, SURVEY_WIDE.format(what=what))


def wide_notes(asked: Asked) -> tuple[str, ...]:
    """A department lead is told that these are not the own departments' figures."""
    return (*asked.notes, WHOLE_ORGANIZATION) if asked.scope is not None else asked.notes


segments = Question("segments", SegmentsAnswer, _segments, methods.SEGMENTS)
flows = Question("flows", FlowsAnswer, _flows, methods.FLOWS)
