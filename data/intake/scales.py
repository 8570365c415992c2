"""Which columns are scaled items, and the scales they share."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from data.analysis.forces import Force
from data.intake.hints import guess_force, is_ignored, is_reversed, session_role, spaced
from data.intake.hints import speaks_of_use as asks_for_use
from data.intake.labels import FREQUENCY, Ordered, complete, is_missing, is_unsure, order_labels
from data.intake.mapping import Item, Scale, ValuesPart
from data.intake.profile import Profile, spelling
from data.intake.words import plain

_LARGEST = 11
"""The longest numeric scale taken for one: 0 to 10, or 1 to 11."""

_CODES = frozenset({77.0, 88.0, 99.0, 777.0, 888.0, 999.0})

Found = tuple[Profile, Item, str]


@dataclass
class Scales:
    """Items with the comment each deserves, their scales, and codes of the whole file."""

    items: list[Found] = field(default_factory=list)
    scales: dict[str, Scale] = field(default_factory=dict)
    values: ValuesPart = field(default_factory=ValuesPart)
    notes: dict[str, str] = field(default_factory=dict)


def find_scales(profiles: Sequence[Profile], decimal: str) -> Scales:
    """The scaled items among these columns, verbal and numeric."""
    found = Scales()
    verbal = _verbal(profiles, found)
    rest = [one for one in profiles if one.column.name not in verbal]
    numeric = _numeric(rest, decimal, found)
    found.values = _codes([one for one in profiles if one.column.name in verbal | numeric], decimal)
    order = {one.column.name: one.column.index for one in profiles}
    found.items.sort(key=lambda item: order[item[1].column])
    return found


def _verbal(profiles: Sequence[Profile], found: Scales) -> set[str]:
    """Columns whose labels are of one stem share a scale of all labels seen in any of them."""
    groups: dict[str, list[tuple[Profile, Ordered]]] = defaultdict(list)
    for one in profiles:
        if len(one.counts) > 40:
            continue
        ordered = order_labels(one.counts, 2)  # the third may be in a neighbour
        if ordered is not None and _covers(one, ordered):
            groups[ordered.stem].append((one, ordered))
    taken = set()
    for stem, members in groups.items():
        labels = order_labels(label for one, _ in members for label in one.counts)
        if labels is None or any(set(one.labels) - set(labels.labels) for _, one in members):
            continue  # two wordings that do not make one order: left for the person
        name = _add_verbal(found, stem, labels, [one for one, _ in members])
        for one, _ in members:
            taken.add(one.column.name)
            found.items.append(_item(one, name, stem))
    return taken


def _covers(one: Profile, ordered: Ordered) -> bool:
    """Whether most of what is no "unsure" lies on the scale."""
    labels = set(ordered.labels)
    known = {cell: number for cell, number in one.stated.items() if not is_unsure(cell)}
    on = sum(number for cell, number in known.items() if plain(cell) in labels)
    return on >= 0.6 * sum(known.values())


def _add_verbal(found: Scales, stem: str, labels: Ordered, members: Sequence[Profile]) -> str:
    spelt = spelling(sum((one.counts for one in members), Counter()))
    full = complete(labels)
    name = _free(re.sub(r"\W+", "_", stem).strip("_") or "scale", found)
    others = [spelt[label] for label in spelt if label not in set(full) and not is_missing(label)]
    found.scales[name] = Scale(
        labels=tuple(spelt.get(label, label.capitalize()) for label in full),
        unsure=tuple(others),
    )
    note = "From lowest to highest."
    added = [spelt.get(label, label.capitalize()) for label in full if label not in spelt]
    if added:
        note += f" Nobody chose: {', '.join(added)}; added because such scales usually have it."
    if others:
        note += " 'unsure' counts as answered, but gives no value: check that it is not a step."
    found.notes[f"scales.{name}"] = note
    return name


def _free(name: str, found: Scales) -> str:
    number, free = 2, name
    while free in found.scales:
        number, free = number + 1, f"{name}_{number}"
    return free


def _item(one: Profile, scale: str, stem: str) -> Found:
    """Force and direction guessed from the question's words, else from those of the scale."""
    column = one.column
    text = column.text if column.text != column.name else ""
    about = stem if stem != FREQUENCY else ""
    force = guess_force(f"{column.name} {text}", about)
    outcome = stem == FREQUENCY or (force is None and asks_for_use(f"{column.name} {text}"))
    if outcome:
        force = None
    turned = force is not None and is_reversed(force, f"{column.name} {text}", about)
    item = Item(
        column=column.name, text=text, scale=scale, force=force, outcome=outcome, reversed=turned
    )
    return one, item, _item_note(force, outcome, turned)


def _item_note(force: Force | None, outcome: bool, turned: bool) -> str:
    if outcome:
        return "Guessed: an outcome (use or intention to use)."
    if force is None:
        return ""
    return "Guessed force" + (", reversed: agreeing speaks against it." if turned else ".")


def _numeric(profiles: Sequence[Profile], decimal: str, found: Scales) -> set[str]:
    """Columns of small whole numbers; those that are named alike share a scale."""
    groups: dict[str, list[Profile]] = defaultdict(list)
    for one in profiles:
        if is_ignored(one.column.name) or session_role(one.column.name):
            continue
        if _steps(one, decimal):
            groups[_family(one)].append(one)
    taken = set()
    for family, members in groups.items():
        steps = set().union(*(_steps(one, decimal) for one in members))
        if len(steps) < 3:
            continue
        low, high = 0.0 if 0.0 in steps else 1.0, max(max(steps), 4.0)
        name = _scale_of(found, family, low, high)
        for one in members:
            taken.add(one.column.name)
            found.items.append(_item(one, name, ""))
    return taken


def _steps(one: Profile, decimal: str) -> set[float]:
    """The whole numbers of a column that may be a scale; empty where it is none."""
    numbers = one.numbers(decimal)
    if numbers is None:
        return set()
    steps = {value for value in numbers if value >= 0 and value not in _CODES}
    whole = all(value.is_integer() for value in steps)
    short = bool(steps) and max(steps) <= _LARGEST and len(steps) >= 2
    return steps if whole and short else set()


def _family(one: Profile) -> str:
    """A column's name without its number: cg_adoption_03 is of cg_adoption, Q5_2 of Q5."""
    words = spaced(one.column.name).split()
    return " ".join(words[:-1]) if len(words) > 1 else re.sub(r"\d+$", "", words[0])


def _scale_of(found: Scales, family: str, low: float, high: float) -> str:
    for name, scale in found.scales.items():
        if not scale.labels and (scale.low, scale.high) == (low, high):
            return name
    name = _free(f"from_{low:g}_to_{high:g}", found)
    found.scales[name] = Scale(low=low, high=high)
    found.notes[f"scales.{name}"] = (
        "Numbers; the ends are the lowest and highest seen, so check that nobody left one out.\n"
        'Add labels = ["lowest", ..., "highest"] to name the steps.'
    )
    return name


def _codes(members: Sequence[Profile], decimal: str) -> ValuesPart:
    """Numbers below 0 and 77, 88, 99 among items are codes for no answer; so are words for it."""
    words: dict[str, None] = {}
    below, codes = False, set()
    for one in members:
        words.update(dict.fromkeys(cell for cell in one.counts if is_missing(cell)))
        numbers = one.numbers(decimal) or Counter[float]()
        below = below or any(value < 0 for value in numbers)
        codes |= {f"{value:g}" for value in numbers if value in _CODES}
    missing = (*words, *sorted(codes))
    return ValuesPart(missing=missing, missing_below=0.0 if below else None)
