"""What was released of whom, so that the next release gives nobody away.

A release of an atom is one row (see data/analysis/isolation.py) of every figure. The ledger keeps
of each session what the last release holds, what earlier ones held where that was different, and
for each value the releases it was in. Of the erased it keeps nothing but counts: how many people
were in the same releases.

``advance`` compares it with what is there now and releases an atom again only where
(a) at least ``smallest`` respondents were added, changed, left or were erased since, and
(b) for every figure, all releases ever made together with the new one let no linear combination
rest on fewer than ``smallest`` people;
(c) where a table by role was released, enough atoms remain whole (data/analysis/role_table.py).
Atoms that people moved between are released together or not at all. What may not be released yet
waits: the atom keeps showing its last release, or nothing at all where somebody was erased.

Whoever stays as released need not be named: a *crowd* is a class of such people, all of one atom
and of one history in every figure, in which every figure holds ``smallest`` people or none. Whether
a release is safe depends on the size of such a class only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.analysis.entries import Crowd, Current, Held, Ledger, Session, Values
from data.analysis.rounds import Round

__all__ = ["Crowd", "Current", "Held", "Ledger", "Outcome", "Session", "Values", "advance", "due"]


@dataclass(slots=True)
class Outcome:
    """What ``advance`` decided, as atoms; ``dissolved`` ones hold nobody any more."""

    released: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    dissolved: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    changed: set[Session] = field(default_factory=set)


def advance(
    ledger: Ledger,
    current: Mapping[Session, Current],
    gone: Iterable[Session],
    touched: Iterable[int],
    smallest: int,
) -> Outcome:
    """Release what may be released of the ``touched`` atoms; changes the ledger.

    ``current`` holds every session that is now in a touched atom and in no crowd. ``gone``:
    sessions of the ledger that exist no more.
    """
    outcome = Outcome()
    for session in gone:
        outcome.changed.add(session)
        atom = ledger.forget(session)
        if atom is not None:
            outcome.withdrawn.add(atom)
    round_ = Round(ledger, current, smallest)
    for atoms in round_.clusters(set(touched) | outcome.withdrawn):
        _settle(round_, atoms, outcome)
    return outcome


def due(
    ledger: Ledger, current: Mapping[Session, Current], touched: Iterable[int], smallest: int
) -> set[int]:
    """Touched atoms that may have seen enough change; all others wait, whoever else they hold.

    ``ledger`` and ``current`` need hold nobody but sessions that changed, gone ones among them.
    """
    atom_of = {release: atom for atom, release in ledger.last.items()}
    seen: Counter[int] = Counter(now.atom for now in current.values())
    for held in ledger.held.values():
        seen.update({held.atom} | {atom_of[r] for r in held.ever() if r in atom_of})
    round_ = Round(ledger, current, smallest)
    enough = {
        atom
        for atom in seen
        if (last := ledger.last.get(atom)) is None or seen[atom] + round_.erased(last) >= smallest
    }
    clusters = round_.clusters(set(touched))
    return set().union(*(cluster for cluster in clusters if cluster & enough))


def _settle(round_: Round, atoms: set[int], outcome: Outcome) -> None:
    """Release one cluster of atoms, or let it wait."""
    empty = {atom for atom in atoms if round_.is_empty(atom)}
    if atoms == empty:  # everybody left: nothing to release, and nobody to show
        outcome.withdrawn |= atoms
        return
    if round_.has_enough(atoms - empty):
        changed = round_.try_release(atoms, sorted(atoms - empty))
        if changed is not None:
            outcome.changed |= changed
            outcome.released |= atoms - empty
            outcome.dissolved |= empty
            outcome.withdrawn -= atoms
            return
    outcome.waiting |= atoms - empty
