"""Themes of the languages that are released, their sentiment, comments and link to scores."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy import Connection, text

from data.analysis import role_table
from data.analysis.forces import Figure
from data.analysis.gate import Shown, Thresholds, estimate, rounded
from data.analysis.links import Speakers, is_comparable, speakers
from data.analysis.moments import Moments
from data.analysis.sentiment import mean_polarity
from data.analysis.terms import terms
from data.analysis.themes import SMALLEST_TERM, SMALLEST_THEME, Theme, themes
from data.db.bulk import copy_into
from data.db.tables import survey_themes, theme_comments
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey
from data.pipeline.texts import ANY_FORCE, Texts, by_author

MOST_COMMENTS = 50
"""Comments kept of a theme."""
LONGEST_COMMENT = 600
"""Characters of a comment; the rest is cut off."""
FEWEST_WORDS = 3
"""A comment of fewer words says nothing that the theme's terms do not."""

DEMOGRAPHIC = "demographic"

_SCORES = text("""
    SELECT r.respondent, r.atom, r.figures[:place] AS value FROM released_sessions r
    JOIN analytics_atoms a ON a.organization_id = :organization AND a.survey_id = :survey
                          AND a.atom = r.atom AND a.state <> 'withdrawn'
    WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = 'scores'
      AND r.version = 0 AND r.figures[:place] IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Found:
    """A theme of one language and force; ``base`` people wrote or said anything there."""

    id: UUID
    language: str
    force: str
    theme: Theme
    base: int
    texts: Mapping[Hashable, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one figure as they are released: by respondent, the atom and the value."""

    atoms: Mapping[Hashable, int]
    values: Mapping[Hashable, float]


@dataclass(frozen=True, slots=True)
class Link:
    """A theme's people and the whole survey in one figure, both as they may be shown."""

    people: Speakers
    whole: Shown


def write_themes(
    connection: Connection, survey: Survey, languages: Sequence[Sequence[Texts]]
) -> None:
    """Write the themes of these languages (each list is redacted texts of one of them)."""
    found = [theme for texts in languages for theme in _found(survey, texts)]
    links: dict[UUID, Link] = {}
    for force in sorted({one.force for one in found}):
        figure = figure_of(force)
        if figure is not None:
            of = [one for one in found if one.force == force]
            links |= _linked(of, _scores(connection, survey, figure), figure, survey)
    copy_into(connection, survey_themes, _COLUMNS, (_row(survey, f, links) for f in found))
    copy_into(
        connection,
        theme_comments,
        ("organization_id", "survey_id", "theme_id", "position", "text"),
        (row for one in found for row in _comment_rows(survey, one)),
    )


def figure_of(force: str) -> Figure | None:
    """The figure a theme is held against: its force's; readiness where its question had none."""
    if force == ANY_FORCE:
        return Figure.READINESS
    return None if force == DEMOGRAPHIC else Figure(force)


def _found(survey: Survey, texts: Sequence[Texts]) -> Iterable[Found]:
    for force in sorted({force for of in texts for force in of.by_force}):
        written = by_author(texts, force)
        language = texts[0].language
        of_force = themes(
            written,
            language,
            fewest=max(SMALLEST_TERM, survey.smallest),
            smallest=max(SMALLEST_THEME, survey.smallest_detail),
        )
        for theme in of_force:
            id_ = uuid5(survey.id, f"{language}|{force}|{theme.label}")
            yield Found(id_, language, force, theme, len(written), written)


def _scores(connection: Connection, survey: Survey, figure: Figure) -> Scored:
    place = LEDGER.index(figure.value) + 1
    rows = connection.execute(_SCORES, {**survey.key, "place": place}).all()
    return Scored({r.respondent: r.atom for r in rows}, {r.respondent: r.value for r in rows})


def _linked(
    found: Sequence[Found], scored: Scored, figure: Figure, survey: Survey
) -> dict[UUID, Link]:
    """The scores of each theme's people, if themes and atoms together single nobody out.

    Only of the most common themes: all sets of them are looked at.
    """
    bases = Counter(scored.atoms.values())
    told = {person for person, atom in scored.atoms.items() if bases[atom] >= survey.smallest}
    whole = estimate(
        Moments.of(scored.values[person] for person in told),
        figure,
        Thresholds(survey.smallest, survey.smallest_detail),
    )
    links: dict[UUID, Link] = {}
    members: dict[UUID, set[Hashable]] = {}
    by_size = sorted(found, key=lambda one: (-len(one.theme.authors), one.id))
    for one in by_size[: role_table.MOST_CATEGORIES - 1]:
        people = told & one.theme.authors
        link = speakers([scored.values[person] for person in people], figure)
        if link is not None and is_comparable(link, whole):
            links[one.id], members[one.id] = Link(link, whole), people
    is_safe = links and _are_safe(scored, told, list(members.values()), survey.smallest)
    return links if is_safe else {}


def _are_safe(
    scored: Scored, told: set[Hashable], members: Sequence[set[Hashable]], smallest: int
) -> bool:
    """The audit of the table by role, with themes for roles and everybody else as one more."""
    numbers = {atom: n for n, atom in enumerate(sorted({scored.atoms[p] for p in told}))}
    counts = np.zeros((len(numbers), len(members) + 1), dtype=np.int64)
    theme_of = {person: n for n, people in enumerate(members) for person in people}
    for person in told:
        counts[numbers[scored.atoms[person]], theme_of.get(person, len(members))] += 1
    return role_table.is_safe(counts, np.ones(len(numbers), dtype=np.bool_), smallest)


_COLUMNS = (
    "organization_id",
    "survey_id",
    "id",
    "language",
    "force",
    "terms",
    "authors",
    "base",
    "sentiment",
    "scored",
    "mean",
    "whole_n",
    "whole_mean",
    "whole_sd",
)


def _row(survey: Survey, one: Found, links: Mapping[UUID, Link]) -> Sequence[object]:
    link = links.get(one.id)
    return (
        survey.organization,
        survey.id,
        one.id,
        one.language,
        one.force,
        list(one.theme.terms),
        len(one.theme.authors),
        one.base,
        sentiment(one),
        *((None,) * 5 if link is None else _link_values(link)),
    )


def _link_values(link: Link) -> Sequence[object]:
    people, whole = link.people, link.whole
    return people.n, people.mean, whole.n, whole.mean, whole.sd


def sentiment(one: Found) -> float | None:
    """The mean over the theme's authors, so coarse that their sum stays open by one's range."""
    values = [mean_polarity(one.texts[author], one.language) for author in one.theme.authors]
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    step = math.ceil(round(20 / len(known), 9)) / 10
    return rounded(math.fsum(known) / len(known), step)


def _comment_rows(survey: Survey, one: Found) -> Iterable[Sequence[object]]:
    for position, comment in enumerate(comments(one)):
        yield survey.organization, survey.id, one.id, position, comment


def comments(one: Found) -> list[str]:
    """What people said of the theme, in an order that follows from the words alone.

    Said alike by several, it is there once.
    """
    named = set(one.theme.terms)
    distinct: dict[str, str] = defaultdict(str)
    for author in one.theme.authors:
        for part in one.texts[author]:
            said = " ".join(part.split())
            if len(said.split()) >= FEWEST_WORDS and named & terms(part, one.language):
                distinct[said.casefold()] = max(distinct[said.casefold()], said)
    order = sorted(distinct, key=lambda comment: sha256(comment.encode()).digest())
    return [_cut(distinct[comment]) for comment in order[:MOST_COMMENTS]]


def _cut(comment: str) -> str:
    if len(comment) <= LONGEST_COMMENT:
        return comment
    return comment[: LONGEST_COMMENT - 1].rsplit(" ", 1)[0] + "…"
