"""Drivers as questions: against least squares on raw rows, over filters, and why there are none."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import statsmodels.api as sm
from sqlalchemy import insert, text

from data import queries
from data.access import Principal, Role
from data.analysis.cells import ITEM_DRIVERS, LISTWISE, Floats, pack
from data.analysis.drivers import DRAWS, relative_weights
from data.analysis.forces import FORCES
from data.cache import Cache
from data.db import tables
from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import read_mapping
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.drivers import IRREGULAR, NO_ITEMS, NO_OUTCOME, TOO_MANY
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.results import DriversAnswer, State
from tests.support.atoms import Atom, Survey, department, person, write

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "data" / "llm_research" / "SurveyResults.csv"
MAPPING = ROOT / "tests" / "mappings" / "llm_research.toml"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(0, 1))


@pytest.fixture
def viewer(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.ANALYST)


def products(rows: Floats) -> list[float]:
    return pack(rows.sum(axis=0), rows.T @ rows)


class Made:
    """A survey written as cells: forces, some items and an outcome, in two departments."""

    def __init__(self, database: Database, organization: UUID, items: int = 3) -> None:
        self.database, self.organization, self.items = database, organization, items
        random = np.random.default_rng(3)
        with database.owning(organization) as connection:
            self.homes = [department(connection, organization, name) for name in ("A", "B")]
            atoms = [Atom([person()] * 200, departments=(home,)) for home in self.homes]
            self.survey = write(connection, organization, Survey(atoms))
        forces = random.normal(3, 0.6, (400, 4))
        asked = random.normal(3, 0.6, (400, items))
        outcome = forces @ [0.5, 0.0, -0.3, 0.1] + random.normal(size=400) * 0.5
        if items:
            outcome += 0.7 * asked[:, -1]
        self.forces = np.column_stack([forces, outcome])
        self.asked = np.column_stack([asked, outcome])

    def ask_items(self, outcome: bool = True) -> None:
        key = {"organization_id": self.organization, "survey_id": self.survey, "kind": "scale"}
        scale = {"scale_low": 1.0, "scale_high": 5.0}
        rows: list[dict[str, Any]] = [
            {**key, **scale, "key": f"q{i:03}", "position": i, "text": f"Question {i}"}
            for i in range(self.items)
        ]
        last = {"key": "use", "position": self.items, "text": "I use it", "is_outcome": True}
        given = [{"is_outcome": False, **row} for row in (*rows, {**key, **scale, **last})]
        with self.database.owning(self.organization) as connection:
            connection.execute(insert(tables.questions), given if outcome else given[:-1])

    def fill(self, figure: str, rows: Floats) -> None:
        """Cells of this block, one half of the rows an atom; of the outcome too."""
        with self.database.owning(self.organization) as connection:
            c = tables.analytics_cells
            connection.execute(c.delete().where(c.c.figure == figure))
            for atom, part in enumerate(np.split(rows, 2)):
                empty = {"n": len(part), "total": 0.0, "squares": 0.0, "above": 0}
                key = {"organization_id": self.organization, "survey_id": self.survey}
                found = {"figure": figure, "products": products(part), **empty}
                connection.execute(insert(c).values(**key, atom=atom, **found))


def test_forces_equal_least_squares_over_everybody_and_over_one_department(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    made = Made(database, organization)
    made.ask_items()
    made.fill(LISTWISE, made.forces)
    for filters, rows, step in (
        (Filters(), made.forces, 0.001),
        (Filters(departments=(made.homes[0],)), made.forces[:200], 0.01),
    ):
        answer = desk.ask(queries.drivers, viewer, filters)
        assert (answer.state, answer.of, answer.outcomes) == (State.READY, "forces", ("I use it",))
        assert answer.respondents == len(rows)
        fitted = sm.OLS(rows[:, -1], sm.add_constant(rows[:, :-1])).fit()
        assert answer.r_squared == pytest.approx(fitted.rsquared, abs=step / 2 + 1e-9)
        raw = dict(zip(FORCES, relative_weights(_correlation(rows)), strict=True))
        for row in answer.rows:
            assert row.force is not None
            assert row.weight == pytest.approx(raw[row.force], abs=step / 2 + 1e-9)
            assert row.share == pytest.approx(100 * raw[row.force] / fitted.rsquared, abs=0.51)
            assert row.low <= row.weight <= row.high
            assert row.weight == round(row.weight, 3 if step == 0.001 else 2), "too precise"
        weights = [row.weight for row in answer.rows]
        assert weights == sorted(weights, reverse=True)
        assert {row.force: row.sign for row in answer.rows}[FORCES[2]] == -1
        assert any("Associated" in note for note in answer.notes)


def _correlation(rows: Floats) -> Floats:
    return np.asarray(np.corrcoef(rows.T), dtype=np.float64)


def test_single_questions_are_named(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    made = Made(database, organization)
    made.ask_items()
    made.fill(ITEM_DRIVERS, made.asked)
    answer = desk.ask(queries.item_drivers, viewer, Filters())
    assert answer.of == "questions"
    assert (answer.rows[0].id, answer.rows[0].name) == ("q002", "Question 2")
    assert len(answer.table().rows) == 3


def test_why_there_are_none(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    made = Made(database, organization)

    def said(question: Any = queries.drivers, filters: Filters | None = None) -> tuple[State, str]:
        answer: DriversAnswer = desk.ask(question, viewer, filters or Filters())
        assert answer.rows == () and answer.r_squared is None and answer.respondents is None
        return answer.state, answer.reason

    assert said() == (State.EMPTY, NO_OUTCOME)
    assert said(queries.item_drivers) == (State.EMPTY, NO_ITEMS)
    made.ask_items()
    state, reason = said()
    assert state is State.SUPPRESSED and "40 people" in reason and "the forces" in reason
    assert "30 people" in said(queries.item_drivers)[1]
    made.fill(LISTWISE, made.forces[:38])
    assert "40 people" in said()[1]
    constant = made.forces.copy()
    constant[:, 1] = 4.0
    made.fill(LISTWISE, constant)
    assert said()[1] == IRREGULAR.format(of="the forces")
    shuffled = made.forces.copy()
    shuffled[:, -1] = np.random.default_rng(5).normal(size=400)
    made.fill(LISTWISE, shuffled)
    assert "F test" in said()[1]
    nowhere = Filters(departments=(uuid4(),))
    assert said(filters=nowhere)[0] is State.SUPPRESSED


def test_more_than_sixty_questions_are_not_weighed(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    Made(database, organization, items=61).ask_items()
    answer = desk.ask(queries.item_drivers, viewer, Filters())
    assert (answer.state, answer.reason) == (State.EMPTY, TOO_MANY.format(most=60))


@pytest.mark.skipif(not FILE.exists(), reason="the shared survey is not here")
def test_a_real_survey_against_its_own_rows(
    database: Database, organization: UUID, desk: Desk, viewer: Principal, tmp_path: Path
) -> None:
    """Weights and intervals of everybody in whole atoms, against drawing these people again."""
    done = import_survey(
        database, organization, "LLM", FILE, read_mapping(MAPPING), rejects=tmp_path / "rejects"
    )
    rebuild(database, organization, done.survey)
    answer = desk.ask(queries.drivers, viewer, Filters())
    rows = _whole_atoms(database, answer)
    assert answer.respondents == len(rows)
    random = np.random.default_rng(8)
    drawn = random.integers(0, len(rows), (DRAWS, len(rows)))
    weights = [relative_weights(_correlation(rows[places])) for places in drawn]
    low, high = np.percentile(weights, [2.5, 97.5], axis=0)
    raw = relative_weights(_correlation(rows))
    found = {row.force: row for row in answer.rows}
    for place, force in enumerate(FORCES[1:]):
        row = found[force]
        assert row.weight == pytest.approx(raw[place], abs=6e-4)
        assert row.low == pytest.approx(low[place], abs=0.02)
        assert row.high == pytest.approx(high[place], abs=0.02)


def _whole_atoms(database: Database, answer: DriversAnswer) -> Floats:
    """Complete people (the survey asked no pain) of atoms with at least five of them."""
    with database.owning() as owner:
        found = owner.execute(
            text("""
                WITH people AS (
                    SELECT s.*, l.atom FROM session_scores s
                    JOIN atom_leaves l USING (organization_id, survey_id, department_id, role)
                    WHERE is_counted AND pull_of_new + anchors_to_old + anxiety_of_new + outcome
                          IS NOT NULL)
                SELECT pull_of_new, anchors_to_old, anxiety_of_new, outcome FROM people
                WHERE atom IN (SELECT atom FROM people GROUP BY atom HAVING count(*) >= 5)
            """)
        ).all()
    return np.array([tuple(row) for row in found])


def test_the_business_impact_of_a_force_is_its_weight_in_words(
    database: Database, organization: UUID, desk: Desk, viewer: Principal
) -> None:
    made = Made(database, organization)
    before = enhanced_analytics(desk, viewer, Filters()).jtbd_analysis
    assert before.pull_of_new.business_impact is None
    made.ask_items()
    made.fill(LISTWISE, made.forces)
    levels = (("low", 0.0), ("medium", 0.02), ("high", 0.13), ("critical", 0.26))
    rows = {row.force: row.weight for row in desk.ask(queries.drivers, viewer, Filters()).rows}
    found = enhanced_analytics(desk, viewer, Filters()).jtbd_analysis
    for force in FORCES:
        expected = [name for name, least in levels if rows[force] >= least][-1]
        assert getattr(found, force.value).business_impact == expected
    assert len({getattr(found, force.value).business_impact for force in FORCES}) > 1
    assert found.demographic.business_impact is None
