"""What people write about, as themes, and whether those who do score otherwise than the rest."""

import math
from collections.abc import Sequence
from typing import Any

from scipy import stats
from sqlalchemy import Row, select

from data.analysis import gate
from data.analysis.difference import Compared, Side
from data.analysis.forces import Figure
from data.analysis.links import Speakers, against_rest
from data.db.tables import survey_terms, survey_themes
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.figures import differences, origin, without
from data.queries.question import Asked, Question
from data.queries.results import Difference, State, ThemeRow, ThemesAnswer
from data.queries.segments import survey_wide, wide_notes

NO_THEMES = "There are no themes: too few people wrote, or they wrote about too different things."

Found = Row[Any]


def _themes(asked: Asked) -> ThemesAnswer:
    """What do people write about, how many of them, and do they score otherwise than the rest?"""
    if refusal := survey_wide(asked, "Themes"):
        return ThemesAnswer(**refusal)
    found = found_themes(asked)
    if not found:
        return ThemesAnswer(**without(asked, State.EMPTY, NO_THEMES))
    rests, tested = _linked(found)
    rows = [_row(asked, row, rests.get(row.id), tested.get(row.id)) for row in found]
    base = writers(asked)
    return ThemesAnswer(
        **{**origin(asked), "respondents": base, "notes": wide_notes(asked)},
        rows=tuple(sorted(rows, key=lambda r: (-r.authors, r.label, r.id))),
        base=base,
    )


def found_themes(asked: Asked) -> Sequence[Found]:
    """The themes of the survey in question that reach today's thresholds."""
    t = survey_themes.c
    statement = select(survey_themes).where(
        *of_organization(asked.organization, survey_themes),
        t.survey_id == asked.wave.id,
        t.authors >= smallest(asked),
    )
    statement = statement.order_by(t.authors.desc(), t.terms, t.id)
    return asked.connection.execute(statement).all()


def smallest(asked: Asked) -> int:
    return max(asked.wave.thresholds.detail, gate.FEW)


def _linked(found: Sequence[Found]) -> tuple[dict[Any, float], dict[Any, Difference]]:
    """The rest's mean and the tested difference of each theme that has a score; one family."""
    rests: dict[Any, float] = {}
    family: dict[Any, tuple[Figure, Compared]] = {}
    for row in found:
        figure = figure_of(row.force)
        if row.scored is not None and figure is not None:
            whole = Side(row.whole_n, row.whole_mean, row.whole_sd)
            people = Speakers(row.scored, row.mean)
            rests[row.id], compared = against_rest(people, whole, figure)
            family[row.id] = figure, compared
    return rests, differences(family)


def figure_of(force: str) -> Figure | None:
    """The figure a theme is held against; none for background questions."""
    if force == "demographic":
        return None
    return Figure(force) if force else Figure.READINESS


def _row(asked: Asked, row: Found, rest: float | None, tested: Difference | None) -> ThemeRow:
    share = gate.share(row.authors, row.base, smallest(asked))
    return ThemeRow(
        id=str(row.id),
        terms=tuple(row.terms),
        force=row.force,
        language=row.language,
        authors=_people(row, share),
        share=share,
        half_width=None if share is None else _half_width(share, row.base),
        sentiment=row.sentiment,
        figure=figure_of(row.force),
        scored=row.scored,
        mean=row.mean,
        rest=rest,
        against_rest=tested or Difference(),
    )


def _people(row: Found, share: float | None) -> int:
    """From the share as shown: the count must not be finer."""
    if share is None:
        return gate.in_fives(row.authors)
    return round(share * int(row.base) / 100)


def _half_width(share: float, base: int) -> float:
    """Half of Wilson's 95 % interval of the share as shown, in percent."""
    part = min(round(share * base / 100), base)
    interval = stats.binomtest(part, base).proportion_ci(method="wilson")
    width = 50 * (interval.high - interval.low)
    return gate.at_least_a_step(math.ceil(width * 10) / 10, gate.step_of(base, score=False))


def writers(asked: Asked) -> int | None:
    """People who wrote or said anything, in languages with terms; None where there are none."""
    t = survey_terms.c
    statement = (
        select(t.language, t.base)
        .distinct()
        .where(
            *of_organization(asked.organization, survey_terms),
            t.survey_id == asked.wave.id,
            t.base >= smallest(asked),
        )
    )
    return sum(row.base for row in asked.connection.execute(statement)) or None


themes = Question("themes", ThemesAnswer, _themes, methods.THEMES)
