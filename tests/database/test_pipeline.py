"""From answers to released cells on a real database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sqlalchemy import Row, insert, text

from data.analysis.cells import unpack
from data.analysis.forces import FORCES
from data.analysis.quality import Quality
from data.db.bulk import copy_into
from data.db.engine import Database
from data.db.tables import departments, questions, responses, survey_sessions, surveys
from data.errors import UnknownName
from data.pipeline import Rebuilt, rebuild
from tests.support.leaves import SCORES

START = datetime(2024, 1, 8, 9, tzinfo=UTC)
UNCHANGED = Rebuilt()


class Wave:
    """A small survey of four forces with two items each, an outcome and a comment."""

    def __init__(
        self, database: Database, organization: UUID, name: str = "wave", day: int = 0
    ) -> None:
        self.database, self.organization = database, organization
        self.id, self.start = uuid4(), START + timedelta(days=day)
        self.items = [uuid4() for _ in range(9)]
        self.comment = uuid4()
        self._random = np.random.default_rng(7 + day)
        with database.owning(organization) as connection:
            connection.execute(
                insert(surveys).values(
                    organization_id=organization,
                    id=self.id,
                    name=name,
                    series="pulse",
                    opened_at=self.start,
                )
            )
            copy_into(connection, questions, _QUESTION_COLUMNS, self._questions())

    def _questions(self) -> list[tuple[object, ...]]:
        key = (self.organization, self.id)
        scaled: list[tuple[object, ...]] = [
            (*key, item, f"q{i}", i, "?", "scale", force, i == 8, i == 3, 1.0, 7.0)
            for i, item in enumerate(self.items)
            for force in (FORCES[i % 4].value if i < 8 else None,)
        ]
        comment = (*key, self.comment, "c", 9, "?", "comment", None, False, False, None, None)
        return [*scaled, comment]

    def add(
        self,
        people: Sequence[int],
        home: int = 0,
        role: str = "analyst",
        skip: float = 0.1,
        comment: str = "",
    ) -> list[UUID]:
        """Sessions of these people, with random answers; returns their ids."""
        sessions = [uuid4() for _ in people]
        department = uuid5(self.organization, f"home {home}")
        with self.database.owning(self.organization) as connection:
            copy_into(
                connection,
                departments,
                ("organization_id", "id", "name"),
                [(self.organization, department, f"home {home}")],
                on_conflict="keep",
            )
            done = (self.start, self.start + timedelta(minutes=9), True, 540.0)
            users = [uuid5(self.organization, f"p{person}") for person in people]
            rows = [
                (self.organization, session, self.id, user, str(session), department, role, *done)
                for session, user in zip(sessions, users, strict=True)
            ]
            copy_into(connection, survey_sessions, _SESSION_COLUMNS, rows)
            answers = [answer for s in sessions for answer in self._answers(s, skip, comment)]
            copy_into(connection, responses, _RESPONSE_COLUMNS, answers)
        return sessions

    def _answers(self, session: UUID, skip: float, comment: str) -> list[tuple[object, ...]]:
        key = (self.organization, self.id, session)
        answers: list[tuple[object, ...]] = [
            (*key, uuid4(), item, float(self._random.integers(1, 8)), None)
            for item in self.items
            if self._random.random() >= skip
        ]
        return [*answers, (*key, uuid4(), self.comment, None, comment)] if comment else answers

    def rebuild(self) -> Rebuilt:
        return rebuild(self.database, self.organization, self.id)

    def run(self, statement: str, **parameters: object) -> list[Row[Any]]:
        """Rows of a statement that may name :survey."""
        with self.database.owning(self.organization) as connection:
            result = connection.execute(text(statement), {"survey": self.id, **parameters})
            return list(result) if result.returns_rows else []

    def erase(self, sessions: Sequence[UUID]) -> None:
        self.run("DELETE FROM survey_sessions WHERE id = ANY(:sessions)", sessions=list(sessions))

    def atoms(self) -> dict[str, int]:
        """How many atoms there are in each state."""
        rows = self.run("""
            SELECT state, count(*) AS atoms FROM analytics_atoms
            WHERE survey_id = :survey GROUP BY state
        """)
        return {row.state: row.atoms for row in rows}

    def version(self) -> int:
        found = self.run("SELECT version FROM data_versions WHERE survey_id = :survey")
        return int(found[0].version) if found else 0


_QUESTION_COLUMNS = (
    "organization_id",
    "survey_id",
    "id",
    "key",
    "position",
    "text",
    "kind",
    "force",
    "is_outcome",
    "is_reversed",
    "scale_low",
    "scale_high",
)
_SESSION_COLUMNS = (
    "organization_id",
    "id",
    "survey_id",
    "user_id",
    "source_key",
    "department_id",
    "role",
    "started_at",
    "completed_at",
    "is_completed",
    "seconds",
)
_RESPONSE_COLUMNS = (
    "organization_id",
    "survey_id",
    "session_id",
    "id",
    "question_id",
    "value",
    "text",
)


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    return Wave(database, organization)


def test_a_survey_is_released_once(wave: Wave) -> None:
    for home in range(3):
        wave.add(range(20 * home, 20 * home + 20), home, skip=0)
    first = wave.rebuild()
    assert (first.scored, first.released, first.is_new_version) == (60, 3, True)
    assert wave.atoms() == {"released": 3}
    assert wave.version() == 1
    before = wave.run("SELECT * FROM analytics_cells ORDER BY atom, figure")
    assert wave.rebuild() == UNCHANGED
    assert wave.version() == 1
    assert wave.run("SELECT * FROM analytics_cells ORDER BY atom, figure") == before


def test_an_unknown_survey_is_refused(database: Database, organization: UUID) -> None:
    with pytest.raises(UnknownName):
        rebuild(database, organization, uuid4())


def test_a_survey_of_four_people_releases_nothing(wave: Wave) -> None:
    wave.add(range(4))
    assert wave.rebuild() == Rebuilt(scored=4)
    assert wave.atoms() == {}
    wave.add(range(4, 5), skip=0)
    assert wave.rebuild().released == 1


def test_cells_equal_numpy_on_the_rows_of_their_atoms(wave: Wave) -> None:
    for home in range(4):
        wave.add(range(15 * home, 15 * home + 15), home, skip=0.25)
    wave.rebuild()
    scores = wave.run(SCORES)
    members: dict[int, list[Any]] = defaultdict(list)
    for row in scores:
        members[row.atom].append(row)
    cells = wave.run("SELECT * FROM analytics_cells WHERE survey_id = :survey")
    plain = [c for c in cells if c.figure in {*FORCES, "drive", "readiness", "outcome"}]
    assert len(plain) == 4 * 7
    for cell in plain:
        raw = [v for row in members[cell.atom] if (v := getattr(row, cell.figure)) is not None]
        if len(raw) < 5:
            assert (cell.n, cell.total, cell.squares, cell.above) == (1, 0, 0, 0)
            continue
        middle = 50 if cell.figure == "readiness" else 3
        assert (cell.n, cell.above) == (len(raw), sum(v > middle for v in raw))
        assert_allclose([cell.total, cell.squares], [sum(raw), sum(v * v for v in raw)])
    for cell in (c for c in cells if c.figure == "listwise" and c.products):
        block = np.array(
            [[*(getattr(r, f) for f in FORCES), r.outcome] for r in members[cell.atom]]
        )
        whole = block[[None not in row for row in block]].astype(float)
        assert cell.n == len(whole)
        assert_allclose(unpack(cell.n, cell.products).covariance, np.cov(whole.T), atol=1e-9)


def test_question_cells_count_answers_as_given(wave: Wave) -> None:
    wave.add(range(40), skip=0.2)
    wave.rebuild()
    for place, item in enumerate(wave.items):
        (cell,) = wave.run("SELECT * FROM question_cells WHERE question_id = :item", item=item)
        raw = np.array(
            [r.value for r in wave.run("SELECT value FROM responses WHERE question_id=:i", i=item)]
        )
        scores = 1 + 4 * (raw - 1) / 6
        turned = 6 - scores if place == 3 else scores
        assert cell.n == len(raw)
        assert cell.histogram == [int((raw == point).sum()) for point in range(1, 8)]
        assert_allclose([cell.total, cell.squares], [turned.sum(), (turned**2).sum()])


def test_what_one_to_four_people_answered_is_not_in_the_table(wave: Wave) -> None:
    sessions = wave.add(range(20), skip=0)
    wave.run(
        "DELETE FROM responses WHERE question_id = :item AND session_id = ANY(:sessions)",
        item=wave.items[8],
        sessions=sessions[3:],
    )
    wave.rebuild()
    (cell,) = wave.run("SELECT * FROM analytics_cells WHERE figure = 'outcome'")
    assert (cell.n, cell.total, cell.squares, cell.above, cell.products) == (1, 0, 0, 0, [])
    (cell,) = wave.run("SELECT * FROM question_cells WHERE question_id = :item", item=wave.items[8])
    assert (cell.n, cell.total, cell.squares, cell.histogram) == (1, 0, 0, [])


def test_arrivals_wait_until_they_are_five(wave: Wave) -> None:
    wave.add(range(10), skip=0)
    wave.rebuild()
    wave.add(range(10, 14), skip=0)
    waiting = wave.rebuild()
    assert (waiting.scored, waiting.released, waiting.waiting) == (4, 0, 1)
    assert not waiting.is_new_version
    wave.add(range(14, 15), skip=0)
    assert wave.rebuild().released == 1
    assert wave.version() == 2
    (atom,) = wave.run("SELECT * FROM analytics_atoms")
    assert atom.respondents == 15


def test_an_erasure_withdraws_and_leaves_no_trace(wave: Wave) -> None:
    sessions = wave.add(range(12), skip=0)
    wave.add(range(12, 24), home=1, skip=0)
    wave.rebuild()
    wave.erase(sessions[:1])
    withdrawn = wave.rebuild()
    assert (withdrawn.released, withdrawn.withdrawn, withdrawn.is_new_version) == (0, 1, True)
    assert wave.atoms() == {"released": 1, "withdrawn": 1}
    (shown,) = wave.run("SELECT count(DISTINCT atom) AS atoms FROM analytics_cells")
    assert shown.atoms == 1
    assert not wave.run(
        "SELECT FROM released_sessions WHERE session_id = :gone OR respondent = :person",
        gone=sessions[0],
        person=uuid5(wave.organization, "p0"),
    )
    assert wave.rebuild() == UNCHANGED
    wave.add(range(30, 36), skip=0)
    assert wave.rebuild().released == 1
    assert wave.atoms() == {"released": 2}


def test_five_erased_are_released_without(wave: Wave) -> None:
    sessions = wave.add(range(20), skip=0)
    wave.rebuild()
    wave.erase(sessions[:5])
    again = wave.rebuild()
    assert (again.released, again.withdrawn) == (1, 0)
    (cell,) = wave.run("SELECT n FROM analytics_cells WHERE figure = 'started'")
    assert cell.n == 15


def test_the_known_leak_stays_closed(wave: Wave) -> None:
    """1-5, then 1-10, then 5-11: R3 - R2 + R1 would be persons 5 and 11."""
    founders = wave.add(range(1, 6), skip=0)
    wave.rebuild()
    wave.add(range(6, 11), skip=0)
    assert wave.rebuild().released == 1
    wave.erase(founders[:4])
    wave.add(range(11, 12), skip=0)
    assert wave.rebuild().released == 0
    assert wave.atoms() == {"withdrawn": 1}
    assert not wave.run("SELECT FROM analytics_cells")


def test_corrections_taken_back_are_known_again(wave: Wave) -> None:
    some = wave.add(range(5), skip=0)
    wave.add(range(5, 10), skip=0)
    correct = "UPDATE responses SET value = :value WHERE session_id = ANY(:some)"
    wave.run(correct, some=some, value=3)
    wave.rebuild()
    wave.run(correct, some=some, value=5)
    assert wave.rebuild().released == 1
    wave.run(correct, some=some, value=3)
    wave.add(range(10, 11), skip=0)
    back = wave.rebuild()
    assert (back.scored, back.released, back.waiting) == (6, 0, 1)


def test_a_correction_of_everybody_is_released(wave: Wave) -> None:
    for home in range(3):
        wave.add(range(20 * home, 20 * home + 20), home, skip=0)
    wave.rebuild()
    wave.run("UPDATE responses SET value = 8 - value")
    assert wave.rebuild().released == 3
    assert wave.rebuild() == UNCHANGED


def test_of_two_sessions_the_later_counts(wave: Wave) -> None:
    wave.add(range(10), skip=0)
    wave.add(range(3), skip=0)
    wave.rebuild()
    (kept,) = wave.run("SELECT count(*) AS n FROM session_scores WHERE is_kept")
    (cell,) = wave.run("SELECT n FROM analytics_cells WHERE figure = 'started'")
    assert kept.n == cell.n == 10


def test_low_quality_is_left_out_unless_the_survey_says_otherwise(wave: Wave) -> None:
    wave.add(range(12), skip=0)
    sessions = wave.add(range(12, 18), skip=1.0)  # nothing answered, in no time: two flags
    wave.run("UPDATE survey_sessions SET seconds = 5 WHERE id = ANY(:s)", s=sessions)
    wave.rebuild()
    low = wave.run("SELECT quality, is_counted FROM session_scores WHERE quality = 'low'")
    assert [tuple(row) for row in low] == [(Quality.LOW, False)] * 6
    figures = (
        "SELECT figure, n, total FROM analytics_cells WHERE figure IN ('low_quality', 'unscored')"
    )
    assert {row.figure: (row.n, row.total) for row in wave.run(figures)} == {
        "low_quality": (18, 6),
        "unscored": (12, 0),
    }
    wave.run("UPDATE surveys SET leaves_out_low_quality = false")
    assert wave.rebuild().released == 1
    assert {row.figure: (row.n, row.total) for row in wave.run(figures)}["unscored"] == (18, 6)


def test_people_without_ids_count_one_by_one(wave: Wave) -> None:
    wave.run("UPDATE surveys SET has_respondent_ids = false")
    wave.add([1] * 8, skip=0)
    assert wave.rebuild().released == 1
    (cell,) = wave.run("SELECT n FROM analytics_cells WHERE figure = 'started'")
    assert cell.n == 8


def test_a_new_group_of_five_becomes_an_atom_and_a_smaller_one_joins(wave: Wave) -> None:
    wave.add(range(10), skip=0)
    wave.rebuild()
    wave.add(range(10, 16), home=1, skip=0)
    assert wave.rebuild().released == 1
    assert wave.atoms() == {"released": 2}
    wave.add(range(16, 18), home=2, skip=0)
    wave.rebuild()
    assert wave.atoms() == {"released": 2}
    (joined,) = wave.run("SELECT count(DISTINCT atom) AS atoms FROM atom_leaves")
    assert joined.atoms == 2


def test_terms_need_authors_and_go_with_the_erased(wave: Wave) -> None:
    wave.add(range(8), skip=0, comment="Endless status meetings, call 030 123456")
    sessions = wave.add(range(8, 12), skip=0, comment="Endless paperwork")
    wave.rebuild()
    terms = "SELECT term, authors, base FROM survey_terms ORDER BY term"
    assert [tuple(row) for row in wave.run(terms)] == [
        ("endless", 12, 12),
        ("endless status", 8, 12),
        ("status meetings", 8, 12),
    ]
    wave.erase(sessions[:1])
    wave.rebuild()
    assert wave.run(terms) == []
    assert wave.rebuild() == UNCHANGED


def test_flows_and_overlaps_of_two_waves(database: Database, organization: UUID) -> None:
    earlier = Wave(database, organization, "first")
    later = Wave(database, organization, "second", day=90)
    for home in range(2):
        earlier.add(range(100 * home, 100 * home + 60), home, skip=0)
        later.add(range(100 * home + 20, 100 * home + 90), home, skip=0)
    later.rebuild()
    earlier.rebuild()
    flows = later.run("SELECT * FROM survey_flows")
    assert {flow.survey_id for flow in flows} == {later.id}
    assert sum(flow.respondents for flow in flows) <= 80
    assert all(flow.respondents == 0 or flow.respondents >= 5 for flow in flows)
    assert later.version() > 1, "the flows came with the earlier wave"
    shared = later.run("""
        SELECT count(*) AS n, sum(a.pull_of_new) AS total, sum(b.pull_of_new) AS earlier_total,
               sum(a.pull_of_new * b.pull_of_new) AS product
        FROM session_scores a JOIN session_scores b USING (user_id)
        WHERE a.survey_id = :survey AND b.survey_id <> :survey
    """)[0]
    cells = later.run("SELECT * FROM overlap_cells WHERE figure = 'pull_of_new'")
    assert sum(cell.n for cell in cells) == shared.n == 80
    for name in ("total", "earlier_total", "product"):
        assert_allclose(sum(getattr(cell, name) for cell in cells), getattr(shared, name))
    assert later.rebuild() == UNCHANGED
    assert earlier.rebuild() == UNCHANGED


def test_an_erased_person_leaves_flows_and_overlaps(database: Database, organization: UUID) -> None:
    earlier = Wave(database, organization, "first")
    later = Wave(database, organization, "second", day=90)
    sessions = earlier.add(range(60), skip=0)
    later.add(range(20, 90), skip=0)
    earlier.rebuild()
    later.rebuild()
    assert later.run("SELECT FROM survey_flows")
    earlier.erase(sessions[30:31])
    earlier.rebuild()
    assert not later.run("SELECT FROM survey_flows")
    assert not later.run("SELECT FROM overlap_cells WHERE n > 0")
