"""Terms of a survey's comments, per language; whole survey, released by a ledger of their own."""

import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, text

from data.analysis.ledger import Current, Session
from data.analysis.terms import authors_by_term
from data.db.bulk import copy_into
from data.db.tables import survey_terms
from data.pipeline.survey import Survey
from data.pipeline.wide import settle

_COMMENTS = text("""
    SELECT s.session_id, coalesce(s.user_id, s.session_id) AS respondent,
           lower(left(coalesce(nullif(v.language, ''), :language), 2)) AS language,
           array_agg(r.text ORDER BY q.position, r.id) AS comments
    FROM session_scores s
    JOIN survey_sessions v ON v.organization_id = :organization AND v.id = s.session_id
    JOIN responses r ON r.organization_id = :organization AND r.session_id = s.session_id
    JOIN questions q ON q.organization_id = :organization AND q.id = r.question_id
                    AND q.kind = 'comment'
    WHERE s.organization_id = :organization AND s.survey_id = :survey AND s.is_kept
      AND btrim(r.text) <> ''
    GROUP BY 1, 2, 3 ORDER BY 1
""")

_DELETE = text("""
    DELETE FROM survey_terms
    WHERE organization_id = :organization AND survey_id = :survey AND language = ANY(:languages)
""")


def write_terms(connection: Connection, survey: Survey) -> bool:
    """Release the terms of each language anew, if they may; True if any changed."""
    parameters = {**survey.key, "language": survey.language}
    rows = connection.execute(_COMMENTS, parameters).all()
    current: dict[Session, Current] = {
        row.session_id: Current(row.respondent, _number(row.language), (_digest(row.comments),))
        for row in rows
    }
    settled = settle(connection, survey, "texts", current)
    languages = {_number(row.language): row.language for row in rows}
    changed = settled.released | settled.hidden
    if not changed:
        return False
    known = {_number(language): language for language in _shown(connection, survey)} | languages
    hidden = [known[number] for number in changed if number in known]
    deleted = connection.execute(_DELETE, {**survey.key, "languages": hidden}).rowcount
    released = {languages[number] for number in settled.released}
    copy_into(connection, survey_terms, _COLUMNS, _term_rows(survey, rows, released))
    return bool(released) or deleted > 0


_COLUMNS = ("organization_id", "survey_id", "language", "term", "authors", "base")


def _term_rows(
    survey: Survey, rows: Sequence[Row[Any]], languages: Iterable[str]
) -> Iterable[Sequence[object]]:
    for language in sorted(languages):
        comments: dict[Hashable, list[str]] = defaultdict(list)
        for row in rows:
            if row.language == language:
                comments[row.respondent] += row.comments
        terms = authors_by_term(comments, language, survey.smallest)
        for term, authors in terms.items():
            yield survey.organization, survey.id, language, term, authors, len(comments)


def _shown(connection: Connection, survey: Survey) -> list[str]:
    shown = text("""
        SELECT DISTINCT language FROM survey_terms
        WHERE organization_id = :organization AND survey_id = :survey
    """)
    return [row.language for row in connection.execute(shown, survey.key)]


def _number(language: str) -> int:
    """A language as the number of an atom."""
    return zlib.crc32(language.encode()) & 0x7FFFFFFF


def _digest(comments: Sequence[str]) -> float:
    """52 bits of a hash of what somebody wrote, which a double holds exactly."""
    joined = "\x1f".join(comments).encode()
    return float(int.from_bytes(sha256(joined).digest()[:8], "big") >> 12)
