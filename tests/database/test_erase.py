"""Erasing a person leaves no trace, and the figures of a database that never had them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Uuid, insert, select, text

from data import stages
from data.audit import audit_row, verify
from data.contracts import PipelineConfig
from data.db import tables
from data.db.engine import Database, connect
from data.db.tables import metadata
from data.errors import ErasureFailed
from data.privacy import erase
from data.privacy.accounts import NOBODY
from data.privacy.erase import erase_person
from data.privacy.export import export_person, is_told
from data.privacy.holdings import is_person, is_session
from data.privacy.holdings import tables as held_tables
from data.privacy.meanings import meaning
from data.settings import load_settings
from tests.support.erasable import (
    NAME,
    SPOKEN,
    TITLE,
    WORD,
    Erasable,
    columns,
    member,
    respondent,
    search,
)
from tests.support.postgres import Postgres

EVERYBODY = range(90)
VICTIM = respondent(0)
MAIL = "zebulon@example.org"


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Erasable:
    return Erasable(database, tmp_path).found()


@pytest.fixture
def never(server: Postgres, tmp_path: Path) -> Iterator[Erasable]:
    """The same organisation in another database."""
    with server.database() as url:
        database = connect(load_settings(database_url=url, home=tmp_path))
        yield Erasable(database, tmp_path).found()
        database.close()


def _run(people: Erasable, statement: str, **parameters: object) -> list[Any]:
    with people.database.owning(people.organization) as connection:
        result = connection.execute(text(statement), parameters)
        return list(result) if result.returns_rows else []


def _needles(people: Erasable) -> set[str]:
    """All that could tell of the victim: ids, words, title, and digests of what was said."""
    sessions = _run(
        people, "SELECT id::text FROM survey_sessions WHERE user_id = :user", user=people.user(0)
    )
    digests = _run(
        people,
        "SELECT figures[1]::text FROM released_sessions WHERE respondent = :user "
        "AND ledger IN ('texts', 'voices')",
        user=people.user(0),
    )
    told = {VICTIM, str(people.user(0)), NAME, WORD, SPOKEN, TITLE}
    return told | {row[0] for row in (*sessions, *digests)}


def _fill(people: Erasable) -> None:
    """Two waves, everything written ahead, an event, a cached answer and a made file."""
    people.wave("first", EVERYBODY, title=TITLE)
    people.wave("second", range(80), title=TITLE)
    config = PipelineConfig(organization_id=people.organization, aggregation_level="weekly")
    stages.run(people.database, config)
    with people.database.owning(people.organization) as connection:
        session = connection.scalar(select(tables.survey_sessions.c.id).limit(1))
        mine = {"organization_id": people.organization}
        asked = member(connection, people.organization, "asked@example.org", "Asker")
        connection.execute(
            insert(tables.analytics_events).values(
                **mine, event_type="survey_completed", entity_type="session", entity_id=uuid4(),
                user_id=people.user(0), session_id=session, event_data={"said": WORD},
            )
        )  # fmt: skip
        connection.execute(
            insert(tables.analytics_cache).values(
                **mine, cache_key="k", cached_data={"said": WORD}, expires_at=text("now()")
            )
        )
        connection.execute(
            insert(tables.export_jobs_enhanced).values(
                **mine, requested_by=asked, export_type="survey_responses", export_format="csv",
                file_path="exports/a.csv", status="completed",
            )
        )  # fmt: skip
        connection.execute(
            audit_row(people.organization, asked, "read_rows", "done", None, "10.0.0.1",
                      {"respondent": str(people.user(0))})
        )  # fmt: skip
    (people.folder / "exports").mkdir()
    (people.folder / "exports" / "a.csv").write_text(WORD)


def test_no_trace_of_an_erased_respondent_anywhere(people: Erasable) -> None:
    _fill(people)
    needles = _needles(people)
    with people.database.owning(people.organization) as connection:
        before = search(connection, needles)
        walked = set(columns(connection))
    assert {
        (f"{table.schema or 'public'}.{table.name}", column.name)
        for table in metadata.tables.values()
        for column in table.columns
    } <= {(table, column.strip('"')) for table, column in walked}
    # The search can fail: each of them is found, and where one would look for it.
    assert set().union(*before.values()) == needles
    assert {
        "public.theme_comments.text", "public.responses.text", "public.survey_sessions.source_key",
        "public.voice_recordings.transcript", "public.released_sessions.figures",
        "public.atom_leaves.role", "public.analytics_atoms.roles", "public.audit_log.details",
        "public.analytics_cache.cached_data", "public.response_analysis_jtbd.session_id",
    } <= set(before)  # fmt: skip
    done = erase_person(people.database, people.organization, VICTIM, people.folder)
    assert len(done.surveys) == 2
    assert done.files == 1
    assert done.rows["survey_sessions"] == 2
    assert done.rows["voice_recordings"] == 2
    assert done.rows["responses"] == 18
    with people.database.owning(people.organization) as connection:
        assert search(connection, needles) == {}
    assert not (people.folder / "exports" / "a.csv").exists()
    assert verify(people.database, people.organization).broken == ()
    # and once everything is written ahead again
    config = PipelineConfig(organization_id=people.organization, aggregation_level="weekly")
    stages.run(people.database, config)
    with people.database.owning(people.organization) as connection:
        assert search(connection, needles) == {}


def test_erasing_again_finds_nothing(people: Erasable) -> None:
    people.wave("first", EVERYBODY)
    assert erase_person(people.database, people.organization, VICTIM, people.folder).rows
    rows = _run(people, "SELECT count(*) FROM audit_log")[0][0]
    again = erase_person(people.database, people.organization, VICTIM, people.folder)
    assert (again.rows, again.surveys, again.files) == ({}, (), 0)
    assert _run(people, "SELECT count(*) FROM audit_log")[0][0] == rows
    assert erase_person(people.database, people.organization, "nobody", people.folder).rows == {}


_SHOWN = {
    "analytics_cells": "SELECT a.departments, c.figure, c.n, c.total, c.squares, c.above "
    "FROM analytics_cells c JOIN analytics_atoms a USING (organization_id, survey_id, atom)",
    "question_cells": "SELECT a.departments, c.question_id, c.n, c.total, c.squares, c.histogram "
    "FROM question_cells c JOIN analytics_atoms a USING (organization_id, survey_id, atom)",
    "survey_terms": "SELECT language, term, authors, base FROM survey_terms",
    "survey_themes": "SELECT language, force, terms, authors, base, sentiment FROM survey_themes",
    "theme_comments": "SELECT text FROM theme_comments",
    "survey_medians": "SELECT n, median_seconds, duplicates FROM survey_medians",
    "survey_voices": "SELECT figure, category, recordings, respondents, value FROM survey_voices",
}


def _shown(people: Erasable) -> dict[str, set[str]]:
    return {name: {_rounded(row) for row in _run(people, query)} for name, query in _SHOWN.items()}


def _rounded(row: Any) -> str:
    return str([round(v, 6) if isinstance(v, float) else v for v in row])


def test_figures_are_those_of_a_database_that_never_had_them(
    people: Erasable, never: Erasable
) -> None:
    """Ten people of one department go one by one: their group is hidden until five have left.

    Words and voices are hidden until ten have.
    """
    gone = [who for who in EVERYBODY if who % 3 == 0][:10]
    people.wave("first", EVERYBODY)
    never.wave("first", [who for who in EVERYBODY if who not in gone])
    whole = _shown(people)
    expected = _shown(never)
    erase_person(people.database, people.organization, respondent(gone[0]), people.folder)
    one_less = _shown(people)
    assert one_less["analytics_cells"] < whole["analytics_cells"]
    assert one_less["analytics_cells"] < expected["analytics_cells"]
    hidden = ("survey_terms", "survey_themes", "theme_comments", "survey_voices")
    assert all(whole[name] and not one_less[name] for name in hidden)
    for who in gone[1:]:
        erase_person(people.database, people.organization, respondent(who), people.folder)
    assert all(expected.values())
    assert _shown(people) == expected
    assert expected != whole


def test_somebody_who_only_spoke_is_found(people: Erasable) -> None:
    """A recording without a session belongs to its respondent all the same."""
    survey = people.wave("first", EVERYBODY)
    with people.database.owning(people.organization) as connection:
        connection.execute(
            insert(tables.voice_recordings).values(
                organization_id=people.organization, survey_id=survey, user_id=people.user(999),
                transcript=WORD,
            )
        )  # fmt: skip
    done = erase_person(people.database, people.organization, respondent(999), people.folder)
    assert (done.rows, done.surveys) == ({"voice_recordings": 1}, (survey,))


def test_a_failure_changes_nothing(people: Erasable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rebuild did not take somebody out of the ledger, nothing is erased."""
    people.wave("first", EVERYBODY)
    monkeypatch.setattr(erase, "rebuild_within", lambda *_: None)
    with pytest.raises(ErasureFailed, match="released_sessions"):
        erase_person(people.database, people.organization, VICTIM, people.folder)
    kept = "SELECT count(*) FROM survey_sessions WHERE user_id = :user"
    assert _run(people, kept, user=people.user(0))[0][0] == 1
    assert _run(people, "SELECT count(*) FROM theme_comments")[0][0] > 0


def _account(people: Erasable, organization: UUID) -> UUID:
    """A member who did everything an account can do."""
    survey = people.wave("first", EVERYBODY)
    mine = {"organization_id": organization}
    with people.database.owning(organization) as connection:
        user = member(connection, organization, MAIL, f"{NAME} Member")
        plan = connection.scalar(
            insert(tables.action_plans)
            .values(**mine, rule="r", title="t", survey_id=survey, owner_id=user, created_by=user)
            .returning(tables.action_plans.c.id)
        )
        rows: list[tuple[Any, dict[str, object]]] = [
            (tables.action_plan_changes, {"plan_id": plan, "changed_by": user}),
            (tables.dashboard_configs, {"user_id": user, "dashboard_type": "custom",
                                        "config_name": f"{NAME}'s own"}),
            (tables.report_schedules, {"name": "weekly", "cron": "0 0 * * 1", "report": "r",
                                       "export_format": "pdf", "created_by": NOBODY,
                                       "recipients": ["x@example.org", MAIL.upper()]}),
            (tables.export_jobs_enhanced, {"requested_by": user, "export_type": "full_backup",
                                           "export_format": "csv", "file_path": "mine.csv"}),
            (tables.api_tokens, {"user_id": user, "token_hash": "h"}),
            (tables.web_sessions, {"user_id": user}),
            (tables.analytics_events, {"user_id": user, "event_type": "user_login",
                                       "entity_type": "user", "entity_id": user}),
        ]  # fmt: skip
        connection.execute(insert(tables.users).values(id=NOBODY))
        for table, values in rows:
            connection.execute(insert(table).values(**mine, **values))
        connection.execute(audit_row(organization, user, "sign_in", "done", None, "10.1.1.1"))
        connection.execute(
            audit_row(organization, None, "invite", "done", None, None, {"to": MAIL})
        )
    return user


def test_no_trace_of_an_erased_member(people: Erasable) -> None:
    user = _account(people, people.organization)
    (people.folder / "mine.csv").write_text("x")
    needles = {MAIL, str(user), f"{NAME} Member", f"{NAME}'s own", "10.1.1.1"}
    with people.database.owning(people.organization) as connection:
        assert set().union(*search(connection, needles).values()) == needles
    done = erase_person(people.database, people.organization, MAIL.upper(), people.folder)
    assert done.files == 1
    assert done.rows["auth.users"] == done.rows["members"] == done.rows["action_plans"] == 1
    with people.database.owning(people.organization) as connection:
        assert search(connection, needles) == {}
    jobs = _run(people, "SELECT requested_by FROM export_jobs_enhanced")
    assert [row[0] for row in jobs] == [NOBODY]
    assert [row[0] for row in _run(people, "SELECT recipients FROM report_schedules")] == [
        ["x@example.org"]
    ]
    assert not (people.folder / "mine.csv").exists()
    assert verify(people.database, people.organization).broken == ()
    actions = _run(people, "SELECT action FROM audit_log ORDER BY number")
    assert [row[0] for row in actions] == ["sign_in", "invite", "erase_person"]


def test_an_account_of_two_organisations_keeps_the_other(people: Erasable) -> None:
    user = _account(people, people.organization)
    with people.database.owning() as connection:
        other = connection.scalar(
            insert(tables.organizations).values(name="Other").returning(tables.organizations.c.id)
        )
        connection.execute(
            insert(tables.members).values(organization_id=other, user_id=user, role="admin")
        )
    erase_person(people.database, people.organization, MAIL, people.folder)
    left = _run(people, "SELECT organization_id FROM members WHERE user_id = :user", user=user)
    assert [row[0] for row in left] == [other]
    assert _run(people, "SELECT email FROM auth.users WHERE id = :user", user=user)[0][0] == MAIL


def test_files_outside_the_folder_are_never_touched(people: Erasable, tmp_path: Path) -> None:
    people.wave("first", EVERYBODY)
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    home = tmp_path / "home"
    home.mkdir()
    with people.database.owning(people.organization) as connection:
        asked = member(connection, people.organization, "asked@example.org", "Asker")
        for path in ("../outside.txt", str(outside)):
            connection.execute(
                insert(tables.export_jobs_enhanced).values(
                    organization_id=people.organization, requested_by=asked, file_path=path,
                    export_type="full_backup", export_format="csv",
                )
            )  # fmt: skip
    assert erase_person(people.database, people.organization, VICTIM, home).files == 2
    assert outside.exists()


def test_an_export_holds_everything_and_says_what_it_means(people: Erasable) -> None:
    _fill(people)
    told = export_person(people.database, people.organization, VICTIM)
    whole = json.dumps(told, default=str)
    assert all(word in whole for word in (NAME, WORD, SPOKEN, TITLE, VICTIM))
    assert respondent(1) not in whole
    assert str(people.user(1)) not in whole
    assert {
        "survey_sessions", "responses", "voice_recordings", "session_scores", "released_sessions",
        "response_analysis_jtbd", "analytics_events",
    } <= set(told["tables"])  # fmt: skip
    assert len(told["tables"]["responses"]["rows"]) == 18
    questions = {str(row["question_id"]) for row in told["tables"]["responses"]["rows"]}
    assert questions == set(told["names"]["question_id"])
    assert export_person(people.database, people.organization, "nobody")["tables"] == {}


def test_an_export_of_a_member_holds_no_secret(people: Erasable) -> None:
    _account(people, people.organization)
    told = export_person(people.database, people.organization, MAIL)
    assert {"auth.users", "identity.credentials", "members", "audit_log"} <= set(told["tables"])
    assert "password_hash" not in told["tables"]["identity.credentials"]["fields"]
    assert MAIL in json.dumps(told, default=str)


def test_every_exported_field_has_a_meaning() -> None:
    for table in held_tables():
        assert meaning(table), table.fullname
        for column in filter(is_told, table.columns):
            assert meaning(column), f"{table.fullname}.{column.name}"


NOBODYS = {
    "id", "organization_id", "survey_id", "question_id", "department_id", "parent_id", "plan_id",
    "theme_id", "earlier_survey_id", "later_survey_id", "departments", "run", "items", "retired",
    "salt", "entity_id", "left_organizations",
}  # fmt: skip
"""Ids of things. entity_id is looked at for what it may be of."""


def test_every_column_of_ids_is_known_as_a_persons_or_not() -> None:
    """A new column of ids fails here until somebody says whose it is."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            kind = getattr(column.type, "item_type", column.type)
            if isinstance(kind, Uuid) and column.name not in NOBODYS:
                assert is_person(column) or is_session(column), f"{table.name}.{column.name}"
