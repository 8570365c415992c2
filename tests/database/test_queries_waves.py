"""Change, flows, words and the present: what is not one wave's means."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select

from data import queries
from data.access import Principal, Role
from data.analysis.forces import Figure
from data.cache import Cache
from data.db import tables
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import Difference, Mark, State
from tests.support.atoms import Atom, Person, Survey, department, person, write

ALL = Filters()


def crowd(n: int, level: float = 3.0) -> list[Person]:
    return [
        person(level + v, level - v, 3 + v, 3 - v / 2)
        for v in ((i % 5 - 2) * 0.4 for i in range(n))
    ]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(1 << 20, 60))


@pytest.fixture
def viewer(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


def two_waves(
    database: Database, organization: UUID, before: list[Atom], after: list[Atom]
) -> tuple[UUID, UUID]:
    with database.owning() as connection:
        earlier = Survey(before, "Q1", "S", at=datetime(2026, 2, 1, tzinfo=UTC))
        later = Survey(after, "Q2", "S", at=datetime(2026, 5, 1, tzinfo=UTC))
        return write(connection, organization, earlier), write(connection, organization, later)


def test_a_clear_change_is_marked_and_is_the_difference_of_what_is_shown(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    two_waves(database, organization, [Atom(crowd(60))], [Atom(crowd(60, 3.5))])
    answer = desk.ask(queries.changes, viewer, ALL)
    row = next(r for r in answer.rows if r.figure is Figure.READINESS)
    assert row.before.mean is not None
    assert row.after.mean is not None
    assert row.change.change == row.after.mean - row.before.mean
    assert row.change.mark is Mark.BETTER
    assert desk.ask(queries.readiness, viewer, ALL).change == row.change
    assert "up 6 since Q1" in desk.ask(queries.summary, viewer, ALL).sentence


def test_shared_people_make_the_test_sharper(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    people = crowd(60)
    earlier, later = two_waves(database, organization, [Atom(people)], [Atom(people)])
    values = [one["pull_of_new"] or 0.0 for one in people]
    without = _change_of_pull(desk, viewer)
    with database.owning() as connection:
        connection.execute(
            insert(tables.overlap_cells).values(
                organization_id=organization,
                survey_id=later,
                atom=0,
                earlier_survey_id=earlier,
                earlier_atom=0,
                figure="pull_of_new",
                n=60,
                total=sum(values),
                earlier_total=sum(values),
                product=sum(v * v for v in values),
            )
        )
    desk.cache.drop()
    shared = _change_of_pull(desk, viewer)
    assert (without.half_width, shared.half_width) == (0.2, 0.1)


def _change_of_pull(desk: Desk, viewer: Principal) -> Difference:
    rows = desk.ask(queries.changes, viewer, ALL).rows
    return next(r.change for r in rows if r.figure is Figure.PULL)


def test_the_mix_of_departments_is_told_where_it_alone_moved(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    with database.owning() as connection:
        high, low = (department(connection, organization, n) for n in ("High", "Low"))
    two_waves(
        database,
        organization,
        [Atom(crowd(30, 3.6), (high,)), Atom(crowd(90, 2.6), (low,))],
        [Atom(crowd(90, 3.6), (high,)), Atom(crowd(30, 2.6), (low,))],
    )
    answer = desk.ask(queries.changes, viewer, ALL)
    assert answer.notes[0] == (
        "With the departments' shares held as they are now, readiness would have changed by 0, "
        "not +6."
    )
    same = answer.rows[0].same_mix
    assert same is not None
    assert (same.change, same.mix) == (0, 6)


def test_waves_that_asked_other_forces_are_not_compared(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    from data.analysis.forces import Force

    with database.owning() as connection:
        for month, forces in ((2, (Force.PULL, Force.ANXIETY)), (5, tuple(Force))):
            at = datetime(2026, month, 1, tzinfo=UTC)
            survey = Survey([Atom(crowd(30))], f"W{month}", "S", forces, at)
            write(connection, organization, survey)
    assert desk.ask(queries.changes, viewer, ALL).state is State.EMPTY
    waves = desk.ask(queries.waves, viewer, ALL)
    assert [r.name for r in waves.rows] == ["W5"]
    assert "cannot be compared" in waves.notes[0]


def test_flows_of_few_are_withheld_and_not_in_the_total(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    earlier, later = two_waves(database, organization, [Atom(crowd(60))], [Atom(crowd(60))])
    with database.owning() as connection:
        for source, target, n in (
            ("torn", "champions", 20),
            ("torn", "torn", 7),
            ("resisters", "torn", 4),
        ):
            connection.execute(
                insert(tables.survey_flows).values(
                    organization_id=organization,
                    survey_id=later,
                    earlier_survey_id=earlier,
                    source=source,
                    target=target,
                    respondents=n,
                )
            )
    answer = desk.ask(queries.flows, viewer, ALL)
    assert [(r.source, r.target, r.n) for r in answer.rows] == [
        ("torn", "champions", 20),
        ("torn", "torn", 7),
    ]
    assert (answer.respondents, answer.withheld) == (27, True)
    filtered = desk.ask(queries.flows, viewer, Filters(roles=("",)))
    assert (filtered.state, filtered.rows) == (State.SUPPRESSED, ())


def test_words_need_five_authors_and_ten_writers_and_no_filter(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    with database.owning() as connection:
        survey = write(connection, organization, Survey([Atom(crowd(60))]))
        for term, language, authors, base in (
            ("meetings", "en", 12, 40),
            ("rare", "en", 4, 40),
            ("zeit", "de", 6, 9),
        ):
            connection.execute(
                insert(tables.survey_terms).values(
                    organization_id=organization,
                    survey_id=survey,
                    term=term,
                    language=language,
                    authors=authors,
                    base=base,
                )
            )
    answer = desk.ask(queries.terms, viewer, ALL)
    assert [(r.term, r.authors) for r in answer.rows] == [("meetings", 12)]
    assert answer.base == 40
    assert desk.ask(queries.terms, viewer, Filters(roles=("",))).state is State.SUPPRESSED


def _sessions(database: Database, organization: UUID, survey: UUID, n: int, seconds: float) -> None:
    """n sessions that were completed a moment ago."""
    with database.owning() as connection:
        now = connection.execute(select(func.now())).scalar_one()
        for _ in range(n):
            connection.execute(
                insert(tables.survey_sessions).values(
                    organization_id=organization,
                    survey_id=survey,
                    source_key=str(uuid4()),
                    started_at=now - timedelta(seconds=seconds),
                    completed_at=now,
                )
            )


def test_live_moves_in_fives_and_is_not_kept(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    with database.owning() as connection:
        survey = write(connection, organization, Survey([Atom(crowd(60))]))
    _sessions(database, organization, survey, 4, 60)
    few = desk.ask(queries.live, viewer, ALL)
    assert (few.responses_in_last_hour, few.responses_few) == (0, True)
    assert few.average_response_seconds is None
    _sessions(database, organization, survey, 1, 60)
    five = desk.ask(queries.live, viewer, ALL)
    assert (five.responses_in_last_hour, five.responses_few) == (5, False)
    assert five.average_response_seconds == 60
    _sessions(database, organization, survey, 4, 600)
    nine = desk.ask(queries.live, viewer, ALL)
    assert (nine.responses_in_last_hour, nine.average_response_seconds) == (5, 60)
    _sessions(database, organization, survey, 1, 600)
    ten = desk.ask(queries.live, viewer, ALL)
    assert (ten.responses_in_last_hour, ten.average_response_seconds) == (10, 330)


def test_live_tells_the_systems_health(
    database: Database, organization: UUID, viewer: Principal
) -> None:
    desk = Desk(database, Cache(1 << 20, 60), health=lambda: "warning")
    assert desk.ask(queries.live, viewer, ALL).system_health == "warning"
