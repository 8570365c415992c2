"""Inside a wave: figures of its own periods, against raw scores and scipy."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest
from scipy import stats

from data import queries
from data.access import Principal, Role
from data.analysis.forces import Figure, Force
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.periods import middle
from data.queries.results import PeriodsAnswer, State
from tests.support.atoms import Atom, Person, Survey, person, write

ALL = Filters()
WEEKS = tuple(date(2026, 9, day) for day in (7, 14, 21, 28))


@pytest.fixture
def viewer(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


def crowd(n: int, level: float, seed: int) -> list[Person]:
    random = np.random.default_rng(seed)
    return [person(*np.clip(random.normal(level, 0.8, 4), 1, 5).tolist()) for _ in range(n)]


def ask(
    database: Database,
    viewer: Principal,
    atoms: list[Atom],
    filters: Filters = ALL,
    period: str = "week",
) -> PeriodsAnswer:
    with database.owning() as connection:
        write(connection, viewer.organization, Survey(atoms, period=period))
    return Desk(database, Cache(0, 1)).ask(queries.periods, viewer, filters)


def test_each_period_is_its_people_and_the_trend_is_theirs(
    database: Database, viewer: Principal
) -> None:
    people = [
        [person(3, 3 + 0.4 * week + 0.5 * ((i % 5) - 2)) for i in range(400)] for week in range(4)
    ]
    atoms = [Atom(of, periods=(week,)) for of, week in zip(people, WEEKS, strict=True)]
    answer = ask(database, viewer, atoms)
    pulls = [np.array([one["pull_of_new"] for one in of], dtype=float) for of in people]
    assert [row.first for row in answer.rows] == list(WEEKS)
    for row, pull in zip(answer.rows, pulls, strict=True):
        assert row.forces[Force.PULL].mean == pytest.approx(pull.mean(), abs=0.005)
        assert row.forces[Force.PULL].n == len(pull)
    line = stats.linregress(np.repeat(range(4), 400), np.concatenate(pulls))
    assert (line.slope > 0, line.pvalue < 0.001) == (True, True)
    assert answer.directions[Figure.PULL] == "improving"
    assert "Improving: pull of the new rose." in answer.notes
    assert answer.directions.get(Figure.ANXIETY) is None


def test_people_whose_atom_spans_periods_are_in_none(database: Database, viewer: Principal) -> None:
    atoms = [
        Atom(crowd(30, 3, 1), periods=WEEKS[:1]),
        Atom(crowd(40, 3, 2), periods=WEEKS[:2]),
        Atom(crowd(4, 3, 3), periods=WEEKS[2:3]),
    ]
    answer = ask(database, viewer, atoms)
    assert [(row.first, row.readiness.n) for row in answer.rows] == [(WEEKS[0], 30)]
    assert (answer.respondents, answer.left_out, answer.p) == (30, True, None)


def test_a_survey_without_periods_says_so(database: Database, viewer: Principal) -> None:
    answer = ask(database, viewer, [Atom(crowd(30, 3, 1))], period="wave")
    assert (answer.state, answer.rows) == (State.EMPTY, ())
    assert "shown as a whole" in answer.reason


@pytest.mark.parametrize("chosen", [WEEKS[:1], WEEKS, (date(1999, 1, 4),), (date.max,)])
def test_chosen_periods_are_shown_and_unknown_ones_named(
    database: Database, viewer: Principal, chosen: tuple[date, ...]
) -> None:
    atoms = [Atom(crowd(30, 3, i), periods=(week,)) for i, week in enumerate(WEEKS[:2])]
    answer = ask(database, viewer, atoms, Filters(periods=chosen))
    shown = {row.first for row in answer.rows}
    assert shown == set(chosen) & set(WEEKS[:2])
    assert answer.state is (State.READY if shown else State.EMPTY)
    assert bool(answer.notes or answer.reason) == (not set(chosen) <= set(WEEKS[:2]))


@pytest.mark.parametrize(
    ("period", "first", "expected"),
    [
        ("week", date(2026, 9, 7), datetime(2026, 9, 10, 12, tzinfo=UTC)),
        ("month", date(2026, 2, 1), datetime(2026, 2, 15, tzinfo=UTC)),
        ("quarter", date(2026, 10, 1), datetime(2026, 11, 16, tzinfo=UTC)),
    ],
)
def test_the_middle_of_a_period(period: str, first: date, expected: datetime) -> None:
    assert middle(first, period) == expected
