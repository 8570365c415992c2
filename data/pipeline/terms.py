"""Terms and themes of a survey's texts, per language; released by a ledger of their own."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.terms import authors_by_term, terms_by_author
from data.db.bulk import copy_into
from data.db.tables import survey_terms
from data.pipeline.survey import Survey
from data.pipeline.texts import Texts, atom, by_author, redacted, redactor
from data.pipeline.themes import write_themes
from data.pipeline.withdrawing import withdraw_summaries
from data.pipeline.wording import settle_texts

_DELETE_TERMS = text("""
    DELETE FROM survey_terms
    WHERE organization_id = :organization AND survey_id = :survey AND language = ANY(:languages)
""")
_DELETE_THEMES = text("""
    DELETE FROM survey_themes
    WHERE organization_id = :organization AND survey_id = :survey AND language = ANY(:languages)
""")
"""Their comments go with them."""

_SHOWN = text("""
    SELECT language FROM survey_terms
    WHERE organization_id = :organization AND survey_id = :survey
    UNION
    SELECT language FROM survey_themes
    WHERE organization_id = :organization AND survey_id = :survey
""")

_COLUMNS = ("organization_id", "survey_id", "language", "term", "authors", "base")


def write_terms(connection: Connection, survey: Survey, sessions: Collection[UUID] | None) -> bool:
    """Release terms and themes of each language anew, if they may; True if any changed.

    ``sessions``: those of which anything changed; None where nobody knows. Themes are linked to
    the scores that are released by now.
    """
    worded = settle_texts(connection, survey, sessions)
    texts, settled = worded.texts, worded.settled
    changed = settled.released | settled.hidden
    if not changed:
        return False
    if settled.hidden:
        withdraw_summaries(connection, survey)
    languages = {atom(of.language): of.language for of in texts}
    known = {atom(row.language): row.language for row in connection.execute(_SHOWN, survey.key)}
    gone = [language for number, language in (known | languages).items() if number in changed]
    deleted = _delete(connection, survey, gone)
    released = sorted(languages[number] for number in settled.released)
    told = [_without_names(connection, survey, texts, language) for language in released]
    for of in told:
        copy_into(connection, survey_terms, _COLUMNS, _term_rows(survey, of))
    write_themes(connection, survey, told)
    return bool(released) or deleted > 0


def _delete(connection: Connection, survey: Survey, languages: Sequence[str]) -> int:
    key = {**survey.key, "languages": languages}
    return sum(connection.execute(sql, key).rowcount for sql in (_DELETE_TERMS, _DELETE_THEMES))


def _without_names(
    connection: Connection, survey: Survey, texts: Iterable[Texts], language: str
) -> list[Texts]:
    of = [one for one in texts if one.language == language]
    return redacted(of, redactor(connection, survey, of))


def _term_rows(survey: Survey, texts: Sequence[Texts]) -> Iterable[Sequence[object]]:
    """Rows of one language."""
    language = texts[0].language
    of_authors = terms_by_author(by_author(texts), language)
    for term, authors in authors_by_term(of_authors, survey.smallest).items():
        yield survey.organization, survey.id, language, term, authors, len(of_authors)
