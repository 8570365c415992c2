"""The demo's answers tell the planted story, are the same each time, and look like people's."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from data.analysis.forces import FORCES, Force
from data.demo.answers import Sessions, sessions
from data.demo.comments import comments
from data.demo.items import ITEMS, OPEN, PER_FORCE, SCALED
from data.demo.people import DEMO_PEOPLE
from data.demo.population import LANGUAGES, Population, population
from data.demo.quarters import DAYS_OPEN, waves
from data.demo.story import DEPARTMENTS, NOISE, ROLES, TINY, WAVES, headcounts
from data.demo.voices import voices

RESPONDENTS = 4000
NAMES = [department.name for department in DEPARTMENTS]


@pytest.fixture(scope="module")
def people() -> Population:
    return population(RESPONDENTS)


@pytest.fixture(scope="module")
def answered(people: Population) -> list[Sessions]:
    return [sessions(people, wave, 0, RESPONDENTS) for wave in range(WAVES)]


def force_scores(wave: Sessions) -> NDArray[np.float64]:
    """Session x force, 1-5, reversed items turned; only sessions that answered every force."""
    is_reversed = np.array([item.is_reversed for item in ITEMS])
    values = wave.values[:, : len(ITEMS)]
    turned = np.where(is_reversed, 6 - values, values)
    columns = [[i for i, item in enumerate(ITEMS) if item.force is force] for force in FORCES]
    full = wave.is_completed
    return np.column_stack([np.nanmean(turned[full][:, own], axis=1) for own in columns])


def readiness(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    drive = scores[:, [FORCES.index(Force.PAIN), FORCES.index(Force.PULL)]].mean(axis=1)
    resistance = scores[:, [FORCES.index(Force.ANCHORS), FORCES.index(Force.ANXIETY)]].mean(axis=1)
    result: NDArray[np.float64] = 50 + 12.5 * (drive - resistance)
    return result


def in_department(people: Population, wave: Sessions, name: str) -> NDArray[np.bool_]:
    own: NDArray[np.bool_] = people.department[wave.person] == NAMES.index(name)
    return own[wave.is_completed]


def effect(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    """How far a group is from the rest, in standard deviations."""
    return float((values[inside].mean() - values[~inside].mean()) / values.std())


def of_force(people: Population, wave: Sessions, name: str, force: Force) -> float:
    return effect(force_scores(wave)[:, FORCES.index(force)], in_department(people, wave, name))


def test_the_same_every_time(people: Population, answered: list[Sessions]) -> None:
    again = population(RESPONDENTS)
    assert np.array_equal(people.traits, again.traits)
    wave = sessions(again, 2, 0, RESPONDENTS)
    assert np.array_equal(wave.values, answered[2].values, equal_nan=True)
    assert comments(again, 2, wave) == comments(people, 2, answered[2])
    assert voices(again, 2, wave) == voices(people, 2, answered[2])


def test_shape(people: Population, answered: list[Sessions]) -> None:
    assert len(DEPARTMENTS) == 12
    assert len(ROLES) == 6
    assert len(ITEMS) == PER_FORCE * len(FORCES) == 24
    assert len({item.key for item in (*SCALED, *OPEN)}) == 28
    assert all(any(i.force is f and i.is_reversed for i in ITEMS) for f in FORCES)
    assert 10_000 < sum(map(len, answered)) < 12_000
    assert set(np.unique(people.language)) == set(range(len(LANGUAGES)))


@pytest.mark.parametrize("respondents", [60, 4000, 100_001])
def test_headcounts_add_up(respondents: int) -> None:
    counts = headcounts(respondents)
    assert counts.sum() == respondents
    assert counts[NAMES.index(TINY)] == 4
    assert (counts > 0).all()


def test_readiness_improves_clearly(answered: list[Sessions]) -> None:
    means = [readiness(force_scores(wave)).mean() for wave in answered]
    assert means == sorted(means)
    spread = readiness(force_scores(answered[-1])).std()
    assert (means[-1] - means[0]) / spread > 0.5
    assert (means[-1] - means[-2]) / spread > 0.2


def test_legal_is_anxious_and_stays_so(people: Population, answered: list[Sessions]) -> None:
    column = FORCES.index(Force.ANXIETY)
    levels = []
    for wave in answered:
        assert of_force(people, wave, "Legal", Force.ANXIETY) > 0.8
        levels.append(force_scores(wave)[in_department(people, wave, "Legal"), column].mean())
    assert max(levels) - min(levels) < 0.2


def test_engineering_pull_rises_wave_by_wave(people: Population, answered: list[Sessions]) -> None:
    effects = [of_force(people, wave, "Engineering", Force.PULL) for wave in answered]
    assert effects == sorted(effects)
    assert effects[-1] > 0.5


def test_finance_has_strong_anchors(people: Population, answered: list[Sessions]) -> None:
    for wave in answered:
        assert of_force(people, wave, "Finance", Force.ANCHORS) > 0.8


def test_sales_is_torn(people: Population, answered: list[Sessions]) -> None:
    for force in (Force.PULL, Force.ANXIETY):
        assert of_force(people, answered[-1], "Sales", force) > 0.5


def test_the_noise_department_is_nothing_of_its_own(
    people: Population, answered: list[Sessions]
) -> None:
    for force in FORCES:
        assert abs(of_force(people, answered[-1], NOISE, force)) < 0.2


def test_the_tiny_department_never_reaches_five(
    people: Population, answered: list[Sessions]
) -> None:
    everybody = np.concatenate([wave.person for wave in answered])
    assert len(np.unique(everybody[people.department[everybody] == NAMES.index(TINY)])) == 4


def test_people_stay_the_same_people(answered: list[Sessions]) -> None:
    earlier, later = (dict(zip(w.person[w.is_completed], readiness(force_scores(w)), strict=True))
                      for w in answered[-2:])  # fmt: skip
    both = sorted(earlier.keys() & later.keys())
    assert len(both) > 0.7 * len(later)
    pairs = np.array([(earlier[person], later[person]) for person in both])
    assert np.corrcoef(pairs.T)[0, 1] > 0.5


def test_there_is_something_to_clean_up(answered: list[Sessions]) -> None:
    for wave in answered:
        straight = np.ptp(wave.values[wave.is_completed][:, : len(ITEMS)], axis=1) == 0
        assert wave.is_repeat.sum() >= 5
        assert straight.sum() >= 10
        assert 0.02 < 1 - wave.is_completed.mean() < 0.1
        assert (wave.seconds < np.median(wave.seconds) / 3).sum() >= 20
        assert (wave.seconds > 4 * 3600).sum() >= 3
        assert np.isnan(wave.values).any()
        assert wave.unsure.any()
        assert np.isnan(wave.values[wave.unsure]).all()


def test_sessions_lie_in_three_weeks_of_working_days(answered: list[Sessions]) -> None:
    for wave in answered:
        days = wave.start[~wave.is_repeat] // 86_400
        assert days.min() >= 0
        assert days.max() < DAYS_OPEN
        assert (days % 7 >= 5).mean() < 0.05
        hours = wave.start // 3600 % 24
        assert ((hours >= 8) & (hours < 18)).mean() > 0.8


def test_waves_are_the_four_quarters_before_today() -> None:
    names = [wave.name for wave in waves(datetime(2026, 11, 22, tzinfo=UTC))]
    assert names == ["2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3"]
    for wave in waves(datetime(2026, 1, 1, tzinfo=UTC)):
        assert wave.opened_at.weekday() == 0
        assert wave.closed_at - wave.opened_at == timedelta(days=DAYS_OPEN)
        assert wave.opened_at.utcoffset() == wave.closed_at.utcoffset()


def test_comments_speak_three_languages_and_of_the_departments_worries(
    people: Population, answered: list[Sessions]
) -> None:
    written = comments(people, 3, answered[3])
    persons = answered[3].person
    languages = {int(people.language[persons[c.session]]) for c in written}
    assert languages == set(range(len(LANGUAGES)))
    worry = [c for c in written if c.question == 2]
    legal = [people.department[persons[c.session]] == NAMES.index("Legal") for c in worry]
    liable = [any(word in c.text for word in ("iable", "onfidential", "ertraulich", "hafte",
              "onfidentielle", "esponsable")) for c in worry]  # fmt: skip
    assert effect(np.array(liable, dtype=np.float64), np.array(legal)) > 0.5
    assert any("@" in c.text for c in written)
    assert any("+4" in c.text or "+33" in c.text for c in written)
    assert len({c.text for c in written}) > 600


def test_six_hundred_recordings(people: Population, answered: list[Sessions]) -> None:
    recorded = [v for wave in range(WAVES) for v in voices(people, wave, answered[wave])]
    assert len(recorded) == 600
    assert {v.language for v in recorded} == set(LANGUAGES)
    done = [v for v in recorded if v.status == "completed"]
    assert 0.85 < len(done) / len(recorded) < 1
    assert all(v.transcript and v.confidence and 0.5 <= v.confidence <= 1 for v in done)
    assert all(v.transcript is None for v in recorded if v.status != "completed")
    referenced = [v for v in done if v.reference]
    assert 50 < len(referenced) < 250
    assert sum(v.reference != v.transcript for v in referenced) > 0
    assert all(2 < v.seconds < 200 for v in recorded)


def test_one_demo_person_a_role() -> None:
    assert len({person.role for person in DEMO_PEOPLE}) == len(DEMO_PEOPLE) == 4
    assert {name for person in DEMO_PEOPLE for name in person.departments} <= set(NAMES)
