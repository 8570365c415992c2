"""The demo organisation as viewers see it: loaded once, and telling its story."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text

from data import demo, queries
from data.access import Principal, Role
from data.analysis.forces import Figure, Force
from data.analysis.representation import Presence
from data.cache import Cache
from data.db.engine import Database, connect
from data.db.tables import (
    departments,
    organizations,
    session_scores,
    survey_sessions,
    surveys,
    voice_recordings,
)
from data.demo import Demo
from data.demo.population import SMALLEST
from data.demo.story import DEPARTMENTS, NOISE, TINY
from data.errors import IntakeError
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import GroupRow, Mark, State
from data.settings import load_settings
from tests.support.postgres import Postgres

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING = Filters()


@pytest.fixture(scope="module")
def loaded(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with server.database() as url:
        home: Path = tmp_path_factory.mktemp("home")
        database = connect(load_settings(database_url=url, home=home))
        demo.load(database, now=NOW)
        yield database
        database.close()


@pytest.fixture(scope="module")
def known(loaded: Database) -> Demo:
    """What loading it a second time says."""
    return demo.load(loaded, now=NOW)


@pytest.fixture(scope="module")
def analyst(known: Demo) -> Principal:
    return Principal(uuid4(), known.organization, Role.ANALYST)


@pytest.fixture(scope="module")
def desk(loaded: Database) -> Desk:
    return Desk(loaded, Cache(2**20, 60))


@pytest.fixture(scope="module")
def groups(desk: Desk, analyst: Principal) -> dict[str, GroupRow]:
    answer = desk.ask(queries.departments, analyst, EVERYTHING)
    return {row.name: row for row in answer.rows}


def count(database: Database, demo_: Demo, table: object, *where: object) -> int:
    with database.owning(demo_.organization) as connection:
        query = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
        return connection.scalar(query) or 0


def test_loaded_a_second_time_nothing_changes(loaded: Database, known: Demo) -> None:
    versions = text("SELECT string_agg(version::text, ',' ORDER BY survey_id) FROM data_versions")
    with loaded.owning(known.organization) as connection:
        before = connection.scalar(versions)
    again = demo.load(loaded, now=NOW)
    with loaded.owning(known.organization) as connection:
        assert connection.scalar(versions) == before
    assert again == known
    assert known.seconds == 0
    assert 10_000 < known.sessions < 12_000
    assert known.answers > 250_000


def test_what_is_there(loaded: Database, known: Demo) -> None:
    with loaded.owning(known.organization) as connection:
        found = connection.execute(select(surveys).order_by(surveys.c.opened_at)).all()
    assert [row.name for row in found] == [
        "AI readiness 2025 Q4",
        "AI readiness 2026 Q1",
        "AI readiness 2026 Q2",
        "AI readiness 2026 Q3",
    ]
    assert {row.series for row in found} == {"AI readiness"}
    assert {row.invited for row in found} == {4000}
    assert count(loaded, known, voice_recordings) == 600
    assert count(loaded, known, departments) == len(DEPARTMENTS)


def test_readiness_improves_clearly(desk: Desk, analyst: Principal) -> None:
    readiness = desk.ask(queries.readiness, analyst, EVERYTHING)
    assert readiness.survey == "AI readiness 2026 Q3"
    assert readiness.change is not None
    assert readiness.change.mark is Mark.BETTER
    waves = desk.ask(queries.waves, analyst, EVERYTHING)
    means = [row.readiness.mean or 0 for row in waves.rows]
    assert len(means) == 4
    assert means == sorted(means)
    assert means[-1] - means[0] > 5
    assert waves.direction == "improving"


def test_legal_is_anxious(groups: dict[str, GroupRow]) -> None:
    assert groups["Legal"].against_rest[Figure.ANXIETY].mark is Mark.WORSE
    assert groups["Legal"].against_rest[Figure.READINESS].mark is Mark.WORSE


def test_finance_is_anchored_and_engineering_pulled(groups: dict[str, GroupRow]) -> None:
    assert groups["Finance"].against_rest[Figure.ANCHORS].mark is Mark.WORSE
    assert groups["Engineering"].against_rest[Figure.PULL].mark is Mark.BETTER


def test_sales_is_torn(groups: dict[str, GroupRow]) -> None:
    assert groups["Sales"].against_rest[Figure.PULL].mark is Mark.BETTER
    assert groups["Sales"].against_rest[Figure.ANXIETY].mark is Mark.WORSE


def test_engineering_pull_rises_wave_by_wave(
    desk: Desk, known: Demo, analyst: Principal, groups: dict[str, GroupRow]
) -> None:
    filters = Filters(departments=(UUID(groups["Engineering"].id),))
    waves = desk.ask(queries.waves, analyst, filters)
    pulls = [row.forces[Force.PULL].mean or 0 for row in waves.rows]
    assert len(pulls) == 4
    assert pulls == sorted(pulls)
    assert pulls[-1] - pulls[0] > 0.5


def test_the_noise_department_is_not_marked(groups: dict[str, GroupRow]) -> None:
    marks = {difference.mark for difference in groups[NOISE].against_rest.values()}
    assert marks == {Mark.NONE}


def test_the_noise_department_is_marked_in_no_wave_and_no_family(
    desk: Desk, known: Demo, analyst: Principal, groups: dict[str, GroupRow]
) -> None:
    noise = UUID(groups[NOISE].id)
    for place, survey in enumerate(known.surveys):
        waves = [(survey,), known.surveys[max(0, place - 3) : place + 1]]
        for chosen in waves:
            answer = desk.ask(queries.departments, analyst, Filters(surveys=chosen))
            row = next(row for row in answer.rows if row.id == str(noise))
            assert {one.mark for one in row.against_rest.values()} == {Mark.NONE}


def test_legal_is_marked_in_every_wave(desk: Desk, known: Demo, analyst: Principal) -> None:
    for survey in known.surveys:
        answer = desk.ask(queries.departments, analyst, Filters(surveys=(survey,)))
        legal = next(row for row in answer.rows if row.name == "Legal")
        assert legal.against_rest[Figure.ANXIETY].mark is Mark.WORSE


def test_rising_pull_is_improving(desk: Desk, analyst: Principal) -> None:
    waves = desk.ask(queries.waves, analyst, EVERYTHING)
    assert waves.directions[Figure.PULL] == "improving"
    assert any("pull of the new rose" in note for note in waves.notes if "Improving" in note)
    # Nothing but the programme's success moves; inside a wave nothing does.
    assert "declining" not in waves.directions.values()
    inside = desk.ask(queries.periods, analyst, EVERYTHING)
    assert inside.period == "week"
    assert not {"improving", "declining"} & set(inside.directions.values())


def test_several_waves_count_everybody_once(
    loaded: Database, desk: Desk, known: Demo, analyst: Principal
) -> None:
    """Blocks of small atoms are left out: nobody is counted twice, and most who may are counted."""
    both = known.surveys[-2:]
    answer = desk.ask(queries.readiness, analyst, Filters(surveys=both))
    query = text("""
        SELECT count(DISTINCT user_id) FROM session_scores
        WHERE survey_id = ANY(:waves) AND is_counted AND readiness IS NOT NULL
    """)
    with loaded.owning(known.organization) as connection:
        people = connection.scalar(query, {"waves": list(both)})
    latest = desk.ask(queries.readiness, analyst, Filters(surveys=both[-1:]))
    assert people is not None
    assert latest.readiness.n < answer.readiness.n <= people
    assert answer.left_out
    assert answer.readiness.n - latest.readiness.n > 0.6 * (people - latest.readiness.n)


def test_the_tiny_department_is_never_shown_apart(
    desk: Desk, known: Demo, analyst: Principal, groups: dict[str, GroupRow]
) -> None:
    tiny = UUID(demo.department_ids(known.organization)[TINY])
    for survey in known.surveys:
        answer = desk.ask(queries.departments, analyst, Filters(surveys=(survey,)))
        assert TINY not in {row.name for row in answer.rows}
        alone = desk.ask(
            queries.readiness, analyst, Filters(surveys=(survey,), departments=(tiny,))
        )
        assert alone.state is State.SUPPRESSED
        assert alone.readiness.mean is None
    assert len(groups) >= len(DEPARTMENTS) - 2


def test_large_roles_answer_like_everybody(desk: Desk, analyst: Principal) -> None:
    """Who answers depends on the department alone; small roles cannot be told apart everywhere."""
    answer = desk.ask(queries.representativeness, analyst, Filters())
    by_role = {row.name: row for row in answer.rows if row.dimension == "role"}
    assert {"Individual contributor", "Specialist"} <= set(by_role)
    for row in by_role.values():
        assert row.presence is Presence.AS_INVITED
        assert row.response_rate is not None
        assert abs(row.response_rate - 69) < 4
    presence = {row.name: row.presence for row in answer.rows if row.dimension == "department"}
    assert presence["Engineering"] is Presence.OVER
    assert presence["Operations"] is Presence.UNDER


def test_the_words_say_what_people_worry_about(desk: Desk, analyst: Principal) -> None:
    terms = desk.ask(queries.terms, analyst, EVERYTHING)
    assert {row.language for row in terms.rows} >= {"en"}
    said = {row.term for row in terms.rows}
    assert said & {"confidential", "confidential data", "job security", "wrong answers"}
    assert not said & {"julia", "brandt", "lindner", "example", "meridian"}


def test_scores_only_and_another_size(database: Database) -> None:
    small = demo.load(database, respondents=400, scores_only=True, name="Small", now=NOW)
    assert small.answers == 0
    assert count(database, small, session_scores) == small.sessions
    again = demo.load(database, respondents=400, scores_only=True, name="Small", now=NOW)
    assert again.seconds == 0
    principal = Principal(uuid4(), small.organization, Role.ANALYST)
    readiness = Desk(database, Cache(2**20, 60)).ask(queries.readiness, principal, EVERYTHING)
    assert readiness.readiness.n > 200
    full = demo.load(database, respondents=400, name="Small", now=NOW)
    assert full.seconds > 0
    assert full.organization == small.organization
    assert full.answers > 20_000


def kept_scores(database: Database, demo_: Demo) -> dict[object, object]:
    """What is in session_scores, by wave and person; ids of the organisation left out."""
    query = text("""
        SELECT c.name, s.source_key, d.name AS department, x.role, x.answered_on, x.readiness,
               x.outcome, x.segment, x.quality, x.flags, x.is_counted, x.seconds, x.items::text
        FROM session_scores x JOIN survey_sessions s ON s.id = x.session_id
        JOIN surveys c ON c.id = s.survey_id LEFT JOIN departments d ON d.id = x.department_id
        WHERE x.organization_id = :organization AND x.is_kept
    """)
    with database.owning(demo_.organization) as connection:
        found = connection.execute(query, {"organization": demo_.organization})
        return {row[:2]: tuple(row[2:]) for row in found}


def test_scores_only_are_the_scores_of_the_answers(database: Database) -> None:
    """The same people, scored here and scored by the pipeline, differ in nothing.

    Of those who answered twice, the second session is kept, which scores-only leaves out.
    """
    quick, scored = (
        kept_scores(
            database,
            demo.load(database, respondents=300, scores_only=only, name=f"{only}", now=NOW),
        )
        for only in (True, False)
    )
    both = quick.keys() & scored.keys()
    assert len(both) > 0.97 * len(scored)
    assert {key: quick[key] for key in both} == {key: scored[key] for key in both}


def test_a_real_organisation_of_that_name_is_left_alone(database: Database) -> None:
    with database.owning() as connection:
        connection.execute(insert(organizations).values(name="Real Ltd"))
    with pytest.raises(IntakeError, match="no demo"):
        demo.load(database, name="Real Ltd", now=NOW)


def test_too_few_people_for_the_story(database: Database) -> None:
    with pytest.raises(IntakeError, match=str(SMALLEST)):
        demo.load(database, respondents=SMALLEST - 1)


def test_nothing_happened_in_the_last_hour(loaded: Database, known: Demo) -> None:
    assert count(loaded, known, survey_sessions, survey_sessions.c.started_at > NOW) == 0
