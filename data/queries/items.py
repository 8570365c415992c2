"""Single questions: the mean of each scaled one, and how well those of a force go together."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select

from data.analysis import gate
from data.analysis.alpha import Reliability, cronbach
from data.analysis.cells import UNSCORED, items_figure
from data.analysis.forces import Figure, Force
from data.analysis.moments import Moments
from data.db.tables import analytics_atoms, question_cells, questions
from data.queries import methods
from data.queries.cells import (
    WITHDRAWN,
    Sum,
    Sums,
    matching,
    of_organization,
    same_atom,
    sums,
)
from data.queries.figures import estimate, standing
from data.queries.products import products
from data.queries.question import Asked, Question
from data.queries.results import ItemRow, ItemsAnswer, ReliabilityRow


def _items(asked: Asked) -> ItemsAnswer:
    """What was asked, and how did people answer each question?"""
    own = sums(asked, [UNSCORED]).get((asked.wave.id, None), Sums({}))
    stands = standing(asked, own[UNSCORED])
    found = item_sums(asked)
    rows = []
    left_out = own.left_out
    for item in asked_items(asked):
        of = found.get(item.id, Sum())
        left_out = left_out or of.left_out
        value = gate.estimate(of.moments, Figure.OUTCOME, asked.wave.thresholds)
        rows.append(
            ItemRow(
                id=item.key,
                text=item.text,
                force=item.force,
                is_outcome=item.is_outcome,
                is_reversed=item.is_reversed,
                score=estimate(value),
            )
        )
    return ItemsAnswer(
        **stands, left_out=left_out, rows=tuple(rows), reliability=_reliabilities(asked)
    )


def asked_items(asked: Asked, *, every: bool = False) -> list[Row[Any]]:
    """Scaled questions in the order they were asked: of a force or outcome, or every one."""
    q = questions.c
    scored = or_(q.is_outcome, q.force.in_([f.value for f in Force]))
    statement = (
        select(
            q.id, q.key, q.text, q.force, q.is_outcome, q.is_reversed,
            q.scale_low, q.scale_high, q.labels,
        )
        .where(
            *of_organization(asked.organization, questions),
            q.survey_id == asked.wave.id,
            q.kind == "scale",
            q.scale_low < q.scale_high if every else scored,
        )
        .order_by(q.position, q.key)
    )  # fmt: skip
    return list(asked.connection.execute(statement))


def item_sums(asked: Asked) -> dict[UUID, Sum]:
    """Each item over whole atoms: in one atom, more people may have answered one than another."""
    c, a = question_cells.c, analytics_atoms.c
    match = matching(asked.selection, asked.filters.periods)
    counts = and_(match.inside, or_(c.n == 0, c.n >= asked.wave.thresholds.group))
    statement = (
        select(
            c.question_id,
            func.coalesce(func.sum(c.n).filter(counts), 0).label("n"),
            func.coalesce(func.sum(c.total).filter(counts), 0).label("total"),
            func.coalesce(func.sum(c.squares).filter(counts), 0).label("squares"),
            func.bool_or(~counts).label("left_out"),
        )
        .join_from(question_cells, analytics_atoms, same_atom(question_cells))
        .where(
            *of_organization(asked.organization, question_cells, analytics_atoms),
            c.survey_id == asked.wave.id,
            a.state != WITHDRAWN,
            match.touches,
        )
        .group_by(c.question_id)
    )
    return {
        row.question_id: Sum(
            Moments(int(row.n), float(row.total), float(row.squares)), left_out=row.left_out
        )
        for row in asked.connection.execute(statement)
    }


def reliability(asked: Asked, force: Force) -> Reliability | None:
    """Cronbach's alpha of a force's items over whole atoms, before the gate."""
    return _alphas(asked, [force]).get(force)


def _alphas(asked: Asked, forces: Sequence[Force]) -> dict[Force, Reliability]:
    names = {items_figure(force): force for force in forces}
    found = {
        names[figure]: cronbach(one) for (_, figure), one in products(asked, list(names)).items()
    }
    return {force: one for force, one in found.items() if one is not None}


def _reliabilities(asked: Asked) -> tuple[ReliabilityRow, ...]:
    smallest = max(asked.wave.thresholds.detail, gate.FEW)
    return tuple(
        ReliabilityRow(
            force=force,
            n=one.n,
            items=one.items,
            alpha=gate.rounded(one.alpha, gate.step_of(one.n, score=True)),
        )
        for force, one in _alphas(asked, asked.wave.forces).items()
        if one.n >= smallest
    )


items = Question("items", ItemsAnswer, _items, methods.ITEMS)
