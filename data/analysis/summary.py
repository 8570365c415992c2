"""One sentence a person could say aloud in a meeting, and the evidence for each part of it.

Made of shown figures only; nothing is claimed that no mark stands for.
"""

from dataclasses import dataclass

from data.analysis.difference import Compared, Mark
from data.analysis.forces import FORCE_NAMES, Figure, Force
from data.analysis.gate import Shown
from data.analysis.wording import (
    BOUND_WORDS,
    SHORT_NAMES,
    change_interval,
    decimals_of,
    interval,
    listed,
    mean,
    moved,
)

MOST_NAMES = 3
"""More places than this are not read out."""
_READINESS, _SCORE = decimals_of(Figure.READINESS), decimals_of(Figure.DRIVE)


@dataclass(frozen=True, slots=True)
class Balance:
    """The strongest driving against the strongest resisting force in one place.

    ``tested``: BETTER where the driving one outweighs, WORSE where the resisting one does.
    """

    place: str
    driving: Shown
    resisting: Shown
    tested: Compared


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known. ``all_places``: no department is missing from ``places``.

    ``below`` are departments marked worse than the rest; ``driver`` and ``resister`` are None where
    the survey asked no force of that side.
    """

    readiness: Shown
    change: Compared | None = None
    previous: str = ""
    driver: Force | None = None
    resister: Force | None = None
    overall: Balance | None = None
    places: tuple[Balance, ...] = ()
    all_places: bool = True
    below: tuple[tuple[str, Shown], ...] = ()


def sentence(found: Findings) -> str:
    """Readiness, its change, which force outweighs where; ends with a full stop."""
    balance, names_places = _balance(found)
    parts = [_readiness(found), balance, "" if names_places else _below(found)]
    said = "; ".join(part for part in parts if part)
    return said[:1].upper() + said[1:] + "." if said else ""


def evidence(found: Findings) -> tuple[str, ...]:
    """The figures behind each part of the sentence, in its order."""
    lines = [_readiness_evidence(found), _change_evidence(found)]
    if found.driver is not None and found.resister is not None:
        for one in [*([found.overall] if found.overall else []), *found.places]:
            lines.append(_balance_evidence(one, found.driver, found.resister))
    lines += [
        f"{name}: readiness {_with_width(value, _READINESS)}, clearly below the rest"
        for name, value in found.below
    ]
    return tuple(line for line in lines if line)


def _with_width(value: Shown, decimals: int) -> str:
    return f"{interval(value, decimals, BOUND_WORDS)} (n = {value.n:,})"


def _readiness(found: Findings) -> str:
    if found.readiness.mean is None:
        return ""
    return f"readiness is {interval(found.readiness, _READINESS, BOUND_WORDS)}{_change(found)}"


def _change(found: Findings) -> str:
    change = found.change
    if change is None or change.change is None or change.mark is Mark.TOO_FEW:
        return ""
    if change.mark is Mark.NONE:
        return f", with no clear change since {found.previous}"
    return f", {moved(change, _READINESS)} since {found.previous}"


def _balance(found: Findings) -> tuple[str, bool]:
    """The clause about the forces, and whether it names places."""
    if found.overall is None or found.driver is None or found.resister is None:
        return "", False
    match found.overall.tested.mark:
        case Mark.BETTER:
            return _outweighs(found, found.driver, found.resister, Mark.BETTER)
        case Mark.WORSE:
            return _outweighs(found, found.resister, found.driver, Mark.WORSE)
        case Mark.NONE:
            return _undecided(found, found.driver, found.resister)
        case Mark.TOO_FEW:
            return "", False


def _outweighs(found: Findings, strong: Force, weak: Force, mark: Mark) -> tuple[str, bool]:
    said = _over(strong, weak)
    against = [p.place for p in found.places if p.tested.mark is not mark]
    if len(found.places) < 2:
        return said, False
    if not against:
        return f"{said} {'everywhere' if found.all_places else 'in every department shown'}", False
    if len(against) <= MOST_NAMES and 2 * len(against) < len(found.places):
        where = "everywhere but in" if found.all_places else "in every department shown but"
        # Of the places named it is not known, or the other way round: hence "clearly".
        return f"{_over(strong, weak, 'clearly ')} {where} {listed(against)}", True
    opposite = Mark.WORSE if mark is Mark.BETTER else Mark.BETTER
    turned = _places(found, opposite)
    if turned:
        return (
            f"{said} overall, but in {turned} {_over(weak, strong)}",
            True,
        )
    return f"{said} overall", False


def _undecided(found: Findings, driver: Force, resister: Force) -> tuple[str, bool]:
    said = f"neither {SHORT_NAMES[driver]} nor {SHORT_NAMES[resister]} clearly outweighs the other"
    turned = _places(found, Mark.WORSE)
    if not turned:
        return said, False
    return (
        f"{said}, but in {turned} {_over(resister, driver)}",
        True,
    )


def _places(found: Findings, mark: Mark) -> str:
    """The places with this mark, if there are few enough to be read out."""
    names = [p.place for p in found.places if p.tested.mark is mark]
    return listed(names) if 0 < len(names) <= MOST_NAMES else ""


def _over(strong: Force, weak: Force, how: str = "") -> str:
    verb = "outweigh" if strong is Force.ANCHORS else "outweighs"
    return f"{SHORT_NAMES[strong]} {how}{verb} {SHORT_NAMES[weak]}"


def _below(found: Findings) -> str:
    names = [name for name, _ in found.below]
    if not 0 < len(names) <= MOST_NAMES:
        return ""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} clearly below the rest"


def _readiness_evidence(found: Findings) -> str:
    if found.readiness.mean is None:
        return ""
    return f"Readiness {_with_width(found.readiness, _READINESS)}"


def _change_evidence(found: Findings) -> str:
    change = found.change
    if change is None or change.change is None:
        return ""
    amount = change_interval(change, _READINESS)
    return f"Change since {found.previous}: {amount}, {_told(change)}"


def _told(tested: Compared) -> str:
    """The verdict of a test with its figures."""
    words = {
        Mark.BETTER: "clear",
        Mark.WORSE: "clear",
        Mark.NONE: "not clear",
        Mark.TOO_FEW: "too few to tell",
    }[tested.mark]
    if tested.p is None or tested.effect is None:
        return words
    p = "p < 0.001" if tested.p < 0.001 else f"p = {tested.p:.3f}"
    return f"{words} ({p}, g = {tested.effect:g})"


def _balance_evidence(one: Balance, driver: Force, resister: Force) -> str:
    if one.driving.mean is None or one.resisting.mean is None:
        return ""
    driving = f"{FORCE_NAMES[driver]} {mean(one.driving, _SCORE, BOUND_WORDS)}"
    resisting = f"{FORCE_NAMES[resister]} {mean(one.resisting, _SCORE, BOUND_WORDS)}"
    return f"{one.place}: {driving}, {resisting} (n = {one.driving.n:,}), {_told(one.tested)}"
