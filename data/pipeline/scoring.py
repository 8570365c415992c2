"""Answers become scores: one row a session in ``session_scores``, written only where it changed.

After the first time only sessions noted as changed are read again, with the others of the same
respondents, and those that the survey's new median makes speeders or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, text

from data.analysis import quality, scoring
from data.analysis.cells import LONGEST_SECONDS
from data.analysis.forces import FIGURES
from data.db.bulk import copy_into
from data.db.tables import NOT_STATED, session_scores
from data.pipeline.answers import Read, read_answers, with_others
from data.pipeline.changes import State, digest, is_noted, load_state, save_scoring, take_unscored
from data.pipeline.survey import Survey

_RULES = 1
"""Raised whenever the same answers would get other scores, so that everything is scored again."""

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

_HAVE_ANSWERS = text("""
    SELECT EXISTS (SELECT FROM responses
                   WHERE organization_id = :organization AND session_id = ANY(:sessions))
""")

_HAS_SCORES = text("""
    SELECT EXISTS (SELECT FROM session_scores
                   WHERE organization_id = :organization AND survey_id = :survey)
""")


@dataclass(frozen=True, slots=True)
class Scored:
    """How many rows changed, and the sessions noted as changed; None where nobody knows which."""

    rows: int = 0
    sessions: frozenset[UUID] | None = frozenset()


def write_scores(connection: Connection, survey: Survey) -> Scored:
    """Score the sessions that changed.

    Scores that came without answers (a scores-only organisation) are left as they are.
    """
    rules = _rules(connection, survey)
    state = load_state(connection, survey)
    if state.scoring == rules and not is_noted(connection, survey):
        return Scored()
    is_known = state.scoring == rules
    are_named = is_known or state.texts != ""
    unscored = take_unscored(connection, survey, are_named)
    noted = frozenset(unscored) if are_named else None
    if not _has_answers(connection, survey, unscored) and connection.scalar(
        _HAS_SCORES, survey.key
    ):
        # Should answers come, all of them are looked at.
        save_scoring(connection, survey, "", None)
        return Scored(0, noted)
    if is_known:
        read, median = _changed(connection, survey, state, unscored)
    else:
        read = [read_answers(connection, survey, None)]
        median = quality.median_seconds(*read[0].times())
    rows = chain.from_iterable(_rows(survey, each, median) for each in read)
    written = copy_into(connection, session_scores, _COLUMNS, rows, on_conflict="replace")
    save_scoring(connection, survey, rules, None if np.isnan(median) else median)
    return Scored(written, noted)


def _has_answers(connection: Connection, survey: Survey, some: set[UUID]) -> bool:
    """Whether the survey has any answers; these sessions are asked first, as that is quick."""
    if some and connection.scalar(_HAVE_ANSWERS, {**survey.key, "sessions": list(some)}):
        return True
    return bool(connection.scalar(_HAS_ANSWERS, survey.key))


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
) -> tuple[list[Read], float]:
    """What is to be scored again, and the median of the survey as it is now."""
    read = [read_answers(connection, survey, with_others(connection, survey, unscored))]
    before = float("nan") if state.median is None else state.median
    median = _median(connection, survey, read[0])
    if median != before and not (np.isnan(median) and np.isnan(before)):
        limits = {"before": _limit(before), "after": _limit(median)}
        judged = set(connection.scalars(_JUDGED_ANEW, {**survey.key, **limits}))
        known = {session.id for session in read[0].sessions}
        read.append(
            read_answers(connection, survey, with_others(connection, survey, judged) - known)
        )
    return read, median


def _limit(median: float) -> float:
    """Below this a session is a speeder's; without a median none is (NaN is greatest in SQL)."""
    return float("-inf") if np.isnan(median) else quality.SPEED_SHARE * median


def _median(connection: Connection, survey: Survey, read: Read) -> float:
    """The median of the survey with these sessions as they are now."""
    seconds, counted = read.times()
    parameters = {
        "sessions": [session.id for session in read.sessions],
        "times": seconds[counted & (seconds <= LONGEST_SECONDS)].tolist(),
        "longest": LONGEST_SECONDS,
    }
    middle = list(connection.scalars(_MIDDLE, {**survey.key, **parameters}))
    return float(np.median(middle)) if middle else float("nan")


def _rows(survey: Survey, read: Read, median: float) -> Iterator[Sequence[object]]:
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


def _flags(survey: Survey, read: Read, median: float) -> list[list[str]]:
    """The raised flags of each session; ``median`` is that of the survey's kept ones."""
    seconds, _ = read.times()
    unfinished = np.array([s.is_completed is False for s in read.sessions], dtype=bool)
    unturned = scoring.unturned_scores(read.answers.values, survey.items)
    raised = {
        quality.Flag.SPEEDER: quality.speeders(seconds, unfinished, median),
        quality.Flag.STRAIGHT: quality.straight_liners(unturned),
        quality.Flag.BLANK: quality.mostly_blank(read.answers.answered),
    }
    return [[flag.value for flag in raised if raised[flag][i]] for i in range(len(read.sessions))]
