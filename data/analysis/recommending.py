"""Which rules of action hold for the figures shown, and in which order they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.analysis.actions import RULES, Kind, Level, Rule
from data.analysis.forces import MIDPOINT, Figure, Force
from data.analysis.patterns import Pattern, figure_of
from data.analysis.priorities import REFERENCE
from data.analysis.wording import SHORT_NAMES


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A rule that holds for a force in a place. ``evidence``: one sentence a condition.

    ``priority`` is share x gap in points of the 1-5 scale; None where it is not defined.
    """

    rule: Rule
    pattern: Pattern
    force: Force | None
    evidence: tuple[str, ...]
    priority: float | None = None


def recommend(
    patterns: Sequence[Pattern], values: Mapping[tuple[str, Force], float]
) -> tuple[Recommendation, ...]:
    """What to do, first things first.

    ``values`` are the priorities of departments. Order: asking better, then by priority, then
    what has none; the neutral rule alone where nothing else is recommended.
    """
    every = [one for pattern in patterns for one in _of(pattern, values)]
    first: dict[tuple[str, Force | None], Recommendation] = {}
    for one in every:
        if one.rule.kind is not Kind.NEUTRAL:
            first.setdefault((one.pattern.key, one.force), one)
    found = list(first.values()) or [r for r in every if r.rule.kind is Kind.NEUTRAL]
    return tuple(sorted(found, key=_order))


def _order(one: Recommendation) -> tuple[int, float, float, str, int]:
    kind, place = list(Kind).index(one.rule.kind), RULES.index(one.rule)
    return kind, -(one.priority or 0.0), -_size(one), one.pattern.name, place


def _of(pattern: Pattern, values: Mapping[tuple[str, Force], float]) -> list[Recommendation]:
    """Every rule that holds, in the order of the table."""
    level = Level.WHOLE if pattern.is_whole else Level.DEPARTMENT
    found = []
    for rule in RULES:
        if rule.level is not level:
            continue
        for force in rule.forces:
            evidence = [condition(pattern, force) for condition in rule.when]
            if all(evidence):
                said = tuple(line for line in evidence if line)
                priority = _priority(rule, pattern, force, values)
                found.append(Recommendation(rule, pattern, force, said, priority))
    return found


def _priority(
    rule: Rule, pattern: Pattern, force: Force | None, values: Mapping[tuple[str, Force], float]
) -> float | None:
    """Of a department: its share x gap. Of the whole: its distance from the middle of the scale."""
    if force is None or force not in REFERENCE or rule.kind is not Kind.FORCE:
        return None
    if not pattern.is_whole:
        return values.get((pattern.key, force))
    of = pattern.score(Figure(force.value))
    if of is None or of.mean is None:
        return None
    middle = MIDPOINT[Figure(force.value)]
    gap = middle - of.mean if force is Force.PULL else of.mean - middle
    return round(gap, 6) if gap > 0 else None


def _size(one: Recommendation) -> float:
    """How large the difference is that a rule of a department rests on (Hedges' g)."""
    tested = one.pattern.against_rest.get(figure_of(one.force))
    return abs(tested.effect or 0.0) if tested else 0.0


def expected(one: Recommendation) -> str:
    """What the next wave would show if it helps; what is measured is not what caused it."""
    if one.rule.kind in (Kind.ASKING, Kind.NEUTRAL):
        return "Nothing is measured of this: it makes the next wave's figures better to read."
    place = "the whole organisation" if one.pattern.is_whole else one.pattern.name
    name = SHORT_NAMES[one.force] if one.force else "readiness"
    falls = one.force in (Force.ANCHORS, Force.ANXIETY)
    than = "" if one.pattern.is_whole else ", by more than in the rest"
    return f"In the next wave {name} in {place} would {'fall' if falls else 'rise'}{than}."
