"""Single questions, data quality and who answered, against pandas and scipy on raw rows."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sqlalchemy import delete, select, update

from components.widgets import answer_distribution
from data import queries
from data.access import Principal, Role
from data.analysis.distribution import spread
from data.analysis.quality import Flag
from data.analysis.representation import Presence
from data.cache import Cache
from data.db.engine import Database
from data.db.tables import departments, survey_invited, survey_sessions, surveys
from data.errors import IntakeError, UnknownName
from data.intake.invited import read_invited, store_invited
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import HeatmapCell, Mark, State
from tests.support.raw import ITEMS, NOW, REVERSED, Raw, raw_survey

INVITED = {"Sales": 120, "Legal": 80, "IT": 140, "Board": 4}


@pytest.fixture
def raw(database: Database, organization: UUID, tmp_path: Path) -> Raw:
    return raw_survey(database, organization, tmp_path)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(1 << 20, 60))


@pytest.fixture
def executive(organization: UUID) -> Principal:
    return Principal(uuid4(), organization, Role.EXECUTIVE)


def team_ids(raw: Raw) -> dict[str, UUID]:
    with raw.database.owning(raw.organization) as connection:
        rows = connection.execute(select(departments.c.name, departments.c.id)).all()
    return {row.name: row.id for row in rows}


def scores(frame: pd.DataFrame, item: str) -> "pd.Series[float]":
    """1-5, turned where the item is."""
    if item == "use":
        return 1 + 4 * frame[item] / 100
    return 6 - frame[item] if item in REVERSED else frame[item]


def rows_alone(raw: Raw, item: str, column: str) -> dict[str, "pd.Series[float]"]:
    """Item scores of each team (or role) over the atoms that hold nobody else's."""
    frame = raw.answers(item)
    alone = raw.sessions().groupby("atom")[column].nunique()
    own = frame[frame["atom"].map(alone) == 1]
    return {str(name): scores(part, item) for name, part in own.groupby(column)}


@pytest.mark.parametrize("column", ["team", "role"])
def test_the_heatmap_is_means_over_whole_atoms(
    raw: Raw, desk: Desk, executive: Principal, column: str
) -> None:
    question = queries.item_heatmap if column == "team" else queries.item_roles
    answer = desk.ask(question, executive, Filters())
    assert answer.state is State.READY
    assert [row.id for row in answer.rows] == ["use", *ITEMS]
    for row in answer.rows:
        expected = rows_alone(raw, row.id, column)
        everybody = scores(raw.answers(row.id), row.id)
        assert row.everybody.n == len(everybody)
        for group, cell in zip(answer.groups, row.cells, strict=True):
            own = expected[group.name]
            assert cell.score.n == len(own)
            assert cell.score.mean == pytest.approx(own.mean(), abs=0.05 + 1e-9)
            assert cell.score.half_width is not None
            width = stats.t.ppf(0.975, len(own) - 1) * stats.sem(own)
            assert cell.score.half_width == pytest.approx(width, abs=0.051)


def _welch(sides: list[tuple[float, float, int]]) -> float:
    """Two-sided p; showing means in steps of 0.1 adds the variance of a uniform error to one, and
    takes half a step off their difference (a continuity correction)."""
    (m1, sd1, n1), (m2, sd2, n2) = sides
    parts = [sd1**2 / n1, sd2**2 / n2]
    df = sum(parts) ** 2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))
    error = np.sqrt(sum(parts) + 0.1**2 / 12)
    return float(2 * stats.t.sf(max(0.0, abs(m1 - m2) - 0.05) / error, df))


def _cohen(sides: list[tuple[float, float, int]]) -> float:
    (m1, sd1, n1), (m2, sd2, n2) = sides
    pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    return float((m1 - m2) / pooled)


def test_the_whole_heatmap_is_one_family(raw: Raw, desk: Desk, executive: Principal) -> None:
    """Welch and Benjamini-Hochberg of scipy, on what is shown of each group and its rest."""
    answer = desk.ask(queries.item_heatmap, executive, Filters())
    found: list[tuple[float, float, HeatmapCell]] = []
    for row in answer.rows:
        expected = rows_alone(raw, row.id, "team")
        everybody = scores(raw.answers(row.id), row.id)
        for group, cell in zip(answer.groups, row.cells, strict=True):
            own = expected[group.name]
            rest = everybody.drop(own.index)
            sides = [(s.mean(), s.std(), len(s)) for s in (own, rest)]
            coarse = [(round(m, 1), round(sd, 1), n) for m, sd, n in sides]
            found.append((_welch(coarse), _cohen(coarse), cell))
    corrected = stats.false_discovery_control([p for p, _, _ in found])
    for p, (_, effect, cell) in zip(corrected, found, strict=True):
        assert cell.against_rest is not None and cell.against_rest.p is not None
        assert cell.against_rest.p == pytest.approx(p, abs=1e-4)
        is_marked = cell.against_rest.mark in (Mark.BETTER, Mark.WORSE)
        assert is_marked == (p < 0.05 and abs(effect) >= 0.2)
    marked = {
        (row.id, group.name)
        for row in answer.rows
        for group, cell in zip(answer.groups, row.cells, strict=True)
        if cell.against_rest and cell.against_rest.mark in (Mark.BETTER, Mark.WORSE)
    }
    assert {("anxiety1", "Legal"), ("anxiety2", "Legal"), ("anxiety3", "Legal")} <= marked


def test_a_lead_sees_own_departments_beside_the_rest(raw: Raw, desk: Desk) -> None:
    ids = team_ids(raw)
    lead = Principal(uuid4(), raw.organization, Role.DEPARTMENT_LEAD, (ids["Sales"],))
    answer = desk.ask(queries.item_heatmap, lead, Filters())
    assert [g.name for g in answer.groups] == ["Sales", "Rest of the organisation"]
    whole = desk.ask(
        queries.item_heatmap, Principal(uuid4(), raw.organization, Role.ADMIN), Filters()
    )
    place = [g.name for g in whole.groups].index("Sales")
    for row, same in zip(answer.rows, whole.rows, strict=True):
        assert row.cells[0].score == same.cells[place].score
    assert not {"Legal", "IT"} & set(str(answer.table().rows))


def test_answers_are_spread_as_numpy_counts_them(
    raw: Raw, desk: Desk, executive: Principal
) -> None:
    ids = team_ids(raw)
    for chosen in ((), ("IT",), ("Sales", "Legal")):
        filters = Filters(departments=tuple(ids[name] for name in chosen))
        answer = desk.ask(queries.distribution, executive, filters)
        for row in answer.rows:
            frame = raw.answers(row.id)
            if chosen:
                others = raw.sessions().loc[lambda f, of=chosen: ~f["team"].isin(of), "atom"]
                frame = frame[~frame["atom"].isin(others)]
            values = frame[row.id].to_numpy()
            if row.id == "use":
                counts = np.histogram(values, bins=10, range=(0, 100))[0]
            else:
                counts = np.bincount(values.astype(int), minlength=6)[1:]
            assert row.n == len(values)
            assert [(p.first, p.last, p.share) for p in row.parts] == [
                (p.first, p.last, p.share) for p in spread(counts.tolist())
            ]
    assert answer.rows[1].points == ("Never", "Seldom", "At times", "Often", "Always")


def test_few_answers_have_no_spread(raw: Raw, desk: Desk, executive: Principal) -> None:
    with raw.database.owning(raw.organization) as connection:
        c = survey_sessions.c
        gone = select(c.id).order_by(c.source_key).limit(253 - 25)
        connection.execute(delete(survey_sessions).where(c.id.in_(gone)))
    rebuild(raw.database, raw.organization, raw.survey, now=NOW)
    answer = desk.ask(queries.distribution, executive, Filters())
    assert answer.state is State.SUPPRESSED and not answer.rows


def test_an_unknown_question_is_a_sentence(raw: Raw, desk: Desk, executive: Principal) -> None:
    answer = desk.ask(queries.distribution, executive, Filters())
    widget = answer_distribution.WIDGET
    options = widget.chosen({"item": "'; DROP TABLE questions"})
    assert widget.summary(answer, options) == answer_distribution.UNKNOWN_ITEM
    widget.figure(answer, options)
    assert "pull2" not in widget.summary(answer, options)


def test_data_quality_is_that_of_the_rows(raw: Raw, desk: Desk, executive: Principal) -> None:
    answer = desk.ask(queries.data_quality, executive, Filters())
    people, n = raw.people, len(raw.people)
    done = people["end"].notna()
    times = people.loc[done & (people["seconds"] <= 4 * 3600), "seconds"]
    fast = done & (people["seconds"] < times.median() / 3)
    given = people[[*ITEMS, "use"]]
    blank = given.notna().mean(axis=1) < 0.5
    assert answer.started == n
    assert answer.completion_rate == round(100 * done.mean())
    shares = {row.flag: row.share for row in answer.flags}
    assert shares[Flag.SPEEDER] == round(100 * fast.mean())
    assert shares[Flag.BLANK] == round(100 * blank.mean())
    assert answer.median_seconds == 5 * round(times.median() / 5)
    assert answer.mean_seconds == pytest.approx(times.mean(), abs=5)
    beyond = int((done & (people["seconds"] > 4 * 3600)).sum())
    assert answer.beyond == beyond - beyond % 5
    assert answer.duplicates is None
    assert answer.is_whole
    part = desk.ask(queries.data_quality, executive, Filters(departments=(team_ids(raw)["IT"],)))
    assert part.median_seconds is None and not part.levels and part.beyond is None


def invite(raw: Raw, tmp_path: Path, groups: dict[str, int] = INVITED) -> None:
    path = tmp_path / "invited.csv"
    lines = ["Team,Number invited", *(f"{name},{count}" for name, count in groups.items())]
    path.write_text("\n".join(lines))
    store_invited(raw.database, raw.organization, "Raw", read_invited(path))


def test_response_rates_are_of_exactly_those_invited(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    before = desk.ask(queries.representativeness, executive, Filters())
    assert before.state is State.EMPTY and "invited FILE" in before.reason
    invite(raw, tmp_path)
    answer = desk.ask(queries.representativeness, executive, Filters())
    rows = {row.name: row for row in answer.rows}
    started = raw.people["team"].value_counts()
    alone = raw.sessions().groupby("atom")["team"].nunique()
    mixed = set(raw.sessions().loc[lambda f: f["atom"].map(alone) > 1, "team"])
    assert set(rows) <= {"Sales", "Legal", "IT"} - mixed and len(rows) >= 2
    invited = {name: INVITED[name] for name in rows}
    counts = [started[name] for name in rows]
    expected = np.array(list(invited.values())) / sum(invited.values()) * sum(counts)
    assert answer.p["department"] == pytest.approx(
        stats.chisquare(counts, expected).pvalue, abs=1e-4
    )
    for name, row in rows.items():
        assert (row.invited, row.started) == (INVITED[name], started[name])
        assert row.response_rate == round(100 * started[name] / INVITED[name])
        assert row.invited_share == round(100 * invited[name] / sum(invited.values()))
    assert answer.invited == sum(INVITED.values())
    took_part = desk.ask(queries.participation, executive, Filters())
    assert took_part.invited == sum(INVITED.values())
    assert {r.name: r.response_rate for r in took_part.rows if r.response_rate is not None} == {
        name: row.response_rate for name, row in rows.items()
    }


def test_a_group_that_answers_less_is_said_to_be_under_represented(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    invite(raw, tmp_path, {"Sales": 100, "Legal": 90, "IT": 400, "Board": 4})
    answer = desk.ask(queries.representativeness, executive, Filters())
    presence = {row.name: row.presence for row in answer.rows}
    assert presence["IT"] is Presence.UNDER
    assert any("IT is under-represented" in finding for finding in answer.findings)


def test_one_group_alone_is_not_said_to_be_like_itself(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    invite(raw, tmp_path, {"Sales": 100, "Legal": 90, "IT": 400, "Board": 4})
    alone = Filters(departments=(team_ids(raw)["Sales"],))
    answer = desk.ask(queries.representativeness, executive, alone)
    assert answer.state is State.SUPPRESSED
    assert "takes two to compare" in answer.reason


def test_intervals_are_corrected_where_those_invited_are_known_exactly(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    filters = Filters(departments=(team_ids(raw)["Sales"],))

    def width(of: Filters) -> float:
        return desk.ask(queries.readiness, executive, of).readiness.half_width or 0.0

    before = width(filters), width(Filters(roles=("Staff",)))
    invite(raw, tmp_path, {**INVITED, "Sales": 100})
    after = width(filters), width(Filters(roles=("Staff",)))
    assert 0 < after[0] < before[0]
    assert after[1] == before[1]


def test_one_to_four_who_did_not_answer_are_not_told(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    started = raw.people["team"].value_counts()
    invite(raw, tmp_path, {**INVITED, "IT": int(started["IT"]) + 2})
    answer = desk.ask(queries.representativeness, executive, Filters())
    assert "IT" not in {row.name for row in answer.rows} and "IT" in answer.hidden
    # Nor by subtraction: everybody less all that is told is not just IT.
    told = {row.name for row in answer.rows}
    assert len({"Sales", "Legal", "IT", "Board"} - told) >= 2
    part = desk.ask(queries.participation, executive, Filters(departments=(team_ids(raw)["IT"],)))
    assert part.invited is None and part.response_rate is None


def test_roles_and_periods_have_no_response_rate(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    invite(raw, tmp_path)
    filters = Filters(roles=("Staff",))
    assert desk.ask(queries.representativeness, executive, filters).state is State.SUPPRESSED
    assert desk.ask(queries.participation, executive, filters).response_rate is None


def test_more_started_than_invited_is_no_rate(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    invite(raw, tmp_path, {"Sales": 10, "IT": 10})
    answer = desk.ask(queries.representativeness, executive, Filters())
    assert answer.state is not State.READY or answer.response_rate is None
    assert desk.ask(queries.participation, executive, Filters()).response_rate is None


def test_roles_are_not_told_where_too_many_of_them_cannot_be_told_apart(
    raw: Raw, desk: Desk, executive: Principal, tmp_path: Path
) -> None:
    """Else a role would count where many answered only, and its response seem too high."""
    path = tmp_path / "both.csv"
    groups: Any = raw.people.groupby(["team", "job"]).size()
    lines = [f"{team};{job.upper()};{count * 2}" for (team, job), count in groups.items()]
    path.write_text("\n".join(["Abteilung;Rolle;Anzahl", *lines]))
    store_invited(raw.database, raw.organization, "Raw", read_invited(path))
    with raw.database.owning(raw.organization) as connection:
        roles = set(connection.scalars(select(survey_invited.c.role)))
        total = connection.scalar(select(surveys.c.invited))
    assert roles == {"Lead", "Staff"}, "spelt as the survey spells them"
    assert total == 2 * len(raw.people)
    answer = desk.ask(queries.representativeness, executive, Filters())
    assert {row.dimension for row in answer.rows} == {"department"}
    assert {"Lead", "Staff"} <= set(answer.hidden)


def test_head_counts_in_conflict_are_refused(raw: Raw, tmp_path: Path) -> None:
    with raw.database.owning(raw.organization) as connection:
        connection.execute(update(surveys).values(invited=500))
    with pytest.raises(IntakeError, match="add up to 344"):
        invite(raw, tmp_path)


def test_head_counts_are_replaced_and_make_departments(raw: Raw, tmp_path: Path) -> None:
    invite(raw, tmp_path)
    invite(raw, tmp_path, {"SALES": 95, "New team": 30})
    with raw.database.owning(raw.organization) as connection:
        rows = connection.execute(select(survey_invited)).all()
        assert connection.scalar(select(surveys.c.invited)) == 125
    ids = team_ids(raw)
    assert {row.department_id: row.invited for row in rows} == {
        ids["Sales"]: 95,
        ids["New team"]: 30,
    }
    bad = tmp_path / "bad.csv"
    bad.write_text("team,invited\nSales,many\nIT,3\n")
    with pytest.raises(IntakeError, match="cannot be read"):
        store_invited(raw.database, raw.organization, "Raw", read_invited(bad))
    with pytest.raises(UnknownName, match="no survey Other"):
        store_invited(
            raw.database, raw.organization, "Other", read_invited(tmp_path / "invited.csv")
        )
