"""Single answers to be analysed elsewhere, of people whom nobody can name by them.

Respondents have keyed hashes of which nobody has the key any more, so two files cannot be linked;
departments, roles and months are told as coarsely as it takes. Only answers on scales are among
them: a choice or a number (an age) may describe a person like a department does.
"""

import secrets
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import SystemRandom
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.anonymity import generalised
from data.audit import audit_row
from data.db.engine import Database
from data.errors import SettingRefused, TooFewPeople
from data.pipeline.survey import Survey, load_survey
from data.pipeline.texts import read_texts, redacted, redactor
from data.privacy.survey_settings import find_survey

_NOT_STATED = "not stated"
_QUASI = ("department", "role", "month")

_PEOPLE = text("""
    SELECT s.session_id, coalesce(d.name, '') AS department, s.role,
           to_char(s.answered_on, 'YYYY-MM') AS month
    FROM session_scores s
    LEFT JOIN departments d ON d.organization_id = :organization AND d.id = s.department_id
    WHERE s.organization_id = :organization AND s.survey_id = :survey AND s.is_kept
""")

_QUESTIONS = text("""
    SELECT id, key FROM questions
    WHERE organization_id = :organization AND survey_id = :survey AND kind = 'scale'
      AND force IS DISTINCT FROM 'demographic'
    ORDER BY position, key
""")

_ANSWERS = text("""
    SELECT r.session_id, r.question_id, r.value FROM responses r
    JOIN session_scores s ON s.organization_id = :organization AND s.session_id = r.session_id
    WHERE r.organization_id = :organization AND r.survey_id = :survey AND s.is_kept
      AND r.value IS NOT NULL AND r.question_id = ANY(:questions)
""")

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class AnonymousAnswers:
    """Rows in an order drawn by lot, each of one respondent; ``comments`` in another such order.

    ``smallest``: how many people at least share each department, role and month as told.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    comments: tuple[str, ...]
    smallest: int


def anonymous_answers(
    database: Database, organization: UUID, survey: str, purpose: str, *, with_comments: bool
) -> AnonymousAnswers:
    """The latest answers of each respondent of a survey; audited with the purpose.

    Comments have lost their names, stand beside no answer, and are of languages that enough people
    wrote in. Raises UnknownName, SettingRefused without a purpose, and TooFewPeople.
    """
    if not purpose.strip():
        raise SettingRefused("Say what the answers are wanted for: it is written down.")
    with database.owning(organization) as connection:
        id_ = find_survey(connection, organization, survey).id
        found = load_survey(connection, organization, id_)
        told = _told(connection, found)
        questions = connection.execute(_QUESTIONS, found.key).all()
        answers = _answers(connection, found, [question.id for question in questions])
        comments = _comments(connection, found) if with_comments else []
        details = {"purpose": purpose, "comments": with_comments}
        connection.execute(
            audit_row(organization, None, "export_answers", "done", str(id_), details=details)
        )
    key = secrets.token_bytes(32)
    rows: list[tuple[Cell, ...]] = [
        (_pseudonym(key, session), *known, *(answers.get((session, q.id)) for q in questions))
        for session, known in told.items()
    ]
    SystemRandom().shuffle(rows)
    header = ("respondent", *_QUASI, *(question.key for question in questions))
    return AnonymousAnswers(header, tuple(rows), tuple(comments), found.smallest)


def _told(connection: Connection, survey: Survey) -> dict[Hashable, tuple[str, ...]]:
    """By session, of which each respondent has one here, what is told of the person."""
    rows = connection.execute(_PEOPLE, survey.key).all()
    told = generalised({row.session_id: _attributes(row) for row in rows}, survey.smallest)
    if not told:
        raise TooFewPeople
    return told


def _attributes(row: Row[Any]) -> Sequence[str]:
    return [getattr(row, name) or _NOT_STATED for name in _QUASI]


def _answers(
    connection: Connection, survey: Survey, questions: Sequence[UUID]
) -> Mapping[tuple[Hashable, UUID], float]:
    rows = connection.execute(_ANSWERS, {**survey.key, "questions": list(questions)})
    return {(row.session_id, row.question_id): row.value for row in rows}


def _pseudonym(key: bytes, session: Hashable) -> str:
    return blake2b(str(session).encode(), key=key, digest_size=12).hexdigest()


def _comments(connection: Connection, survey: Survey) -> list[str]:
    """Every text of languages with enough authors, without names."""
    texts = read_texts(connection, survey)
    found: list[str] = []
    for language in sorted({of.language for of in texts}):
        of_language = [of for of in texts if of.language == language]
        if len({of.respondent for of in of_language}) < survey.smallest_detail:
            continue
        for of in redacted(of_language, redactor(connection, survey, of_language)):
            found += of.parts
    SystemRandom().shuffle(found)
    return found
