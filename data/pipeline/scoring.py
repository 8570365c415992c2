"""Answers become scores: one row a session in ``session_scores``, written only where it changed.

After the first time only sessions noted as changed are read again, with the others of the same
respondents, and those that the survey's new median makes speeders or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, text

from data.analysis import quality, scoring
from data.analysis.cells import LONGEST_SECONDS
from data.analysis.forces import FIGURES
from data.db.bulk import copy_into
from data.db.tables import NOT_STATED, session_scores
from data.pipeline.changes import State, digest, is_noted, load_state, save_scoring, take_unscored
from data.pipeline.survey import Survey

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CHUNK = 10_000

_RULES = 1
"""Raised whenever the same answers would get other scores, so that everything is scored again."""

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

_MIDDLE = text("""
    WITH times AS MATERIALIZED (
        SELECT seconds FROM session_scores s
        WHERE organization_id = :organization AND survey_id = :survey
          AND is_kept AND is_completed AND seconds <= :longest
          AND NOT EXISTS (SELECT FROM unnest(CAST(:sessions AS uuid[])) AS u (id)
                          WHERE u.id = s.session_id)
        UNION ALL SELECT unnest(CAST(:times AS float[]))
    ), people AS (SELECT count(*) AS n FROM times)
    SELECT seconds FROM times ORDER BY seconds
    OFFSET (SELECT greatest(n - 1, 0) / 2 FROM people) LIMIT (SELECT 2 - n % 2 FROM people)
""")

_JUDGED_ANEW = text("""
    SELECT session_id FROM session_scores
    WHERE organization_id = :organization AND survey_id = :survey
      AND is_completed IS DISTINCT FROM false
      AND (seconds < :before) IS DISTINCT FROM (seconds < :after)
""")

_QUESTIONS = text("""
    SELECT string_agg(id::text, ' ' ORDER BY id) FROM questions
    WHERE organization_id = :organization AND survey_id = :survey
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


@dataclass(frozen=True, slots=True)
class _Read:
    """Sessions with their answers, and which of them are kept."""

    sessions: Sequence[Row[Any]]
    answers: _Answers
    kept: list[bool]


def write_scores(connection: Connection, survey: Survey) -> int:
    """Score the sessions that changed; returns how many rows changed.

    Scores that came without answers (a scores-only organisation) are left as they are.
    """
    rules = _rules(connection, survey)
    state = load_state(connection, survey)
    if state.scoring == rules and not is_noted(connection, survey):
        return 0
    unscored = take_unscored(connection, survey)
    if not connection.scalar(_HAS_ANSWERS, survey.key) and connection.scalar(
        _HAS_SCORES, survey.key
    ):
        # Should answers come, all of them are looked at.
        save_scoring(connection, survey, "", None)
        return 0
    if state.scoring == rules:
        read, median = _changed(connection, survey, state, unscored)
    else:
        read = [_read(connection, survey, None)]
        median = quality.median_seconds(*_times(read[0]))
    rows = chain.from_iterable(_rows(survey, each, median) for each in read)
    written = copy_into(connection, session_scores, _COLUMNS, rows, on_conflict="replace")
    save_scoring(connection, survey, rules, None if np.isnan(median) else median)
    return written


def _rules(connection: Connection, survey: Survey) -> str:
    """A digest of everything but the answers that scores depend on."""
    asked = [(question.id, *_fields(question.item)) for question in survey.questions]
    stated = (survey.zone, survey.fallback_day, survey.has_ids, survey.leaves_out_low_quality)
    return digest(_RULES, stated, asked, connection.scalar(_QUESTIONS, survey.key))


def _fields(item: scoring.Item) -> tuple[object, ...]:
    force = None if item.force is None else item.force.value
    return (force, item.low, item.high, item.is_reversed, item.is_outcome)


def _changed(
    connection: Connection, survey: Survey, state: State, unscored: set[UUID]
) -> tuple[list[_Read], float]:
    """What is to be scored again, and the median of the survey as it is now."""
    read = [_read(connection, survey, _with_others(connection, survey, unscored))]
    before = float("nan") if state.median is None else state.median
    median = _median(connection, survey, read[0])
    if median != before and not (np.isnan(median) and np.isnan(before)):
        limits = {"before": _limit(before), "after": _limit(median)}
        judged = set(connection.scalars(_JUDGED_ANEW, {**survey.key, **limits}))
        known = {session.id for session in read[0].sessions}
        read.append(_read(connection, survey, _with_others(connection, survey, judged) - known))
    return read, median


def _limit(median: float) -> float:
    """Below this a session is a speeder's; without a median none is (NaN is greatest in SQL)."""
    return float("-inf") if np.isnan(median) else quality.SPEED_SHARE * median


def _with_others(connection: Connection, survey: Survey, sessions: set[UUID]) -> set[UUID]:
    """The sessions and all others of the same respondents: which is kept is decided anew."""
    if not sessions or not survey.has_ids:
        return sessions
    users = list(connection.scalars(_USERS, {**survey.key, "sessions": list(sessions)}))
    return sessions | set(connection.scalars(_OF_USERS, {**survey.key, "users": users}))


def _median(connection: Connection, survey: Survey, read: _Read) -> float:
    """The median of the survey with these sessions as they are now."""
    seconds, counted = _times(read)
    parameters = {
        "sessions": [session.id for session in read.sessions],
        "times": seconds[counted & (seconds <= LONGEST_SECONDS)].tolist(),
        "longest": LONGEST_SECONDS,
    }
    middle = list(connection.scalars(_MIDDLE, {**survey.key, **parameters}))
    return float(np.median(middle)) if middle else float("nan")


def _times(read: _Read) -> tuple[Floats, Flags]:
    """Seconds of each session (NaN: not known), and whether it counts for the median."""
    seconds = np.array([np.nan if s.seconds is None else s.seconds for s in read.sessions])
    completed = np.array([s.is_completed is True for s in read.sessions], dtype=bool)
    return seconds, completed & np.array(read.kept, dtype=bool)


def _read(connection: Connection, survey: Survey, only: set[UUID] | None) -> _Read:
    """All sessions, or only these as far as they still exist."""
    times = {"zone": survey.zone, "fallback": survey.fallback_day}
    query, some = (
        (_ALL_SESSIONS, {}) if only is None else (_SOME_SESSIONS, {"sessions": list(only)})
    )
    sessions = connection.execute(query, {**survey.key, **times, **some}).all()
    answers = _answers(connection, survey, [session.id for session in sessions], only is None)
    return _Read(sessions, answers, _kept(survey, sessions, answers.counts))


def _answers(
    connection: Connection, survey: Survey, sessions: Sequence[UUID], are_all: bool
) -> _Answers:
    shape = (len(sessions), len(survey.questions))
    answers = _Answers(np.full(shape, np.nan), np.zeros(shape, dtype=bool), [0] * len(sessions))
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


def _rows(survey: Survey, read: _Read, median: float) -> Iterator[Sequence[object]]:
    scores = scoring.score(read.answers.values, survey.items)
    flags = _flags(survey, read, median)
    for session, is_kept, raised, figures, items, segment in zip(
        read.sessions,
        read.kept,
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


def _flags(survey: Survey, read: _Read, median: float) -> list[list[str]]:
    """The raised flags of each session; ``median`` is that of the survey's kept ones."""
    seconds, _ = _times(read)
    unfinished = np.array([s.is_completed is False for s in read.sessions], dtype=bool)
    unturned = scoring.unturned_scores(read.answers.values, survey.items)
    raised = {
        quality.Flag.SPEEDER: quality.speeders(seconds, unfinished, median),
        quality.Flag.STRAIGHT: quality.straight_liners(unturned),
        quality.Flag.BLANK: quality.mostly_blank(read.answers.answered),
    }
    return [[flag.value for flag in raised if raised[flag][i]] for i in range(len(read.sessions))]
