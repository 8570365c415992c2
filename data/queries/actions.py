"""What to do: the rules of action held against the figures shown."""

from uuid import UUID

from data.analysis.alpha import Reliability
from data.analysis.difference import Compared
from data.analysis.forces import Figure, Force
from data.analysis.patterns import Pattern, others, unreliable
from data.analysis.recommending import Recommendation, expected, recommend
from data.queries import methods
from data.queries.changes import changes
from data.queries.groups import departments
from data.queries.items import items
from data.queries.participation import participation
from data.queries.priorities import as_shown, listed, named, priorities, standing, unfiltered
from data.queries.question import Asked, Question
from data.queries.readiness import forces, readiness
from data.queries.results import (
    ActionRow,
    ActionsAnswer,
    Difference,
    GroupRow,
    State,
)
from data.queries.results.actions import WHOLE_NAME
from data.queries.segments import segments


def _actions(asked: Asked) -> ActionsAnswer:
    """What should be done next, where, and on which evidence?

    Every figure is one that another question shows to the same viewer. Rules about the whole
    organisation are for viewers of everybody.
    """
    whole = unfiltered(asked)
    groups = whole.answer(departments)
    head = standing(asked, groups)
    if groups.state is not State.READY:
        return ActionsAnswer(**head)
    ranked = whole.answer(priorities)
    patterns = [_department(row) for row in named(groups)]
    patterns += [_whole(whole)] if asked.scope is None else []
    found = recommend(patterns, {(str(r.id), r.force): r.value for r in ranked.rows})
    cautions = _cautions(whole)
    rows = [_row(one, cautions) for one in found]
    return ActionsAnswer(
        **head,
        wave=asked.wave.id,
        rows=tuple(r for r in rows if listed(asked, r.department)),
    )


def _department(row: GroupRow) -> Pattern:
    scores = {Figure(force.value): as_shown(of) for force, of in row.forces.items()}
    return Pattern(
        key=row.id,
        name=row.name,
        scores={**scores, Figure.READINESS: as_shown(row.readiness)},
        against_rest=_tested(row.against_rest),
    )


def _whole(asked: Asked) -> Pattern:
    of, by_force = asked.answer(readiness), asked.answer(forces)
    changed, by_segment = asked.answer(changes), asked.answer(segments)
    took_part = asked.answer(participation)
    scores = {Figure(row.force.value): as_shown(row.score) for row in by_force.forces}
    return Pattern(
        key="",
        name=WHOLE_NAME,
        scores={**scores, Figure.READINESS: as_shown(of.readiness)},
        changes=_tested({row.figure: row.change for row in changed.rows}),
        previous=changed.previous,
        segments={r.segment: r.share for r in by_segment.rows if r.share is not None},
        classified=by_segment.respondents or 0,
        reliability=_reliability(asked),
        invited=took_part.invited,
        response_rate=took_part.response_rate,
    )


def _reliability(asked: Asked) -> dict[Force, Reliability]:
    found = asked.answer(items).reliability
    return {row.force: Reliability(row.alpha, row.n, row.items) for row in found}


def _cautions(asked: Asked) -> dict[Force, str]:
    """What is to be said wherever a force is acted on whose questions hang together weakly."""
    pattern = Pattern("", WHOLE_NAME, {}, reliability=_reliability(asked))
    found = {force: unreliable(pattern, force) for force in Force}
    return {force: said for force, said in found.items() if said}


def _tested(of: dict[Figure, Difference]) -> dict[Figure, Compared]:
    return {figure: Compared(**one.model_dump()) for figure, one in of.items()}


def _row(one: Recommendation, cautions: dict[Force, str]) -> ActionRow:
    is_about_figures = one.force is not None and one.rule.kind.value == "force"
    return ActionRow(
        rule=one.rule.key,
        kind=one.rule.kind,
        title=one.rule.named(one.force),
        why=one.rule.why,
        source=one.rule.source,
        department=None if one.pattern.is_whole else UUID(one.pattern.key),
        name=one.pattern.name,
        force=one.force,
        evidence=tuple(f"{line}." for line in one.evidence),
        priority=one.priority,
        expected=expected(one),
        others=others(one.pattern, one.force),
        caution=cautions.get(one.force, "") if is_about_figures and one.force else "",
    )


actions = Question("actions", ActionsAnswer, _actions, methods.ACTIONS)
