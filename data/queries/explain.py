"""Explain: how a figure was made, in one place. Cards, files and the API say what stands here."""

from dataclasses import asdict
from typing import Any

from data.access import Principal
from data.contracts import Explained
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.options import options
from data.queries.question import Question
from data.queries.results import Answer, Choice, OptionsAnswer

NAMED = 3
"""How many departments or roles are named before they are only counted."""


def explain(question: Question[Any], answer: Answer, filters: str) -> Explained:
    """An answer that was given, explained. ``filters`` are in words (``filters_in_words``).

    It tells nothing of anybody's answers that the answer itself does not tell.
    """
    return Explained(
        question=question.name,
        **asdict(question.method),
        state=answer.state.value,
        reason=answer.reason,
        n=answer.respondents,
        survey=answer.survey,
        filters=filters,
        data_time=answer.data_time,
        smallest_group=answer.smallest_group,
        left_out=answer.left_out,
        notes=answer.notes,
    )


def explained(
    desk: Desk, question: Question[Any], principal: Principal, filters: Filters
) -> Explained:
    """Ask, and explain the answer. Raises DatabaseError where the database cannot answer."""
    answer = desk.ask(question, principal, filters)
    return explain(question, answer, whose(desk, principal, filters))


def whose(desk: Desk, principal: Principal, filters: Filters) -> str:
    """The filters in words, with the names this viewer may see."""
    choices = OptionsAnswer() if filters.whole else desk.ask(options, principal, filters)
    return filters_in_words(filters, choices)


def filters_in_words(filters: Filters, choices: OptionsAnswer) -> str:
    """ "Legal and Sales, all roles, whole period"; many are counted, unknown ones are not named."""
    parts = [
        _chosen("departments", [str(d) for d in filters.departments], choices.departments),
        _chosen("roles", list(filters.roles), choices.roles),
    ]
    if filters.periods:
        periods = [day.isoformat() for day in filters.periods]
        parts.append(_chosen("periods", periods, choices.periods))
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _chosen(noun: str, values: list[str], choices: tuple[Choice, ...]) -> str:
    if not values:
        return f"all {noun}"
    labels = {choice.value: choice.label for choice in choices}
    if len(values) > NAMED or not all(value in labels for value in values):
        return f"{len(values)} {noun}" if len(values) > 1 else f"1 {noun.removesuffix('s')}"
    return " and ".join(labels[value] for value in values)
