"""Answers become scores: one row a session in ``session_scores``, written only where it changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, text

from data.analysis import quality, scoring
from data.analysis.forces import FIGURES
from data.db.bulk import copy_into
from data.db.tables import NOT_STATED, session_scores
from data.pipeline.survey import Survey

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CHUNK = 10_000

_SESSIONS = text("""
    SELECT s.id, s.user_id, s.department_id, coalesce(s.role, '') AS role, s.is_completed,
           coalesce(s.seconds, extract(epoch FROM s.completed_at - s.started_at)::float) AS seconds,
           coalesce((coalesce(s.completed_at, s.started_at) AT TIME ZONE :zone)::date, :fallback)
               AS answered_on,
           coalesce(s.completed_at, s.started_at, s.created_at) AS at, s.source_key
    FROM survey_sessions s
    WHERE s.organization_id = :organization AND s.survey_id = :survey
    ORDER BY s.id
""")

_ANSWERS = text("""
    WITH asked AS (
        SELECT id, place FROM unnest(CAST(:questions AS uuid[])) WITH ORDINALITY AS q (id, place)
    )
    SELECT r.session_id,
           count(*) FILTER (WHERE r.value IS NOT NULL OR r.text <> '' OR r.is_unsure) AS answers,
           array_agg(a.place - 1) FILTER (WHERE a.place IS NOT NULL) AS places,
           array_agg(r.value) FILTER (WHERE a.place IS NOT NULL) AS values,
           array_agg(r.is_unsure) FILTER (WHERE a.place IS NOT NULL) AS unsure
    FROM responses r LEFT JOIN asked a ON a.id = r.question_id
    WHERE r.organization_id = :organization AND r.survey_id = :survey
    GROUP BY r.session_id
""")

_HAS_ANSWERS = text("""
    SELECT EXISTS (SELECT FROM responses
                   WHERE organization_id = :organization AND survey_id = :survey)
""")

_HAS_SCORES = text("""
    SELECT EXISTS (SELECT FROM session_scores
                   WHERE organization_id = :organization AND survey_id = :survey)
""")


@dataclass(frozen=True, slots=True)
class _Answers:
    """Raw answers, sessions x scaled items. ``answered`` holds unsure ones too."""

    values: Floats
    answered: Flags
    counts: list[int]


def write_scores(connection: Connection, survey: Survey) -> int:
    """Score every session of the survey; returns how many rows changed.

    Scores that came without answers (a scores-only organisation) are left as they are.
    """
    if not connection.scalar(_HAS_ANSWERS, survey.key) and connection.scalar(
        _HAS_SCORES, survey.key
    ):
        return 0
    times = {"zone": survey.zone, "fallback": survey.fallback_day}
    sessions = connection.execute(_SESSIONS, {**survey.key, **times}).all()
    answers = _answers(connection, survey, [session.id for session in sessions])
    rows = _rows(survey, sessions, answers)
    return copy_into(connection, session_scores, _COLUMNS, rows, on_conflict="replace")


def _answers(connection: Connection, survey: Survey, sessions: Sequence[UUID]) -> _Answers:
    shape = (len(sessions), len(survey.questions))
    answers = _Answers(np.full(shape, np.nan), np.zeros(shape, dtype=bool), [0] * len(sessions))
    where = {session: row for row, session in enumerate(sessions)}
    parameters = {**survey.key, "questions": [question.id for question in survey.questions]}
    options = {"yield_per": _CHUNK}
    for found in connection.execute(_ANSWERS, parameters, execution_options=options):
        row = where[found.session_id]
        answers.counts[row] = found.answers
        if found.places:
            values = np.array(found.values, dtype=np.float64)
            answers.values[row, found.places] = values
            answers.answered[row, found.places] = ~np.isnan(values) | np.array(found.unsure)
    return answers


def _rows(
    survey: Survey, sessions: Sequence[Row[Any]], answers: _Answers
) -> Iterator[Sequence[object]]:
    scores = scoring.score(answers.values, survey.items)
    kept = _kept(survey, sessions, answers.counts)
    flags = _flags(survey, sessions, answers, kept)
    for session, is_kept, raised, figures, items, segment in zip(
        sessions,
        kept,
        flags,
        scores.figures.tolist(),
        scores.items.tolist(),
        scores.segments,
        strict=True,
    ):
        word = quality.quality(len(raised))
        good = word is not quality.Quality.LOW or not survey.leaves_out_low_quality
        yield (
            survey.organization,
            session.id,
            survey.id,
            session.user_id if survey.has_ids else None,
            session.department_id or NOT_STATED,
            session.role,
            session.answered_on,
            *(None if np.isnan(value) else value for value in figures),
            segment,
            is_kept,
            is_kept and good,
            word.value,
            raised,
            session.is_completed,
            session.seconds,
            items,
        )


_COLUMNS = (
    "organization_id",
    "session_id",
    "survey_id",
    "user_id",
    "department_id",
    "role",
    "answered_on",
    *(figure.value for figure in FIGURES),
    "segment",
    "is_kept",
    "is_counted",
    "quality",
    "flags",
    "is_completed",
    "seconds",
    "items",
)


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


def _flags(
    survey: Survey, sessions: Sequence[Row[Any]], answers: _Answers, kept: list[bool]
) -> list[list[str]]:
    """The raised flags of each session; the median is that of the kept ones."""
    seconds = np.array([np.nan if s.seconds is None else s.seconds for s in sessions])
    completed = np.array([s.is_completed is True for s in sessions], dtype=bool)
    unfinished = np.array([s.is_completed is False for s in sessions], dtype=bool)
    median = quality.median_seconds(seconds, completed & np.array(kept, dtype=bool))
    unturned = scoring.unturned_scores(answers.values, survey.items)
    raised = {
        quality.Flag.SPEEDER: quality.speeders(seconds, unfinished, median),
        quality.Flag.STRAIGHT: quality.straight_liners(unturned),
        quality.Flag.BLANK: quality.mostly_blank(answers.answered),
    }
    return [[flag.value for flag in raised if raised[flag][i]] for i in range(len(sessions))]
