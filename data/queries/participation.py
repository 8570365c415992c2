"""Who answered: started, completed, of how many invited, and how long it took."""

from data.analysis import gate
from data.analysis.cells import COMPLETED, SECONDS, STARTED
from data.db.tables import analytics_atoms
from data.queries.cells import Sum, Sums, sums, total
from data.queries.figures import standing
from data.queries.groups import department_names
from data.queries.question import Asked, Question
from data.queries.results import ParticipationAnswer, ParticipationRow

COARSE_SECONDS, FINE_SECONDS = 10.0, 1.0


def _participation(asked: Asked) -> ParticipationAnswer:
    """How many started and finished the survey, and how long did it take them?"""
    by = analytics_atoms.c.departments
    found = sums(asked, [STARTED, COMPLETED, SECONDS], by=by)
    own = total(found.values())
    smallest = asked.wave.thresholds.group
    started, names = own[STARTED], department_names(asked)
    alone = {str(g[0]): s for (_, g), s in found.items() if g is not None and len(g) == 1}
    rows = [_row(key, names, s, smallest) for key, s in alone.items() if s[STARTED].n >= smallest]
    known = asked.wave.invited if asked.whole and not started.left_out else None
    return ParticipationAnswer(
        **standing(asked, started),
        left_out=own.left_out,
        started=_told(started, smallest),
        completed=_completed(own[COMPLETED], smallest),
        completion_rate=_rate(own[COMPLETED], smallest),
        invited=known,
        response_rate=_response(started.n, known, smallest),
        mean_seconds=_seconds(own, smallest),
        rows=tuple(sorted(rows, key=lambda r: (-r.started, r.name))),
    )


def _row(key: str, names: dict[str, str], own: Sums, smallest: int) -> ParticipationRow:
    return ParticipationRow(
        id=key,
        name=names.get(key, key),
        started=_told(own[STARTED], smallest),
        completed=_completed(own[COMPLETED], smallest),
        completion_rate=_rate(own[COMPLETED], smallest),
    )


def _told(of: Sum, smallest: int) -> int:
    return of.n if of.n >= smallest else 0


def _rate(of: Sum, smallest: int) -> float | None:
    return gate.percentage(of.part, of.n) if of.n >= smallest else None


def _completed(of: Sum, smallest: int) -> int | None:
    """About how many completed: from the rate as shown, so that it is not finer than the rate."""
    rate = _rate(of, smallest)
    return None if rate is None else round(rate * of.n / 100)


def _response(started: int, known: int | None, smallest: int) -> float | None:
    """Of those invited, in percent; not defined where more started than were invited."""
    return None if known is None or started > known else gate.rate(started, known, smallest)


def _seconds(own: Sums, smallest: int) -> float | None:
    """Mean time of completed sessions, seconds, as coarse as other figures are."""
    of = own[SECONDS]
    if of.n < smallest or of.moments.mean is None:
        return None
    return gate.rounded(of.moments.mean, FINE_SECONDS if of.n >= gate.FINE else COARSE_SECONDS)


participation = Question("participation", ParticipationAnswer, _participation)
