"""The attack over several waves: the same people answer three, waves change, all is remembered.

Each wave has a witness who notes who is in which released sum, the sums over people without later
answers included. No combination of what was ever summed of a wave may rest on 1-4 people.
"""

from typing import Any
from uuid import UUID, uuid4, uuid5

import numpy as np
import pytest

from data import queries
from data.access import Principal, Role
from data.analysis.forces import Figure
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.question import Question
from tests.database.test_pipeline import Wave
from tests.support.attack import isolated
from tests.support.victims import Organisation, Witness

SEEDS = (1, 2)
MORE_SEEDS = range(3, 15)
PEOPLE = 70
HOMES = 3
EVENTS = 8
QUESTIONS: tuple[Question[Any], ...] = (
    queries.readiness,
    queries.forces,
    queries.departments,
    queries.roles,
)


class Series:
    """Three waves answered by the same people, their witnesses, and what happens to them."""

    def __init__(self, database: Database, organization: UUID, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.waves = [Wave(database, organization, f"W{i}", day=90 * i) for i in range(3)]
        self.witnesses = [
            Witness(Organisation(database, organization, wave.id)) for wave in self.waves
        ]
        self.seen: set[tuple[Any, ...]] = set()
        self.pooled = 0
        for place, wave in enumerate(self.waves):
            self.answer(wave, self.random.permutation(PEOPLE)[: int(self.random.integers(15, 66))])
            self.release(place)

    def answer(self, wave: Wave, people: Any) -> None:
        """These people answer; whoever answered before answers anew."""
        for home in range(HOMES):
            mine = [int(person) for person in people if person % HOMES == home]
            wave.add(mine, home, skip=0.06)

    def happen(self) -> None:
        """A few arrive, leave or are corrected in one of the waves, which is released again."""
        place = int(self.random.integers(3))
        wave = self.waves[place]
        few = int(self.random.integers(2, 12))
        match int(self.random.integers(3)):
            case 0:
                self.answer(wave, self.random.permutation(PEOPLE + 20)[:few])
            case 1:
                there = [r.session_id for r in self._scores(wave)]
                wave.erase([there[i] for i in self.random.permutation(len(there))[:few]])
            case _:
                wave.run(
                    "UPDATE responses SET value = 8 - value "
                    "WHERE question_id = :item AND session_id = ANY(:sessions)",
                    item=wave.items[int(self.random.integers(8))],
                    sessions=[
                        row.session_id
                        for row in self._scores(wave)
                        if self.random.random() < few / PEOPLE
                    ],
                )
        self.release(place)

    def _scores(self, wave: Wave) -> list[Any]:
        return wave.run(
            "SELECT session_id, user_id FROM session_scores WHERE survey_id = :survey AND is_kept "
            "ORDER BY user_id, session_id"
        )

    def release(self, place: int) -> None:
        self.waves[place].rebuild()
        self.witnesses[place].look()
        for earlier, witness in zip(self.waves, self.witnesses, strict=True):
            for block in earlier.run(
                "SELECT * FROM pooled_blocks WHERE survey_id = :survey AND block > 0"
            ):
                key = (block.survey_id, block.later_survey_id, block.block)
                if key not in self.seen and block.release:
                    self.note(witness, block)
                self.seen.add(key)

    def note(self, witness: Witness, block: Any) -> None:
        """Who is in a new sum: those of its atoms who are in no later wave now."""
        ids = [wave.id for wave in self.waves]
        between = ids[ids.index(block.survey_id) + 1 : ids.index(block.later_survey_id) + 1]
        later = {
            member.person
            for number, other in enumerate(self.witnesses)
            if ids[number] in between
            for atom in other.atoms.values()
            for member in atom.members
        }
        for figure in Figure:
            base = [m for m in witness.base_of(block.atoms, figure) if m.person not in later]
            if len(base) >= 5:
                witness.note_row(figure, base)
                self.pooled += 1


@pytest.mark.parametrize(
    "seed", [*SEEDS, *(pytest.param(seed, marks=pytest.mark.long) for seed in MORE_SEEDS)]
)
def test_nobody_is_told_apart_over_several_waves(
    database: Database, organization: UUID, seed: int
) -> None:
    series = Series(database, organization, seed)
    desk, viewer = Desk(database, Cache(0, 1)), Principal(uuid4(), organization, Role.EXECUTIVE)
    for _ in range(EVENTS):
        series.happen()
        for count in (2, 3):
            chosen = Filters(surveys=tuple(wave.id for wave in series.waves[-count:]))
            for question in QUESTIONS:
                answer = desk.ask(question, viewer, chosen)
                assert answer.respondents is None or answer.respondents >= 5
    assert series.pooled > 0 or seed not in SEEDS
    for witness in series.witnesses:
        for figure, vectors in witness.vectors().items():
            assert isolated(vectors, witness.person_of) is None, figure


def test_a_person_is_the_same_in_all_waves(database: Database, organization: UUID) -> None:
    series = Series(database, organization, 1)
    people = {uuid5(organization, f"p{number}") for number in range(PEOPLE)}
    for witness in series.witnesses:
        assert {m.person for atom in witness.atoms.values() for m in atom.members} <= people
