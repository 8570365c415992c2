"""The sentence on top of the overview: what the figures of the page say together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.analysis import summary as words
from data.analysis.cells import LISTWISE, Products
from data.analysis.difference import Compared, Mark, marked, paired
from data.analysis.forces import DRIVING, RESISTING, Figure, Force
from data.analysis.gate import Shown
from data.db.tables import analytics_atoms
from data.queries import methods
from data.queries.cells import Group
from data.queries.changes import coarse
from data.queries.groups import departments
from data.queries.products import products
from data.queries.question import Asked, Question
from data.queries.readiness import forces, readiness
from data.queries.results import (
    Difference,
    Estimate,
    ForcesAnswer,
    GroupsAnswer,
    State,
    SummaryAnswer,
)

ALL = "All"
NOTHING_CLEAR = "Too few answers for a finding that can be said aloud."


def _summary(asked: Asked) -> SummaryAnswer:
    """What is the one thing to say about these figures?"""
    of, by_force = asked.answer(readiness), asked.answer(forces)
    base = of.model_dump(include=set(SummaryAnswer.model_fields))
    if of.state is not State.READY:
        return SummaryAnswer(**{**base, "sentence": of.reason})
    groups = asked.answer(departments)
    found = words.Findings(
        readiness=_shown(of.readiness),
        change=_tested(of.change),
        previous=of.previous,
        below=tuple(
            (row.name, _shown(row.readiness))
            for row in reversed(groups.rows)
            if _mark(row.against_rest.get(Figure.READINESS)) is Mark.WORSE
        ),
        all_places=asked.scope is None and not groups.hidden and not groups.left_out,
    )
    found = _with_balance(asked, found, by_force, groups)
    said = words.sentence(found)
    return SummaryAnswer(
        **{**base, "sentence": said or NOTHING_CLEAR, "evidence": words.evidence(found)}
    )


def _with_balance(
    asked: Asked, found: words.Findings, by_force: ForcesAnswer, groups: GroupsAnswer
) -> words.Findings:
    """Adds how the strongest driving force stands against the strongest resisting one."""
    scores = {row.force: _shown(row.score) for row in by_force.forces}
    driver, resister = _strongest(scores, DRIVING), _strongest(scores, RESISTING)
    if driver is None or resister is None:
        return found
    blocks = products(asked, [LISTWISE], by=analytics_atoms.c.departments)
    places: dict[str, tuple[Shown, Shown, Products | None]] = {
        row.name: (
            _shown(row.forces[driver]),
            _shown(row.forces[resister]),
            _block(blocks, row.id),
        )
        for row in groups.rows
        if not row.is_others
    }
    everybody = _added(list(blocks.values()))
    every = {ALL: (scores[driver], scores[resister], everybody), **places}
    tested = marked(
        {
            place: (Figure.DRIVE, _paired(asked, pair, driver, resister))
            for place, pair in every.items()
        }
    )
    balances = {
        place: words.Balance(place, driving, resisting, tested[place])
        for place, (driving, resisting, _) in every.items()
    }
    return replace(
        found,
        driver=driver,
        resister=resister,
        overall=balances[ALL],
        places=tuple(balances[place] for place in places),
    )


def _strongest(scores: Mapping[Force, Shown], side: Sequence[Force]) -> Force | None:
    """By shown mean; the first in canonical order where two are equal."""
    there = [f for f in side if f in scores and scores[f].mean is not None]
    return max(there, key=lambda f: scores[f].mean or 0.0, default=None)


def _paired(
    asked: Asked, pair: tuple[Shown, Shown, Products | None], driver: Force, resister: Force
) -> Compared:
    driving, resisting, block = pair
    if block is None or block.n < asked.wave.thresholds.detail:
        return Compared()
    order = asked.wave.forces
    i, j = order.index(driver), order.index(resister)
    covariance = block.covariance
    spread = float(np.sqrt(covariance[i, i] * covariance[j, j]))
    correlation = coarse(float(covariance[i, j]) / spread) if spread else 0.0
    return paired(driving, resisting, min(block.n, driving.n, resisting.n), correlation)


def _block(blocks: Mapping[tuple[Group, str], Products], key: str) -> Products | None:
    return next(
        (b for (group, _), b in blocks.items() if group and [str(g) for g in group] == [key]), None
    )


def _added(blocks: Sequence[Products]) -> Products | None:
    everybody: Products | None = None
    for block in blocks:
        everybody = block if everybody is None else everybody + block
    return everybody


def _shown(of: Estimate) -> Shown:
    return Shown(**of.model_dump())


def _tested(of: Difference | None) -> Compared | None:
    return None if of is None else Compared(**of.model_dump())


def _mark(of: Difference | None) -> Mark:
    return Mark.TOO_FEW if of is None else of.mark


summary = Question("summary", SummaryAnswer, _summary, methods.SUMMARY)
