"""Importing survey files into a real database: what is stored, and what a second file changes."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from data.db.engine import Database
from data.db.tables import (
    departments,
    questions,
    responses,
    survey_sessions,
    surveys,
    voice_recordings,
)
from data.intake import importing
from data.intake.organizations import ensure_organization
from tests.support.intake import ANNA, BERT, CLEO, MAP, Importer, counts, mapping


@pytest.fixture
def take(database: Database, organization: UUID, tmp_path: Path) -> Importer:
    return Importer(database, organization, tmp_path)


def test_what_is_stored(take: Importer) -> None:
    done = take([ANNA, BERT, CLEO])
    assert counts(done) == (3, 0, 0, 0) and done.answers == 8 and done.rejects_path is None
    (survey,) = take.all(surveys, "id", "name", "series", "invited", "has_respondent_ids", "forces")
    assert survey == (
        done.survey, "Wave 1", "Pulse", 40, True, ["pull_of_new", "anxiety_of_new"],
    )  # fmt: skip
    assert take.all(surveys, "opened_at", "closed_at") == [
        (datetime(2024, 5, 1, 9, tzinfo=UTC), datetime(2024, 5, 3, 9, 1, tzinfo=UTC))
    ]
    assert take.all(questions, "position", "key", "kind", "force", "is_reversed", "scale_high") == [
        (0, "pull", "scale", "pull_of_new", False, 5.0),
        (1, "fear", "scale", "anxiety_of_new", True, 5.0),
        (2, "why", "comment", None, False, None),
        (3, "tools", "multiple", None, False, None),
    ]
    # " sales " is Sales: a spelling is no department of its own.
    assert take.all(departments, "name") == [("Legal",), ("Sales",)]
    sessions = take.all(survey_sessions, "source_key", "user_id", "is_completed", "seconds")
    assert sessions == [
        ("anna", uuid5(take.organization, "anna"), True, 600.0),
        ("bert", uuid5(take.organization, "bert"), False, None),
        ("cleo", uuid5(take.organization, "cleo"), True, 60.0),
    ]
    assert take.all(responses, "value", "text", "is_unsure") == [
        (1.0, None, False), (2.0, None, False), (4.0, None, False), (5.0, None, False),
        (None, "A\nreason", False), (None, '["code", "chat, or voice"]', False),
        (None, '["code"]', False), (None, None, True),
    ]  # fmt: skip


def test_ids_of_answers_are_the_md5_of_session_and_question(take: Importer) -> None:
    take([ANNA])
    with take.database.owning() as connection:
        wrong = connection.scalar(
            text(
                "SELECT count(*) FROM responses "
                "WHERE id <> md5(session_id::text || question_id::text)::uuid"
            )
        )
    assert wrong == 0


@pytest.mark.parametrize("ids", [True, False])
def test_the_same_file_twice_changes_nothing(take: Importer, ids: bool) -> None:
    rows = [ANNA, BERT, CLEO, CLEO]
    take(rows, mapping(ids=ids))
    before = take.state()
    again = take(rows, mapping(ids=ids))
    assert counts(again) == (0, 0, 4, 0)
    assert take.state() == before


def test_a_corrected_file_replaces_its_sessions(take: Importer) -> None:
    take([ANNA, BERT, CLEO])
    dora = ["dora", *CLEO[1:]]
    done = take([BERT, [*ANNA[:4], "1", *ANNA[5:]], dora])
    assert counts(done) == (1, 1, 1, 1)
    assert [row[0] for row in take.all(survey_sessions, "source_key")] == ["anna", "bert", "dora"]
    assert sorted(map(str, take.all(responses, "value"))) == sorted(
        map(str, [(1.0,), (2.0,), (None,), (5.0,), (None,), (None,), (None,), (1.0,)])
    )


def test_without_ids_a_corrected_row_is_another_session(take: Importer) -> None:
    plain = mapping(ids=False)
    take([ANNA, BERT, BERT], plain)
    assert take.all(survey_sessions, "user_id") == [(None,)] * 3
    done = take([ANNA, [*BERT[:4], "1", *BERT[5:]], BERT], plain)
    assert counts(done) == (1, 0, 2, 1)
    assert take.all(surveys, "has_respondent_ids") == [(False,)]


def test_a_respondent_may_have_several_sessions(take: Importer) -> None:
    done = take([ANNA, ["anna", *CLEO[1:]], BERT])
    assert counts(done) == (3, 0, 0, 0)
    users = [row[0] for row in take.all(survey_sessions, "user_id")]
    assert users.count(uuid5(take.organization, "anna")) == 2


def test_respondents_are_the_same_person_in_every_wave(take: Importer) -> None:
    one, two = take([ANNA]), take([[*ANNA[:4], "2", *ANNA[5:]]], name="Wave 2")
    assert one.survey != two.survey
    assert len(set(take.all(survey_sessions, "user_id"))) == 1
    assert len(take.all(survey_sessions)) == 2


def test_a_corrected_session_keeps_its_recordings(take: Importer) -> None:
    done = take([ANNA, BERT])
    (session,) = [
        row[0] for row in take.all(survey_sessions, "id", "source_key") if row[1] == "anna"
    ]
    with take.database.owning() as connection:
        connection.execute(
            insert(voice_recordings).values(
                organization_id=take.organization, survey_id=done.survey, session_id=session
            )
        )
    take([[*ANNA[:4], "1", *ANNA[5:]], BERT])
    assert take.all(voice_recordings, "session_id") == [(session,)]


def test_another_mapping_of_the_same_file_rewrites_the_answers(take: Importer) -> None:
    take([ANNA, CLEO])
    wider = MAP.replace("high = 5", "high = 7").replace('[[comments]]\ncolumn = "why"', "")
    done = take([ANNA, CLEO], mapping(wider + '[[numbers]]\ncolumn = "batch"'))
    assert counts(done) == (0, 2, 0, 0)
    assert [row[0] for row in take.all(questions, "key")] == ["batch", "fear", "pull", "tools"]
    assert take.all(questions, "scale_high")[:2] == [(7.0,), (7.0,)]
    assert len(take.all(responses)) == 6


def test_what_only_the_survey_part_says_does_not_touch_sessions(take: Importer) -> None:
    take([ANNA])
    done = take([ANNA], mapping(MAP.replace("invited = 40", "invited = 50")))
    assert counts(done) == (0, 0, 1, 0)
    assert take.all(surveys, "invited") == [(50,)]


def test_organizations_do_not_see_each_others_rows(take: Importer, tmp_path: Path) -> None:
    other = Importer(take.database, ensure_organization(take.database, "Other"), tmp_path)
    take([ANNA, BERT])
    other([ANNA])
    assert len(take.all(survey_sessions)) == 2 and len(other.all(survey_sessions)) == 1
    assert set(take.all(survey_sessions, "user_id")).isdisjoint(
        other.all(survey_sessions, "user_id")
    )
    other([CLEO])
    assert len(take.all(survey_sessions)) == 2


@pytest.mark.parametrize("size", [1, 7, 50_000])
def test_blocks_make_no_difference(
    take: Importer, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(importing, "_BLOCK", size)
    rows = [[f"{person}{i}", *person_row[1:]] for i in range(6)
            for person, person_row in (("a", ANNA), ("b", BERT), ("c", CLEO))]  # fmt: skip
    assert counts(take([*rows, *rows])) == (36, 0, 0, 0)
    assert counts(take([*rows, *rows])) == (0, 0, 36, 0)
    assert counts(take(rows)) == (0, 0, 18, 18)
    assert len(take.all(responses)) == 6 * 8


ROW = st.tuples(
    st.sampled_from(["anna", "bert", "cleo"]), st.sampled_from(["1", "5", "9"]),
    st.sampled_from(["", "why?"]),
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=4))
def test_after_any_files_only_the_last_is_there(
    take: Importer, files: list[list[tuple[str, str, str]]]
) -> None:
    for rows in files:
        read = [row for row in rows if row[1] != "9"]
        done = take([[who, *ANNA[1:4], pull, "2", why, "", ""] for who, pull, why in rows])
        assert done.accepted == len(read)
        if not read:
            continue  # nothing was changed then
        assert done.sessions_new + done.sessions_changed + done.sessions_unchanged == len(read)
        stored = Counter(row[0] for row in take.all(responses, "value") if row[0] is not None)
        assert stored == Counter([*(float(row[1]) for row in read), *([2.0] * len(read))])
        assert len(take.all(survey_sessions)) == len(read)
