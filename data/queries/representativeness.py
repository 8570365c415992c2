"""Who answered compared with who was invited, by department and by role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.analysis import gate
from data.analysis.cells import STARTED
from data.analysis.representation import Fit, Presence, Turnout, fit
from data.analysis.wording import number
from data.queries import methods
from data.queries.cells import Sums, sums
from data.queries.figures import standing, without
from data.queries.groups import department_names, role_name
from data.queries.question import Asked, Question
from data.queries.results import PresenceRow, RepresentativenessAnswer, State
from data.queries.turnout import Dimension, invited_of, turnouts

NOT_KNOWN = (
    "How many were invited by department or role is not known. Import it: "
    "app.py invited FILE --organization NAME --survey NAME."
)
NOT_TOLD = "Too few were invited or did not answer in these groups to tell their response."
ALONE = "Only one group can be told here, and it takes two to compare. Choose more departments."
WHO_ONLY = (
    "How many were invited is known by department for the whole survey only. Clear roles and "
    "periods to see it."
)
PARTLY = (
    "Of each role at least nine in ten of those invited are counted: the others are in departments "
    "where they cannot be told apart."
)
FINDING = "{name} is {how}: {invited} % of those invited, {started} % of those who answered."
MOST_FINDINGS = 6


def _representativeness(asked: Asked) -> RepresentativenessAnswer:
    """Are those who answered like those who were invited?"""
    if asked.filters.periods or asked.filters.roles:
        return RepresentativenessAnswer(**without(asked, State.SUPPRESSED, WHO_ONLY))
    own = sums(asked, [STARTED]).get((asked.wave.id, None), Sums({}))
    stands = standing(asked, own[STARTED])
    if stands["state"] is not State.READY:
        return RepresentativenessAnswer(**stands, left_out=own.left_out)
    dimensions: list[Dimension] = ["department", "role"] if asked.whole else ["department"]
    found = {dimension: _dimension(asked, dimension) for dimension in dimensions}
    # A group alone is always like itself: there is nothing to compare.
    rows = tuple(row for of in found.values() if len(of.rows) > 1 for row in of.rows)
    is_alone = not rows and any(of.rows for of in found.values())
    hidden = tuple(name for of in found.values() for name in of.hidden)
    if not rows:
        reason = ALONE if is_alone else NOT_TOLD if hidden else NOT_KNOWN
        state = State.SUPPRESSED if hidden or is_alone else State.EMPTY
        return RepresentativenessAnswer(**without(asked, state, reason), hidden=hidden)
    notes = (*asked.notes, PARTLY) if any(of.partly for of in found.values()) else asked.notes
    return RepresentativenessAnswer(
        **{**stands, "notes": notes},
        **_totals(asked, own[STARTED].n),
        left_out=own.left_out,
        rows=rows,
        hidden=hidden,
        p={dimension: of.p for dimension, of in found.items() if of.p is not None},
        findings=_findings(rows),
    )


def _totals(asked: Asked, started: int) -> dict[str, Any]:
    known = invited_of(asked)
    if known is None or started > known or gate.tells_of_few(known - started):
        return {"started": started}
    rate = gate.rate(started, known, asked.wave.thresholds.group)
    return {"started": started, "invited": known, "response_rate": rate}


@dataclass(frozen=True, slots=True)
class _Found:
    """One dimension: its rows in sight, names of what cannot be told, p of the whole."""

    rows: tuple[PresenceRow, ...]
    hidden: tuple[str, ...]
    p: float | None
    partly: bool


def _dimension(asked: Asked, dimension: Dimension) -> _Found:
    of = turnouts(asked, dimension)
    chosen = asked.selection.departments
    sight = None if chosen is None or dimension == "role" else {str(id_) for id_ in chosen}
    names = department_names(asked) if dimension == "department" else {}

    def name(key: str) -> str:
        return names.get(key, key) if dimension == "department" else role_name(key)

    told = {k: t for k, t in of.told.items() if sight is None or k in sight}
    order = sorted(told, key=lambda key: (-told[key].invited, name(key)))
    tested = fit([told[key] for key in order])
    rows = tuple(
        _row(asked, dimension, key, name(key), told, tested, place)
        for place, key in enumerate(order)
    )
    hidden = (name(key) for key in of.hidden if sight is None or key in sight)
    p = None if tested.p is None else round(tested.p, 4)
    return _Found(rows, tuple(sorted(hidden)), p, of.partly)


def _row(
    asked: Asked,
    dimension: Dimension,
    key: str,
    name: str,
    told: Mapping[str, Turnout],
    tested: Fit,
    place: int,
) -> PresenceRow:
    turnout, group = told[key], tested.groups[place]
    base = sum(t.started for t in told.values())
    step = gate.step_of(base, score=False)
    invited, started = (
        gate.rounded(share, step) for share in (group.invited_share, group.started_share)
    )
    return PresenceRow(
        id=key,
        name=name,
        dimension=dimension,
        invited=turnout.invited,
        started=turnout.started,
        response_rate=gate.rate(turnout.started, turnout.invited, asked.wave.thresholds.group),
        invited_share=invited,
        started_share=started,
        difference=round(started - invited, 1),
        residual=None if group.residual is None else round(group.residual, 2),
        p=None if group.p is None else round(group.p, 4),
        presence=group.presence,
    )


def _findings(rows: tuple[PresenceRow, ...]) -> tuple[str, ...]:
    """A sentence for each group that is marked, the furthest apart first."""
    marked = [r for r in rows if r.presence in (Presence.UNDER, Presence.OVER)]
    marked.sort(key=lambda row: -abs(row.residual or 0.0))
    return tuple(
        FINDING.format(
            name=row.name,
            how="under-represented" if row.presence is Presence.UNDER else "over-represented",
            invited=_percent(row.invited_share),
            started=_percent(row.started_share),
        )
        for row in marked[:MOST_FINDINGS]
    )


def _percent(share: float) -> str:
    return number(share, 0 if share >= 1 else 1)


representativeness = Question(
    "representativeness",
    RepresentativenessAnswer,
    _representativeness,
    methods.REPRESENTATIVENESS,
)
