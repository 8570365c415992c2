"""What happens right now, for the whole organisation: counts in fives, no scores, nobody's name.

Who is active and what came in the last hour are windows that slide; their counts move in fives.
Rate and time are of today (UTC day), so that none drops out of them alone. The average time is over
blocks of five completed sessions in order of completion: no two polls differ by fewer than five.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, extract, func, select

from data.analysis import gate
from data.analysis.cells import LONGEST_SECONDS
from data.db.tables import survey_sessions, surveys
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.question import Asked, Question
from data.queries.results import LiveAnswer

ACTIVE = timedelta(minutes=30)
"""A session that started so recently and is not completed counts as active."""
LAST_HOUR = timedelta(hours=1)


def _live(asked: Asked) -> LiveAnswer:
    """Who is answering just now?"""
    now = asked.connection.execute(select(func.now())).scalar_one()
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    row = asked.connection.execute(_counts(asked, now, today)).one()
    active, answered = gate.in_fives(row.active), gate.in_fives(row.answered)
    started, completed = gate.in_fives(row.started), gate.in_fives(row.completed)
    seconds = asked.connection.execute(_seconds(asked, now, today)).scalar()
    return LiveAnswer(
        active_respondents=active,
        active_few=not active,
        responses_in_last_hour=answered,
        responses_few=not answered,
        average_response_seconds=None if seconds is None else gate.rounded(float(seconds), 1.0),
        completion_rate=_rate(completed, started),
        system_health=asked.health(),
        at=now,
        data_time=now,
    )


def _rate(completed: int, started: int) -> float | None:
    """From the counts in fives, so that it moves only when five people have.

    None below 50, where the fives alone would move it by more than 8 points.
    """
    if started < gate.FIVES_TELL:
        return None
    return min(100.0, gate.rounded(100 * completed / started, 1.0))


def _counts(asked: Asked, now: datetime, today: datetime) -> Select[int, int, int, int]:
    s = survey_sessions.c
    return select(
        func.count().filter(s.started_at >= now - ACTIVE, s.completed_at.is_(None)).label("active"),
        func.count().filter(s.completed_at >= now - LAST_HOUR).label("answered"),
        func.count().filter(s.started_at >= today).label("started"),
        func.count().filter(s.started_at >= today, s.completed_at.is_not(None)).label("completed"),
    ).where(*_recent(asked, min(today, now - timedelta(days=1)), now))


def _seconds(asked: Asked, now: datetime, today: datetime) -> Select[float]:
    """Mean seconds of today's completed sessions, the last block of fewer than five left out."""
    s = survey_sessions.c
    # From the two times: requests may not read the time taken of single sessions.
    seconds = extract("epoch", s.completed_at - s.started_at)
    place = func.row_number().over(order_by=(s.completed_at, s.id)).label("place")
    every = func.count().over().label("every")
    done = (
        select(seconds.label("seconds"), place, every)
        .where(
            *_recent(asked, today - timedelta(days=1), now),
            s.completed_at >= today,
            s.completed_at <= now,
            seconds.between(0, LONGEST_SECONDS),
        )
        .subquery()
    )
    whole_blocks = done.c.every - done.c.every % gate.SMALLEST
    return select(func.avg(done.c.seconds)).where(done.c.place <= whole_blocks)


def _recent(asked: Asked, since: datetime, now: datetime) -> list[ColumnElement[bool]]:
    """Through the index by survey and start: the cost is that of a day, not of all sessions."""
    s = survey_sessions.c
    ids = select(surveys.c.id).where(*of_organization(asked.organization, surveys))
    return [
        *of_organization(asked.organization, survey_sessions),
        s.survey_id.in_(ids),
        s.started_at >= since,
        s.started_at <= now,
    ]


live = Question("live", LiveAnswer, _live, methods.LIVE, is_live=True)
