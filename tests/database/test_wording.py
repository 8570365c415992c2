"""A rebuild that reads only texts that changed decides what one that reads all texts decides."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from data.db.engine import Database
from data.pipeline import Rebuilt, rebuild, themes, wording
from data.pipeline.survey import load_survey
from data.pipeline.texts import Written, read_texts
from tests.support.writers import Writers

STEPS = 7

_WAITING = """
    SELECT unnest(sessions) AS id FROM changed_sessions
    WHERE survey_id = :survey AND are_texts
"""
_SAY = """
    UPDATE responses SET text = :said WHERE session_id = :session AND text IS NOT NULL
    AND question_id = :question
"""


class Site:
    """A survey whose people write, and what of it is noted and held."""

    def __init__(self, database: Database, organization: UUID, seed: int) -> None:
        self.of = Writers.generate(database, organization, seed=seed)
        self.random = np.random.default_rng(seed)
        self.of.grow(60)

    def run(self, sql: str, **parameters: object) -> list[Any]:
        with self.of.database.owning(self.of.organization) as connection:
            result = connection.execute(text(sql), {"survey": self.of.survey, **parameters})
            return list(result.all()) if result.returns_rows else []

    def rebuild(self) -> Rebuilt:
        return rebuild(self.of.database, self.of.organization, self.of.survey)

    def some(self, count: int) -> list[UUID]:
        known = self.run("SELECT id FROM survey_sessions WHERE survey_id = :survey ORDER BY id")
        chosen = self.random.choice(len(known), min(count, len(known)), replace=False)
        return [known[place].id for place in chosen]

    def waiting(self) -> set[UUID]:
        return {row.id for row in self.run(_WAITING)}

    def differing(self) -> set[UUID]:
        """Whose texts the ledger does not hold as they are; by reading all of them."""
        with self.of.database.owning(self.of.organization) as connection:
            survey = load_survey(connection, self.of.organization, self.of.survey)
            texts = read_texts(connection, survey)
            held = wording._held(connection, survey)
        now: wording.Sessions = {of.session: wording._current(of) for of in texts}
        return {UUID(str(s)) for s in {*now, *held} if now.get(s) != held.get(s)}

    def shown(self) -> list[Any]:
        terms = "SELECT language, term, authors, base FROM survey_terms WHERE survey_id = :survey"
        return sorted(map(tuple, self.run(terms)))

    def say(self, sessions: list[UUID], said: str) -> None:
        for session in sessions:
            question = self.of.open_questions[int(self.random.integers(2))]
            self.run(_SAY, said=said, session=session, question=question)


def _happens(site: Site) -> list[Callable[[], object]]:
    german = "Die Daten werden jeden Tag von Hand abgeschrieben, das dauert lange."
    return [
        lambda: site.of.grow(int(site.random.integers(1, 12))),
        lambda: site.of.grow(1),
        site.of.correct,
        site.of.erase,
        lambda: site.say(site.some(int(site.random.integers(1, 4))), german),
        lambda: site.say(site.some(1), ""),
        lambda: site.run("UPDATE survey_sessions SET language = 'fr' WHERE id = ANY(:some)",
                         some=site.some(2)),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(s, marks=pytest.mark.long) for s in (3, 4))])
def test_what_waits_is_what_differs(database: Database, organization: UUID, seed: int) -> None:
    """After every step: the notes name exactly those whose texts all reading finds to differ."""
    site = Site(database, organization, seed)
    happens = _happens(site)
    seen = 0
    for _ in range(STEPS):
        site.rebuild()
        assert site.waiting() == site.differing()
        seen += bool(site.waiting())
        before = site.shown()
        site.run("UPDATE survey_states SET texts = ''")
        site.rebuild()
        assert site.shown() == before, "reading all of them found more to do"
        for chosen in site.random.integers(0, len(happens), 2):
            happens[chosen]()
    assert seen, "nothing ever waited"


def test_a_few_new_texts_are_neither_read_nor_analysed(
    database: Database, organization: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(database, organization, 5)
    site.of.writes = 1.0
    site.of.grow(100)
    site.rebuild()
    before = site.shown()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read although few texts changed")

    for place, name in ((wording, "read_texts"), (Written, "read"), (themes, "themes")):
        monkeypatch.setattr(place, name, never)
    site.of.grow(3)
    site.rebuild()
    assert len(site.waiting()) == 3
    assert site.shown() == before != []


def test_recordings_are_noted(database: Database, organization: UUID) -> None:
    """A transcript is a text: whoever says something new, or nothing any more, is looked at."""
    site = Site(database, organization, 6)
    site.rebuild()
    (speaker,) = site.some(1)
    site.run(
        "INSERT INTO voice_recordings (organization_id, survey_id, session_id, processing_status, "
        "transcript) VALUES (:organization, :survey, :speaker, 'completed', 'More training')",
        speaker=speaker, organization=organization,
    )  # fmt: skip
    site.rebuild()
    assert site.waiting() == site.differing() == {speaker}
    site.run("DELETE FROM voice_recordings")
    site.rebuild()
    assert site.waiting() == site.differing() == set()
