"""A rebuild that looks only at what changed writes what one that looks at everything writes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sqlalchemy import insert, text

from data import pipeline
from data.analysis.cells import ITEM_DRIVERS
from data.analysis.ledger import Held
from data.db.engine import Database
from data.db.tables import TENANT_TABLES, questions, responses
from data.pipeline import Rebuilt, crowds, ledgers
from data.pipeline.current import LEDGER
from data.pipeline.survey import load_survey
from tests.database import test_pipeline
from tests.database.test_pipeline import UNCHANGED, Wave

SEEDS = (0, 19, 30)
STEPS = 7


@pytest.fixture(autouse=True)
def _ids_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids that sort alike in both waves, as the order of equals goes by them."""
    numbers = count(1)
    monkeypatch.setattr(test_pipeline, "uuid4", lambda: UUID(int=next(numbers)))


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    return Wave(database, organization)


class Twins:
    """Two surveys with the same history: one is rebuilt as usual, one always from everything."""

    def __init__(self, database: Database, organization: UUID) -> None:
        self.both = tuple(Wave(database, organization, name) for name in ("one", "other"))
        self.sessions: tuple[list[UUID], list[UUID]] = ([], [])
        for wave in self.both:
            wave.run("UPDATE surveys SET series = ''")

    def add(self, *args: Any, **kwargs: Any) -> None:
        for wave, known in zip(self.both, self.sessions, strict=True):
            known += wave.add(*args, **kwargs)

    def run(self, statement: str, places: list[int], **parameters: object) -> None:
        for wave, known in zip(self.both, self.sessions, strict=True):
            wave.run(statement, some=[known[place] for place in places], **parameters)

    def rebuild(self, monkeypatch: pytest.MonkeyPatch) -> Rebuilt:
        usual, whole = self.both
        done = usual.rebuild()
        whole.run("DELETE FROM survey_states WHERE survey_id = :survey")
        with monkeypatch.context() as patched:
            patched.setattr(crowds, "_is_crowd", lambda crowd, smallest: False)
            assert whole.rebuild() == done
        return done

    def compare(self) -> None:
        for of in (self._scores, self._atoms, self._cells, self._questions, self._ledger):
            usual, whole = (of(place) for place in (0, 1))
            assert usual.keys() == whole.keys()
            for key, value in usual.items():
                assert_same(value, whole[key], key)

    def _place(self, which: int) -> dict[UUID, int]:
        return {session: place for place, session in enumerate(self.sessions[which])}

    def _scores(self, which: int) -> dict[Any, Any]:
        place = self._place(which)
        rows = self.both[which].run("SELECT * FROM session_scores WHERE survey_id = :survey")
        return {place[row.session_id]: tuple(row)[3:] for row in rows}

    def _atoms(self, which: int) -> dict[Any, Any]:
        rows = self.both[which].run("""
            SELECT atom, departments, roles, periods, respondents, state, release
            FROM analytics_atoms WHERE survey_id = :survey
        """)
        return {row.atom: tuple(map(str, row)) for row in rows}

    def _cells(self, which: int) -> dict[Any, Any]:
        rows = self.both[which].run("SELECT * FROM analytics_cells WHERE survey_id = :survey")
        return {(row.atom, row.figure): tuple(row)[4:] for row in rows}

    def _questions(self, which: int) -> dict[Any, Any]:
        wave = self.both[which]
        rows = wave.run("SELECT * FROM question_cells WHERE survey_id = :survey")
        return {(row.atom, wave.items.index(row.question_id)): tuple(row)[4:] for row in rows}

    def _ledger(self, which: int) -> dict[Any, Any]:
        """What the whole ledger says, whatever its classes are numbered."""
        wave, place = self.both[which], self._place(which)
        with wave.database.owning(wave.organization) as connection:
            survey = load_survey(connection, wave.organization, wave.id)
            shape = (len(LEDGER), len(survey.questions))
            stored = ledgers.load(connection, survey, "scores", shape, range(1000))
        kept = {
            place[UUID(str(session))]: _told(held) for session, held in stored.ledger.held.items()
        }
        return kept | {key: n for key, n in stored.ledger.departed.items() if n}


def _told(held: Held) -> tuple[object, ...]:
    """Without releases of what is missing: they have no meaning."""
    live = tuple(
        None if value is None else (value, releases)
        for value, releases in zip(held.values, held.releases, strict=True)
    )
    return held.respondent, held.atom, live, {f: dict(v) for f, v in held.former.items() if v}


def assert_same(one: Any, other: Any, about: object) -> None:
    if isinstance(one, tuple):
        assert len(one) == len(other), about
        for a, b in zip(one, other, strict=True):
            assert_same(a, b, about)
    elif isinstance(one, float) or (isinstance(one, list) and one and isinstance(one[0], float)):
        assert_allclose(one, other, rtol=1e-9, atol=1e-9, err_msg=str(about))
    else:
        assert one == other, about


class History:
    """Random things that happen to both twins."""

    def __init__(self, twins: Twins, seed: int) -> None:
        self._twins, self._random = twins, np.random.default_rng(seed)
        self._people = 0
        self.arrive(60)

    def step(self) -> None:
        happens: list[Callable[[], None]] = [
            lambda: self.arrive(int(self._random.integers(1, 30))),
            self.arrive_again, self.correct, self.correct, self.blank, self.erase, self.move,
            self.hurry,
        ]  # fmt: skip
        for chosen in self._random.integers(0, len(happens), 2):
            happens[chosen]()

    def arrive(self, people: int) -> None:
        for home in range(3):
            mine = range(self._people, self._people + people)
            self._twins.add(mine, home, skip=float(self._random.choice([0, 0.1, 0.4])))
            self._people += people

    def arrive_again(self) -> None:
        """Second sessions of some people, later than the first."""
        mine = self._random.choice(self._people, 6, replace=False).tolist()
        known = len(self._twins.sessions[0])
        self._twins.add(mine, int(self._random.integers(3)), skip=0.2)
        later = "UPDATE survey_sessions SET completed_at = completed_at + :by WHERE id = ANY(:some)"
        again = list(range(known, known + 6))
        self._twins.run(later, again, by=timedelta(minutes=known))

    def _some(self, most: int) -> list[int]:
        known = len(self._twins.sessions[0])
        first = int(self._random.integers(known))
        return list(range(first, min(known, first + int(self._random.integers(1, most)))))

    def correct(self) -> None:
        """All or some of their answers, now and then back to what they were."""
        statement = "UPDATE responses SET value = 8 - value WHERE session_id = ANY(:some)"
        if self._random.random() < 0.5:
            statement += " AND question_id IN (SELECT id FROM questions WHERE position < :below)"
        self._twins.run(statement, self._some(20), below=int(self._random.integers(1, 9)))

    def blank(self) -> None:
        statement = """
            DELETE FROM responses WHERE session_id = ANY(:some)
              AND question_id IN (SELECT id FROM questions WHERE position >= :from)
        """
        self._twins.run(statement, self._some(9), **{"from": int(self._random.integers(0, 8))})

    def erase(self) -> None:
        self._twins.run("DELETE FROM survey_sessions WHERE id = ANY(:some)", self._some(9))

    def move(self) -> None:
        statement = """
            UPDATE survey_sessions SET department_id =
                (SELECT id FROM departments ORDER BY name OFFSET :home LIMIT 1)
            WHERE id = ANY(:some)
        """
        self._twins.run(statement, self._some(12), home=int(self._random.integers(3)))

    def hurry(self) -> None:
        """Times that move the median, and make speeders of some."""
        statement = "UPDATE survey_sessions SET seconds = :seconds WHERE id = ANY(:some)"
        self._twins.run(statement, self._some(80), seconds=float(self._random.integers(100, 900)))


@pytest.mark.parametrize(
    "seed",
    [
        *SEEDS,
        *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 25) if seed not in SEEDS),
    ],
)
def test_what_changed_is_enough(
    database: Database, organization: UUID, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    twins = Twins(database, organization)
    history = History(twins, seed)
    again = 0
    for _ in range(STEPS):
        again += twins.rebuild(monkeypatch).released
        twins.compare()
        history.step()
    assert again > 3, "hardly anything was released a second time"


def test_two_imports_in_any_order_are_one(database: Database, organization: UUID) -> None:
    split, whole = (Wave(database, organization, name) for name in ("split", "whole"))
    for wave in (split, whole):
        wave.run("UPDATE surveys SET series = ''")
    for first in (0, 60):
        for home in range(3):
            split.add(range(first + 20 * home, first + 20 * home + 20), home, skip=0)
        split.rebuild()
    _copy(split, whole)
    whole.rebuild()
    scores = "SELECT s.*, v.source_key FROM session_scores s JOIN survey_sessions v"
    scores += " ON v.id = s.session_id WHERE s.survey_id = :survey ORDER BY v.source_key"
    for one, other in zip(split.run(scores), whole.run(scores), strict=True):
        assert_same(tuple(one)[3:], tuple(other)[3:], one.source_key)
    sums = """
        SELECT figure, sum(n) AS n, sum(total) AS total, sum(squares) AS squares
        FROM analytics_cells WHERE survey_id = :survey AND cardinality(products) = 0
        GROUP BY figure ORDER BY figure
    """
    for one, other in zip(split.run(sums), whole.run(sums), strict=True):
        assert_same(tuple(one), tuple(other), one.figure)


def _copy(wave: Wave, to: Wave) -> None:
    """The sessions and answers of a survey once more, for another, in another order."""
    ids = {"from": wave.id, "to": to.id}
    shift = "CAST(overlay(id::text placing 'f' from 1) AS uuid)"
    session = "CAST(overlay(session_id::text placing 'f' from 1) AS uuid)"
    kept = "user_id, source_key, department_id, role, started_at, completed_at, is_completed,"
    with wave.database.owning(wave.organization) as connection:
        connection.execute(
            text(
                "INSERT INTO survey_sessions (organization_id, id, survey_id, user_id, source_key,"
                " department_id, role, started_at, completed_at, is_completed, seconds) "
                f"SELECT organization_id, {shift}, :to, {kept} seconds FROM survey_sessions "
                "WHERE survey_id = :from ORDER BY md5(id::text)"
            ),
            ids,
        )
        for before, after in zip(wave.items, to.items, strict=True):
            connection.execute(
                text(
                    "INSERT INTO responses (organization_id, id, session_id, survey_id, "
                    f"question_id, value) SELECT organization_id, {shift}, {session}, :to, "
                    ":after, value FROM responses WHERE question_id = :before "
                    "ORDER BY md5(id::text)"
                ),
                {**ids, "before": before, "after": after},
            )


def _written(wave: Wave) -> dict[str, Any]:
    """Every row there is, with the transaction that wrote it."""
    tables = [table.name for table in TENANT_TABLES if table.name != "organizations"]
    return {
        name: sorted(map(str, wave.run(f"SELECT xmin::text, ctid::text FROM {name}")))
        for name in tables
    }


def test_a_rebuild_without_changes_writes_nothing(wave: Wave) -> None:
    sessions = wave.add(range(30), skip=0)
    wave.add(range(30, 60), home=1, skip=0.2)
    wave.rebuild()
    wave.erase(sessions[:1])
    wave.add(range(60, 62), home=1, skip=0)
    assert wave.rebuild().waiting == 2
    before = _written(wave)
    assert wave.rebuild() == Rebuilt(waiting=1)
    assert _written(wave) == before


def test_running_again_changes_nothing_after_erasures(wave: Wave) -> None:
    """Four join the block of all items and one changes in it: five, whether it is shown or not."""
    sessions = wave.add(range(30), skip=0)
    wave.rebuild()
    wave.add(range(30, 34), skip=0)
    assert wave.rebuild().released == 0
    _blank(wave, wave.add(range(34, 39), skip=0))
    wave.run("UPDATE responses SET value = 8 - value WHERE session_id = :s", s=sessions[0])
    wave.erase(sessions[1:2])
    assert wave.rebuild().released == 1
    before = _written(wave)
    assert wave.rebuild() == UNCHANGED
    assert _written(wave) == before


def test_a_hidden_block_holds_others_back(wave: Wave) -> None:
    """Who is erased had not answered everything: the atom need not wait for those who have."""
    wave.add(range(30), skip=0)
    partial = wave.add([30], skip=0)
    _blank(wave, partial)
    wave.rebuild()
    wave.erase(partial)
    assert wave.rebuild().withdrawn == 1
    _blank(wave, wave.add(range(31, 37), skip=0)[:4])
    assert wave.rebuild().released == 1
    block = "SELECT n FROM analytics_cells WHERE figure = :block"
    assert [row.n for row in wave.run(block, block=ITEM_DRIVERS)] == [30]
    assert wave.rebuild() == UNCHANGED


def _blank(wave: Wave, sessions: list[UUID]) -> None:
    """Each of them skips another item."""
    for session, item in zip(sessions, wave.items, strict=False):
        wave.run("DELETE FROM responses WHERE session_id = :s AND question_id = :q", s=session,
                 q=item)  # fmt: skip


def test_what_fails_on_the_way_leaves_no_trace(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = wave.add(range(30), skip=0)
    wave.rebuild()
    wave.add(range(30, 40), skip=0)
    wave.erase(sessions[:3])
    before = _written(wave)
    for step in _steps(monkeypatch):
        with pytest.raises(RuntimeError, match="cut off"):
            wave.rebuild()
        assert _written(wave) == before, step
    assert wave.rebuild().released == 1
    assert wave.rebuild() == UNCHANGED


def _steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Lets one step after the other fail."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("cut off")

    for place, name in (
        (pipeline, "assign_atoms"), (pipeline, "make_current"), (pipeline, "release_again"),
        (pipeline.releasing, "save_crossed"), (pipeline.releasing, "write_cells"),
        (pipeline.changes, "settle"), (pipeline, "bump"),
    ):  # fmt: skip
        with monkeypatch.context() as patched:
            patched.setattr(place, name, fail)
            yield name


def test_somebody_erased_hands_over_to_their_other_session(wave: Wave) -> None:
    first = wave.add(range(20), skip=0)
    second = wave.add(range(6), skip=0)
    later = "UPDATE survey_sessions SET completed_at = completed_at + '1 h' WHERE id = ANY(:s)"
    wave.run(later, s=second)
    wave.rebuild()
    kept = "SELECT session_id FROM session_scores WHERE is_kept AND session_id = ANY(:s)"
    assert not wave.run(kept, s=first[:6])
    wave.erase(second)
    assert wave.rebuild().scored == 6
    assert len(wave.run(kept, s=first[:6])) == 6


def test_a_survey_that_goes_takes_its_notes_along(wave: Wave) -> None:
    wave.add(range(20), skip=0)
    wave.rebuild()
    wave.run("UPDATE responses SET value = 8 - value")
    assert wave.run("SELECT FROM changed_sessions")
    wave.run("DELETE FROM surveys WHERE id = :survey")
    assert not wave.run("SELECT FROM changed_sessions")
    assert not wave.run("SELECT FROM survey_states")


def _questions_now(wave: Wave, order: list[int], gone: int | None = None) -> None:
    """Ask the items in another order, one of them no more."""
    if gone is not None:
        wave.run("DELETE FROM questions WHERE id = :gone", gone=wave.items[gone])
    for position, place in enumerate(order):
        statement = "UPDATE questions SET position = :to WHERE id = :item"
        wave.run(statement, to=position, item=wave.items[place])


def test_items_that_change_places_stay_what_they_were(wave: Wave) -> None:
    sessions = wave.add(range(30), skip=0)
    wave.add(range(30, 50), home=1, skip=0.2)
    wave.rebuild()
    correct = "UPDATE responses SET value = 8 - value WHERE session_id = ANY(:some)"
    wave.run(correct, some=sessions[:8])
    wave.erase(sessions[20:25])
    wave.rebuild()
    shown = "SELECT * FROM question_cells ORDER BY atom, question_id"
    before = wave.run(shown)
    _questions_now(wave, [8, 3, 0, 1, 2, 7, 6, 5, 4])
    wave.run(correct + " AND question_id = :item", some=sessions[:1], item=wave.items[5])
    assert wave.rebuild().waiting == 1, "one answer changed; that others moved is no change"
    for one, other in zip(before, wave.run(shown), strict=True):
        assert_same(tuple(one), tuple(other), one.question_id)


def test_a_question_that_left_the_ledger_is_not_shown_again(wave: Wave) -> None:
    """What it showed before is known, and not what it was made of any more."""
    sessions = wave.add(range(30), skip=0)
    wave.rebuild()
    answers = wave.run("SELECT * FROM responses WHERE question_id = :q", q=wave.items[4])
    question = wave.run("SELECT * FROM questions WHERE id = :q", q=wave.items[4])
    _questions_now(wave, [0, 1, 2, 3, 5, 6, 7, 8], gone=4)
    wave.run("UPDATE responses SET value = 8 - value WHERE session_id = ANY(:s)", s=sessions[:20])
    assert wave.rebuild().released == 1
    with wave.database.owning(wave.organization) as connection:
        connection.execute(insert(questions), [dict(row._mapping) for row in question])
        connection.execute(insert(responses), [dict(row._mapping) for row in answers])
    _questions_now(wave, list(range(9)))
    wave.add(range(30, 40), skip=0)
    assert wave.rebuild().released == 1
    cells = wave.run("SELECT question_id, n FROM question_cells")
    assert {cell.question_id for cell in cells} == {*wave.items} - {wave.items[4]}
    assert {cell.n for cell in cells} == {40}
    assert wave.rebuild() == UNCHANGED


@pytest.mark.parametrize(
    "off",
    [
        "ALTER TABLE responses DISABLE TRIGGER USER",
        "ALTER TABLE survey_sessions ENABLE REPLICA TRIGGER note_updated",
        "DROP TRIGGER note_deleted ON voice_recordings",
    ],
)
def test_without_triggers_everything_is_compared(wave: Wave, off: str) -> None:
    """A sharded database has none, and somebody may switch them off."""
    wave.add(range(30), skip=0)
    wave.rebuild()
    _turn_unnoticed(wave)
    assert wave.rebuild() == UNCHANGED, "only what is noted is looked at"
    wave.run(off)
    assert wave.rebuild().released == 1
    assert wave.rebuild() == UNCHANGED
    _turn_unnoticed(wave)
    wave.run("ALTER TABLE responses ENABLE TRIGGER USER")
    wave.run("ALTER TABLE survey_sessions ENABLE TRIGGER note_updated")
    assert wave.rebuild().released == 1, "the first rebuild after looks at everything, too"


def _turn_unnoticed(wave: Wave) -> None:
    wave.run("UPDATE responses SET value = CASE value WHEN 7 THEN 1 ELSE value + 1 END")
    wave.run("DELETE FROM changed_sessions")
