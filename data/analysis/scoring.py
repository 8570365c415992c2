"""From answers to scores: items, forces, drive, resistance, readiness, outcome, segment.

Definitions: docs/analytics.md. Arrays are sessions x items (or x figures); NaN is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.analysis.forces import DRIVING, FIGURES, FORCES, RESISTING, Figure, Force, segment

Floats = NDArray[np.float64]

ANSWERED_SHARE = 0.5
"""At least this share of a force's items must be answered for a session to have its score."""


@dataclass(frozen=True, slots=True)
class Item:
    """A scaled question. ``force`` is None for items that no force counts."""

    force: Force | None
    low: float
    high: float
    is_reversed: bool = False
    is_outcome: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """``items`` are item scores 1-5 (reversed ones turned), ``figures`` columns as in FIGURES."""

    items: Floats
    figures: Floats
    segments: tuple[str, ...]

    def figure(self, figure: Figure) -> Floats:
        column: Floats = self.figures[:, FIGURES.index(figure)]
        return column


def asked_forces(items: Sequence[Item]) -> tuple[Force, ...]:
    """The forces a survey asked, in canonical order. Outcome items count for no force."""
    asked = {item.force for item in items if not item.is_outcome}
    return tuple(force for force in FORCES if force in asked)


def unturned_scores(values: Floats, items: Sequence[Item]) -> Floats:
    """Each answer on 1-5, before reversed items are turned; off the scale is missing."""
    low = np.array([item.low for item in items])
    high = np.array([item.high for item in items])
    on_scale = np.where((values >= low) & (values <= high), values, np.nan)
    scores: Floats = 1.0 + 4.0 * (on_scale - low) / (high - low)
    return scores


def item_scores(values: Floats, items: Sequence[Item]) -> Floats:
    """Each answer on 1-5, reversed items turned."""
    scores = unturned_scores(values, items)
    turned = np.array([item.is_reversed for item in items], dtype=bool)
    result: Floats = np.where(turned, 6.0 - scores, scores)
    return result


def score(values: Floats, items: Sequence[Item], share: float = ANSWERED_SHARE) -> Scores:
    """Scores of sessions from their raw answers (sessions x items).

    A session's drive needs every driving force that its survey asked (and likewise resistance), so
    that no two sessions' drives mean different things; readiness needs both sides, that is every
    asked force, and is missing for everybody where the survey asked nothing on one side.
    """
    scores = item_scores(values, items)
    by_force = {
        force: _mean_of(scores, [_counts_for(item, force) for item in items], share)
        for force in FORCES
    }
    asked = asked_forces(items)
    drive = _side(by_force, [force for force in DRIVING if force in asked], len(values))
    resistance = _side(by_force, [force for force in RESISTING if force in asked], len(values))
    readiness = 50.0 + 12.5 * (drive - resistance)
    outcome = _mean_of(scores, [item.is_outcome for item in items], share)
    forces = [by_force[force] for force in FORCES]
    figures = np.column_stack([*forces, drive, resistance, readiness, outcome])
    return Scores(scores, figures, segments(drive, resistance))


def segments(drive: Floats, resistance: Floats) -> tuple[str, ...]:
    """The segment of each session, by name."""
    return tuple(
        segment(None if np.isnan(d) else d, None if np.isnan(r) else r).value
        for d, r in zip(drive.tolist(), resistance.tolist(), strict=True)
    )


def _counts_for(item: Item, force: Force) -> bool:
    return item.force is force and not item.is_outcome


def _mean_of(scores: Floats, chosen: Sequence[bool], share: float) -> Floats:
    """Mean of the chosen items where at least ``share`` of them is answered; NaN elsewhere."""
    mine = scores[:, np.array(chosen, dtype=bool)]
    answered = (~np.isnan(mine)).sum(axis=1)
    enough = (answered > 0) & (answered >= share * mine.shape[1])
    means: Floats = np.where(enough, np.nansum(mine, axis=1) / np.maximum(answered, 1), np.nan)
    return means


def _side(by_force: dict[Force, Floats], asked: Sequence[Force], sessions: int) -> Floats:
    if not asked:
        return np.full(sessions, np.nan)
    side: Floats = np.mean([by_force[force] for force in asked], axis=0)
    return side
