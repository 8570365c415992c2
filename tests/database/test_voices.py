"""Voice recordings from the rows of a database to the answer, and what releases may tell."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import delete, func, insert, select, update

from data import queries
from data.access import Principal, Role
from data.analysis.voices import Figure
from data.cache import Cache
from data.contracts import PipelineConfig
from data.db import tables
from data.db.engine import Database
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.results import State, VoicesAnswer
from data.stages import run
from tests.support.attack import isolated
from tests.support.victims import Organisation

ALL = Filters()
GOOD = "This is wonderful and I love it"


class Voices:
    """Recordings of a generated survey, and the answer about them."""

    def __init__(self, database: Database, organization: UUID, seed: int = 1) -> None:
        self.of = Organisation.generate(database, organization, seed=seed)
        self.of._add(40)
        self.desk = Desk(database, Cache(0, 1))
        self.random = np.random.default_rng(seed)
        self.boss = Principal(uuid4(), organization, Role.EXECUTIVE)

    def sessions(self) -> list[Any]:
        """All sessions with their respondents, in a fixed order."""
        s = tables.survey_sessions.c
        with self.of.database.owning(self.of.organization) as connection:
            found = connection.execute(
                select(s.id, s.user_id).where(s.survey_id == self.of.survey).order_by(s.id)
            )
            return list(found)

    def record(self, sessions: Sequence[Any], **fields: object) -> None:
        """A recording for each; what is not said is random."""
        with self.of.database.owning(self.of.organization) as connection:
            for session in sessions:
                connection.execute(
                    insert(tables.voice_recordings).values({**self._row(session), **fields})
                )

    def _row(self, session: Any) -> dict[str, object]:
        return {
            "organization_id": self.of.organization,
            "survey_id": self.of.survey,
            "session_id": session.id,
            "user_id": session.user_id,
            "processing_status": "completed",
            "duration_seconds": float(self.random.integers(5, 90)),
            "language": str(self.random.choice(["en", "de"])),
            "confidence": float(np.round(self.random.random(), 3)),
            "transcript": str(self.random.choice([GOOD, "I hate this", "We meet at noon"])),
            "quality": str(self.random.choice(["high", "low"])),
        }

    def change(self, recordings: Sequence[UUID], **fields: object) -> None:
        with self.of.database.owning(self.of.organization) as connection:
            changed = tables.voice_recordings.c.id.in_(recordings)
            connection.execute(update(tables.voice_recordings).where(changed).values(**fields))

    def remove(self, recordings: Sequence[UUID]) -> None:
        with self.of.database.owning(self.of.organization) as connection:
            gone = tables.voice_recordings.c.id.in_(recordings)
            connection.execute(delete(tables.voice_recordings).where(gone))

    def rows(self) -> list[Any]:
        """The completed recordings as they are stored."""
        v = tables.voice_recordings
        with self.of.database.owning(self.of.organization) as connection:
            return list(
                connection.execute(
                    select(v).where(v.c.processing_status == "completed").order_by(v.c.id)
                )
            )

    def released(self) -> list[Any]:
        with self.of.database.owning(self.of.organization) as connection:
            return list(connection.execute(select(tables.survey_voices)))

    def rebuild(self) -> bool:
        return rebuild(self.of.database, self.of.organization, self.of.survey).is_new_version

    def ask(self, filters: Filters = ALL, who: Principal | None = None) -> VoicesAnswer:
        return self.desk.ask(queries.voices, who or self.boss, filters)


@pytest.fixture
def voices(database: Database, organization: UUID) -> Voices:
    return Voices(database, organization)


def test_the_answer_equals_pandas_on_the_rows(voices: Voices) -> None:
    there = voices.sessions()
    voices.record(there[:30])
    voices.record(there[:7], language="en", transcript=GOOD)
    voices.record(there[30:40], processing_status="failed", duration_seconds=9999.0)
    assert voices.rebuild()
    answer, frame = voices.ask(), pd.DataFrame(voices.rows())
    assert (answer.state, answer.recordings, answer.respondents) == (State.READY, 37, 30)
    by_person = frame.groupby("user_id")
    assert answer.mean_seconds == round(by_person.duration_seconds.mean().mean())
    assert answer.accuracy == pytest.approx(by_person.confidence.mean().mean(), abs=0.005 + 1e-9)
    assert answer.accuracy_basis == "transcriber_confidence"
    for shown, column in ((answer.quality, "quality"), (answer.language, "language")):
        assert {row.category: row.recordings for row in shown} == dict(Counter(frame[column]))
    moods = {row.category: row.recordings for row in answer.sentiment}
    assert moods["positive"] == ((frame.language == "en") & (frame.transcript == GOOD)).sum()
    assert moods["not_analysed"] == (frame.language == "de").sum()
    assert not voices.rebuild(), "again, without any change"


def test_accuracy_is_of_checked_words_where_ten_people_have_a_reference(voices: Voices) -> None:
    there = voices.sessions()
    voices.record(there[:30], transcript="one two three four")
    voices.change([r.id for r in voices.rows()[:9]], reference_text="One, two THREE four!")
    voices.rebuild()
    assert voices.ask().accuracy_basis == "transcriber_confidence"
    voices.change([r.id for r in voices.rows()[:20]], reference_text="One, two THREE five!")
    assert voices.rebuild()
    answer = voices.ask()
    assert (answer.accuracy, answer.accuracy_basis) == (0.75, "word_error_rate")


def test_nine_people_show_nothing(voices: Voices) -> None:
    there = voices.sessions()
    voices.record([*there[:9], *there[:9]])
    voices.rebuild()
    assert (voices.ask().state, voices.released()) == (State.EMPTY, [])
    voices.record(there[9:10])
    assert voices.rebuild()
    assert voices.ask().respondents == 10


def test_small_categories_are_shown_together(voices: Voices) -> None:
    there = voices.sessions()
    voices.record(there[:40], quality="high", language="en")
    some = [r.id for r in voices.rows()]
    voices.change(some[:3], language="fr", quality="Poor ")
    voices.change(some[3:9], language="DE-at")
    voices.rebuild()
    answer = voices.ask()
    assert [(r.category, r.recordings) for r in answer.language] == [("en", 31), ("", 9)]
    assert answer.quality == (), "three, and the rest that would tell them"
    assert enhanced_analytics(voices.desk, voices.boss, ALL).voice_metrics.language_breakdown == {
        "en": 31, "other": 9,
    }  # fmt: skip


def test_whole_survey_only_and_a_lead_is_told_so(voices: Voices) -> None:
    voices.record(voices.sessions()[:30])
    voices.rebuild()
    lead = Principal(uuid4(), voices.of.organization, Role.DEPARTMENT_LEAD, voices.of.led)
    told = voices.ask(who=lead)
    assert told.recordings == 30
    assert any("whole organisation" in note for note in told.notes)
    refused = voices.ask(Filters(departments=voices.of.led))
    assert (refused.state, refused.recordings) == (State.SUPPRESSED, None)
    narrowed = enhanced_analytics(voices.desk, voices.boss, Filters(roles=("Lead",)))
    assert not any(narrowed.voice_metrics.model_dump().values())


def test_a_raised_threshold_holds_at_once(voices: Voices) -> None:
    there = voices.sessions()
    voices.record(there[:20], language="en")
    voices.record(there[20:26], language="de")
    voices.rebuild()
    assert len(voices.ask().language) == 2
    with voices.of.database.owning(voices.of.organization) as connection:
        connection.execute(update(tables.surveys).values(smallest_group=7, smallest_detail=20))
    assert voices.ask().language == ()
    with voices.of.database.owning(voices.of.organization) as connection:
        connection.execute(update(tables.surveys).values(smallest_detail=30))
    assert voices.ask().state is State.SUPPRESSED


def test_an_erasure_withdraws_first(voices: Voices) -> None:
    there = voices.sessions()
    voices.record(there[:30])
    voices.rebuild()
    with voices.of.database.owning(voices.of.organization) as connection:
        s = tables.survey_sessions.c
        connection.execute(delete(tables.survey_sessions).where(s.id == there[0].id))
    assert voices.rebuild()
    assert voices.ask().state is State.EMPTY
    with voices.of.database.owning(voices.of.organization) as connection:
        left = tables.released_sessions.c
        assert not connection.scalar(
            select(func.count()).where(left.respondent == there[0].user_id)
        )
    voices.record(there[30:38])
    voices.rebuild()
    assert voices.ask().state is State.EMPTY, "nine differ: one gone, eight new"
    voices.record(there[38:50])
    voices.rebuild()
    assert voices.ask().respondents == 29 + len(there[30:50])


def test_recordings_that_are_taken_back_leave_the_summaries_too(voices: Voices) -> None:
    voices.record(there := voices.sessions()[:30])
    run(voices.of.database, PipelineConfig(organization_id=voices.of.organization))
    a = tables.analytics_summaries.c
    held = select(func.count()).where(a.voice_recording_metrics.has_key("totalRecordings"))
    with voices.of.database.owning(voices.of.organization) as connection:
        assert connection.scalar(held)
        r = tables.voice_recordings.c
        connection.execute(delete(tables.voice_recordings).where(r.session_id == there[0].id))
    assert voices.rebuild()
    assert voices.ask().state is State.EMPTY
    with voices.of.database.owning(voices.of.organization) as connection:
        assert not connection.scalar(held)


def test_a_correction_that_would_tell_one_duration_waits(voices: Voices) -> None:
    """Ten transcripts change, and one of these people's durations: a mean's change is that one."""
    voices.record(voices.sessions()[:30], language="en", transcript=GOOD)
    voices.rebuild()
    before = voices.released()
    some = [r.id for r in voices.rows()]
    voices.change(some[:12], transcript="We met at nine instead")
    voices.change(some[:1], duration_seconds=4000.0)
    voices.rebuild()
    assert voices.released() == before
    voices.change(some[1:12], duration_seconds=33.0)
    voices.rebuild()
    assert voices.released() != before


def test_recordings_before_their_session_are_linked_later(voices: Voices) -> None:
    people = [uuid4() for _ in range(12)]
    with voices.of.database.owning(voices.of.organization) as connection:
        key = {"organization_id": voices.of.organization, "survey_id": voices.of.survey}
        for person in people:
            connection.execute(
                insert(tables.voice_recordings).values(
                    **key, user_id=person, processing_status="completed", duration_seconds=9.0
                )
            )
    voices.rebuild()
    assert voices.ask().state is State.EMPTY
    with voices.of.database.owning(voices.of.organization) as connection:
        for person in people:
            connection.execute(
                insert(tables.survey_sessions).values(
                    **key, user_id=person, source_key=str(person), is_completed=True
                )
            )
    voices.rebuild()
    assert voices.ask().recordings == 12


def test_the_recordings_of_all_sessions_of_a_person_are_one_persons(voices: Voices) -> None:
    there = voices.sessions()
    with voices.of.database.owning(voices.of.organization) as connection:
        s = tables.survey_sessions.c
        mine = s.id.in_([session.id for session in there[:15]])
        connection.execute(
            update(tables.survey_sessions).where(mine).values(user_id=there[0].user_id)
        )
    voices.record(there[:20])
    voices.rebuild()
    assert voices.ask().state is State.EMPTY, "20 recordings of 6 people"


class Witness:
    """Which values of whom were in each release of a figure, by the stored rows themselves."""

    def __init__(self, voices: Voices) -> None:
        self.voices = voices
        self.person_of: dict[Any, Any] = {}
        self.vectors: dict[Figure, list[frozenset[Any]]] = {figure: [] for figure in Figure}
        self.releases = 0
        self._last: list[Any] = []

    def look(self) -> None:
        shown = self.voices.released()
        if shown == self._last:
            return
        self._last = shown
        self.releases += bool(shown)
        frame = pd.DataFrame(self.voices.rows())
        for row in shown:
            figure = Figure(row.figure)
            if row.category or figure is Figure.RECORDINGS or row.value is not None:
                assert row.respondents >= 5
            if not any(row.figure == one.figure for one in shown[: shown.index(row)]):
                self._note(figure, frame)

    def _note(self, figure: Figure, frame: pd.DataFrame) -> None:
        members = set()
        for person, mine in frame.groupby("user_id"):
            value = _contribution(figure, mine)
            if value is not None:
                members.add((person, value))
                self.person_of[(person, value)] = person
        self.vectors[figure].append(frozenset(members))


def _contribution(figure: Figure, mine: pd.DataFrame) -> Any:
    """What a person adds to a figure, from the raw columns."""
    if figure is Figure.RECORDINGS:
        return len(mine)
    if figure in (Figure.DURATION, Figure.CONFIDENCE):
        column = "duration_seconds" if figure is Figure.DURATION else "confidence"
        return None if mine[column].isna().all() else float(mine[column].mean())
    if figure is Figure.WORDS:
        checked = mine.dropna(subset=["reference_text"])
        return tuple(sorted(checked.transcript + checked.reference_text)) or None
    if figure is Figure.SENTIMENT:
        english = mine.transcript.where(mine.language == "en", "")
        return tuple(sorted(english))
    return tuple(sorted(mine[figure.value]))


def _history(voices: Voices) -> Iterator[None]:
    """Arrivals, more recordings, corrections of one column, removals and erasures, at random."""
    random = voices.random
    there = voices.sessions()
    voices.record(there[:14])
    yield
    for step in range(14):
        rows, there = voices.rows(), voices.sessions()
        some = [rows[i].id for i in random.choice(len(rows), min(len(rows), 12), False)]
        match step % 7:
            case 0:
                spoken = {row.session_id for row in rows}
                silent = [session for session in there if session.id not in spoken]
                voices.record(silent[: int(random.integers(4, 16))])
            case 1:
                voices.change(some[: int(random.integers(1, 12))], duration_seconds=61.0 + step)
            case 2:
                voices.change(some, transcript=f"Changed {step}")
                voices.change(some[: int(random.integers(0, 4))], duration_seconds=99.0 + step)
            case 3:
                voices.remove(some[: int(random.integers(1, 4))])
            case 4:
                voices.change(some, language="de", quality="low")
                voices.change(some[:2], reference_text="We meet at noon")
            case 5:
                voices.of.erase()
            case _:
                voices.of._add(15)
                voices.record([s for s in voices.sessions() if s not in there])
        yield


@pytest.mark.parametrize("seed", range(4))
def test_no_release_isolates_anybody(database: Database, organization: UUID, seed: int) -> None:
    voices = Voices(database, organization, seed)
    witness = Witness(voices)
    for _ in _history(voices):
        voices.rebuild()
        witness.look()
    assert witness.releases > 1, "nothing was ever released a second time"
    for figure, vectors in witness.vectors.items():
        assert isolated(vectors, witness.person_of) is None, figure
