"""The attack on single questions, their spread, quality counts and response rates.

A victim's organisation lives through arrivals, corrections and erasures; after every release all is
asked under every filter. Every figure must be that of whole atoms and of nothing finer, and what is
known of a question's answers by all that was ever shown must isolate nobody.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import insert, select, text

from data import queries
from data.access import Principal, Role
from data.analysis.quality import Flag
from data.cache import Cache
from data.db import tables
from data.db.engine import Database
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import State
from tests.database.test_attack import every_filter
from tests.support.attack import isolated
from tests.support.leaves import SCORES
from tests.support.victims import Organisation

SEEDS = (1, 3)
MORE_SEEDS = sorted(set(range(10)) - set(SEEDS))
Answered = tuple[UUID, float]
"""A session and its score on a question: another score is another unknown of the same person."""


@dataclass
class Rows:
    """Who answered what in each atom, as it was when the atom was last released."""

    victims: Organisation
    keys: list[str]
    atoms: dict[int, tuple[int, list[dict[str, Any]]]] = field(default_factory=dict)
    about: dict[int, Any] = field(default_factory=dict)
    person_of: dict[Answered, UUID] = field(default_factory=dict)
    vectors: dict[str, set[frozenset[Answered]]] = field(default_factory=lambda: defaultdict(set))

    def look(self) -> None:
        """Note the people of every atom whose release is new."""
        a = tables.analytics_atoms.c
        with self.victims.database.owning(self.victims.organization) as connection:
            shown = connection.execute(
                select(tables.analytics_atoms).where(a.survey_id == self.victims.survey)
            ).all()
            found = connection.execute(text(SCORES), {"survey": self.victims.survey})
            members = defaultdict(list)
            for row in found.mappings():
                members[row["atom"]].append(dict(row))
        self.about = {row.atom: row for row in shown if row.release and row.state != "withdrawn"}
        for atom, row in self.about.items():
            if self.atoms.get(atom, (0, []))[0] != row.release:
                self.atoms[atom] = (row.release, members[atom])
                self._note(members[atom])

    def _note(self, people: list[dict[str, Any]]) -> None:
        for place, key in enumerate(self.keys):
            base = [p for p in people if p["items"][place] == p["items"][place]]
            if len(base) >= 5:
                answered = [(p["session_id"], p["items"][place]) for p in base]
                self.vectors[key].add(frozenset(answered))
                for one, person in zip(answered, base, strict=True):
                    self.person_of[one] = person["user_id"]

    def inside(self, filters: Filters, scope: tuple[UUID, ...] | None) -> list[int]:
        """Released atoms wholly inside the filters and the scope."""
        allowed = set(filters.departments)
        if scope is not None:
            allowed = (allowed or set(scope)) & set(scope)
        return [
            atom
            for atom, row in self.about.items()
            if ((scope is None and not filters.departments) or set(row.departments) <= allowed)
            and (not filters.roles or set(row.roles) <= set(filters.roles))
            and (not filters.periods or set(row.periods) <= set(filters.periods))
        ]

    def scores(self, key: str, atoms: list[int]) -> list[float]:
        """Scores on a question over these atoms, where five or more of one answered it."""
        place, found = self.keys.index(key), []
        for atom in atoms:
            own = [p["items"][place] for p in self.atoms[atom][1]]
            own = [value for value in own if value == value]
            found += own if len(own) >= 5 else []
        return found


@pytest.fixture(
    params=[*SEEDS, *(pytest.param(seed, marks=pytest.mark.long) for seed in MORE_SEEDS)]
)
def victims(request: pytest.FixtureRequest, database: Database, organization: UUID) -> Organisation:
    return Organisation.generate(database, organization, seed=request.param)


def askers(victims: Organisation) -> Iterator[Principal]:
    yield Principal(uuid4(), victims.organization, Role.EXECUTIVE)
    yield Principal(uuid4(), victims.organization, Role.DEPARTMENT_LEAD, victims.led)


def test_questions_are_sums_over_whole_atoms_and_isolate_nobody(victims: Organisation) -> None:
    rows = Rows(victims, [f"q{place}" for place in range(len(victims.questions))])
    desk = Desk(victims.database, Cache(0, 1))
    spreads = 0
    for happens in victims.history():
        happens()
        rebuild(victims.database, victims.organization, victims.survey)
        rows.look()
        for asker in askers(victims):
            for filters in every_filter(desk.ask(queries.options, asker, Filters())):
                check_heatmap(desk, asker, filters, rows)
                spreads += check_spread(desk, asker, filters, rows)
                check_quality(desk, asker, filters, rows)
    assert spreads, "no spread was ever shown: nothing was attacked"
    assert rows.vectors
    for key, vectors in rows.vectors.items():
        assert isolated(sorted(vectors, key=str), rows.person_of) is None, key


def check_heatmap(desk: Desk, asker: Principal, filters: Filters, rows: Rows) -> None:
    """Every cell is the mean over the atoms of its group alone, rounded; n is never 1 to 4."""
    for question, column in ((queries.item_heatmap, "departments"), (queries.item_roles, "roles")):
        answer = desk.ask(question, asker, filters)
        for row in answer.rows:
            for group, cell in zip(answer.groups, row.cells, strict=True):
                assert cell.score.n == 0 or cell.score.n >= 5
                if group.is_others or cell.score.mean is None:
                    continue
                value: Any = UUID(group.id) if column == "departments" else group.id
                only = filters.model_copy(update={column: (value,)})
                scores = rows.scores(row.id, rows.inside(only, asker.scope))
                assert cell.score.n == len(scores)
                if not cell.score.bound:
                    assert abs(cell.score.mean - np.mean(scores)) <= 0.05 + 1e-9


def check_spread(desk: Desk, asker: Principal, filters: Filters, rows: Rows) -> int:
    """No part is of 1 to 4 people, shares are no finer than fives, and none below 30 answers."""
    answer = desk.ask(queries.distribution, asker, filters)
    shown = 0
    for row in answer.rows:
        if not row.parts:
            continue
        shown += 1
        scores = np.array(rows.scores(row.id, rows.inside(filters, asker.scope)))
        assert row.n == len(scores) >= 30
        people = [
            int(np.sum((scores >= part.first + 1) & (scores <= part.last + 1)))
            for part in row.parts
        ]
        assert not any(0 < n < 5 for n in people)
        fives = [5 * round(n / 5) for n in people]
        for part, n in zip(row.parts, fives, strict=True):
            assert part.share == pytest.approx(100 * n / sum(fives), abs=0.5 + 1e-6)
    return shown


def check_quality(desk: Desk, asker: Principal, filters: Filters, rows: Rows) -> None:
    """Flags tell of nobody or of five, on both sides; medians of whole surveys only."""
    answer = desk.ask(queries.data_quality, asker, filters)
    people = [p for atom in rows.inside(filters, asker.scope) for p in rows.atoms[atom][1]]
    for row in answer.flags:
        if row.share is not None:
            raised = sum(row.flag.value in person["flags"] for person in people)
            assert row.n >= 10
            if 0 < row.share < 100:
                assert raised >= 5 or row.flag is Flag.SPEEDER
    if not filters.whole or asker.scope is not None:
        assert answer.median_seconds is None
        assert not answer.levels
    for count in (answer.low, answer.beyond, answer.duplicates):
        assert count is None or count % 5 == 0


def test_the_check_of_spreads_can_fail(victims: Organisation) -> None:
    """An exact spread of 31 people would be caught: 3 of them chose the first point."""
    scores = np.array([1] * 3 + [2] * 10 + [3] * 18)
    people = [int(np.sum(scores == point)) for point in (1, 2, 3)]
    assert any(0 < n < 5 for n in people)


def invite(victims: Organisation, more: int) -> None:
    """As many as there are now and ``more`` in each department and role."""
    own = {"organization_id": victims.organization, "survey_id": victims.survey}
    with victims.database.owning(victims.organization) as connection:
        found = connection.execute(
            text(
                "SELECT department_id, role, count(DISTINCT user_id) AS people "
                "FROM survey_sessions WHERE survey_id = :survey GROUP BY 1, 2"
            ),
            {"survey": victims.survey},
        ).all()
        connection.execute(
            tables.survey_invited.delete().where(
                tables.survey_invited.c.survey_id == victims.survey
            )
        )
        counts = [
            {
                **own,
                "department_id": row.department_id,
                "role": row.role,
                "invited": row.people + int(victims.random.integers(0, more)),
            }
            for row in found
        ]
        connection.execute(insert(tables.survey_invited), counts)
        total = sum(row["invited"] for row in counts)
        connection.execute(
            tables.surveys.update()
            .where(tables.surveys.c.id == victims.survey)
            .values(invited=total)
        )


@pytest.mark.parametrize("more", [3, 8, 40])
def test_no_sum_of_response_rates_tells_of_one_to_four_silent(
    victims: Organisation, more: int
) -> None:
    """Over all filters: the groups told, their sums, and the total less any of them."""
    desk = Desk(victims.database, Cache(0, 1))
    boss = next(askers(victims))
    for happens in victims.history():
        happens()
        rebuild(victims.database, victims.organization, victims.survey)
        invite(victims, more)
        silent: dict[frozenset[str], int] = {}
        for filters in every_filter(desk.ask(queries.options, boss, Filters())):
            answer = desk.ask(queries.participation, boss, filters)
            names = frozenset(map(str, filters.departments)) or frozenset({"everybody"})
            if answer.invited is not None and answer.started <= answer.invited:
                silent[names] = answer.invited - answer.started
            for row in answer.rows:
                if row.invited is not None and not filters.roles and not filters.periods:
                    silent[frozenset({row.id})] = row.invited - row.started
        told = desk.ask(queries.representativeness, boss, Filters())
        assert told.state is State.READY or not told.rows
        for count in silent.values():
            assert count == 0 or count >= 5
        everybody = silent.get(frozenset({"everybody"}))
        alone = {
            next(iter(k)): n for k, n in silent.items() if len(k) == 1 and "everybody" not in k
        }
        if everybody is not None:
            rest = everybody - sum(alone.values())
            assert rest <= 0 or rest >= 5, "the total less all departments told"
