"""Every question, asked at the desk of a real database."""

import json
import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from data import queries
from data.access import Principal, Role
from data.analysis.forces import Force
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.results import State
from tests.support.atoms import Atom, Person, Survey, department, person, write

ALL = Filters()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(1 << 20, 60))


@pytest.fixture
def executive(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


def crowd(n: int, shift: float = 0.0) -> list[Person]:
    """People whose scores vary around 3; ``shift`` raises the drive and lowers the resistance."""
    varied = [(i % 5 - 2) * 0.4 for i in range(n)]
    return [
        person(3 + v + shift, 3 - v + shift, 3 + v / 2 - shift, 3 - v / 2 - shift) for v in varied
    ]


Cases = Callable[[Database, UUID], Filters]


def _nothing(database: Database, organization: UUID) -> Filters:
    return ALL


def _unreleased(database: Database, organization: UUID) -> Filters:
    with database.owning() as connection:
        write(connection, organization, Survey())
    return ALL


def _unknown_ids(database: Database, organization: UUID) -> Filters:
    with database.owning() as connection:
        write(connection, organization, Survey([Atom(crowd(30))]))
    return Filters(departments=(uuid4(),), roles=("nobody",), periods=(date(1990, 1, 1),))


def _unknown_survey(database: Database, organization: UUID) -> Filters:
    _unknown_ids(database, organization)
    return Filters(surveys=(uuid4(),))


def _one_session(database: Database, organization: UUID) -> Filters:
    with database.owning() as connection:
        write(connection, organization, Survey([Atom([person()])]))
    return ALL


def _six_alike(database: Database, organization: UUID) -> Filters:
    with database.owning() as connection:
        write(connection, organization, Survey([Atom([person(5, 5, 1, 1)] * 6)]))
    return ALL


def _two_forces(database: Database, organization: UUID) -> Filters:
    asked = (Force.PULL, Force.ANXIETY)
    people = [
        {k: v for k, v in one.items() if k not in ("pain_of_old", "anchors_to_old")}
        for one in crowd(40)
    ]
    with database.owning() as connection:
        write(connection, organization, Survey([Atom(people)], forces=asked))
    return ALL


def _one_side(database: Database, organization: UUID) -> Filters:
    people = [
        {"pull_of_new": one["pull_of_new"], "started": 1.0, "unscored": 1.0} for one in crowd(40)
    ]
    with database.owning() as connection:
        write(connection, organization, Survey([Atom(people)], forces=(Force.PULL,)))
    return ALL


def _no_force(database: Database, organization: UUID) -> Filters:
    people = [{"started": 1.0, "unscored": 1.0}] * 40
    with database.owning() as connection:
        write(connection, organization, Survey([Atom(people)], forces=()))
    return ALL


def _two_waves(database: Database, organization: UUID) -> Filters:
    with database.owning() as connection:
        d = [department(connection, organization, name) for name in ("Sales", "Legal")]
        for month, name in ((3, "Q1"), (6, "Q2")):
            atoms = [Atom(crowd(40, month / 10), (one,)) for one in d]
            at = datetime(2026, month, 1, tzinfo=UTC)
            write(connection, organization, Survey(atoms, name, "S", at=at))
    return ALL


CASES: tuple[tuple[Cases, State], ...] = (
    (_nothing, State.EMPTY),
    (_unreleased, State.EMPTY),
    (_unknown_ids, State.SUPPRESSED),
    (_unknown_survey, State.EMPTY),
    (_one_session, State.SUPPRESSED),
    (_six_alike, State.READY),
    (_two_forces, State.READY),
    (_one_side, State.READY),
    (_no_force, State.READY),
    (_two_waves, State.READY),
)


@pytest.mark.parametrize(("case", "state"), CASES, ids=lambda c: getattr(c, "__name__", str(c)))
def test_every_question_answers_every_thin_case(
    case: Cases, state: State, database: Database, organization: UUID, desk: Desk
) -> None:
    filters = case(database, organization)
    principal = Principal(uuid4(), organization, Role.EXECUTIVE)
    assert desk.ask(queries.readiness, principal, filters).state is state
    for question in queries.QUESTIONS:
        answer = desk.ask(question, principal, filters)
        assert answer.state is State.READY or answer.reason, question.name
        assert answer.state is not State.READY or not answer.reason, question.name
        assert all(math.isfinite(v) for v in _numbers(json.loads(answer.model_dump_json())))
        answer.table()
    assert enhanced_analytics(desk, principal, filters).model_dump_json()


def _numbers(value: Any) -> Iterator[float]:
    match value:
        case bool():
            return
        case int() | float():
            yield value
        case list() | dict():
            for one in value.values() if isinstance(value, dict) else value:
                yield from _numbers(one)
