"""The two real surveys with their ready mappings: no row lost, counts as pandas has them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import func, select

from data.db.engine import Database
from data.db.tables import departments, questions, responses, survey_sessions, surveys
from data.intake.importing import Imported, import_survey
from data.intake.mapping import Mapping, read_mapping
from data.intake.suggest import suggest_mapping

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
GERMAN = SHARED / "chatgpt_de" / "chatgpt_de.csv"
RESEARCH = SHARED / "llm_research" / "SurveyResults.csv"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared surveys are not here")

Take = Callable[[Path, Mapping], Imported]


@pytest.fixture
def take(database: Database, organization: UUID, tmp_path: Path) -> Take:
    def taken(path: Path, mapping: Mapping) -> Imported:
        done = import_survey(
            database, organization, path.stem, path, mapping, rejects=tmp_path / "rejects.csv"
        )
        assert done.accepted + done.rejected == done.rows
        return done

    return taken


def ready(name: str) -> Mapping:
    return read_mapping(Path(__file__).parents[1] / "mappings" / f"{name}.toml")


def answers(database: Database) -> pd.DataFrame:
    """One row an answer: key of the question, value, text, unsure."""
    asked = (
        select(questions.c.key, responses.c.value, responses.c.text, responses.c.is_unsure)
        .join(questions, questions.c.id == responses.c.question_id)
        .order_by(questions.c.position)
    )
    with database.owning() as connection:
        return pd.DataFrame(
            connection.execute(asked).fetchall(), columns=["key", "value", "text", "unsure"]
        )


def one(database: Database, *asked: Any) -> tuple[Any, ...]:
    with database.owning() as connection:
        return tuple(connection.execute(select(*asked)).one())


def test_the_research_survey(database: Database, take: Take) -> None:
    file = pd.read_csv(RESEARCH, encoding="utf-8")
    done = take(RESEARCH, ready("llm_research"))
    assert (done.rows, done.accepted, done.rejected) == (816, 816, 0)
    c = survey_sessions.c
    finished = func.count().filter(c.is_completed)
    ended, roles = func.count(c.completed_at), func.count(c.role)
    assert one(database, func.count(), finished, ended, roles) == (
        816, 638, 638, int(file["Year_Group"].notna().sum()),
    )  # fmt: skip
    assert one(database, func.count(c.user_id), func.sum(c.seconds)) == (
        0, float(file["Duration (in seconds)"].sum()),
    )  # fmt: skip
    first, last = one(database, func.min(c.started_at), func.max(c.completed_at))
    times = pd.to_datetime(file[["StartDate", "EndDate"]].stack(), utc=True).unstack()
    assert first == times["StartDate"].min()
    assert last == times["EndDate"][file["Finished"]].max()

    found = answers(database)
    assert len(found) == done.answers
    unsure = ["Unsure / Don't Know", "I have not use LLMs for this type of activity"]
    for key in [f"Q{block}_{row}" for block in (88, 89, 90, 91, 92) for row in range(1, 7)]:
        mine, cells = found[found["key"] == key], file[key].dropna()
        assert mine["unsure"].sum() == cells.isin(unsure).sum(), key
        assert mine["value"].notna().sum() == (~cells.isin(unsure)).sum(), key
    often = ["Never", "Very Rarely", "Rarely", "Occasionally", "Frequently", "Very Frequently"]
    assert sorted(found[found["key"] == "Q84"]["value"]) == sorted(
        float(often.index(cell) + 1) for cell in file["Q84"].dropna()
    )
    assert (found["key"] == "Q71").sum() == file["Q71"].notna().sum() - 12  # "Click to write ..."


def test_departments_and_forces_of_the_research_survey(database: Database, take: Take) -> None:
    file = pd.read_csv(RESEARCH, encoding="utf-8")
    take(RESEARCH, ready("llm_research"))
    people = (
        select(departments.c.name, func.count())
        .join(survey_sessions, survey_sessions.c.department_id == departments.c.id)
        .group_by(departments.c.name)
    )
    with database.owning() as connection:
        found = connection.execute(people).all()
    assert {row.name: row[1] for row in found} == file["Field"].value_counts().to_dict()
    assert one(database, surveys.c.forces, surveys.c.has_respondent_ids) == (
        ["pull_of_new", "anchors_to_old", "anxiety_of_new"], False,
    )  # fmt: skip
    kinds = select(questions.c.force, questions.c.is_reversed, func.count()).where(
        questions.c.kind == "scale"
    )
    with database.owning() as connection:
        grouped = connection.execute(kinds.group_by(questions.c.force, questions.c.is_reversed))
        assert {(force, turned): number for force, turned, number in grouped} == {
            ("pull_of_new", False): 6, ("anxiety_of_new", False): 6,
            ("anchors_to_old", True): 12, (None, False): 12,
        }  # fmt: skip


def test_the_german_survey(database: Database, take: Take) -> None:
    file = pd.read_csv(GERMAN, sep=";", encoding="utf-8")
    done = take(GERMAN, ready("chatgpt_de"))
    assert (done.rows, done.accepted, done.rejected) == (101, 101, 0)
    c = survey_sessions.c
    assert one(database, func.count(c.user_id.distinct()), func.count(c.is_completed)) == (101, 0)
    with database.owning() as connection:
        roles = connection.execute(select(c.role, func.count()).group_by(c.role)).all()
    assert sorted(number for _, number in roles) == [1, 15, 22, 63]

    found = answers(database)
    for key in [
        name for name in map(str, file) if name.startswith(("cg_adoption", "use_", "sd_age"))
    ]:
        stated = file[key][file[key] >= 0]
        assert sorted(found[found["key"] == key]["value"]) == sorted(map(float, stated)), key
    comments = file["cg_activities"].dropna()
    assert (found["key"] == "cg_activities").sum() == (comments.str.lower() != "k.a.").sum()


def test_pull_and_anxiety_of_the_german_survey_are_the_reference(
    database: Database, take: Take
) -> None:
    """The items as imported give the alphas and scores of analytics.md."""
    take(GERMAN, ready("chatgpt_de"))
    asked = (
        select(responses.c.session_id, questions.c.key, questions.c.force, responses.c.value)
        .join(questions, questions.c.id == responses.c.question_id)
        .where(questions.c.force.in_(["pull_of_new", "anxiety_of_new"]))
    )
    with database.owning() as connection:
        rows = pd.DataFrame(
            connection.execute(asked).fetchall(), columns=["s", "key", "force", "value"]
        )
    expected = {"pull_of_new": (3.317656765677, 0.841023918877, 99),
                "anxiety_of_new": (3.032178217822, 0.793460274948, 100)}  # fmt: skip
    for force, (mean, spread, complete) in expected.items():
        items = rows[rows["force"] == force].pivot(index="s", columns="key", values="value")
        scores = items.mean(axis=1)
        assert (len(scores), len(items.dropna())) == (101, complete)
        assert scores.mean() == pytest.approx(mean, abs=1e-11)
        assert scores.std() == pytest.approx(spread, abs=1e-11)


@pytest.mark.parametrize(("path", "rows"), [(RESEARCH, 816), (GERMAN, 101)])
def test_suggested_mappings_lose_no_row_either(path: Path, rows: int, take: Take) -> None:
    done = take(path, suggest_mapping(path).mapping)
    assert (done.rows, done.accepted) == (rows, rows)
    again = take(path, suggest_mapping(path).mapping)
    assert again.sessions_unchanged == rows
