"""Every question explains itself, and cards and files say what it says."""

import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from callbacks.downloads import about_file
from components.card import widget_card
from components.documents import csv, xlsx
from components.draw import Drawn, drawn_from
from components.widgets import WIDGETS, Widget
from data import queries
from data.queries.explain import explain, filters_in_words
from data.queries.filters import Filters
from data.queries.method import Method
from data.queries.question import Question
from data.queries.results import Answer, Choice, OptionsAnswer, State
from tests.support import answers

EVERY = pytest.mark.parametrize("question", queries.QUESTIONS, ids=lambda q: q.name)
WIDGET = pytest.mark.parametrize("widget", list(WIDGETS), ids=lambda w: w.key)
PLACEHOLDER = re.compile(r"\b(todo|tbd|fixme|xxx|lorem|placeholder|n/a)\b|\.\.\.|[{}<>]", re.I)
HOME = UUID(int=7)
CHOICES = OptionsAnswer(
    departments=(Choice(value=str(HOME), label="Legal"),),
    roles=(Choice(value="lead", label="Lead"), Choice(value="staff", label="Staff")),
)


def sentences(method: Method) -> dict[str, str]:
    return {field.name: getattr(method, field.name) for field in fields(method)}


def is_said(text: str) -> bool:
    """A sentence, and not something to be filled in later."""
    return len(text) >= 7 and text.endswith(".") and not PLACEHOLDER.search(text)


@EVERY
def test_every_question_says_how_its_figures_are_made(question: Question[Any]) -> None:
    said = sentences(question.method)
    assert list(said) == ["definition", "computed", "unit", "missing", "source"]
    assert all(is_said(text) for text in said.values()), said
    assert len(said["definition"]) > 20 and len(said["computed"]) > 20


def test_the_check_of_sentences_can_fail() -> None:
    for text in ("", "TODO.", "Mean of {what}.", "No full stop", "As usual ..."):
        assert not is_said(text)


def test_no_two_questions_mean_the_same() -> None:
    definitions = [question.method.definition for question in queries.QUESTIONS]
    assert len(set(definitions)) == len(definitions)


def test_a_question_without_a_method_cannot_be_made() -> None:
    make: Any = Question
    with pytest.raises(TypeError, match="method"):
        make("nothing", Answer, lambda asked: Answer())


@EVERY
@pytest.mark.parametrize("state", list(State))
def test_every_answer_is_explained(question: Question[Any], state: State) -> None:
    time = datetime(2026, 11, 22, tzinfo=UTC)
    answer = question.answer(
        state=state, reason="Why.", respondents=214, survey="Q3", data_time=time, left_out=True
    )
    made = explain(question, answer, "All departments, all roles")
    assert (made.question, made.state, made.n) == (question.name, state.value, 214)
    assert (made.survey, made.data_time, made.left_out) == ("Q3", time, True)
    assert made.filters == "All departments, all roles"
    assert {text for _, text in made.method()} == set(sentences(question.method).values())


def test_filters_in_words() -> None:
    assert filters_in_words(Filters(), OptionsAnswer()) == "All departments, all roles"
    chosen = Filters(departments=(HOME,), roles=("lead", "staff"))
    assert filters_in_words(chosen, CHOICES) == "Legal, Lead and Staff"
    unknown = Filters(departments=(HOME, UUID(int=8)))
    assert filters_in_words(unknown, CHOICES) == "2 departments, all roles"


def drawn(widget: Widget[Any, Any], filters: Filters | None = None) -> Drawn:
    answer = answers.ordinary()[widget.question.answer]
    chosen = filters or Filters()
    told = filters_in_words(chosen, CHOICES)
    return drawn_from(widget, answer, widget.options(), chosen, told)


def text(component: Any) -> str:
    if isinstance(component, list | tuple):
        return " ".join(text(one) for one in component)
    if isinstance(component, str):
        return component
    return text(getattr(component, "children", None) or "")


@WIDGET
def test_the_help_of_a_card_says_it(widget: Widget[Any, Any]) -> None:
    shown = drawn(widget, Filters(departments=(HOME,)))
    said = text(widget_card("here", widget, shown))
    for sentence in sentences(widget.question.method).values():
        assert sentence in said
    assert shown.answer is not None
    assert (f"n = {widget.n(shown.answer)} · " in said) is bool(widget.n(shown.answer))
    assert "Legal, all roles" in said and shown.as_of in said


@WIDGET
def test_files_say_it(widget: Widget[Any, Any]) -> None:
    shown = drawn(widget)
    about = about_file(widget, shown)
    assert shown.table is not None
    lines = csv(shown.table, about).decode("utf-8-sig").splitlines()
    for label, sentence in (("Definition", "definition"), ("How it is computed", "computed")):
        assert f"# {label}: {getattr(widget.question.method, sentence)}" in lines
    assert "# Filters: All departments, all roles" in lines
    assert xlsx(shown.table, about)[:2] == b"PK"


def test_a_card_without_figures_explains_too() -> None:
    widget = WIDGETS["drivers"]
    answer = answers.suppressed(widget.question.answer)
    shown = drawn_from(widget, answer, widget.options(), Filters())
    said = text(widget_card("here", widget, shown))
    assert widget.question.method.missing in said
    assert "No data yet" in said
