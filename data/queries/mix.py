"""A change of a total with the departments' shares held constant: how much of it is who answered.

Direct standardisation: the departments shown in both waves, each with its share of the later wave.
Everything is computed from shown estimates.
"""

from collections.abc import Mapping, Sequence

from data.analysis.difference import ENOUGH_OF_MIX, Standardised, standardised
from data.analysis.forces import FIGURE_NAMES, Figure
from data.analysis.gate import at_least_a_step, rounded, step_of
from data.analysis.wording import decimals_of, number
from data.queries.cells import Group, Sums
from data.queries.figures import is_score, shown
from data.queries.question import Wave
from data.queries.results import ChangeRow, SameMix

SAME_MIX = (
    "With the departments' shares held as they are now, {figure} would have changed by {same}, "
    "not {change}."
)


def with_same_mix(
    row: ChangeRow,
    waves: tuple[Wave, Wave],
    now: Mapping[Group, Sums],
    then: Mapping[Group, Sums],
) -> ChangeRow:
    """The row with its change at constant mix, where departments shown in both waves (later,
    earlier) hold most of the later wave's people."""
    change = row.change.change
    alone = [g for g in now.keys() & then.keys() if g is not None and len(g) == 1]
    pairs = [
        (shown(now[g], row.figure, waves[0]), shown(then[g], row.figure, waves[1])) for g in alone
    ]
    found = standardised(pairs)
    if change is None or found is None or found.n < ENOUGH_OF_MIX * row.after.n:
        return row
    return row.model_copy(update={"same_mix": _rounded(row, change, found)})


def _rounded(row: ChangeRow, change: float, found: Standardised) -> SameMix:
    step = step_of(min(row.before.n, row.after.n), score=is_score(row.figure))
    same = rounded(found.change, step)
    return SameMix(
        change=same,
        half_width=at_least_a_step(found.half_width, step),
        mix=rounded(change - same, step),
    )


def mix_notes(rows: Sequence[ChangeRow]) -> list[str]:
    """A sentence for each figure of which the mix of departments tells another story."""
    return [_note(row) for row in rows if is_another_story(row)]


def is_another_story(row: ChangeRow) -> bool:
    """Whether the change at constant mix is outside the change's interval, or of the other sign."""
    change, half, same = row.change.change, row.change.half_width, row.same_mix
    if change is None or half is None or same is None:
        return False
    is_clear = abs(change) > half or abs(same.change) > same.half_width
    return abs(same.mix) > half or (change * same.change < 0 and is_clear)


def _note(row: ChangeRow) -> str:
    decimals = decimals_of(row.figure)
    name = "readiness" if row.figure is Figure.READINESS else FIGURE_NAMES[row.figure].lower()
    assert row.same_mix is not None
    return SAME_MIX.format(
        figure=name,
        same=number(row.same_mix.change, decimals, sign=True),
        change=number(row.change.change or 0.0, decimals, sign=True),
    )
