"""Summaries of every period against pandas on raw rows; clocks, years, and what may be read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import Row, text

from data.analysis.gate import in_fives
from data.contracts import DateRange, PipelineConfig
from data.db.engine import Database
from data.stages import run
from tests.database.test_pipeline import Wave
from tests.support.leaves import SCORES

FORCES = {
    "pain_of_old": "painOfOld",
    "pull_of_new": "pullOfNew",
    "anchors_to_old": "anchorsToOld",
    "anxiety_of_new": "anxietyOfNew",
}
TYPES = {"hour": "h", "day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


def summarise(wave: Wave, **config: Any) -> int:
    result = run(wave.database, PipelineConfig(organization_id=wave.organization, **config))
    return {stage.name: stage.rows for stage in result.stages}["trend-analysis"]


def summaries(wave: Wave, type_: str, survey: UUID | None = None) -> list[Row[Any]]:
    return wave.run(
        "SELECT * FROM analytics_summaries WHERE period_type = CAST(:type AS analytics_period_type)"
        " AND survey_id IS NOT DISTINCT FROM CAST(:of AS uuid) ORDER BY period_start",
        type=type_,
        of=survey,
    )


def zone(wave: Wave, name: str) -> None:
    wave.run("UPDATE organizations SET timezone = :zone", zone=name)


def add(wave: Wave, at: datetime, people: Sequence[int], home: int = 0, **more: Any) -> list[UUID]:
    """Sessions that began at ``at``."""
    wave.start = at
    return wave.add(people, home, **{"skip": 0, **more})


def weekly(wave: Wave, mondays: Sequence[date], size: int = 12) -> None:
    """People of two homes in each of these weeks: so the survey's own period is the week."""
    for week, monday in enumerate(mondays):
        for home in range(2):
            first = 1000 * week + 100 * home
            at = datetime(monday.year, monday.month, monday.day, 10, tzinfo=UTC)
            add(wave, at + timedelta(days=home), range(first, first + size + home), home, skip=0.1)


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    return Wave(database, organization)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_counts_equal_pandas_in_every_zone(wave: Wave, name: str) -> None:
    zone(wave, name)
    other = Wave(wave.database, wave.organization, "other", day=40)
    start = datetime(2024, 3, 29, 21, 50, tzinfo=UTC)
    for step in range(12):
        of = (wave, other)[step % 2]
        add(of, start + timedelta(minutes=step * step * 371), range(3 + 2 * step), step % 3)
    wave.run("UPDATE survey_sessions SET is_completed = false WHERE id::text < '4'")
    summarise(wave)
    raw = pd.DataFrame(
        [row._mapping for row in wave.run("SELECT * FROM survey_sessions")]
    ).set_index("id")
    local = pd.to_datetime(raw.started_at, utc=True).dt.tz_convert(name)
    for type_, code in TYPES.items():
        if type_ == "hour":
            buckets = (local - pd.to_timedelta(local.dt.minute, unit="min")).dt.floor("min")
        else:
            plain = local.dt.tz_localize(None).dt.to_period(code).dt.start_time
            buckets = plain.dt.tz_localize(name)
        for survey in (None, wave.id, other.id):
            chosen = raw if survey is None else raw[raw.survey_id == survey]
            expected = {
                at: group
                for at, group in chosen.groupby(buckets.loc[chosen.index])
                if group.user_id.nunique() >= 5
            }
            found = {pd.Timestamp(r.period_start): r for r in summaries(wave, type_, survey)}
            if survey is None and type_ not in ("hour", "day"):
                # A week may belong to the month of its Thursday: scores, no counts.
                found = {at: r for at, r in found.items() if at in expected}
            if survey is not None and type_ not in ("hour", "day"):
                found = {at: r for at, r in found.items() if _is_counted(r)}
                expected = {at: g for at, g in expected.items() if at in found}
            assert set(found) == set(expected), (type_, survey)
            for at, group in expected.items():
                row = found[at]
                assert row.total_responses == in_fives(len(group))
                assert row.unique_respondents == in_fives(group.user_id.nunique())
                completed = in_fives(int(group.is_completed.sum()))
                assert row.engagement_metrics["completed"] == completed
                told = in_fives(len(group))
                rate = min(100, int(100 * completed / told + 0.5)) if told >= 50 else None
                assert row.completion_rate == rate
                assert row.calculation_metadata["few"] == ([] if completed else ["completed"])


def _is_counted(row: Row[Any]) -> bool:
    return str(row.calculation_metadata["method"]).startswith("counts")


def test_what_is_finer_than_the_survey_holds_no_score(wave: Wave) -> None:
    weekly(wave, [date(2024, 4, 1), date(2024, 4, 8), date(2024, 5, 13)])
    summarise(wave)
    (period,) = wave.run("SELECT period FROM surveys")
    assert period.period == "week"
    for type_ in ("hour", "day"):
        assert len(summaries(wave, type_)) > 0
        for row in (*summaries(wave, type_), *summaries(wave, type_, wave.id)):
            assert row.jtbd_force_scores == row.department_breakdown == row.role_breakdown == {}
            assert row.average_completion_time is None, "times of an hour and a day would nest"
            assert row.total_responses % 5 == row.unique_respondents % 5 == 0
    for type_ in ("week", "month", "quarter", "year"):
        rows = summaries(wave, type_, wave.id)
        assert rows
        assert all(row.jtbd_force_scores["painOfOld"]["averageScore"] for row in rows)


def test_scores_equal_pandas_on_whole_atoms(wave: Wave) -> None:
    """Weeks belong to the month, quarter and year of their Thursday."""
    mondays = [date(2024, 4, 1), date(2024, 4, 29), date(2024, 5, 6), date(2024, 12, 30)]
    weekly(wave, mondays)
    summarise(wave)
    raw = pd.DataFrame([row._mapping for row in wave.run(SCORES)])
    thursday = pd.to_datetime(raw.answered_on).dt.to_period("W-SUN").dt.start_time + pd.Timedelta(
        days=3
    )
    for type_ in ("week", "month", "quarter", "year"):
        starts = thursday.dt.to_period(TYPES[type_]).dt.start_time
        expected = dict(list(raw.groupby(starts)))
        found = {pd.Timestamp(r.period_start.date()): r for r in summaries(wave, type_, wave.id)}
        scored = {at: row for at, row in found.items() if not _is_counted(row)}
        assert set(scored) == set(expected), type_
        for at, group in expected.items():
            _check_scores(wave, scored[at], group)


def _check_scores(wave: Wave, row: Row[Any], group: pd.DataFrame) -> None:
    assert row.total_responses == len(group)
    for column, name in FORCES.items():
        force = row.jtbd_force_scores[name]
        asked = group[column].dropna()
        assert force["totalResponses"] == len(asked)
        assert force["averageScore"] == pytest.approx(asked.mean(), abs=0.0501)
    readiness = group.readiness.dropna()
    assert row.force_balance["readiness"] == pytest.approx(readiness.mean(), abs=0.501)
    assert row.force_balance["balance"] == row.force_balance["readiness"] - 50
    names = {d.id: d.name for d in wave.run("SELECT id, name FROM departments")}
    sizes = {names[home]: len(part) for home, part in group.groupby("department_id")}
    shown = {name: of["totalResponses"] for name, of in row.department_breakdown.items()}
    assert shown == sizes
    means = {name: row.jtbd_force_scores[FORCES[name]]["averageScore"] for name in FORCES}
    strong = sorted((n for n in means if means[n] >= 3.5), key=lambda n: (-means[n], n))
    assert row.dominant_forces == strong
    assert row.average_completion_time == pytest.approx(540, abs=5)
    assert row.completion_rate == 100


def test_a_wave_stands_in_the_quarter_and_year_of_its_middle(wave: Wave) -> None:
    people = 0
    for day in (20, 25, 30, 35, 40):
        at = datetime(2024, 6, 1, 12, tzinfo=UTC) + timedelta(days=day)
        for home in range(2):
            add(wave, at, range(people, people + 2), home)
            people += 2
    summarise(wave)
    (period,) = wave.run("SELECT period FROM surveys")
    assert period.period in ("wave", "quarter"), "days of four people are no periods of their own"
    wave.run("UPDATE surveys SET period = 'wave'")
    summarise(wave, aggregation_level="weekly")
    middle = date(2024, 7, 1)
    scored = {
        (type_, row.period_start.date())
        for type_ in TYPES
        for row in summaries(wave, type_, wave.id)
        if not _is_counted(row)
    }
    assert scored == {("quarter", middle), ("year", date(2024, 1, 1))}


def test_the_organisation_has_the_scores_of_its_latest_survey(wave: Wave) -> None:
    later = Wave(wave.database, wave.organization, "later", day=30)
    for of in (wave, later):
        for home in range(2):
            of.add(range(30 * home, 30 * home + 14), home, skip=0)
    summarise(wave)
    (own,) = summaries(wave, "year")
    (latest,) = summaries(wave, "year", later.id)
    assert own.total_responses == in_fives(56)
    assert own.unique_respondents == in_fives(28)
    assert own.jtbd_force_scores == latest.jtbd_force_scores
    assert own.calculation_metadata["scoresOf"] == str(later.id)
    later.run("DELETE FROM survey_sessions WHERE survey_id = :survey")
    summarise(wave)
    (own,) = summaries(wave, "year")
    assert own.calculation_metadata["scoresOf"] == str(wave.id)
    assert summaries(wave, "year", later.id) == []


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 1), 24)]
)
def test_days_on_which_the_clock_changes(wave: Wave, day: date, hours: int) -> None:
    zone(wave, "Europe/Berlin")
    midnight = pd.Timestamp(day, tz="Europe/Berlin").tz_convert("UTC").to_pydatetime()
    for hour in range(hours):
        add(wave, midnight + timedelta(hours=hour, minutes=30), range(10 * hour, 10 * hour + 5))
    summarise(wave)
    found = summaries(wave, "hour")
    assert [(r.period_start, r.period_end) for r in found] == [
        (midnight + timedelta(hours=h), midnight + timedelta(hours=h + 1)) for h in range(hours)
    ]
    (whole,) = summaries(wave, "day")
    assert (whole.period_start, whole.period_end) == (midnight, midnight + timedelta(hours=hours))
    assert whole.total_responses == 5 * hours


def test_midnight_that_does_not_exist(wave: Wave) -> None:
    """In Beirut the clock went from 23:59 to 01:00 on 31 March 2024."""
    zone(wave, "Asia/Beirut")
    first = datetime(2024, 3, 30, 22, tzinfo=UTC)
    weekly(wave, [date(2024, 3, 25), date(2024, 4, 1)])
    add(wave, first + timedelta(hours=3), range(9000, 9006), 5)
    summarise(wave)
    found = {r.period_start: r.period_end for r in summaries(wave, "day")}
    assert found[first] == first + timedelta(hours=23)


def test_iso_weeks_and_years(wave: Wave) -> None:
    add(wave, datetime(2024, 12, 30, 9, tzinfo=UTC), range(6))
    add(wave, datetime(2025, 1, 5, 23, tzinfo=UTC), range(10, 17))
    summarise(wave)
    (week,) = [r for r in summaries(wave, "week") if _is_counted(r) or r.survey_id is None]
    assert week.period_start == datetime(2024, 12, 30, tzinfo=UTC)
    assert week.period_end == datetime(2025, 1, 6, tzinfo=UTC)
    assert week.total_responses == 10
    counted = {r.period_start.year: r.total_responses for r in summaries(wave, "year")}
    assert counted == {2024: 5, 2025: 5}
    quarters = [r.period_start.date() for r in summaries(wave, "quarter")]
    assert quarters == [date(2024, 10, 1), date(2025, 1, 1)]


def test_few_look_like_none(wave: Wave) -> None:
    add(wave, datetime(2024, 5, 6, 9, tzinfo=UTC), range(4))
    add(wave, datetime(2024, 5, 7, 9, tzinfo=UTC), range(10, 16))
    summarise(wave)
    days = [r.period_start.date() for r in summaries(wave, "day")]
    assert days == [date(2024, 5, 7)]
    (survey,) = summaries(wave, "year", wave.id)
    assert survey.total_responses >= 5


def test_unknown_is_not_zero(wave: Wave) -> None:
    """A file that does not tell who finished has no rate."""
    add(wave, datetime(2024, 5, 6, 9, tzinfo=UTC), range(12))
    wave.run("UPDATE survey_sessions SET is_completed = NULL, completed_at = NULL, seconds = NULL")
    summarise(wave)
    (day,) = summaries(wave, "day")
    assert (day.completion_rate, day.average_completion_time) == (None, None)
    assert day.engagement_metrics == {"started": 10, "completed": None}
    (year,) = summaries(wave, "year", wave.id)
    assert (year.completion_rate, year.average_completion_time) == (None, None)


def test_sessions_without_a_time_have_scores_but_no_hours(wave: Wave) -> None:
    wave.add(range(20), skip=0)
    wave.run("UPDATE survey_sessions SET started_at = NULL, completed_at = NULL")
    summarise(wave)
    assert summaries(wave, "hour") == summaries(wave, "day") == []
    (year,) = summaries(wave, "year", wave.id)
    assert year.total_responses == 20
    (own,) = summaries(wave, "year")
    assert own.jtbd_force_scores == year.jtbd_force_scores


def test_a_survey_that_is_not_released_has_counts_only(wave: Wave) -> None:
    wave.add(range(4), skip=0)
    wave.add(range(3), skip=0)  # again the same people: seven sessions, four persons
    summarise(wave)
    assert [r for t in TYPES for r in summaries(wave, t)] == []


def test_replaced_not_doubled_and_gone_with_the_erased(wave: Wave) -> None:
    at = datetime(2024, 5, 6, 9, tzinfo=UTC)
    add(wave, at, range(12))
    erased = add(wave, at + timedelta(days=20), range(20, 26))
    assert summarise(wave) > 0
    before = wave.run("SELECT * FROM analytics_summaries ORDER BY id")
    assert summarise(wave) == 0
    assert wave.run("SELECT * FROM analytics_summaries ORDER BY id") == before
    add(wave, at + timedelta(minutes=5), range(30, 40))
    summarise(wave, survey_id=wave.id)
    (hour, _) = summaries(wave, "hour")
    assert hour.total_responses == 20
    wave.erase(erased)
    summarise(wave)
    assert [r.period_start for r in summaries(wave, "hour")] == [at]
    keys = wave.run(
        "SELECT survey_id, period_type, period_start FROM analytics_summaries GROUP BY 1, 2, 3 "
        "HAVING count(*) > 1"
    )
    assert keys == []


def test_what_a_release_hides_is_hidden_at_once(wave: Wave) -> None:
    """Between an erasure and the next run of all stages, no former figure stays readable."""
    sessions = [wave.add(range(20 * home, 20 * home + 12), home, skip=0) for home in range(2)]
    other = Wave(wave.database, wave.organization, "other", day=400)
    other.add(range(20), skip=0)
    summarise(wave)
    assert summaries(wave, "year", wave.id)[0].jtbd_force_scores
    wave.erase(sessions[0][:1])
    assert wave.rebuild().withdrawn == 1
    held = wave.run("SELECT DISTINCT survey_id, calculation_metadata ->> 'scoresOf' AS of "
                    "FROM analytics_summaries WHERE jtbd_force_scores <> '{}'")  # fmt: skip
    assert {(row.survey_id, row.of) for row in held} == {(other.id, None), (None, str(other.id))}
    summarise(wave)
    (year,) = summaries(wave, "year", wave.id)
    assert year.total_responses == 12


def test_a_level_and_a_time_write_their_periods_only(wave: Wave) -> None:
    at = datetime(2024, 5, 6, 9, tzinfo=UTC)
    add(wave, at, range(12))
    add(wave, at + timedelta(days=60), range(20, 32))
    around = DateRange(start=at - timedelta(hours=2), end=at + timedelta(hours=2))
    summarise(wave, aggregation_level="hourly", date_range=around)
    assert [r.period_start for r in summaries(wave, "hour")] == [at]
    assert {t: len(summaries(wave, t)) for t in TYPES} == {
        **dict.fromkeys(TYPES, 0),
        "hour": 1,
        "day": 1,
    }
    summarise(wave)
    assert len(summaries(wave, "hour")) == 2
    summarise(wave, aggregation_level="hourly", date_range=around)
    assert len(summaries(wave, "hour")) == 2, "other times are left alone"
    assert len(summaries(wave, "year", wave.id)) == 1


def test_figures_of_another_survey_stay_when_one_is_run(wave: Wave) -> None:
    other = Wave(wave.database, wave.organization, "other", day=3)
    for of in (wave, other):
        of.add(range(20), skip=0)
    summarise(wave)
    before = summaries(wave, "year", other.id)
    wave.add(range(30, 40), skip=0)
    summarise(wave, survey_id=wave.id)
    assert summaries(wave, "year", other.id) == before
    (year,) = summaries(wave, "year", wave.id)
    assert year.total_responses == 30


def test_requests_read_them_and_nobody_elses(wave: Wave, database: Database) -> None:
    wave.add(range(20), skip=0)
    summarise(wave)
    query = text("SELECT count(*) FROM analytics_summaries")
    with database.asking(wave.organization) as connection:
        assert connection.scalar(query)
    with database.asking(UUID(int=7)) as connection:
        assert connection.scalar(query) == 0


def test_dates_in_the_future_are_periods_like_others(wave: Wave) -> None:
    add(wave, datetime(2199, 12, 18, 10, tzinfo=UTC), range(12))
    summarise(wave)
    (year,) = summaries(wave, "year")
    assert year.period_end == datetime(2200, 1, 1, tzinfo=UTC)
