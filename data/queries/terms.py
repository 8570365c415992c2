"""What people write about, in their own words: terms of at least five authors."""

from sqlalchemy import select

from data.analysis import gate
from data.db.tables import survey_terms
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.figures import origin, without
from data.queries.question import Asked, Question
from data.queries.results import State, TermRow, TermsAnswer
from data.queries.segments import survey_wide, wide_notes

NO_COMMENTS = "There are no comments to read, or too few people used the same words."
TOO_FEW = "Fewer than {n} people wrote a comment."


def _terms(asked: Asked) -> TermsAnswer:
    """Which words come up in the comments, and from how many people?"""
    if refusal := survey_wide(asked, "Words"):
        return TermsAnswer(**refusal)
    t, limits = survey_terms.c, asked.wave.thresholds
    statement = (
        select(t.term, t.authors, t.language, t.base)
        .where(
            *of_organization(asked.organization, survey_terms),
            t.survey_id == asked.wave.id,
            t.authors >= limits.group,
        )
        .order_by(t.authors.desc(), t.term, t.language)
    )
    found = list(asked.connection.execute(statement))
    if not found:
        return TermsAnswer(**without(asked, State.EMPTY, NO_COMMENTS))
    smallest = max(limits.detail, gate.FEW)
    readable = [row for row in found if row.base >= smallest]
    if not readable:
        return TermsAnswer(**without(asked, State.SUPPRESSED, TOO_FEW.format(n=smallest)))
    base = sum({row.language: row.base for row in readable}.values())
    return TermsAnswer(
        **{**origin(asked), "respondents": base, "notes": wide_notes(asked)},
        rows=tuple(TermRow(term=r.term, authors=r.authors, language=r.language) for r in readable),
        base=base,
    )


terms = Question("terms", TermsAnswer, _terms, methods.TERMS)
