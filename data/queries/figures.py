"""From sums to what an answer says: gated estimates, marks and the words every answer carries."""

from collections.abc import Mapping
from typing import Any

from data.analysis import gate
from data.analysis.cells import UNSCORED
from data.analysis.difference import Compared, marked
from data.analysis.forces import Figure, Force
from data.queries.cells import Sum, Sums
from data.queries.question import Asked, Wave
from data.queries.results import Difference, Estimate, State
from data.queries.turnout import invited_of

TOO_FEW = (
    "Fewer than {n} people answered here, or they cannot be told apart from smaller groups. "
    "Choose a larger group."
)
NOTHING = "Nobody has answered here yet."
ASSUMES_ALIKE = "The interval assumes that those who did not answer are alike."


def forces_and_readiness(wave: Wave) -> tuple[Figure, ...]:
    """Readiness first, then the forces this survey asked."""
    return (Figure.READINESS, *(Figure(f.value) for f in wave.forces))


def shown(sums: Sums, figure: Figure, wave: Wave, *, invited: int | None = None) -> gate.Shown:
    """A figure of these sums after the gate."""
    return gate.estimate(sums[figure].moments, figure, wave.thresholds, invited=invited)


def estimate(of: gate.Shown) -> Estimate:
    return Estimate(**{name: getattr(of, name) for name in Estimate.model_fields})


def difference(of: Compared) -> Difference:
    return Difference(**{name: getattr(of, name) for name in Difference.model_fields})


def differences(family: Mapping[Any, tuple[Figure, Compared]]) -> dict[Any, Difference]:
    """One family of tests, corrected together."""
    return {key: difference(tested) for key, tested in marked(family).items()}


def is_score(figure: Figure) -> bool:
    """Whether a figure is a score of 1-5 (else it is on 0-100)."""
    return figure is not Figure.READINESS


def invited(asked: Asked, sums: Sums) -> int | None:
    """N of exactly this group: the whole survey, or of departments, with nothing left out."""
    return None if sums.left_out else invited_of(asked)


def about(asked: Asked, sums: Sums, *notes: str) -> dict[str, Any]:
    """What every answer says of itself, from the sums it rests on.

    Its base is the number of counted sessions; the state says why where there is nothing to show.
    """
    return {**standing(asked, sums[UNSCORED], notes), "left_out": sums.left_out}


def standing(asked: Asked, base: Sum, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    """State, reason and origin of an answer whose base is ``base``."""
    wave, n = asked.wave, base.n
    state, reason = State.READY, ""
    if n < wave.thresholds.group:
        nothing = not n and not base.left_out and asked.filters.whole
        state = State.EMPTY if nothing else State.SUPPRESSED
        reason = NOTHING if nothing else TOO_FEW.format(n=wave.thresholds.group)
    return {**origin(asked), "state": state, "reason": reason, "respondents": n or None} | {
        "notes": asked.notes + tuple(note for note in notes if note)
    }


def origin(asked: Asked) -> dict[str, Any]:
    """Which survey, how old, under which threshold."""
    wave = asked.wave
    return {
        "survey": wave.name,
        "data_time": wave.released_at,
        "smallest_group": wave.thresholds.group,
        "consent": wave.consent,
        "notes": asked.notes,
    }


def without(asked: Asked, state: State, reason: str) -> dict[str, Any]:
    """An answer without figures, and why."""
    return {**origin(asked), "state": state, "reason": reason}


def figure_of(force: Force) -> Figure:
    return Figure(force.value)
