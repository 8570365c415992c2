"""Answers for use elsewhere: nobody can be named by them, in one file or by two of them."""

import csv
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from callbacks import privacy_commands
from callbacks.tasks import prepare
from callbacks.terminal import cli
from data.db.engine import Database
from data.errors import SettingRefused, TooFewPeople, UnknownName
from data.privacy.answers import AnonymousAnswers, anonymous_answers
from tests.support.erasable import NAME, TITLE, Erasable, respondent


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Erasable:
    return Erasable(database, tmp_path).found()


@pytest.fixture
def _commands(people: Erasable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Commands work on the test's database, and their files are in its folder."""

    @contextmanager
    def opened() -> Iterator[Database]:
        yield people.database

    prepare(people.database)
    monkeypatch.setattr(privacy_commands, "database", opened)
    monkeypatch.setenv("READINESS_HOME", str(tmp_path))
    yield


def _answers(people: Erasable, *, comments: bool = False) -> AnonymousAnswers:
    return anonymous_answers(
        people.database, people.organization, "first", "a thesis", with_comments=comments
    )


def _run(people: Erasable, statement: str) -> list[Any]:
    with people.database.owning(people.organization) as connection:
        return list(connection.execute(text(statement)))


def test_every_combination_is_shared(people: Erasable) -> None:
    people.wave("first", range(50), title=TITLE)
    found = _answers(people)
    assert found.header[:4] == ("respondent", "department", "role", "month")
    assert len(found.rows) == 50
    assert min(Counter(row[1:4] for row in found.rows).values()) >= 5
    assert not any(TITLE in row for row in found.rows)
    # The answers are those that were given, all of them.
    given = _run(people, "SELECT sum(value) FROM responses WHERE value IS NOT NULL")[0][0]
    told = sum(float(v) for row in found.rows for v in row[4:] if v is not None)
    assert told == given
    assert [row[0] for row in _run(people, "SELECT details FROM audit_log")] == [
        {"purpose": "a thesis", "comments": False}
    ]


def test_two_files_cannot_be_linked(people: Erasable) -> None:
    people.wave("first", range(50))
    first, second = _answers(people), _answers(people)
    names = [{row[0] for row in found.rows} for found in (first, second)]
    assert len(names[0]) == len(names[1]) == 50
    assert not names[0] & names[1]
    assert [row[1:] for row in first.rows] != [row[1:] for row in second.rows]
    assert Counter(row[1:] for row in first.rows) == Counter(row[1:] for row in second.rows)


def test_of_two_sessions_of_a_person_one_is_told(people: Erasable) -> None:
    people.wave("first", [*range(20), 3, 3])
    assert len(_answers(people).rows) == 20


def test_few_people_are_told_nothing_of(people: Erasable) -> None:
    people.wave("first", range(4))
    with pytest.raises(TooFewPeople):
        _answers(people)
    with pytest.raises(SettingRefused, match="wanted for"):
        anonymous_answers(people.database, people.organization, "first", " ", with_comments=False)
    with pytest.raises(UnknownName):
        anonymous_answers(people.database, people.organization, "none", "x", with_comments=False)
    assert _run(people, "SELECT FROM audit_log") == []


def test_comments_are_apart_and_nameless(people: Erasable) -> None:
    people.wave("first", range(50))
    assert _answers(people).comments == ()
    found = _answers(people, comments=True)
    assert len(found.comments) == 100
    assert not any(NAME in comment for comment in found.comments)
    assert any("[name]" in comment for comment in found.comments)


def test_comments_of_few_are_not_told(people: Erasable) -> None:
    people.wave("first", range(9))
    assert _answers(people, comments=True).comments == ()


@pytest.mark.usefixtures("_commands")
def test_the_commands(people: Erasable, tmp_path: Path) -> None:
    people.wave("first", range(60))
    file = tmp_path / "answers.csv"
    own = ["--organization", "Erasable"]
    done = _invoke("export-answers", *own, "--survey", "first", "--purpose", "a thesis",
                   "--out", str(file), "--with-redacted-comments")  # fmt: skip
    assert "60 people" in done
    with file.open(newline="") as opened:
        assert len(list(csv.reader(opened))) == 61
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / "answers.comments.csv").exists()
    settings = _invoke("survey-settings", *own, "--survey", "first", "--retention-days", "400")
    assert "400 days after the last one" in settings
    told = tmp_path / "person.json"
    _invoke("privacy", "export-person", respondent(0), *own, "--out", str(told))
    assert NAME in told.read_text()
    assert respondent(0) in _invoke("privacy", "export-person", respondent(0), *own)
    erased = _invoke("privacy", "erase-person", respondent(0), *own, "--yes")
    assert "survey_sessions: 1" in erased
    assert "Nothing is held" in _invoke("privacy", "erase-person", respondent(0), *own, "--yes")


@pytest.mark.usefixtures("_commands")
def test_the_commands_refuse(people: Erasable) -> None:
    who = ["privacy", "erase-person", "x", "--organization"]
    assert isinstance(CliRunner().invoke(cli, [*who, "Nobody", "--yes"]).exception, UnknownName)
    people.wave("first", range(20))
    asked = CliRunner().invoke(cli, [*who[:2], respondent(0), who[3], "Erasable"], input="n\n")
    assert asked.exit_code == 1
    assert _run(people, "SELECT count(*) FROM survey_sessions")[0][0] == 20


def _invoke(*words: str) -> str:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == 0, done.output
    return done.output
