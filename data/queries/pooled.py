"""Figures over several waves: everybody counts once, with the latest answers.

The latest wave's atoms, and of each earlier one the people who answered none of the later waves,
summed over blocks of its atoms (data/pipeline/pooled.py). A block counts where all of it lies
inside the selection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from data.analysis.moments import Moments
from data.db.tables import analytics_atoms, pooled_blocks, pooled_cells, surveys
from data.queries.cells import Group, Sum, Sums, matching, of_organization, sums
from data.queries.question import Asked, Wave
from data.queries.surveys import series_of

Columns = Literal["departments", "roles"]

MOST_WAVES = 4
TOGETHER = "{n} waves together, {first} to {last}: everybody counts once, with the latest answers."
APART = "They are not counted together: {why}"
NOT_A_SERIES = "they are not waves of one series that asked the same forces."
NO_IDS = "without respondent ids nobody can be counted once."
PERIODS = "periods belong to a single wave."
NOT_THE_LATEST = "only the latest waves, without a gap, can be."
TOO_MANY = "at most {n} waves can be."
NOT_SUMMED = (
    "too few people answered an earlier wave alone, or the latest wave is still open or was "
    "corrected since."
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The chosen waves before the latest one, newest first, if they can be counted with it.

    ``why`` says why not; empty where a single wave is in question.
    """

    earlier: tuple[Wave, ...] = ()
    why: str = ""


def pool(asked: Asked) -> Pool:
    """Whether the chosen waves are counted together."""
    chosen = [w for w in asked.waves if w.id in asked.filters.surveys and w.released_at]
    if len(chosen) < 2:
        return Pool()
    why = _why_not(asked, chosen)
    earlier = tuple(reversed(chosen[:-1]))
    if not why and not _are_summed(asked, earlier):
        why = NOT_SUMMED
    return Pool(why=why) if why else Pool(earlier)


def _why_not(asked: Asked, chosen: Sequence[Wave]) -> str:
    series = series_of(asked.wave, asked.waves)
    if any(w not in series for w in chosen):
        return NOT_A_SERIES
    if not all(w.has_respondent_ids for w in chosen):
        return NO_IDS
    if asked.filters.periods:
        return PERIODS
    if list(series[-len(chosen) :]) != list(chosen):
        return NOT_THE_LATEST
    return TOO_MANY.format(n=MOST_WAVES) if len(chosen) > MOST_WAVES else ""


def _are_summed(asked: Asked, earlier: Sequence[Wave]) -> bool:
    """Whether each of these waves shows somebody who answered no later one."""
    b = pooled_blocks.c
    statement = select(func.count(b.survey_id.distinct())).where(
        *of_organization(asked.organization, pooled_blocks),
        b.survey_id.in_([w.id for w in earlier]),
        b.later_survey_id == asked.wave.id,
        b.is_shown,
        b.block > 0,
    )
    return asked.connection.scalar(statement) == len(earlier)


def together(asked: Asked, of: Pool) -> Asked:
    """The same question with notes that say which waves are counted."""
    if not of.earlier:
        notes = (*asked.notes, APART.format(why=of.why)) if of.why else asked.notes
        return replace(asked, notes=notes)
    said = TOGETHER.format(n=len(of.earlier) + 1, first=of.earlier[-1].name, last=asked.wave.name)
    # The first note, of several waves, says that only the latest one is answered for.
    return replace(asked, notes=(said, *asked.notes[1:]))


def pooled_sums(
    asked: Asked, figures: Sequence[str], of: Pool, *, by: Columns | None = None
) -> dict[Group, Sums]:
    """Sums of the latest wave and of whoever answered only an earlier one, by group."""
    column = None if by is None else analytics_atoms.c[by]
    found = {group: s for (_, group), s in sums(asked, figures, by=column).items()}
    if of.earlier:
        for group, more in _absent(asked, figures, of, by).items():
            found[group] = found[group] + more if group in found else more
        if _are_left_out(asked, of):
            found = {group: _with_left_out(s) for group, s in found.items()}
    return found


def _with_left_out(of: Sums) -> Sums:
    return Sums({figure: replace(s, left_out=True) for figure, s in of.of.items()})


def _pairs(asked: Asked, of: Pool) -> ColumnElement[bool]:
    b = pooled_blocks.c
    chosen = [(w.id, asked.wave.id) for w in of.earlier]
    return and_(tuple_(b.survey_id, b.later_survey_id).in_(chosen), b.is_shown, b.block > 0)


def _inside(asked: Asked) -> ColumnElement[bool]:
    return matching(asked.selection, atoms=pooled_blocks.c).inside


def _absent(
    asked: Asked, figures: Sequence[str], of: Pool, by: Columns | None
) -> Mapping[Group, Sums]:
    b, c, s = pooled_blocks.c, pooled_cells.c, surveys.c
    grouping: list[Any] = [] if by is None else [b[by].label("grouped")]
    keys = [c.figure, *([] if by is None else [b[by]])]
    counts = or_(c.n == 0, c.n >= s.smallest_group)
    statement = (
        select(
            c.figure,
            *(
                func.coalesce(func.sum(column).filter(counts), 0).label(column.name)
                for column in (c.n, c.total, c.squares, c.above)
            ),
            func.bool_or(~counts).label("left_out"),
            *grouping,
        )
        .join_from(
            pooled_cells,
            pooled_blocks,
            and_(
                b.organization_id == c.organization_id,
                b.survey_id == c.survey_id,
                b.later_survey_id == c.later_survey_id,
                b.block == c.block,
            ),
        )
        .join(surveys, and_(s.organization_id == c.organization_id, s.id == c.survey_id))
        .where(
            *of_organization(asked.organization, pooled_cells, pooled_blocks, surveys),
            _pairs(asked, of),
            _inside(asked),
            c.figure.in_(figures),
        )
        .group_by(*keys)
    )
    found: dict[Group, dict[str, Sum]] = {}
    for row in asked.connection.execute(statement):
        group = None if by is None else tuple(sorted(row.grouped))
        moments = Moments(int(row.n), float(row.total), float(row.squares))
        found.setdefault(group, {})[row.figure] = Sum(moments, int(row.above), bool(row.left_out))
    return {group: Sums(sums_) for group, sums_ in found.items()}


def _are_left_out(asked: Asked, of: Pool) -> bool:
    """Whether atoms of earlier waves that the selection touches are in no block inside it."""
    a, b = analytics_atoms.c, pooled_blocks.c
    atom = func.unnest(b.atoms).table_valued("atom").render_derived(name="summed")
    summed = (
        select(b.survey_id, atom.c.atom)
        .select_from(pooled_blocks)
        .join(atom, b.block > 0)
        .where(
            *of_organization(asked.organization, pooled_blocks),
            _pairs(asked, of),
            _inside(asked),
        )
    )
    left = (
        select(a.atom)
        .where(
            *of_organization(asked.organization, analytics_atoms),
            a.survey_id.in_([w.id for w in of.earlier]),
            a.state == "released",
            matching(asked.selection).touches,
            tuple_(a.survey_id, a.atom).not_in(summed),
        )
        .limit(1)
    )
    return asked.connection.execute(left).first() is not None
