"""Drawing says what happened whatever the desk answers, and never raises."""

from typing import Any
from uuid import UUID

import pytest

from components.draw import CardState, draw, drawn_from
from components.widgets import WIDGETS, Widget
from data.access import Principal, Role
from data.errors import DatabaseError
from data.queries.filters import Filters
from data.queries.results import Answer
from tests.support import answers

EVERY = pytest.mark.parametrize("widget", list(WIDGETS), ids=lambda w: w.key)
ANYBODY = Principal(UUID(int=1), UUID(int=2), Role.ANALYST)


class Desk:
    """Answers with what it was given, or raises it."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer

    def ask(self, question: Any, principal: Principal, filters: Filters) -> Answer:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def drawn(widget: Widget[Any, Any], answer: Answer | Exception, **options: object) -> Any:
    return draw(Desk(answer), widget, ANYBODY, Filters(), options)  # type: ignore[arg-type]


@EVERY
def test_ready(widget: Widget[Any, Any]) -> None:
    result = drawn(widget, answers.ordinary()[widget.question.answer])
    assert result.state is CardState.READY
    assert result.figure is not None and result.table is not None and result.summary
    assert "n = 214" in result.quiet and "data of 22 Nov" in result.quiet
    assert result.as_of == "Data of 22 Nov 2026, 18:05 UTC"


@EVERY
def test_empty_and_suppressed_have_words_and_no_figures(widget: Widget[Any, Any]) -> None:
    for make, state in ((answers.empty, "empty"), (answers.suppressed, "suppressed")):
        result = drawn(widget, make(widget.question.answer))
        assert result.state.value == state
        assert result.figure is None and result.table is None
        assert result.message.endswith(".")
    assert "Fewer than 5 answers: hidden to protect people." in result.message


def test_a_known_error_is_said_with_its_reference() -> None:
    result = drawn(WIDGETS["words"], DatabaseError("The database rests."))
    assert result.state is CardState.ERROR
    assert result.message == "The database rests."
    assert len(result.reference) == 8


def test_a_fault_of_ours_tells_no_details() -> None:
    result = drawn(WIDGETS["words"], ZeroDivisionError("secret"))
    assert result.state is CardState.ERROR
    assert "secret" not in result.message


def test_wrong_options_are_an_error_of_that_card() -> None:
    answer = answers.ordinary()[WIDGETS["words"].question.answer]
    result = drawn(WIDGETS["words"], answer, show="many")
    assert result.state is CardState.ERROR
    assert "show" in result.message


def test_what_is_left_out_is_said() -> None:
    widget = WIDGETS["force-balance"]
    answer = answers.ordinary()[widget.question.answer].model_copy(update={"left_out": True})
    notes = drawn_from(widget, answer, widget.options(), Filters()).notes
    assert "left out" in notes[-1]
