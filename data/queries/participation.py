"""Who answered: started, completed, of how many invited, and how long it took."""

from typing import Any

from data.analysis import gate
from data.analysis.cells import COMPLETED, SECONDS, STARTED
from data.analysis.representation import Turnout
from data.db.tables import analytics_atoms
from data.queries import methods
from data.queries.cells import Sum, Sums, sums, total
from data.queries.figures import standing
from data.queries.groups import department_names
from data.queries.question import Asked, Question
from data.queries.results import ParticipationAnswer, ParticipationRow
from data.queries.turnout import Turnouts, invited_of, turnouts

COARSE_SECONDS, FINE_SECONDS = 10.0, 1.0


def _participation(asked: Asked) -> ParticipationAnswer:
    """How many started and finished the survey, and how long did it take them?"""
    by = analytics_atoms.c.departments
    found = sums(asked, [STARTED, COMPLETED, SECONDS], by=by)
    own = total(found.values())
    smallest = asked.wave.thresholds.group
    started, names = own[STARTED], department_names(asked)
    alone = {str(g[0]): s for (_, g), s in found.items() if g is not None and len(g) == 1}
    told = _turnouts(asked).told
    rows = [
        _row(key, names, s, told.get(key), smallest)
        for key, s in alone.items()
        if s[STARTED].n >= smallest
    ]
    return ParticipationAnswer(
        **standing(asked, started),
        **_response(asked, started, smallest),
        left_out=own.left_out,
        started=_told(started, smallest),
        completed=_completed(own[COMPLETED], smallest),
        completion_rate=completion_rate(own[COMPLETED], smallest),
        mean_seconds=mean_seconds(own[SECONDS], smallest),
        rows=tuple(sorted(rows, key=lambda r: (-r.started, r.name))),
    )


def _turnouts(asked: Asked) -> Turnouts:
    """Departments whose response is told: of all their people, so not under roles or periods."""
    if asked.filters.periods or asked.filters.roles:
        return Turnouts({})
    return turnouts(asked, "department")


def _row(
    key: str, names: dict[str, str], own: Sums, turnout: Turnout | None, smallest: int
) -> ParticipationRow:
    known = {}
    if turnout is not None and turnout.started == own[STARTED].n:
        rate = gate.rate(turnout.started, turnout.invited, smallest)
        known = {"invited": turnout.invited, "response_rate": rate}
    return ParticipationRow(
        id=key,
        name=names.get(key, key),
        started=_told(own[STARTED], smallest),
        completed=_completed(own[COMPLETED], smallest),
        completion_rate=completion_rate(own[COMPLETED], smallest),
        **known,
    )


def _told(of: Sum, smallest: int) -> int:
    return of.n if of.n >= smallest else 0


def completion_rate(of: Sum, smallest: int) -> float | None:
    """Completed of those of whom it is known, 0-100; None below the threshold."""
    return gate.percentage(of.part, of.n) if of.n >= smallest else None


def _completed(of: Sum, smallest: int) -> int | None:
    """About how many completed: from the rate as shown, so that it is not finer than the rate."""
    rate = completion_rate(of, smallest)
    return None if rate is None else round(rate * of.n / 100)


def _response(asked: Asked, started: Sum, smallest: int) -> dict[str, Any]:
    """How many were invited and the rate; the number alone where more started than were invited.

    Neither is told where 1-4 of those invited did not answer.
    """
    known = None if started.left_out else invited_of(asked)
    if known is None or gate.tells_of_few(known - started.n):
        return {}
    if started.n > known:
        return {"invited": known}
    return {"invited": known, "response_rate": gate.rate(started.n, known, smallest)}


def mean_seconds(of: Sum, smallest: int) -> float | None:
    """Mean time of completed sessions, seconds, as coarse as other figures are."""
    if of.n < smallest or of.moments.mean is None:
        return None
    return gate.rounded(of.moments.mean, FINE_SECONDS if of.n >= gate.FINE else COARSE_SECONDS)


participation = Question(
    "participation",
    ParticipationAnswer,
    _participation,
    methods.PARTICIPATION,
)
