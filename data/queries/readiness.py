"""Readiness of a group, and the forces it rests on."""

from data.analysis import gate
from data.analysis.cells import LOW_QUALITY, UNSCORED
from data.analysis.forces import FORCES, Figure, strength
from data.analysis.wording import number
from data.queries import methods
from data.queries.cells import Sums
from data.queries.changes import changes
from data.queries.figures import (
    ASSUMES_ALIKE,
    about,
    estimate,
    figure_of,
    forces_and_readiness,
    invited,
    shown,
)
from data.queries.pooled import Pool, pool, pooled_sums, together
from data.queries.question import Asked, Question
from data.queries.results import ForceFigure, ForcesAnswer, ReadinessAnswer

MANY_UNSCORED = "{share} % of these answers have no readiness: too many questions were skipped."
LOW_LEFT_OUT = "At least {n} answers of low quality are left out."
_WARN_ABOVE = 20.0


def _own(asked: Asked, of: Pool) -> Sums:
    figures = [*forces_and_readiness(asked.wave), UNSCORED, LOW_QUALITY]
    return pooled_sums(asked, figures, of).get(None, Sums({}))


def _readiness(asked: Asked) -> ReadinessAnswer:
    """How ready are these people, 0-100, and has that changed since the last wave?"""
    of = pool(asked)
    # A change is one of the latest wave, not of several together.
    change = None if of.earlier else asked.answer(changes)
    asked = together(asked, of)
    own = _own(asked, of)
    lacking, warning = unscored(asked, own)
    known = None if of.earlier else invited(asked, own)
    value = shown(own, Figure.READINESS, asked.wave, invited=known)
    low = gate.in_fives(own[LOW_QUALITY].part) if asked.wave.leaves_out_low_quality else 0
    rows = change.rows if change else ()
    row = next((r for r in rows if r.figure is Figure.READINESS), None)
    return ReadinessAnswer(
        **about(asked, own, warning, _left_out(low), _assumption(value, known)),
        readiness=estimate(value),
        forces=asked.wave.forces,
        unscored_share=lacking,
        low_quality=low or None,
        change=row.change if row else None,
        previous=change.previous if change else "",
    )


def unscored(asked: Asked, own: Sums) -> tuple[float | None, str]:
    """The share of sessions without readiness (0-100), and the warning where it is high."""
    of = own[UNSCORED]
    lacking = gate.share(of.part, of.n, asked.wave.thresholds.group)
    if lacking is None or lacking <= _WARN_ABOVE:
        return lacking, ""
    return lacking, MANY_UNSCORED.format(share=number(lacking))


def _forces(asked: Asked) -> ForcesAnswer:
    """How strong is each force, and which side outweighs the other?"""
    of, wave = pool(asked), asked.wave
    asked = together(asked, of)
    own = _own(asked, of)
    known = None if of.earlier else invited(asked, own)
    rows = []
    for force in wave.forces:
        sum_ = own[force]
        score = shown(own, figure_of(force), wave, invited=known)
        exact = score.mean is not None
        above = gate.share(sum_.above, sum_.n, wave.thresholds.detail) if exact else None
        rows.append(
            ForceFigure(
                force=force,
                score=estimate(score),
                strength=strength(score.mean) if score.mean is not None else None,
                above_share=None if score.bound else above,
            )
        )
    value = shown(own, Figure.READINESS, wave, invited=known)
    return ForcesAnswer(
        **about(asked, own, _assumption(value, known)),
        forces=tuple(rows),
        not_asked=tuple(f for f in FORCES if f not in wave.forces),
        readiness=estimate(value),
    )


def _left_out(low: int) -> str:
    return LOW_LEFT_OUT.format(n=low) if low else ""


def _assumption(value: gate.Shown, known: int | None) -> str:
    return ASSUMES_ALIKE if known and value.half_width is not None and value.n < known else ""


readiness = Question("readiness", ReadinessAnswer, _readiness, methods.READINESS)
forces = Question("forces", ForcesAnswer, _forces, methods.FORCES)
