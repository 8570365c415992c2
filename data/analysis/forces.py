"""The names of the field: forces, figures, segments, strengths, and the directions they pull in.

Definitions: docs/analytics.md. Scores are 1-5, readiness 0-100 with 50 as balance.
"""

from enum import StrEnum


class Force(StrEnum):
    """The four forces of progress. Pain and pull drive change, anchors and anxiety resist it."""

    PAIN = "pain_of_old"
    PULL = "pull_of_new"
    ANCHORS = "anchors_to_old"
    ANXIETY = "anxiety_of_new"


FORCES: tuple[Force, ...] = tuple(Force)
DRIVING: tuple[Force, ...] = (Force.PAIN, Force.PULL)
RESISTING: tuple[Force, ...] = (Force.ANCHORS, Force.ANXIETY)

FORCE_NAMES: dict[Force, str] = {
    Force.PAIN: "Pain of the old",
    Force.PULL: "Pull of the new",
    Force.ANCHORS: "Anchors to the old",
    Force.ANXIETY: "Anxiety of the new",
}


class Figure(StrEnum):
    """Every figure of a session that cells sum up. Scores are 1-5, readiness 0-100."""

    PAIN = "pain_of_old"
    PULL = "pull_of_new"
    ANCHORS = "anchors_to_old"
    ANXIETY = "anxiety_of_new"
    DRIVE = "drive"
    RESISTANCE = "resistance"
    READINESS = "readiness"
    OUTCOME = "outcome"


FIGURES: tuple[Figure, ...] = tuple(Figure)

FIGURE_NAMES: dict[Figure, str] = {
    **{Figure(force.value): name for force, name in FORCE_NAMES.items()},
    Figure.DRIVE: "Drive",
    Figure.RESISTANCE: "Resistance",
    Figure.READINESS: "Readiness",
    Figure.OUTCOME: "Outcome",
}

SCALE: dict[Figure, tuple[float, float]] = {
    figure: (0.0, 100.0) if figure is Figure.READINESS else (1.0, 5.0) for figure in FIGURES
}
MIDPOINT: dict[Figure, float] = {
    figure: 50.0 if figure is Figure.READINESS else 3.0 for figure in FIGURES
}

# +1 where a rise is good news for readiness, -1 where it is bad.
DIRECTION: dict[Figure, int] = {
    Figure.PAIN: 1,
    Figure.PULL: 1,
    Figure.ANCHORS: -1,
    Figure.ANXIETY: -1,
    Figure.DRIVE: 1,
    Figure.RESISTANCE: -1,
    Figure.READINESS: 1,
    Figure.OUTCOME: 1,
}


class Segment(StrEnum):
    """Where a session stands by drive and resistance; "high" is above 3.0."""

    CHAMPIONS = "champions"
    TORN = "torn"
    INDIFFERENT = "indifferent"
    RESISTERS = "resisters"
    UNCLASSIFIED = "unclassified"


SEGMENT_NAMES: dict[Segment, str] = {
    Segment.CHAMPIONS: "Champions",
    Segment.TORN: "Torn",
    Segment.INDIFFERENT: "Indifferent",
    Segment.RESISTERS: "Resisters",
    Segment.UNCLASSIFIED: "Unclassified",
}


class Strength(StrEnum):
    """A mean score in words: weak < 2.5 <= moderate < 3.5 <= strong < 4.25 <= very strong."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"
    VERY_STRONG = "very_strong"


STRENGTH_NAMES: dict[Strength, str] = {
    Strength.WEAK: "weak",
    Strength.MODERATE: "moderate",
    Strength.STRONG: "strong",
    Strength.VERY_STRONG: "very strong",
}


def strength(mean: float, bounds: tuple[float, float, float] = (2.5, 3.5, 4.25)) -> Strength:
    """The word for a force's mean score (1-5)."""
    weak, moderate, strong = bounds
    if mean < weak:
        return Strength.WEAK
    if mean < moderate:
        return Strength.MODERATE
    return Strength.STRONG if mean < strong else Strength.VERY_STRONG


def segment(drive: float | None, resistance: float | None, high: float = 3.0) -> Segment:
    """The segment of a session; a session that misses a side is unclassified."""
    if drive is None or resistance is None:
        return Segment.UNCLASSIFIED
    if drive > high:
        return Segment.TORN if resistance > high else Segment.CHAMPIONS
    return Segment.RESISTERS if resistance > high else Segment.INDIFFERENT
