"""Figures over several waves: everybody once, with the latest answers, and nobody told apart."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.testing import assert_allclose

from data import queries
from data.access import Principal, Role
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import ForcesAnswer, GroupsAnswer, ReadinessAnswer
from tests.database.test_pipeline import Wave

HOMES = 3


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(0, 1))


@pytest.fixture
def viewer(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


def three_waves(database: Database, organization: UUID, skip: float = 0.0) -> list[Wave]:
    """Of each home, 40 people answer the first wave, 30 others the second, and so on."""
    waves = [Wave(database, organization, f"W{i}", day=90 * i) for i in range(3)]
    for home in range(HOMES):
        for number, wave in enumerate(waves):
            wave.add(
                range(100 * home + 12 * number, 100 * home + 12 * number + 40), home, skip=skip
            )
    for wave in waves:
        wave.rebuild()
    return waves


def latest_scores(waves: Sequence[Wave]) -> list[Any]:
    """By hand: of everybody the session of the last of these waves."""
    latest: dict[UUID, Any] = {}
    for wave in waves:
        rows = wave.run("""
            SELECT user_id, department_id, readiness, pull_of_new FROM session_scores
            WHERE survey_id = :survey AND is_counted
        """)
        latest.update({row.user_id: row for row in rows})
    return list(latest.values())


def of_all(waves: Sequence[Wave], **more: Any) -> Filters:
    return Filters(surveys=tuple(wave.id for wave in waves), **more)


@pytest.mark.parametrize("count", [2, 3])
def test_everybody_counts_once_with_the_latest_answers(
    database: Database, organization: UUID, desk: Desk, viewer: Principal, count: int
) -> None:
    waves = three_waves(database, organization)[-count:]
    latest = latest_scores(waves)
    answer: ReadinessAnswer = desk.ask(queries.readiness, viewer, of_all(waves))
    assert answer.readiness.n == len(latest) == HOMES * (40 + 12 * (count - 1))
    values = np.array([row.readiness for row in latest])
    assert answer.readiness.mean == round(values.mean())
    assert answer.readiness.sd == pytest.approx(values.std(ddof=1), abs=0.5)
    assert answer.notes[0].startswith(f"{count} waves together, W{3 - count} to W2")
    assert (answer.change, answer.left_out) == (None, False)
    forces: ForcesAnswer = desk.ask(queries.forces, viewer, of_all(waves))
    pull = next(row.score for row in forces.forces if row.force == "pull_of_new")
    assert pull.mean == pytest.approx(np.mean([row.pull_of_new for row in latest]), abs=0.05)
    groups: GroupsAnswer = desk.ask(queries.departments, viewer, of_all(waves))
    own = {str(d): [r for r in latest if r.department_id == d] for d in
           {r.department_id for r in latest}}  # fmt: skip
    assert {row.id: row.respondents for row in groups.rows} == {d: len(r) for d, r in own.items()}
    one = groups.rows[0]
    filtered = desk.ask(queries.readiness, viewer, of_all(waves, departments=(UUID(one.id),)))
    assert filtered.readiness == one.readiness


def test_sums_are_those_of_raw_rows(database: Database, organization: UUID) -> None:
    first, second, third = three_waves(database, organization, skip=0.15)
    raw = first.run("""
        SELECT readiness FROM session_scores a WHERE survey_id = :survey AND is_counted
        AND NOT EXISTS (SELECT FROM session_scores b WHERE b.user_id = a.user_id
                        AND b.survey_id = ANY(:later)) AND readiness IS NOT NULL
    """, later=[second.id, third.id])  # fmt: skip
    cells = first.run("""
        SELECT sum(n) AS n, sum(total) AS total, sum(squares) AS squares FROM pooled_cells
        WHERE survey_id = :survey AND later_survey_id = :later AND figure = 'readiness'
    """, later=third.id)[0]  # fmt: skip
    values = np.array([row.readiness for row in raw])
    assert cells.n == len(values)
    assert_allclose([cells.total, cells.squares], [values.sum(), (values**2).sum()])


def test_they_are_written_once(database: Database, organization: UUID) -> None:
    waves = three_waves(database, organization)
    everything = "SELECT * FROM pooled_cells ORDER BY survey_id, later_survey_id, block, figure"
    before = waves[0].run(everything)
    version = waves[2].version()
    assert before
    for wave in waves:
        wave.rebuild()
    assert waves[0].run(everything) == before
    assert waves[2].version() == version


def test_who_answers_late_does_not_count_twice(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    """Persons 0-5 answered the first wave only; now they answer the last one too."""
    waves = three_waves(database, organization)
    both = waves[1:]
    before = desk.ask(queries.readiness, viewer, of_all(both)).readiness.n
    waves[2].add(range(12, 18), 0, skip=0)
    waves[2].rebuild()
    answer = desk.ask(queries.readiness, viewer, of_all(both))
    assert before == HOMES * 52
    assert answer.left_out
    assert answer.readiness.n == before - 12 + 6
    assert len(latest_scores(both)) > answer.readiness.n


def test_an_atom_released_again_takes_its_sums_with_it(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    waves = three_waves(database, organization)
    waves[1].add(range(60, 66), 0, skip=0)
    assert waves[1].rebuild().released == 1
    answer = desk.ask(queries.readiness, viewer, of_all(waves[1:]))
    assert (answer.left_out, answer.readiness.n) == (True, HOMES * 52 - 12)
    hidden = waves[1].run("SELECT FROM pooled_blocks WHERE survey_id = :survey AND NOT is_shown")
    assert len(hidden) == 1
    waves[2].rebuild()
    assert desk.ask(queries.readiness, viewer, of_all(waves[1:])) == answer


@pytest.mark.parametrize("pooled", [False, True])
def test_what_was_pooled_holds_back_later_releases(
    database: Database, organization: UUID, pooled: bool
) -> None:
    """Of 17 people twelve are absent from the next wave. Five leave: enough for the atom alone.

    But two of them are among the twelve: the sum over the twelve minus that of those who stay
    would rest on these two, and on the two of the others who stay.
    """
    first = Wave(database, organization, "first")
    later = Wave(database, organization, "later", day=90)
    sessions = first.add(range(17), skip=0)
    first.rebuild()
    later.add(range(12, 40), skip=0)
    if pooled:
        later.rebuild()
        assert first.run("SELECT FROM pooled_cells WHERE n = 12")
    first.erase(sessions[10:15])
    again = first.rebuild()
    assert (again.released, again.withdrawn) == ((0, 1) if pooled else (1, 0))


@pytest.mark.parametrize(
    ("chosen", "why"),
    [((0, 1), "only the latest waves"), ((0, 2), "only the latest waves")],
)
def test_waves_with_a_gap_are_not_counted_together(
    database: Database,
    organization: UUID,
    desk: Desk,
    viewer: Principal,
    chosen: tuple[int, ...],
    why: str,
) -> None:
    waves = three_waves(database, organization)
    answer = desk.ask(queries.readiness, viewer, of_all([waves[i] for i in chosen]))
    assert answer.readiness.n == HOMES * 40
    assert "these are the figures of the latest" in answer.notes[0]
    assert why in answer.notes[1]


def test_without_ids_or_series_nothing_is_counted_together(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    waves = three_waves(database, organization)
    waves[0].run("UPDATE surveys SET has_respondent_ids = false WHERE id = :survey")
    assert "respondent ids" in desk.ask(queries.forces, viewer, of_all(waves)).notes[1]
    waves[0].run("UPDATE surveys SET series = 'other' WHERE id = :survey")
    assert "one series" in desk.ask(queries.forces, viewer, of_all(waves)).notes[1]
    periods = of_all(waves[1:], periods=("2024-04-08",))
    assert "single wave" in desk.ask(queries.readiness, viewer, periods).notes[-1]


def test_an_open_wave_is_not_summed_yet(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    first = Wave(database, organization, "first")
    later = Wave(database, organization, "later", day=90)
    later.run("UPDATE surveys SET closed_at = now() + interval '1 day' WHERE id = :survey")
    first.add(range(40), skip=0)
    later.add(range(12, 52), skip=0)
    first.rebuild()
    later.rebuild()
    both = of_all([first, later])
    assert "still open" in desk.ask(queries.readiness, viewer, both).notes[1]
    later.run("UPDATE surveys SET closed_at = now() WHERE id = :survey")
    later.rebuild()
    assert desk.ask(queries.readiness, viewer, both).readiness.n == 52
