"""What changed since the last wave: readiness and each force, one family of tests."""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from data.analysis import gate
from data.analysis.cells import UNSCORED
from data.analysis.difference import Overlap, compare
from data.analysis.forces import Figure
from data.db.tables import analytics_atoms, overlap_cells
from data.queries import methods
from data.queries.cells import Sums, matching, of_organization, sums, total
from data.queries.figures import (
    about,
    differences,
    estimate,
    forces_and_readiness,
    is_score,
    shown,
    without,
)
from data.queries.mix import mix_notes, with_same_mix
from data.queries.question import Asked, Question, Selection, Wave
from data.queries.results import ChangeRow, ChangesAnswer, State
from data.queries.surveys import previous_of

NO_PREVIOUS = "This is the first wave that can be compared: a later one will show what changed."
WHOLE_WAVES = "Waves are compared whole. Clear the period filter to see what changed."
FEWEST_SHARED = 10
"""People in both waves, below which their covariance is not used (the test is then careful)."""
CORRELATION_STEP = 0.1
CLOSEST = 0.9
"""No correlation is taken as closer: a test without any variance would be certain of anything."""


def changed(asked: Asked) -> ChangesAnswer:
    """What has changed since the wave before?"""
    before = previous_of(asked.wave, asked.waves)
    if asked.filters.periods:
        return ChangesAnswer(**without(asked, State.EMPTY, WHOLE_WAVES))
    if before is None:
        return ChangesAnswer(**without(asked, State.EMPTY, NO_PREVIOUS))
    by = analytics_atoms.c.departments
    figures = [*forces_and_readiness(asked.wave), UNSCORED]
    found = sums(asked, figures, of=[asked.wave.id, before.id], by=by)
    now = {group: s for (survey, group), s in found.items() if survey == asked.wave.id}
    then = {group: s for (survey, group), s in found.items() if survey == before.id}
    later, earlier = total(now.values()), total(then.values())
    rows = tuple(
        with_same_mix(row, (asked.wave, before), now, then)
        for row in _rows(asked, before, later, earlier)
    )
    return ChangesAnswer(
        **about(asked, later, *mix_notes(rows)),
        previous=before.name,
        rows=rows,
    )


def _rows(asked: Asked, before: Wave, later: Sums, earlier: Sums) -> tuple[ChangeRow, ...]:
    figures = forces_and_readiness(asked.wave)
    pairs = {f: (shown(later, f, asked.wave), shown(earlier, f, before)) for f in figures}
    shared = shared_people(asked, before)
    family = {
        f: (
            f,
            compare(
                after, prior, score=is_score(f), overlap=overlap_of(shared.get(f), after, prior)
            ),
        )
        for f, (after, prior) in pairs.items()
    }
    tested = differences(family)
    return tuple(
        ChangeRow(
            figure=f,
            before=estimate(pairs[f][1]),
            after=estimate(pairs[f][0]),
            change=tested[f],
        )
        for f in figures
    )


@dataclass(frozen=True, slots=True)
class Shared:
    """People in both waves: how many, and the covariance of their two values."""

    n: int
    covariance: float


def overlap_of(shared: Shared | None, after: gate.Shown, prior: gate.Shown) -> Overlap | None:
    """The correlation of the shared people's values, as coarse as everything that is shown."""
    if shared is None or not after.sd or not prior.sd:
        return None
    return Overlap(shared.n, coarse(shared.covariance / (after.sd * prior.sd)))


def coarse(correlation: float) -> float:
    """In tenths, rounded towards 0: too close a correlation would make an interval too narrow."""
    tenths = math.trunc(correlation / CORRELATION_STEP) * CORRELATION_STEP
    return max(-CLOSEST, min(CLOSEST, tenths))


def shared_people(asked: Asked, before: Wave) -> dict[Figure, Shared]:
    """Who is in the whole atoms of both waves, per figure; few people are left out."""
    o, later, earlier = (
        overlap_cells.c,
        analytics_atoms.alias("later"),
        analytics_atoms.alias("earlier"),
    )
    statement = (
        select(
            o.figure,
            func.sum(o.n).label("n"),
            func.sum(o.total).label("total"),
            func.sum(o.earlier_total).label("earlier_total"),
            func.sum(o.product).label("product"),
        )
        .where(
            *of_organization(asked.organization, overlap_cells),
            o.survey_id == asked.wave.id,
            o.earlier_survey_id == before.id,
            o.figure.in_([f.value for f in forces_and_readiness(asked.wave)]),
        )
        .group_by(o.figure)
    )
    if asked.selection != Selection():
        # Only then: without a choice all pairs count, and there are many.
        statement = (
            statement.join(later, _atom(later, o.survey_id, o.atom))
            .join(earlier, _atom(earlier, o.earlier_survey_id, o.earlier_atom))
            .where(
                *of_organization(asked.organization, later, earlier),
                matching(asked.selection, atoms=later.c).inside,
                matching(asked.selection, atoms=earlier.c).inside,
            )
        )
    names = {f.value: f for f in Figure}
    return {
        names[row.figure]: Shared(int(row.n), _covariance(row))
        for row in asked.connection.execute(statement)
        if row.n >= FEWEST_SHARED and row.figure in names
    }


def _covariance(row: Any) -> float:
    together = float(row.product) - float(row.total) * float(row.earlier_total) / int(row.n)
    return together / (int(row.n) - 1)


def _atom(
    atoms: FromClause, survey: ColumnElement[Any], atom: ColumnElement[Any]
) -> ColumnElement[bool]:
    return and_(
        atoms.c.organization_id == overlap_cells.c.organization_id,
        atoms.c.survey_id == survey,
        atoms.c.atom == atom,
    )


changes = Question("changes", ChangesAnswer, changed, methods.CHANGES)
