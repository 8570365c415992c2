"""Figures of a survey in the periods it is as fine as: what the desk tells the widest viewer.

Asked as the app role through the questions everybody asks, so a summary can tell nothing that they
do not. A survey's own period belongs to the calendar period that holds its middle day: a week to
the month of its Thursday (as ISO 8601 has it for years), a wave to the quarter and the year of the
middle of its answers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args
from uuid import UUID

from sqlalchemy import Connection, text

from data.access import Principal, Role
from data.contracts import EnhancedAnalytics
from data.queries.desk import Desk
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.question import Wave
from data.stages.periods import PeriodType, first_day

NOBODY = UUID(int=0)
_ORDER: tuple[PeriodType, ...] = get_args(PeriodType)

_PERIODS = text("""
    SELECT DISTINCT unnest(periods) AS day FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey ORDER BY 1
""")


@dataclass(frozen=True, slots=True)
class Scored:
    """What is known of a survey in one period.

    ``periods`` are the survey's own ones it is made of, empty for all of them.
    """

    survey: UUID
    type: PeriodType
    first: date
    periods: tuple[date, ...]
    of: EnhancedAnalytics


def widest(organization: UUID) -> Principal:
    """Who sees every department: the viewer that what is prepared ahead is prepared for."""
    return Principal(NOBODY, organization, Role.EXECUTIVE)


def places(
    connection: Connection, organization: UUID, wave: Wave
) -> Mapping[tuple[PeriodType, date], tuple[date, ...]]:
    """The calendar periods a survey has figures in, and which of its own ones make each."""
    if wave.period == "wave":
        middle = wave.at.date()
        found: tuple[PeriodType, ...] = ("quarter", "year")
        return {(type_, first_day(type_, middle)): () for type_ in found}
    key = {"organization": organization, "survey": wave.id}
    own = [row.day for row in connection.execute(_PERIODS, key)]
    groups: dict[tuple[PeriodType, date], list[date]] = defaultdict(list)
    for day in own:
        middle = day + timedelta(days=3) if wave.period == "week" else day
        for type_ in _ORDER[_ORDER.index(wave.period) :]:
            groups[type_, first_day(type_, middle)].append(day)
    return {key: () if days == own else tuple(days) for key, days in groups.items()}


def scored(
    desk: Desk,
    organization: UUID,
    wave: Wave,
    of: Mapping[tuple[PeriodType, date], tuple[date, ...]],
) -> Iterator[Scored]:
    """The figures of these periods; none where too few people answered in one."""
    answers: dict[tuple[date, ...], EnhancedAnalytics] = {}
    for (type_, first), periods in of.items():
        if periods not in answers:
            filters = Filters(surveys=(wave.id,), periods=periods)
            answers[periods] = enhanced_analytics(desk, widest(organization), filters)
        if answers[periods].about.state == "ready":
            yield Scored(wave.id, type_, first, periods, answers[periods])
