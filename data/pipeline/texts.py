"""What people wrote and said in a survey: the one place where texts are read.

A text is a comment, or the transcript of a completed recording, of a session that is kept. Each
session has one language; a recording that states another one is left out.
"""

import zlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.languages import code, language_of
from data.analysis.redaction import Redactor
from data.pipeline.survey import Survey

ANY_FORCE = ""
"""Questions without a force, taken together."""

_TEXTS = """
    WITH kept AS (
        SELECT k.session_id, coalesce(k.user_id, k.session_id) AS respondent, s.language
        FROM session_scores k
        JOIN survey_sessions s ON s.organization_id = :organization AND s.id = k.session_id
        WHERE k.organization_id = :organization AND k.survey_id = :survey AND k.is_kept {0}
    ), written AS (
        SELECT k.*, coalesce(q.force::text, '') AS force, NULL AS spoken, r.text, q.position, r.id
        FROM kept k
        JOIN responses r ON r.organization_id = :organization AND r.session_id = k.session_id
        JOIN questions q ON q.organization_id = :organization AND q.id = r.question_id
                        AND q.kind = 'comment'
        WHERE true {1}
    ), said AS (
        SELECT k.*, coalesce(q.force::text, ''), coalesce(v.language, ''), v.transcript,
               coalesce(q.position, 0), v.id
        FROM voice_recordings v
        JOIN survey_sessions s ON s.organization_id = :organization AND s.id = v.session_id
        JOIN kept k ON k.respondent = CASE WHEN :has_ids THEN coalesce(s.user_id, s.id)
                                           ELSE s.id END
        LEFT JOIN questions q ON q.organization_id = :organization AND q.id = v.question_id
        WHERE v.organization_id = :organization AND v.survey_id = :survey
          AND v.processing_status = 'completed' {2}
    )
    SELECT * FROM (SELECT * FROM written UNION ALL SELECT * FROM said) AS texts
    WHERE btrim(text) <> ''
    ORDER BY session_id, spoken IS NOT NULL, position, id
"""

_ALL = text(_TEXTS.format("", "", ""))
_SOME = text(
    _TEXTS.format(
        "AND k.session_id = ANY(:sessions) AND s.id = ANY(:sessions)",
        "AND r.session_id = ANY(:sessions)",
        "AND s.id = ANY(:sessions)",
    )
)

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
        return _digest(self.by_force)


@dataclass(frozen=True, slots=True)
class Written:
    """Texts of one session as they stand in the database, in order; ``stated``: its language."""

    session: UUID
    respondent: UUID
    stated: str
    rows: Sequence[Row[Any]]

    @property
    def is_stated(self) -> bool:
        """Whether the language is told without reading."""
        return bool(self.stated.strip())

    @property
    def digest(self) -> float:
        """That of the texts where none is left out for its language."""
        return _digest(_by_force(self.rows))

    def read(self, survey: Survey) -> Texts:
        """The texts of the session's language, which is recognised where it is not stated."""
        everything = "\n".join(row.text for row in self.rows)
        language = language_of(everything, stated=self.stated, survey=survey.language)
        kept = [row for row in self.rows if not row.spoken or code(row.spoken) == language]
        return Texts(self.session, self.respondent, language, _by_force(kept))


def _by_force(rows: Iterable[Row[Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row.force].append(row.text)
    return {force: tuple(of) for force, of in sorted(found.items())}


def _digest(by_force: Mapping[str, Sequence[str]]) -> float:
    """52 bits of a hash of all that is read, which a double holds exactly."""
    told = (f"{force}\x1e" + "\x1f".join(of) for force, of in sorted(by_force.items()))
    return float(int.from_bytes(sha256("\x1d".join(told).encode()).digest()[:8], "big") >> 12)


def read_written(
    connection: Connection, survey: Survey, only: Collection[UUID] | None = None
) -> list[Written]:
    """What every kept session that has any wrote and said, by session; of all, or of these only."""
    parameters = {**survey.key, "has_ids": survey.has_ids}
    if only is None:
        rows = connection.execute(_ALL, parameters)
    else:
        rows = connection.execute(_SOME, {**parameters, "sessions": list(only)})
    sessions = [list(of) for _, of in groupby(rows, key=lambda row: row.session_id)]
    return [Written(of[0].session_id, of[0].respondent, _stated(of), of) for of in sessions]


def read_texts(connection: Connection, survey: Survey) -> list[Texts]:
    """The texts of every kept session that has any, by session."""
    return [written.read(survey) for written in read_written(connection, survey)]


def _stated(rows: Sequence[Row[Any]]) -> str:
    return rows[0].language or next((row.spoken for row in rows if row.spoken), "")


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
