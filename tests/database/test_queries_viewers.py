"""Who sees what: organisations, department leads, versions and what is kept of answers."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from data import queries
from data.access import Principal, Role
from data.analysis.forces import Figure
from data.cache import Cache
from data.db.engine import Database
from data.db.tables import analytics_cells, data_versions, organizations, surveys
from data.queries.desk import NO_DEPARTMENT, NOT_YOURS, PARTLY_YOURS, Desk
from data.queries.filters import Filters
from data.queries.groups import OTHERS_NAME
from data.queries.question import Question
from data.queries.results import Mark, State
from tests.support.atoms import Atom, Person, Survey, department, person, write

ALL = Filters()


def crowd(n: int, level: float = 3.0) -> list[Person]:
    """People around a level of drive; resistance is 3."""
    return [
        person(level + v, level - v, 3 + v, 3 - v) for v in ((i % 5 - 2) * 0.4 for i in range(n))
    ]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(1 << 20, 60))


@pytest.fixture
def executive(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


@pytest.fixture
def own(database: Database, organization: UUID) -> dict[str, UUID]:
    """Sales, Legal and IT of 40 people each, and Board, whose 3 are counted with Legal's last 5."""
    with database.owning() as connection:
        made = {
            n: department(connection, organization, n) for n in ("Sales", "Legal", "IT", "Board")
        }
        atoms = [
            Atom(crowd(40, 3.4), (made["Sales"],)),
            Atom(crowd(40, 2.4), (made["Legal"],)),
            Atom(crowd(40), (made["IT"],)),
            Atom(crowd(8), (made["Legal"], made["Board"])),
        ]
        write(connection, organization, Survey(atoms))
    return made


def lead(organization: UUID, *departments: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.DEPARTMENT_LEAD, departments)


def test_organisations_never_see_each_other(
    database: Database, desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    with database.owning() as connection:
        made = connection.execute(
            insert(organizations).values(name="Other").returning(organizations.c.id)
        )
        other = UUID(str(made.scalar_one()))
        theirs = department(connection, other, "Theirs")
        survey = write(connection, other, Survey([Atom(crowd(20, 4.0), (theirs,))], name="Secret"))
    foreigner = Principal(uuid4(), other, Role.ADMIN)
    assert desk.ask(queries.readiness, executive, ALL).respondents == 128
    assert desk.ask(queries.readiness, foreigner, ALL).respondents == 20
    for question in queries.QUESTIONS:
        if question.is_live:
            continue
        for filters in (Filters(surveys=(survey,)), Filters(departments=(theirs,))):
            answer = desk.ask(question, executive, filters)
            text = answer.model_dump_json()
            assert "Secret" not in text, question.name
            assert "Theirs" not in text, question.name
            assert str(theirs) not in text, question.name


def test_a_lead_sees_own_departments_and_the_rest_as_one(
    organization: UUID, desk: Desk, own: dict[str, UUID]
) -> None:
    answer = desk.ask(queries.departments, lead(organization, own["Sales"]), ALL)
    assert [(r.name, r.respondents, r.is_others) for r in answer.rows] == [
        ("Sales", 40, False),
        (OTHERS_NAME, 88, True),
    ]
    assert answer.hidden == ()
    assert answer.rows[0].against_rest[Figure.READINESS].mark is Mark.BETTER
    assert desk.ask(queries.readiness, lead(organization, own["Sales"]), ALL).respondents == 40


def test_people_counted_with_others_are_in_neither(
    organization: UUID, desk: Desk, own: dict[str, UUID]
) -> None:
    answer = desk.ask(queries.departments, lead(organization, own["Legal"]), ALL)
    assert [(r.name, r.respondents) for r in answer.rows] == [("Legal", 40), (OTHERS_NAME, 80)]
    assert answer.left_out
    alone = desk.ask(queries.departments, lead(organization, own["Board"]), ALL)
    assert [r.name for r in alone.rows] == [OTHERS_NAME]


@pytest.mark.parametrize("question", queries.QUESTIONS, ids=lambda q: q.name)
def test_a_lead_gets_nothing_of_another_department(
    question: Question[Any], organization: UUID, desk: Desk, own: dict[str, UUID]
) -> None:
    if question.is_live:
        return
    asked = Filters(departments=(own["Legal"],))
    answer = desk.ask(question, lead(organization, own["Sales"]), asked)
    assert (answer.state, answer.reason) == (State.SUPPRESSED, NOT_YOURS)
    nobody = desk.ask(question, lead(organization), ALL)
    assert (nobody.state, nobody.reason) == (State.SUPPRESSED, NO_DEPARTMENT)


def test_a_mixed_choice_is_narrowed_and_says_so(
    organization: UUID, desk: Desk, own: dict[str, UUID]
) -> None:
    both = Filters(departments=(own["Sales"], own["Legal"]))
    answer = desk.ask(queries.readiness, lead(organization, own["Sales"]), both)
    assert answer.respondents == 40
    assert PARTLY_YOURS in answer.notes


def test_options_hold_only_what_can_be_chosen(
    organization: UUID, desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    every = desk.ask(queries.options, executive, ALL).departments
    assert [(c.label, c.disabled, bool(c.why)) for c in every] == [
        ("Board", True, True),
        ("IT", False, False),
        ("Legal", False, False),
        ("Sales", False, False),
    ]
    mine = desk.ask(queries.options, lead(organization, own["IT"]), ALL).departments
    assert [c.label for c in mine] == ["IT"]
    for choice in every:
        answer = desk.ask(queries.readiness, executive, Filters(departments=(UUID(choice.value),)))
        assert (answer.state is State.SUPPRESSED) == choice.disabled


def test_a_lead_is_not_offered_what_only_others_have(
    database: Database, organization: UUID, desk: Desk, executive: Principal
) -> None:
    with database.owning() as connection:
        sales, legal = (department(connection, organization, n) for n in ("Sales", "Legal"))
        atoms = [Atom(crowd(10), (sales,), ("Agent",)), Atom(crowd(10), (legal,), ("Counsel",))]
        write(connection, organization, Survey(atoms))
    every = desk.ask(queries.options, executive, ALL).roles
    assert [c.label for c in every] == ["Agent", "Counsel"]
    mine = desk.ask(queries.options, lead(organization, sales), ALL).roles
    assert [c.label for c in mine] == ["Agent"]


def test_groups_are_marked_ordered_and_hidden(
    desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    answer = desk.ask(queries.departments, executive, ALL)
    assert [r.name for r in answer.rows] == ["Sales", "IT", "Legal"]
    marks = [r.against_rest[Figure.READINESS].mark for r in answer.rows]
    assert marks == [Mark.BETTER, Mark.NONE, Mark.WORSE]
    assert answer.hidden == ("Board",)
    said = desk.ask(queries.summary, executive, ALL)
    assert "in Legal anchors outweigh pain" in said.sentence
    assert any("Legal" in line and "clearly below the rest" in line for line in said.evidence)


def test_answers_are_kept_until_the_version_moves(
    database: Database, organization: UUID, desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    before = desk.ask(queries.readiness, executive, ALL)
    assert desk.ask(queries.readiness, executive, ALL) == before
    assert (desk.cache.counters.misses, desk.cache.counters.hits) == (1, 1)
    with database.owning() as connection:
        connection.execute(
            update(analytics_cells)
            .where(analytics_cells.c.figure == "readiness")
            .values(total=analytics_cells.c.total + analytics_cells.c.n)
        )
    assert desk.ask(queries.readiness, executive, ALL) == before
    with database.owning() as connection:
        connection.execute(update(data_versions).values(version=data_versions.c.version + 1))
    after = desk.ask(queries.readiness, executive, ALL)
    assert after.readiness.mean == (before.readiness.mean or 0) + 1


def test_viewers_of_another_scope_never_share_an_answer(
    organization: UUID, desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    for viewer, n in (
        (executive, 128),
        (lead(organization, own["IT"]), 40),
        (lead(organization, own["Sales"], own["IT"]), 80),
    ):
        assert desk.ask(queries.readiness, viewer, ALL).respondents == n
    assert desk.cache.counters.misses == 3


def test_the_latest_released_wave_is_the_default(
    database: Database, organization: UUID, desk: Desk, executive: Principal
) -> None:
    def wave(name: str, month: int, *, n: int = 30) -> UUID:
        at = datetime(2026, month, 1, tzinfo=UTC)
        atoms = [Atom(crowd(n))] if n else []
        with database.owning() as connection:
            return write(connection, organization, Survey(atoms, name, "S", at=at))

    ids = [wave("Q1", 2), wave("Q2", 5), wave("Q3", 8, n=0)]
    assert desk.ask(queries.readiness, executive, ALL).survey == "Q2"
    several = desk.ask(queries.readiness, executive, Filters(surveys=tuple(ids[:2])))
    assert (several.survey, several.previous) == ("Q2", "Q1")
    assert "Several surveys" in several.notes[0]
    assert [
        r.name for r in desk.ask(queries.waves, executive, Filters(surveys=(ids[0],))).rows
    ] == [
        "Q1",
        "Q2",
    ]


def test_a_raised_threshold_holds_at_once(
    database: Database, organization: UUID, desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    with database.owning() as connection:
        connection.execute(update(surveys).values(smallest_group=41))
        connection.execute(update(data_versions).values(version=data_versions.c.version + 1))
    assert desk.ask(queries.readiness, executive, ALL).state is State.SUPPRESSED
    assert desk.ask(queries.departments, executive, ALL).rows == ()


def test_the_parts_of_an_answer_are_kept_too(
    desk: Desk, executive: Principal, own: dict[str, UUID]
) -> None:
    desk.ask(queries.summary, executive, ALL)
    parts: tuple[Question[Any], ...] = (
        queries.readiness,
        queries.forces,
        queries.departments,
        queries.changes,
    )
    for part in parts:
        desk.ask(part, executive, ALL)
    assert (desk.cache.counters.misses, desk.cache.counters.hits) == (1, 4)
