"""The surveys of an organisation, which one is in question, and the version of its data."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, String, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from data.analysis.forces import FORCES
from data.analysis.gate import Thresholds
from data.db.tables import analytics_atoms, data_versions, survey_sessions, surveys
from data.queries.question import Wave


def version(connection: Connection, organization: UUID) -> str:
    """What names the state of this organisation's released data: changes with every release."""
    v = data_versions.c
    each = cast(v.survey_id, String) + ":" + cast(v.version, String)
    joined = func.string_agg(each, aggregate_order_by(literal(","), v.survey_id))
    statement = select(func.md5(joined)).where(v.organization_id == organization)
    return connection.execute(statement).scalar() or ""


def waves(connection: Connection, organization: UUID) -> tuple[Wave, ...]:
    """All surveys of the organisation, oldest first."""
    s, a, t = surveys.c, analytics_atoms.c, survey_sessions.c
    released = (
        select(func.max(a.released_at))
        .where(a.organization_id == organization, a.survey_id == s.id)
        .scalar_subquery()
    )
    # Two ends of the index by survey and start, whatever the number of sessions.
    first, last = (
        select(end(t.started_at))
        .where(t.organization_id == organization, t.survey_id == s.id)
        .scalar_subquery()
        for end in (func.min, func.max)
    )
    statement = select(
        surveys, released.label("released_at"), first.label("first"), last.label("last")
    ).where(s.organization_id == organization)
    found = [_wave(row) for row in connection.execute(statement)]
    return tuple(sorted(found, key=lambda wave: (wave.at, wave.name)))


def _wave(row: Row[Any]) -> Wave:
    asked = set(row.forces)
    return Wave(
        id=row.id,
        name=row.name,
        series=row.series,
        at=_middle(row.first or row.opened_at, row.last or row.closed_at, row.created_at),
        released_at=row.released_at,
        period=row.period or "wave",
        forces=tuple(f for f in FORCES if f.value in asked),
        thresholds=Thresholds(row.smallest_group, row.smallest_detail),
        invited=row.invited,
        has_respondent_ids=row.has_respondent_ids,
        leaves_out_low_quality=row.leaves_out_low_quality,
        consent=row.consent,
    )


def _middle(first: datetime | None, last: datetime | None, created: datetime) -> datetime:
    """To the day: a finer time could be that of one person's session."""
    first, last = first or last or created, last or first or created
    middle = first + (last - first) / 2 + timedelta(hours=12)
    return datetime(*middle.astimezone(UTC).timetuple()[:3], tzinfo=UTC)


def periods_of(connection: Connection, organization: UUID, wave: Wave) -> frozenset[date]:
    """The first days of the periods in which this wave has answers."""
    a = analytics_atoms.c
    statement = (
        select(func.unnest(a.periods))
        .where(a.organization_id == organization, a.survey_id == wave.id, a.release > 0)
        .distinct()
    )
    return frozenset(connection.scalars(statement))


def latest(waves: Sequence[Wave], among: Sequence[UUID]) -> Wave | None:
    """The latest survey with a release: among those chosen, or of all where none is."""
    with_release = [w for w in waves if w.released_at and (not among or w.id in among)]
    return with_release[-1] if with_release else None


def series_of(wave: Wave, waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """The released waves that can be compared with this one: same series, same forces asked."""
    if not wave.series:
        return (wave,)
    return tuple(
        w for w in waves if w.series == wave.series and w.released_at and w.forces == wave.forces
    )


def previous_of(wave: Wave, waves: Sequence[Wave]) -> Wave | None:
    """The wave before this one in its series, if the two can be compared."""
    earlier = [w for w in series_of(wave, waves) if (w.at, w.name) < (wave.at, wave.name)]
    return earlier[-1] if earlier else None
