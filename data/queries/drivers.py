"""Drivers of the outcome: which forces, or which single questions, it is associated with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, select

from data.analysis import gate
from data.analysis.cells import ITEM_DRIVERS, LISTWISE, MOST_DRIVING_ITEMS
from data.analysis.drivers import Undefined, Weights, impact, people_needed, weigh
from data.analysis.forces import FORCE_NAMES, Figure, Force
from data.db.tables import questions
from data.queries import methods
from data.queries.cells import Sums, of_organization, sums
from data.queries.figures import origin, without
from data.queries.products import products
from data.queries.question import Asked, Question, Selection
from data.queries.results import DriverRow, DriversAnswer, State

NO_OUTCOME = "This survey has no outcome (such as use, or intention to use) to look for drivers of."
NO_ITEMS = "This survey has no scaled questions to look for drivers among."
TOO_MANY = (
    "Single questions are weighed in surveys of at most {most} scaled questions; this one has more."
)
TOO_FEW = (
    "Weighing {of} takes at least {n} people who answered all of them and the outcome. "
    "Choose a larger group."
)
IRREGULAR = (
    "The answers here do not differ enough from each other to tell {of} apart, "
    "so none can be weighed."
)
NOT_SIGNIFICANT = (
    "Nothing reliable to weigh: taken together, {of} are not clearly associated with the outcome "
    "here (F test, 5 %)."
)
ASSOCIATED = "Associated with the outcome; whether it is a cause, these answers cannot tell."
FINE_STEP, COARSE_STEP = 0.001, 0.01


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible driver, in the order of the cells."""

    id: str
    name: str
    force: Force | None


@dataclass(frozen=True, slots=True)
class _Survey:
    """What a survey asked: the scaled items that are not outcomes, and the outcome's texts."""

    items: tuple[_Candidate, ...]
    outcomes: tuple[str, ...]


def _drivers(asked: Asked) -> DriversAnswer:
    """Which forces is the outcome most strongly associated with?"""
    candidates = [_Candidate(f.value, FORCE_NAMES[f], f) for f in asked.wave.forces]
    return _answer(asked, "forces", LISTWISE, candidates, _asked_items(asked).outcomes)


def _item_drivers(asked: Asked) -> DriversAnswer:
    """Which single questions is the outcome most strongly associated with?"""
    survey = _asked_items(asked)
    refusal = "" if survey.items else NO_ITEMS
    if len(survey.items) > MOST_DRIVING_ITEMS:
        refusal = TOO_MANY.format(most=MOST_DRIVING_ITEMS)
    if refusal:
        return DriversAnswer(**without(asked, State.EMPTY, refusal), of="questions")
    return _answer(asked, "questions", ITEM_DRIVERS, survey.items, survey.outcomes)


def _answer(
    asked: Asked,
    of: Literal["forces", "questions"],
    figure: str,
    candidates: Sequence[_Candidate],
    outcomes: tuple[str, ...],
) -> DriversAnswer:
    about: dict[str, Any] = {"of": of, "outcomes": outcomes}
    if not outcomes and not _has_outcome(asked):
        return DriversAnswer(**without(asked, State.EMPTY, NO_OUTCOME), **about)
    own = sums(asked, [figure]).get((asked.wave.id, None), Sums({}))
    about["left_out"] = own.left_out
    found = _weights(asked, figure, len(candidates))
    if not isinstance(found, Weights):
        reason = _REASONS[found].format(of=f"the {of}", n=people_needed(len(candidates)))
        return DriversAnswer(**without(asked, State.SUPPRESSED, reason), **about)
    stands = {**origin(asked), "respondents": found.n, "notes": (*asked.notes, ASSOCIATED)}
    explained = gate.at_least_a_step(found.r_squared, _step(found.n))
    return DriversAnswer(**stands, **about, r_squared=explained, rows=_rows(found, candidates))


_REASONS: dict[Undefined, str] = {
    Undefined.TOO_FEW: TOO_FEW,
    Undefined.IRREGULAR: IRREGULAR,
    Undefined.NOT_SIGNIFICANT: NOT_SIGNIFICANT,
}


def _has_outcome(asked: Asked) -> bool:
    """Whether the survey has one at all, whoever is asked about."""
    everybody = sums(asked, [Figure.OUTCOME.value], selection=Selection(), periods=())
    return bool(everybody)


def _weights(asked: Asked, figure: str, candidates: int) -> Weights | Undefined:
    """Before the gate. Cells of a survey whose questions changed since wait for its release."""
    found = products(asked, [figure]).get((None, figure))
    if found is None or len(found.sums) != candidates + 1:
        return Undefined.TOO_FEW
    if found.n < max(asked.wave.thresholds.detail, gate.FEW):
        return Undefined.TOO_FEW
    return weigh(found)


def _rows(found: Weights, candidates: Sequence[_Candidate]) -> tuple[DriverRow, ...]:
    """Rounded, then ordered and put into words by what is shown."""
    step, percent = _step(found.n), gate.step_of(found.n, score=False)
    rows = []
    for of, one, share in zip(candidates, found.predictors, found.shares, strict=True):
        weight = gate.rounded(one.raw, step)
        rows.append(
            DriverRow(
                id=of.id,
                name=of.name,
                force=of.force,
                weight=weight,
                low=gate.rounded(one.low, step),
                high=gate.rounded(one.high, step),
                share=gate.rounded(share, percent),
                sign=one.sign,
                impact=impact(weight),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.weight, -row.share)))


def _step(n: int) -> float:
    return FINE_STEP if n >= gate.FINE else COARSE_STEP


def _asked_items(asked: Asked) -> _Survey:
    """Scaled questions, in the order in which ledgers and cells hold them."""
    found = _scaled_questions(asked)
    items = [row for row in found if not row.is_outcome]
    outcomes = [row.text for row in found if row.is_outcome]
    return _Survey(tuple(_candidate(row) for row in items), tuple(outcomes))


def _candidate(row: Row[Any]) -> _Candidate:
    force = next((f for f in Force if f.value == row.force), None)
    return _Candidate(row.key, row.text, force)


def _scaled_questions(asked: Asked) -> list[Row[Any]]:
    q = questions.c
    statement = (
        select(q.key, q.text, q.force, q.is_outcome)
        .where(
            *of_organization(asked.organization, questions),
            q.survey_id == asked.wave.id,
            q.kind == "scale",
            q.scale_low < q.scale_high,
        )
        .order_by(q.position, q.key)
    )
    return list(asked.connection.execute(statement))


drivers = Question("drivers", DriversAnswer, _drivers, methods.DRIVERS)
item_drivers = Question("item_drivers", DriversAnswer, _item_drivers, methods.ITEM_DRIVERS)
