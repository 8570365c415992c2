"""Sessions and their raw answers as scores are made of them: all of a survey, or some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, text

from data.analysis import quality
from data.pipeline.survey import Survey

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CHUNK = 10_000

_SESSIONS = """
    SELECT s.id, s.user_id, s.department_id, coalesce(s.role, '') AS role, s.is_completed,
           coalesce(s.seconds, extract(epoch FROM s.completed_at - s.started_at)::float) AS seconds,
           coalesce((coalesce(s.completed_at, s.started_at) AT TIME ZONE :zone)::date, :fallback)
               AS answered_on,
           coalesce(s.completed_at, s.started_at, s.created_at) AS at, s.source_key
    FROM survey_sessions s
    WHERE s.organization_id = :organization AND s.survey_id = :survey {}
    ORDER BY s.id
"""

_ANSWERS = """
    WITH asked AS (
        SELECT id, place FROM unnest(CAST(:questions AS uuid[])) WITH ORDINALITY AS q (id, place)
    )
    SELECT r.session_id,
           count(*) FILTER (WHERE r.value IS NOT NULL OR r.text <> '' OR r.is_unsure) AS answers,
           array_agg(a.place - 1) FILTER (WHERE a.place IS NOT NULL) AS places,
           array_agg(r.value) FILTER (WHERE a.place IS NOT NULL) AS values,
           array_agg(r.is_unsure) FILTER (WHERE a.place IS NOT NULL) AS unsure
    FROM responses r LEFT JOIN asked a ON a.id = r.question_id
    WHERE r.organization_id = :organization AND r.survey_id = :survey {}
    GROUP BY r.session_id
"""

_ALL_SESSIONS, _ALL_ANSWERS = text(_SESSIONS.format("")), text(_ANSWERS.format(""))
_SOME_SESSIONS = text(_SESSIONS.format("AND s.id = ANY(:sessions)"))
_SOME_ANSWERS = text(_ANSWERS.format("AND r.session_id = ANY(:sessions)"))

_USERS = text("""
    SELECT DISTINCT user_id FROM survey_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND id = ANY(:sessions)
      AND user_id IS NOT NULL
""")

_OF_USERS = text("""
    SELECT id FROM survey_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND user_id = ANY(:users)
""")


@dataclass(frozen=True, slots=True)
class Answers:
    """Raw answers, sessions x scaled items. ``answered`` holds unsure ones too."""

    values: Floats
    answered: Flags
    counts: list[int]


@dataclass(frozen=True, slots=True)
class Read:
    """Sessions with their answers, and which of them are kept."""

    sessions: Sequence[Row[Any]]
    answers: Answers
    kept: list[bool]

    def times(self) -> tuple[Floats, Flags]:
        """Seconds of each session (NaN: not known), and whether it counts for the median."""
        seconds = np.array([np.nan if s.seconds is None else s.seconds for s in self.sessions])
        completed = np.array([s.is_completed is True for s in self.sessions], dtype=bool)
        return seconds, completed & np.array(self.kept, dtype=bool)


def read_answers(connection: Connection, survey: Survey, only: set[UUID] | None) -> Read:
    """All sessions, or only these as far as they still exist."""
    times = {"zone": survey.zone, "fallback": survey.fallback_day}
    query, some = (
        (_ALL_SESSIONS, {}) if only is None else (_SOME_SESSIONS, {"sessions": list(only)})
    )
    sessions = connection.execute(query, {**survey.key, **times, **some}).all()
    answers = _answers(connection, survey, [session.id for session in sessions], only is None)
    return Read(sessions, answers, _kept(survey, sessions, answers.counts))


def _answers(
    connection: Connection, survey: Survey, sessions: Sequence[UUID], are_all: bool
) -> Answers:
    shape = (len(sessions), len(survey.questions))
    answers = Answers(np.full(shape, np.nan), np.zeros(shape, dtype=bool), [0] * len(sessions))
    where = {session: row for row, session in enumerate(sessions)}
    parameters: dict[str, object] = {**survey.key}
    parameters["questions"] = [question.id for question in survey.questions]
    if not are_all:
        parameters["sessions"] = list(sessions)
    query = _ALL_ANSWERS if are_all else _SOME_ANSWERS
    options = {"yield_per": _CHUNK}
    for found in connection.execute(query, parameters, execution_options=options):
        row = where.get(found.session_id)
        if row is None:  # it came in the meantime, and is noted
            continue
        answers.counts[row] = found.answers
        if found.places:
            values = np.array(found.values, dtype=np.float64)
            answers.values[row, found.places] = values
            answers.answered[row, found.places] = ~np.isnan(values) | np.array(found.unsure)
    return answers


def _kept(survey: Survey, sessions: Sequence[Row[Any]], counts: Sequence[int]) -> list[bool]:
    return quality.kept(
        [
            quality.Candidate(
                respondent=session.user_id if survey.has_ids else None,
                is_completed=bool(session.is_completed),
                at=session.at,
                answers=count,
                key=session.source_key,
            )
            for session, count in zip(sessions, counts, strict=True)
        ]
    )


def with_others(connection: Connection, survey: Survey, sessions: set[UUID]) -> set[UUID]:
    """The sessions and all others of the same respondents: which is kept is decided anew."""
    if not sessions or not survey.has_ids:
        return sessions
    users = list(connection.scalars(_USERS, {**survey.key, "sessions": list(sessions)}))
    return sessions | set(connection.scalars(_OF_USERS, {**survey.key, "users": users}))
