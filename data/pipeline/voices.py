"""Figures of voice recordings; whole survey, released by a ledger of their own.

The ledger has a value a session for each figure, as scores have: what a correction of one
recording would tell of one figure is seen even where the others do not change. Transcripts are
read anew only of sessions whose recordings changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, Row, text

from data.analysis.ledger import Current, Session
from data.analysis.voices import Figure, Recording, recording, released, values_of
from data.db.bulk import copy_into
from data.db.recordings import link_recordings
from data.db.tables import survey_voices
from data.pipeline.survey import Survey
from data.pipeline.wide import settle, smallest_whole
from data.pipeline.withdrawing import withdraw_summaries

_ATOM = 1
_CHUNK = 1_000

_DIGEST = 0
"""Place of the digest of all recordings of a session in a ledger's row; the figures follow."""
_FIGURES = tuple(Figure)

_COMPLETED = """
    WITH spoken AS MATERIALIZED (
        SELECT v.id, v.duration_seconds AS seconds, v.confidence, v.transcript, v.reference_text,
               v.quality, CASE WHEN :has_ids THEN coalesce(s.user_id, s.id) ELSE s.id END AS person,
               coalesce(nullif(v.language, ''), nullif(s.language, ''), :language) AS language
        FROM voice_recordings v
        JOIN survey_sessions s ON s.organization_id = :organization AND s.id = v.session_id
        WHERE v.organization_id = :organization AND v.survey_id = :survey
          AND v.processing_status = 'completed'
    ), said AS (
        SELECT k.session_id, v.* FROM spoken v
        JOIN session_scores k ON k.organization_id = :organization AND k.survey_id = :survey
                             AND k.is_kept AND coalesce(k.user_id, k.session_id) = v.person
    )
"""
"""Recordings of the session that counts of each respondent, whichever they were made in."""

_SESSIONS = text(f"""{_COMPLETED}
    SELECT session_id, person,
           (hashtextextended(string_agg(md5(ROW(seconds, confidence, transcript, reference_text,
                quality, language)::text), '' ORDER BY id), 0) & 4503599627370495)::float AS digest,
           bool_or(seconds IS NOT NULL) AS has_seconds,
           bool_or(confidence IS NOT NULL) AS has_confidence,
           bool_or(btrim(reference_text) <> '' AND btrim(transcript) <> '') AS has_reference
    FROM said GROUP BY session_id, person ORDER BY session_id
""")

_RECORDINGS = text(f"""{_COMPLETED}
    SELECT * FROM said WHERE session_id = ANY(CAST(:sessions AS uuid[]))
    ORDER BY session_id, id
""")

_HELD = text("""
    SELECT session_id, figures FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'voices'
      AND version = 0
""")

_DELETE = text("""
    DELETE FROM survey_voices WHERE organization_id = :organization AND survey_id = :survey
""")


def write_voices(connection: Connection, survey: Survey) -> bool:
    """Release the figures of the recordings anew, if they may be; True if any changed."""
    link_recordings(connection, survey.organization, survey.id)
    measured: dict[Session, Sequence[Recording]] = {}
    current = _current(connection, survey, measured)
    settled = settle(connection, survey, "voices", current, 1 + len(_FIGURES))
    if not settled.released and not settled.hidden:
        return False
    if settled.hidden:
        withdraw_summaries(connection, survey)
    deleted = connection.execute(_DELETE, survey.key).rowcount
    if settled.released:
        copy_into(connection, survey_voices, _COLUMNS, _rows(connection, survey, current, measured))
    return bool(settled.released) or deleted > 0


def _current(
    connection: Connection, survey: Survey, measured: dict[Session, Sequence[Recording]]
) -> dict[Session, Current]:
    """What a release of today would hold; ``measured`` takes the recordings that were read."""
    rows = connection.execute(_SESSIONS, _parameters(survey)).all()
    held = {row.session_id: row.figures for row in connection.execute(_HELD, survey.key)}
    values = {
        row.session_id: list(known)
        for row in rows
        if (known := held.get(row.session_id)) is not None and _is_known(row, known)
    }
    fresh = {row.session_id: row.digest for row in rows if row.session_id not in values}
    measured |= _recordings(connection, survey, fresh)
    for session, mine in measured.items():
        of = values_of(mine)
        values[session] = [fresh[session], *(of[figure] for figure in _FIGURES)]
    _withhold(values.values(), smallest_whole(survey))
    return {
        row.session_id: Current(row.person, _ATOM, tuple(values[row.session_id])) for row in rows
    }


def _is_known(row: Row[Any], held: Sequence[float | None]) -> bool:
    """Whether the last release holds all values of these recordings.

    What a session has no value in, nobody knows; what was withheld from the release is not held.
    """
    has = {
        Figure.DURATION: row.has_seconds,
        Figure.WORDS: row.has_reference,
        Figure.CONFIDENCE: row.has_confidence,
    }
    return held[_DIGEST] == row.digest and not any(
        value is None and has.get(figure, True)
        for figure, value in zip(_FIGURES, held[_DIGEST + 1 :], strict=True)
    )


def _withhold(values: Iterable[list[float | None]], smallest: int) -> None:
    """Take out the figures whose base is too small: they are no part of a release."""
    rows = list(values)
    for place in range(_DIGEST + 1, 1 + len(_FIGURES)):
        if sum(row[place] is not None for row in rows) < smallest:
            for row in rows:
                row[place] = None


def _recordings(
    connection: Connection, survey: Survey, sessions: Iterable[Session]
) -> dict[Session, list[Recording]]:
    """The recordings of these sessions, measured."""
    mine: dict[Session, list[Recording]] = defaultdict(list)
    chosen = {**_parameters(survey), "sessions": list(sessions)}
    if not chosen["sessions"]:
        return mine
    for row in connection.execute(_RECORDINGS, chosen, execution_options={"yield_per": _CHUNK}):
        one = recording(
            row.person,
            seconds=row.seconds,
            confidence=row.confidence,
            transcript=row.transcript,
            reference=row.reference_text,
            quality=row.quality,
            language=row.language,
        )
        mine[row.session_id].append(one)
    return mine


_COLUMNS = (
    "organization_id",
    "survey_id",
    "figure",
    "category",
    "recordings",
    "respondents",
    "value",
)


def _rows(
    connection: Connection,
    survey: Survey,
    current: Iterable[Session],
    measured: Mapping[Session, Sequence[Recording]],
) -> list[Sequence[object]]:
    rest = _recordings(connection, survey, (s for s in current if s not in measured))
    every = [one for mine in (*measured.values(), *rest.values()) for one in mine]
    return [
        (survey.organization, survey.id, *astuple(row))
        for row in released(every, smallest_whole(survey))
    ]


def _parameters(survey: Survey) -> dict[str, object]:
    return {**survey.key, "has_ids": survey.has_ids, "language": survey.language}
