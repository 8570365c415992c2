"""Answers age: they are erased, and what was released of them stays as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from data import queries, stages
from data.access import Principal, Role
from data.audit import verify
from data.cache import Cache
from data.contracts import PipelineConfig
from data.db.engine import Database
from data.errors import IntakeError, SettingRefused, UnknownName
from data.pipeline import Rebuilt, rebuild, release_voices
from data.privacy.erase import erase_person
from data.privacy.retention import erase_outlived
from data.privacy.survey_settings import FOREVER, change_settings
from data.queries.desk import Desk
from data.queries.filters import Filters
from tests.support.erasable import NAME, SPOKEN, WORD, Erasable, respondent, search

LAST = datetime(2026, 3, 2, 10, 59, tzinfo=UTC)
BEFORE, AFTER = LAST + timedelta(days=29), LAST + timedelta(days=31)
SUMS = (
    "analytics_cells", "question_cells", "survey_terms", "survey_medians", "survey_voices",
    "survey_themes", "overlap_cells",
)  # fmt: skip


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Erasable:
    return Erasable(database, tmp_path).found()


def _run(people: Erasable, statement: str, **parameters: object) -> list[Any]:
    with people.database.owning(people.organization) as connection:
        result = connection.execute(text(statement), parameters)
        return list(result) if result.returns_rows else []


def _sums(people: Erasable, survey: UUID) -> dict[str, list[str]]:
    return {
        table: sorted(
            str(row)
            for row in _run(
                people, f"SELECT * FROM {table} WHERE survey_id = :survey", survey=survey
            )
        )
        for table in SUMS
    }


def _answer(people: Erasable, survey: UUID) -> Any:
    viewer = Principal(uuid4(), people.organization, Role.ANALYST)
    desk = Desk(people.database, Cache(0, 1))
    answer = desk.ask(queries.readiness, viewer, Filters(surveys=(survey,)))
    return answer.model_dump(exclude={"data_time"})


def _outlive(people: Erasable, now: datetime = AFTER) -> list[UUID]:
    change_settings(people.database, people.organization, "first", retention_days=30)
    return erase_outlived(people.database, people.folder, now)


def test_answers_go_and_sums_stay(people: Erasable) -> None:
    first = people.wave("first", range(60))
    second = people.wave("second", range(40))
    before, shown = _sums(people, first), _answer(people, first)
    assert shown["state"] == "ready"
    assert _run(people, "SELECT FROM released_sessions WHERE ledger = 'flows'")
    other = _sums(people, second)
    assert all(before[table] for table in SUMS if table != "overlap_cells")
    assert _outlive(people, BEFORE) == []
    assert _outlive(people) == [first]
    assert _sums(people, first) == before
    assert _answer(people, first) == shown
    for table in ("survey_sessions", "responses", "voice_recordings", "session_scores",
                  "released_sessions", "changed_sessions", "theme_comments",
                  "response_analysis_jtbd"):  # fmt: skip
        left = _run(people, f"SELECT count(*) FROM {table} WHERE survey_id = :s", s=first)
        assert left[0][0] == 0, table
    assert _sums(people, second) == other
    assert _run(people, "SELECT count(*) FROM survey_flows")[0][0] == 0
    assert _run(people, "SELECT FROM released_sessions WHERE ledger = 'flows'") == []
    # people who answered this wave only are nowhere any more
    with people.database.owning(people.organization) as connection:
        assert search(connection, [respondent(50), str(people.user(50))]) == {}
    assert verify(people.database, people.organization).broken == ()
    assert erase_outlived(people.database, people.folder, AFTER) == []


def test_nothing_of_it_changes_any_more(people: Erasable) -> None:
    first = people.wave("first", range(60))
    people.wave("second", range(40))
    _outlive(people)
    before, shown = _sums(people, first), _answer(people, first)
    atoms = "SELECT * FROM atom_leaves WHERE survey_id = :survey ORDER BY atom, role"
    leaves = _run(people, atoms, survey=first)
    # Even where the rules changed since, so that everything would be compared anew.
    _run(people, "UPDATE survey_states SET ledger = '', scoring = ''")
    assert rebuild(people.database, people.organization, first) == Rebuilt()
    assert _run(people, atoms, survey=first) == leaves
    assert not release_voices(people.database, people.organization, first)
    with pytest.raises(IntakeError, match="were erased on 2026-04-02"):
        people.wave("first", range(80))
    with pytest.raises(SettingRefused, match="nothing of it changes"):
        change_settings(people.database, people.organization, "first", retention_days=90)
    erase_person(people.database, people.organization, respondent(0), people.folder)
    config = PipelineConfig(organization_id=people.organization, aggregation_level="weekly")
    stages.run(people.database, config)
    third = people.wave("third", range(70))
    summed = "SELECT FROM pooled_blocks WHERE survey_id = :survey AND later_survey_id = :third"
    assert not _run(people, summed, survey=first, third=third)  # who was absent nobody knows
    second = _run(people, "SELECT id FROM surveys WHERE name = 'second'")[0][0]
    assert _run(people, summed, survey=second, third=third)
    assert {**_sums(people, first), "overlap_cells": []} == {**before, "overlap_cells": []}
    assert _answer(people, first) == shown
    with people.database.owning(people.organization) as connection:
        words = (NAME, WORD, SPOKEN)
        assert not any("first" in where for where in search(connection, words))


def test_without_a_term_answers_stay(people: Erasable) -> None:
    people.wave("first", range(20))
    assert erase_outlived(people.database, people.folder, AFTER + timedelta(days=9999)) == []
    change_settings(people.database, people.organization, "first", retention_days=30)
    change_settings(people.database, people.organization, "first", retention_days=FOREVER)
    assert erase_outlived(people.database, people.folder, AFTER) == []


def test_a_survey_of_nobody_or_few_is_no_trouble(people: Erasable) -> None:
    survey = people.wave("first", range(3))
    assert _outlive(people) == [survey]
    assert _run(people, "SELECT count(*) FROM survey_sessions")[0][0] == 0


def test_thresholds_rise_and_never_fall_after_an_answer(people: Erasable) -> None:
    survey = people.wave("first", range(60))
    version = "SELECT version FROM data_versions WHERE survey_id = :survey"
    before = _run(people, version, survey=survey)[0][0]
    raised = change_settings(people.database, people.organization, "first", smallest_group=25)
    assert raised.smallest_group == 25
    assert _run(people, version, survey=survey)[0][0] > before
    # twenty a department are too few now: none is shown alone
    alone = "SELECT count(*) FROM analytics_atoms WHERE state = 'released' AND respondents < 25"
    assert _run(people, alone)[0][0] == 0
    with pytest.raises(SettingRefused, match="25 people"):
        change_settings(people.database, people.organization, "first", smallest_group=24)
    with pytest.raises(SettingRefused, match="10 people at least"):
        change_settings(people.database, people.organization, "first", smallest_detail=9)
    _run(people, "DELETE FROM survey_sessions")
    lowered = change_settings(people.database, people.organization, "first", smallest_group=5)
    assert lowered.smallest_group == 5


def test_changes_are_written_down_and_only_changes(people: Erasable) -> None:
    people.wave("first", range(20))
    told = "SELECT details FROM audit_log WHERE action = 'change_survey_settings'"
    change_settings(people.database, people.organization, "first", smallest_group=5)
    assert _run(people, told) == []
    change_settings(
        people.database, people.organization, " first ", retention_days=30, consent="Told so."
    )
    assert [row[0] for row in _run(people, told)] == [
        {
            "retention_days": {"before": None, "after": 30},
            "consent": {"before": "", "after": "Told so."},
        }
    ]
    survey = _run(people, "SELECT id FROM surveys")[0][0]
    assert _answer(people, survey)["consent"] == "Told so."
    with pytest.raises(UnknownName, match="There are: first"):
        change_settings(people.database, people.organization, "frist")
