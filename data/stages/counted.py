"""Counts of every period, finer than a survey's own ones too, under the live rules.

Counts move in fives, for the whole organisation or a whole survey only. A period with fewer than
five sessions has no row: 1 to 4 look like none. No times: the mean of an hour and that of its day
would be over blocks that differ by fewer than five people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis import gate
from data.stages.periods import PeriodType

_STEP = {
    "hour": "1 hour",
    "day": "1 day",
    "week": "7 days",
    "month": "1 month",
    "quarter": "3 months",
    "year": "1 year",
}
# The end of a period is a local time as its start is: a day may have 23 or 25 hours. Hours have 60
# minutes whatever the clock says.
_STARTED = "coalesce(started_at, completed_at)"
_END = "((date_trunc('{0}', start AT TIME ZONE :zone) + interval '{1}') AT TIME ZONE :zone)"


def _statement(type_: PeriodType) -> str:
    end = "start + interval '1 hour'" if type_ == "hour" else _END.format(type_, _STEP[type_])
    first = f"date_trunc('{type_}', CAST(:since AS timestamptz), :zone)"
    last = f"date_trunc('{type_}', CAST(:until AS timestamptz), :zone)"
    bucket = f"date_trunc('{type_}', {_STARTED}, :zone)"
    return f"""
        SELECT survey_id, start, {end} AS ends, count(*) AS sessions,
               count(DISTINCT coalesce(user_id, id)) AS people,
               count(is_completed) AS told, count(*) FILTER (WHERE is_completed) AS completed
        FROM (SELECT id, survey_id, user_id, is_completed, {bucket} AS start
              FROM survey_sessions WHERE organization_id = :organization
                AND {_STARTED} IS NOT NULL
                AND (CAST(:since AS timestamptz) IS NULL OR {_STARTED} >= {first})
                AND (CAST(:until AS timestamptz) IS NULL OR {bucket} <= {last})) s
        GROUP BY GROUPING SETS ((survey_id, start), (start))
        HAVING count(DISTINCT coalesce(user_id, id)) >= {gate.SMALLEST}
    """


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of one period as they may be shown; ``survey`` is None for the organisation.

    ``rate`` is 0-100, None where nobody tells who completed. ``few`` names the counts that read 0
    because there are fewer than five.
    """

    survey: UUID | None
    type: PeriodType
    start: datetime
    end: datetime
    sessions: int
    people: int
    completed: int | None
    rate: float | None
    few: tuple[str, ...] = ()


def counted(
    connection: Connection,
    organization: UUID,
    zone: str,
    type_: PeriodType,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Counted]:
    """Counts of all periods of a type that touch the time given, by when a session began.

    Owner's connection; sessions without any time are in no period.
    """
    key = {"organization": organization, "zone": zone, "since": since, "until": until}
    for row in connection.execute(text(_statement(type_)), key):
        sessions, told = gate.in_fives(row.sessions), gate.in_fives(row.told)
        completed = gate.in_fives(row.completed)
        is_rate = told >= gate.FIVES_TELL
        rate = min(100.0, gate.rounded(100 * completed / told, 1.0)) if is_rate else None
        few = ("completed",) if told and not completed else ()
        yield Counted(
            row.survey_id,
            type_,
            row.start,
            row.ends,
            sessions,
            gate.in_fives(row.people),
            completed if told else None,
            rate,
            few,
        )
