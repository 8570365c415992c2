"""What people wrote and said in a survey: the one place where texts are read.

A text is a comment, or the transcript of a completed recording, of a session that is kept. Each
session has one language; a recording that states another one is left out.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.languages import code, language_of
from data.analysis.ledger import Current, Session
from data.analysis.redaction import Redactor
from data.db.recordings import link_recordings
from data.pipeline.survey import Survey

ANY_FORCE = ""
"""Questions without a force, taken together."""

Sessions = dict[Session, Current]

_WORTH_WHILE = 0.05
"""Share of a language's released texts that must have changed before it is looked at again."""

_TEXTS = text("""
    WITH kept AS (
        SELECT k.session_id, coalesce(k.user_id, k.session_id) AS respondent, s.language
        FROM session_scores k
        JOIN survey_sessions s ON s.organization_id = :organization AND s.id = k.session_id
        WHERE k.organization_id = :organization AND k.survey_id = :survey AND k.is_kept
    ), written AS (
        SELECT k.*, coalesce(q.force::text, '') AS force, NULL AS spoken, r.text, q.position, r.id
        FROM kept k
        JOIN responses r ON r.organization_id = :organization AND r.session_id = k.session_id
        JOIN questions q ON q.organization_id = :organization AND q.id = r.question_id
                        AND q.kind = 'comment'
    ), said AS (
        SELECT k.*, coalesce(q.force::text, ''), coalesce(v.language, ''), v.transcript,
               coalesce(q.position, 0), v.id
        FROM voice_recordings v
        JOIN survey_sessions s ON s.organization_id = :organization AND s.id = v.session_id
        JOIN kept k ON k.respondent = CASE WHEN :has_ids THEN coalesce(s.user_id, s.id)
                                           ELSE s.id END
        LEFT JOIN questions q ON q.organization_id = :organization AND q.id = v.question_id
        WHERE v.organization_id = :organization AND v.survey_id = :survey
          AND v.processing_status = 'completed'
    )
    SELECT * FROM (SELECT * FROM written UNION ALL SELECT * FROM said) AS texts
    WHERE btrim(text) <> ''
    ORDER BY session_id, spoken IS NOT NULL, position, id
""")

_HELD = text("""
    SELECT session_id, respondent, atom, figures FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'texts'
      AND version = 0
""")

_PEOPLE = text("""
    SELECT coalesce(c.display_name, '') AS name, coalesce(u.email, '') AS mail
    FROM members m
    JOIN auth.users u ON u.id = m.user_id
    LEFT JOIN identity.credentials c ON c.user_id = m.user_id
    WHERE m.organization_id = :organization
""")


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one session, by the force their questions ask for."""

    session: UUID
    respondent: UUID
    language: str
    by_force: Mapping[str, tuple[str, ...]]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part for of in self.by_force.values() for part in of)

    @property
    def digest(self) -> float:
        """52 bits of a hash of all that is read, which a double holds exactly."""
        told = (f"{force}\x1e" + "\x1f".join(of) for force, of in sorted(self.by_force.items()))
        return float(int.from_bytes(sha256("\x1d".join(told).encode()).digest()[:8], "big") >> 12)


def read_texts(connection: Connection, survey: Survey) -> list[Texts]:
    """The texts of every kept session that has any, by session."""
    link_recordings(connection, survey.organization, survey.id)
    rows = connection.execute(_TEXTS, {**survey.key, "has_ids": survey.has_ids})
    sessions = groupby(rows, key=lambda row: row.session_id)
    return [_texts(survey, list(of)) for _, of in sessions]


def _texts(survey: Survey, rows: Sequence[Row[Any]]) -> Texts:
    stated = rows[0].language or next((row.spoken for row in rows if row.spoken), "")
    everything = "\n".join(row.text for row in rows)
    language = language_of(everything, stated=stated, survey=survey.language)
    by_force: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if not row.spoken or code(row.spoken) == language:
            by_force[row.force].append(row.text)
    parts = {force: tuple(of) for force, of in sorted(by_force.items())}
    return Texts(rows[0].session_id, rows[0].respondent, language, parts)


def current(connection: Connection, survey: Survey, texts: Iterable[Texts]) -> Sessions:
    """The sessions as the ledger compares them: each language is an atom.

    While nobody is gone and few texts of a language have changed, it is as it was released: themes
    are made anew for more than a handful of people, or every small release would make others.
    """
    now = {of.session: Current(of.respondent, atom(of.language), (of.digest,)) for of in texts}
    held = {
        row.session_id: Current(row.respondent, row.atom, tuple(row.figures))
        for row in connection.execute(_HELD, survey.key)
    }
    still = {one.atom for one in held.values()} - {
        one.atom for session, one in held.items() if _is_gone(one, now.get(session))
    }
    sizes = Counter(one.atom for one in held.values())
    changes = Counter(one.atom for session, one in now.items() if held.get(session) != one)
    still = {number for number in still if changes[number] < _WORTH_WHILE * sizes[number]}
    kept = {session: one for session, one in held.items() if one.atom in still}
    return {session: one for session, one in now.items() if one.atom not in still} | kept


def _is_gone(held: Current, now: Current | None) -> bool:
    return now is None or now.atom != held.atom


def atom(language: str) -> int:
    """A language as the number of an atom."""
    return zlib.crc32(language.encode()) & 0x7FFFFFFF


def redactor(connection: Connection, survey: Survey, texts: Iterable[Texts]) -> Redactor:
    """What takes names out of texts of one language; it knows the organisation's own users."""
    by_author: dict[Hashable, list[str]] = defaultdict(list)
    language = survey.language
    for of in texts:
        by_author[of.respondent] += of.parts
        language = of.language
    people = connection.execute(_PEOPLE, {"organization": survey.organization})
    known = [part for row in people for part in (row.name, row.mail.partition("@")[0])]
    return Redactor(by_author, language, known)


def redacted(texts: Iterable[Texts], redactor: Redactor) -> list[Texts]:
    """The same without names, addresses, handles, links and long numbers."""
    return [
        Texts(
            of.session,
            of.respondent,
            of.language,
            {f: tuple(map(redactor.redact, parts)) for f, parts in of.by_force.items()},
        )
        for of in texts
    ]


def by_author(texts: Iterable[Texts], force: str | None = None) -> dict[Hashable, list[str]]:
    """Each author's texts, all or those of one force."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for of in texts:
        parts = of.parts if force is None else of.by_force.get(force, ())
        if parts:
            found[of.respondent] += parts
    return dict(found)
