"""Where help would move the whole most, of what is shown."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from data.analysis import priorities as analysis
from data.analysis.difference import SMALLEST_SIDE
from data.analysis.forces import Figure, Force
from data.analysis.gate import Shown
from data.analysis.patterns import told
from data.analysis.wording import number
from data.db.tables import NOT_STATED
from data.queries import methods
from data.queries.figures import origin
from data.queries.filters import Filters
from data.queries.groups import departments
from data.queries.question import A, Asked, Question, Selection
from data.queries.results import (
    MARK_WORDS,
    Answer,
    Difference,
    Estimate,
    GroupRow,
    GroupsAnswer,
    PrioritiesAnswer,
    PriorityRow,
    State,
)

TOO_FEW_DEPARTMENTS = (
    f"Priorities compare departments: at least {analysis.FEWEST_DEPARTMENTS} with {SMALLEST_SIDE} "
    "answers or more are needed."
)
WHOLE_SURVEY = (
    "Departments are compared over the whole survey: filters by role and period do not apply here, "
    "and the filter by department only chooses what is listed."
)


def _priorities(asked: Asked) -> PrioritiesAnswer:
    """Where would help move the whole organisation most?

    Priority = share of respondents x gap to what a quarter of the departments have reached.
    """
    groups = unfiltered(asked).answer(departments)
    if groups.state is not State.READY:
        return PrioritiesAnswer(**standing(asked, groups))
    places = [_department(row) for row in named(groups)]
    if not analysis.can_rank(places):
        head = {**standing(asked, groups), "state": State.EMPTY, "reason": TOO_FEW_DEPARTMENTS}
        return PrioritiesAnswer(**head)
    rows = {row.id: row for row in groups.rows}
    ranked = enumerate(analysis.priorities(places), start=1)
    found = [_row(rank, one, rows[one.key]) for rank, one in ranked]
    return PrioritiesAnswer(
        **standing(asked, groups), rows=tuple(r for r in found if listed(asked, r.id))
    )


def unfiltered(asked: Asked) -> Asked:
    """The same question of the whole survey: everybody this viewer may see apart.

    Its parts are then computed anew: what the cache keeps for these filters is another answer.
    """
    if asked.filters.whole:
        return asked
    filters = Filters(surveys=asked.filters.surveys)
    return replace(
        asked, filters=filters, selection=Selection(asked.scope), notes=(), kept=_directly
    )


def _directly(question: Question[A], asked: Asked, /) -> A:
    return question.compute(asked)


def standing(asked: Asked, groups: GroupsAnswer) -> dict[str, Any]:
    """What an answer made of the departments says of itself."""
    notes = asked.notes if asked.filters.whole else (*asked.notes, WHOLE_SURVEY)
    taken = set(Answer.model_fields) & {"state", "reason", "respondents", "left_out"}
    return {**origin(asked), **groups.model_dump(include=taken), "notes": notes}


def named(groups: GroupsAnswer) -> list[GroupRow]:
    """Departments somebody can do something for: not the rest, nor those who stated none."""
    return [row for row in groups.rows if not row.is_others and row.id != NOT_STATED]


def listed(asked: Asked, department: UUID | None) -> bool:
    """Whether the filter by department lets this one be listed."""
    return not asked.filters.departments or department in asked.filters.departments


def as_shown(of: Estimate) -> Shown:
    return Shown(**of.model_dump())


def _department(row: GroupRow) -> analysis.Department:
    scores = {force: as_shown(of) for force, of in row.forces.items()}
    return analysis.Department(row.id, row.name, row.respondents, scores)


def _row(rank: int, one: analysis.Priority, row: GroupRow) -> PriorityRow:
    mark = row.against_rest.get(Figure(one.force.value), Difference())
    return PriorityRow(
        rank=rank,
        id=UUID(one.key),
        name=one.name,
        force=one.force,
        score=row.forces[one.force],
        share=round(one.share, 1),
        reference=round(one.reference, 4),
        gap=one.gap,
        value=one.value,
        against_rest=mark,
        sentence=_sentence(one, mark),
    )


def _sentence(one: analysis.Priority, mark: Difference) -> str:
    """The figures behind a rank, in the order in which it is computed."""
    side = "below the third" if one.force is Force.PULL else "above the first"
    share = number(one.share, 0 if one.share >= 1 else 1)
    return (
        f"{told(Figure(one.force.value), one.score)} in {one.name}: {number(one.gap, 2)} {side} "
        f"quartile of departments ({number(one.reference, 2)}), {share} % of respondents; against "
        f"the rest: {MARK_WORDS[mark.mark]}."
    )


priorities = Question("priorities", PrioritiesAnswer, _priorities, methods.PRIORITIES)
