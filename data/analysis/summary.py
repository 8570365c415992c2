"""One sentence a person could say aloud in a meeting, and the evidence for each part of it.

Made of shown figures only; nothing is claimed that no mark stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.analysis.difference import Compared, Mark
from data.analysis.forces import FORCE_NAMES, Force
from data.analysis.gate import Shown

NAMES: dict[Force, str] = {
    Force.PAIN: "pain",
    Force.PULL: "pull",
    Force.ANCHORS: "anchors",
    Force.ANXIETY: "anxiety",
}
MOST_NAMES = 3
"""More places than this are not read out."""


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
        f"{name}: readiness {_with_width(value)}, clearly below the rest"
        for name, value in found.below
    ]
    return tuple(line for line in lines if line)


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _value(value: Shown) -> str:
    words = {"<=": "at most ", ">=": "at least ", "": ""}
    return f"{words[value.bound]}{value.mean:g}"


def _with_width(value: Shown) -> str:
    width = "" if value.half_width is None else f" ± {value.half_width:g}"
    return f"{_value(value)}{width} (n = {value.n})"


def _readiness(found: Findings) -> str:
    if found.readiness.mean is None:
        return ""
    width = found.readiness.half_width
    spread = "" if width is None else f" ± {width:g}"
    return f"readiness is {_value(found.readiness)}{spread}{_change(found)}"


def _change(found: Findings) -> str:
    change = found.change
    if change is None or change.change is None or change.mark is Mark.TOO_FEW:
        return ""
    if change.mark is Mark.NONE:
        return f", with no clear change since {found.previous}"
    way = "up" if change.mark is Mark.BETTER else "down"
    return f", {way} {abs(change.change):g} since {found.previous}"


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
    said = f"{NAMES[strong]} {_verb(strong)} {NAMES[weak]}"
    against = [p.place for p in found.places if p.tested.mark is not mark]
    if len(found.places) < 2:
        return said, False
    if not against:
        return f"{said} {'everywhere' if found.all_places else 'in every department shown'}", False
    if len(against) <= MOST_NAMES and 2 * len(against) < len(found.places):
        where = "everywhere but in" if found.all_places else "in every department shown but"
        return f"{said} {where} {listed(against)}", True
    opposite = Mark.WORSE if mark is Mark.BETTER else Mark.BETTER
    turned = _places(found, opposite)
    if turned:
        return f"{said} overall, but in {turned} {NAMES[weak]} {_verb(weak)} {NAMES[strong]}", True
    return f"{said} overall", False


def _undecided(found: Findings, driver: Force, resister: Force) -> tuple[str, bool]:
    said = f"neither {NAMES[driver]} nor {NAMES[resister]} clearly outweighs the other"
    turned = _places(found, Mark.WORSE)
    if not turned:
        return said, False
    return f"{said}, but in {turned} {NAMES[resister]} {_verb(resister)} {NAMES[driver]}", True


def _places(found: Findings, mark: Mark) -> str:
    """The places with this mark, if there are few enough to be read out."""
    names = [p.place for p in found.places if p.tested.mark is mark]
    return listed(names) if 0 < len(names) <= MOST_NAMES else ""


def _verb(force: Force) -> str:
    return "outweigh" if force is Force.ANCHORS else "outweighs"


def _below(found: Findings) -> str:
    names = [name for name, _ in found.below]
    if not 0 < len(names) <= MOST_NAMES:
        return ""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} clearly below the rest"


def _readiness_evidence(found: Findings) -> str:
    return "" if found.readiness.mean is None else f"Readiness {_with_width(found.readiness)}"


def _change_evidence(found: Findings) -> str:
    change = found.change
    if change is None or change.change is None:
        return ""
    width = "" if change.half_width is None else f" ± {change.half_width:g}"
    return f"Change since {found.previous}: {change.change:+g}{width}, {_told(change)}"


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
    driving = f"{FORCE_NAMES[driver]} {_value(one.driving)}"
    resisting = f"{FORCE_NAMES[resister]} {_value(one.resisting)}"
    return f"{one.place}: {driving}, {resisting} (n = {one.driving.n}), {_told(one.tested)}"
