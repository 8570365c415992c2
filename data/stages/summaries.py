"""``analytics_summaries``: every period from hour to year, of the organisation and each survey.

The app role may read them, so nothing exact stands there: counts move in fives, and scores are
answers of the desk. Rows are replaced in one transaction by the same key, so a run that is cut off
leaves the summaries as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, cast, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from data.cache import Cache
from data.db.tables import analytics_summaries
from data.pipeline.locking import hold
from data.queries import surveys
from data.queries.desk import Desk
from data.queries.question import Wave
from data.stages.base import Span, Work
from data.stages.counted import counted
from data.stages.periods import BY_LEVEL, PeriodType, moments, next_first_day
from data.stages.rows import (
    RELEASED,
    Key,
    Row,
    counts_row,
    id_of,
    organization_row,
    scored_row,
    without_scores,
)
from data.stages.scored import Scored, places, scored
from data.version import VERSION

_BUSY = "Another run is writing this organisation's summaries. Try again later."
_CACHE_BYTES, _CACHE_SECONDS = 16 * 2**20, 3600.0
_COARSE: tuple[PeriodType, ...] = ("week", "month", "quarter", "year")
_SAME = ("created_at", "updated_at", "last_calculated_at", "organization_id", "id")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What is there already: rows from the week up, and the version each was computed from."""

    rows: Mapping[Key, Row]

    def is_current(self, key: Key, version: str) -> bool:
        return self.version(key) == version

    def version(self, key: Key) -> str | None:
        row = self.rows.get(key)
        return row["calculation_metadata"].get("version") if row else None


@dataclass(slots=True)
class _Made:
    """Rows of this run by key; ``kept`` are keys of rows that stay as they are."""

    rows: dict[Key, Row] = field(default_factory=dict)
    kept: set[Key] = field(default_factory=set)


def write_summaries(work: Work) -> int:
    """Bring the summaries of the run's level, surveys and time up to date; returns rows changed.

    Raises DatabaseError where another run writes them on and on.
    """
    types = BY_LEVEL[work.config.aggregation_level]
    with work.database.owning(work.organization) as connection:
        hold(connection, f"summaries {work.organization}", _BUSY)
        known, made = _known(connection, work.organization), _Made()
        if work.span is not None:
            _count(connection, work, types, work.span, made)
        _score(connection, work, types, known, made)
        _organization(work, made, known)
        gone = _forget(connection, work, types, made)
        return gone + _write(connection, work, made.rows)


def _known(connection: Connection, organization: UUID) -> _Known:
    a = analytics_summaries.c
    query = select(analytics_summaries).where(
        a.organization_id == organization, a.period_type.in_(_COARSE)
    )
    rows = {}
    for found in connection.execute(query).mappings():
        row = {name: value for name, value in found.items() if name not in _SAME}
        rows[row.pop("survey_id"), row.pop("period_type"), row.pop("period_start")] = row
    return _Known(rows)


def _count(
    connection: Connection, work: Work, types: Iterable[PeriodType], span: Span, made: _Made
) -> None:
    for type_ in types:
        for of in counted(connection, work.organization, work.zone, type_, *span):
            if of.survey is None or of.survey in work.surveys:
                made.rows[of.survey, type_, of.start] = counts_row(of)


def _score(
    connection: Connection, work: Work, types: Sequence[PeriodType], known: _Known, made: _Made
) -> None:
    """Figures of the run's surveys; those computed from the same data are left as they are.

    Asked in snapshots of their own: where a release comes between, the version is that before it,
    so that the next run asks again.
    """
    version = f"{surveys.version(connection, work.organization)} {VERSION}"
    waves = surveys.waves(connection, work.organization)
    desk = Desk(work.database, Cache(_CACHE_BYTES, _CACHE_SECONDS))
    for wave in (w for w in waves if w.id in work.surveys and w.released_at):
        wanted = _wanted(connection, work, wave, types)
        current = {key for key in wanted if known.is_current(key, version)}
        if work.config.aggregation_level == "weekly":
            current = set()
        made.kept |= current
        of = {wanted[key][0]: wanted[key][1] for key in wanted if key not in current}
        found = list(scored(desk, work.organization, wave, of))
        _place(connection, work, found, version, made)
        for key in current:
            made.rows.pop(key, None)


def _wanted(
    connection: Connection, work: Work, wave: Wave, types: Sequence[PeriodType]
) -> dict[Key, tuple[tuple[PeriodType, date], tuple[date, ...]]]:
    """By key: the calendar period, and the survey's own periods in it."""
    of = places(connection, work.organization, wave)
    starts = moments(connection, work.zone, (first for _, first in of))
    return {
        (wave.id, type_, starts[first]): ((type_, first), periods)
        for (type_, first), periods in of.items()
        if type_ in types
    }


def _place(
    connection: Connection, work: Work, found: Sequence[Scored], version: str, made: _Made
) -> None:
    ends = {(of.type, of.first): next_first_day(of.type, of.first) for of in found}
    at = moments(connection, work.zone, [*(of.first for of in found), *ends.values()])
    for of in found:
        row = scored_row(of, at[ends[of.type, of.first]], version)
        made.rows[of.survey, of.type, at[of.first]] = row


def _organization(work: Work, made: _Made, known: _Known) -> None:
    """The organisation's rows: those counted now, and those whose scores are new."""
    scores: dict[tuple[PeriodType, datetime], tuple[UUID, Row]] = {}
    stay = {k: row for k, row in known.rows.items() if k[0] not in work.surveys or k in made.kept}
    every = {**stay, **made.rows}
    for (survey, type_, start), row in every.items():
        if survey is not None and row["calculation_metadata"]["method"] == RELEASED:
            before = scores.get((type_, start))
            if before is None or _at(row, survey) > _at(before[1], before[0]):
                scores[type_, start] = survey, row
    for type_, start in {*scores, *((t, s) for survey, t, s in made.rows if survey is None)}:
        key: Key = (None, type_, start)
        latest = scores.get((type_, start))
        if key in made.rows:
            made.rows[key] = organization_row(made.rows[key], latest)
        elif key in known.rows:
            made.rows[key] = organization_row(without_scores(known.rows[key]), latest)
        elif latest is not None:
            made.rows[key] = organization_row(latest[1], latest)


def _at(row: Row, survey: UUID) -> tuple[str, str]:
    """Which of two surveys is the later: by the middle of their answers, as everywhere."""
    waves = row["response_trends"].get("waves", [])
    return next((w["at"] for w in waves if w["surveyId"] == str(survey)), ""), str(survey)


def _forget(connection: Connection, work: Work, types: Sequence[PeriodType], made: _Made) -> int:
    """Rows of this run's surveys and time that are no more; returns how many there were."""
    a = analytics_summaries.c
    ids = [id_of(work.organization, key) for key in {*made.rows, *made.kept}]
    released = a.calculation_metadata["method"].astext == RELEASED
    where = [
        a.organization_id == work.organization,
        a.period_type.in_(types),
        or_(a.survey_id.is_(None), a.survey_id.in_(work.surveys)),
        ~(a.id == any_(cast(ids, ARRAY(Uuid)))),
        or_(
            a.survey_id.is_not(None) & released, *([_within(work, work.span)] if work.span else [])
        ),
    ]
    return connection.execute(delete(analytics_summaries).where(*where)).rowcount


def _within(work: Work, span: Span) -> Any:
    """Whether a period touches the time that was counted."""
    first, last = span
    return text("""
        (CAST(:first AS timestamptz) IS NULL
         OR period_start >= date_trunc(period_type::text, CAST(:first AS timestamptz), :zone))
        AND (CAST(:last AS timestamptz) IS NULL OR period_start <= CAST(:last AS timestamptz))
    """).bindparams(first=first, last=last, zone=work.zone)


def _write(connection: Connection, work: Work, rows: Mapping[Key, Row]) -> int:
    """Insert or replace; a row that says the same stays as it is, with the time it was made."""
    values = [
        {
            "organization_id": work.organization,
            "id": id_of(work.organization, key),
            **dict(zip(("survey_id", "period_type", "period_start"), key, strict=True)),
            **row,
            "last_calculated_at": work.now,
        }
        for key, row in rows.items()
    ]
    made = insert(analytics_summaries)
    new = made.excluded
    contents = [name for name in SUMMARY_COLUMNS if name not in ("survey_id", "period_type")]
    differs = or_(*(analytics_summaries.c[n].is_distinct_from(new[n]) for n in contents))
    upsert = made.on_conflict_do_update(
        index_elements=["organization_id", "id"],
        set_={name: new[name] for name in contents} | {
            "last_calculated_at": new.last_calculated_at, "updated_at": func.now(),
        },
        where=differs,
    )  # fmt: skip
    counting = {"preserve_rowcount": True}
    changed = 0
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        changed += connection.execute(upsert, batch, execution_options=counting).rowcount
    return changed


SUMMARY_COLUMNS = tuple(c.name for c in analytics_summaries.c if c.name not in _SAME)
