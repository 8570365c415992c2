"""The attack: ask everything, about every group, over all time, and try to tell 1-4 people apart.

Small organisations are generated with skipped questions, asked for every combination of filters by
everybody who may ask, then changed (arrivals, corrections, erasures) and asked again. What was
shown must be sums of whole atoms; no combination of what was ever summed may rest on 1-4 people;
and with all rounding, scale ends and ties between figures, no single person's or small group's
scores may be known to better than one scale point.
"""

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from data.access import Principal, Role
from data.analysis.forces import Figure
from data.cache import Cache
from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import read_mapping
from data.pipeline import rebuild
from data.queries import departments, forces, options, participation, readiness, roles
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import Estimate, OptionsAnswer
from data.queries.role_table import ROLE_TABLE
from tests.support.attack import Knowledge, isolated
from tests.support.victims import Inside, Organisation, Witness

SEEDS = (1, 3)
"""Without and with a table by role."""
MORE_SEEDS = sorted(set(range(14)) - set(SEEDS))
SURVEY_FILE = Path(__file__).parents[2].parent / "shared" / "data" / "chatgpt_de" / "chatgpt_de.csv"
MAPPING = Path(__file__).parents[1] / "mappings" / "chatgpt_de.toml"


def subsets(values: list[Any]) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(combinations(values, size) for size in range(len(values) + 1))


def every_filter(answer: OptionsAnswer) -> Iterator[Filters]:
    """All combinations of at most three departments, roles and periods, enabled or not."""
    for d in subsets([UUID(c.value) for c in answer.departments][:3]):
        for r in subsets([c.value for c in answer.roles][:3]):
            for p in subsets([c.value for c in answer.periods][:2]):
                yield Filters(departments=d, roles=r, periods=p)


class Attacker:
    """Asks everything as everybody and remembers what was said."""

    def __init__(self, database: Database, organization: UUID, led: tuple[UUID, ...]) -> None:
        self.desk = Desk(database, Cache(0, 1))
        boss = Principal(uuid4(), organization, Role.EXECUTIVE)
        lead = Principal(uuid4(), organization, Role.DEPARTMENT_LEAD, led)
        self.askers = (boss, lead) if led else (boss,)

    def observe(self, witness: Witness) -> Iterator[tuple[Estimate, Figure, Inside]]:
        """Every estimate that is shown, with the atoms it must be the sum of."""
        for asker in self.askers:
            for filters in every_filter(self.desk.ask(options, asker, Filters())):
                inside = witness.inside(filters, asker.scope)
                yield from self._overall(asker, filters, inside)
                yield from self._groups(asker, filters, witness)

    def _overall(
        self, asker: Principal, filters: Filters, inside: frozenset[int]
    ) -> Iterator[tuple[Estimate, Figure, Inside]]:
        yield self.desk.ask(readiness, asker, filters).readiness, Figure.READINESS, inside
        answer = self.desk.ask(forces, asker, filters)
        for figure in answer.forces:
            yield figure.score, Figure(figure.force.value), inside
        self.desk.ask(participation, asker, filters)

    def _groups(
        self, asker: Principal, filters: Filters, witness: Witness
    ) -> Iterator[tuple[Estimate, Figure, Inside]]:
        for question, dimension in ((departments, "departments"), (roles, "roles")):
            answer = self.desk.ask(question, asker, filters)
            for row in answer.rows:
                if row.is_others:
                    continue
                value = UUID(row.id) if dimension == "departments" else row.id
                group = filters.model_copy(update={dimension: (value,)})
                inside: Inside = witness.inside(group, asker.scope)
                if ROLE_TABLE in answer.notes:
                    assert filters.whole
                    assert asker.scope is None
                    inside = row.id
                yield row.readiness, Figure.READINESS, inside
                for force, estimate in row.forces.items():
                    yield estimate, Figure(force.value), inside


@pytest.fixture(
    params=[*SEEDS, *(pytest.param(seed, marks=pytest.mark.long) for seed in MORE_SEEDS)]
)
def victims(request: pytest.FixtureRequest, database: Database, organization: UUID) -> Organisation:
    return Organisation.generate(database, organization, seed=request.param)


def test_nobody_is_told_apart_over_all_time(victims: Organisation) -> None:
    witness = Witness(victims)
    attacker = Attacker(victims.database, victims.organization, victims.led)
    for happens in victims.history():
        happens()
        rebuild(victims.database, victims.organization, victims.survey)
        witness.look()
        shown = {(f, inside): e for e, f, inside in attacker.observe(witness)}
        knowledge = witness.knowledge()
        for (figure, inside), estimate in shown.items():
            witness.check(estimate, figure, inside)
            learn(knowledge, witness, estimate, figure, inside)
        assert_nothing_is_known(knowledge, witness)
    assert witness.releases > len(witness.atoms), "nothing was ever released a second time"
    for figure, vectors in witness.vectors().items():
        found = isolated(vectors, witness.person_of)
        assert found is None, f"{figure}: {found}"


def learn(
    knowledge: Knowledge,
    witness: Witness,
    estimate: Estimate,
    figure: Figure,
    inside: Inside,
) -> None:
    if estimate.mean is None:
        return
    people = witness.base(figure, inside)
    low, high = shown_range(estimate, figure)
    coefficients = witness.combination(figure, people)
    offset = 50.0 if figure is Figure.READINESS else 0.0
    knowledge.learn(coefficients, low - offset, high - offset)


def shown_range(estimate: Estimate, figure: Figure) -> tuple[float, float]:
    """What the rounding leaves open of the exact mean."""
    assert estimate.mean is not None
    lowest, highest = (0.0, 100.0) if figure is Figure.READINESS else (1.0, 5.0)
    if estimate.bound:
        return (lowest, estimate.mean) if estimate.bound == "<=" else (estimate.mean, highest)
    step = (1.0 if figure is Figure.READINESS else 0.1) / (10 if estimate.n >= 300 else 1)
    return estimate.mean - step / 2 - 1e-9, estimate.mean + step / 2 + 1e-9


def assert_nothing_is_known(knowledge: Knowledge, witness: Witness) -> None:
    """Everybody alone, and those who skipped what their atom answered, force by force."""
    for group in witness.targets():
        width = knowledge.width(group)
        assert width >= 1.0 - 1e-6, f"{group} is known to {width:.3f} of a scale point"


@pytest.mark.skipif(not SURVEY_FILE.exists(), reason="the real survey files are not here")
def test_the_one_adopter_is_never_told_apart(database: Database, organization: UUID) -> None:
    imported = import_survey(
        database, organization, "ChatGPT", SURVEY_FILE, read_mapping(MAPPING), rejects=None
    )
    rebuild(database, organization, imported.survey)
    victims = Organisation(database, organization, imported.survey)
    witness = Witness(victims)
    witness.look()
    attacker = Attacker(database, organization, ())
    sizes = set()
    for estimate, figure, inside in attacker.observe(witness):
        witness.check(estimate, figure, inside)
        sizes.add(estimate.n)
    assert sizes & {101, 63}
    assert not sizes & {1, 100}
    for figure, vectors in witness.vectors().items():
        assert isolated(vectors, witness.person_of) is None, figure
