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

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from data.analysis.isolation import People, Releases, is_safe
from data.analysis.lineage import Joined, Lineages
from data.analysis.role_table import Crossed

Session = Hashable
Values = tuple[float | None, ...]
"""One value per figure; None where the session is not in the figure's base."""
Version = tuple[int, Releases]
"""A figure, and the releases that held one and the same value of it."""


@dataclass(frozen=True, slots=True)
class Current:
    """What a release of today would hold of a session."""

    respondent: Hashable
    atom: int
    values: Values


@dataclass(frozen=True, slots=True)
class Held:
    """What releases hold of a session. ``values`` all None: it left, but had been released.

    ``former``: by figure, values of earlier releases and the releases they were in.
    """

    respondent: Hashable
    atom: int
    values: Values
    releases: tuple[Releases, ...]
    former: Mapping[int, Mapping[float, Releases]] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return any(value is not None for value in self.values)

    def versions(self) -> Iterable[Version]:
        """Every figure's classes this session is in, one for each value it ever had."""
        for figure, value in enumerate(self.values):
            if value is not None:
                yield figure, self.releases[figure]
        for figure, former in self.former.items():
            for releases in former.values():
                yield figure, releases

    def ever(self) -> set[int]:
        """All releases that ever held anything of this session."""
        return {release for _, releases in self.versions() for release in releases}


@dataclass(slots=True)
class Outcome:
    """What ``advance`` decided, as atoms; ``dissolved`` ones hold nobody any more."""

    released: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    dissolved: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    changed: set[Session] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of an atom who stay as released, all in the same releases; ``people`` by figure."""

    atom: int
    releases: Releases
    people: tuple[int, ...]


@dataclass(slots=True)
class Ledger:
    """All that was released of one survey (or of the part that is touched).

    ``last``: the latest release of each atom ever released. ``departed``: by figure and class, how
    many people were erased. ``next_release``: the first id never used. ``crossed``: the table by
    role that was once released, if any. ``crowds``: by a name of their own, people who are in
    neither ``held`` nor what is current. ``peopled``: atoms that hold people nobody looks at, as
    the atom is not ``due``.
    """

    held: dict[Session, Held] = field(default_factory=dict)
    departed: Counter[Version] = field(default_factory=Counter)
    last: dict[int, int] = field(default_factory=dict)
    next_release: int = 1
    crossed: Crossed | None = None
    crowds: dict[int, Crowd] = field(default_factory=dict)
    peopled: frozenset[int] = frozenset()

    def forget(self, session: Session) -> int | None:
        """Erase a session; the atom that must be withdrawn, if a release still shows it."""
        held = self.held.pop(session)
        self.departed.update(held.versions())
        return held.atom if held.is_live else None


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
    round_ = _Round(ledger, current, smallest)
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
    round_ = _Round(ledger, current, smallest)
    enough = {
        atom
        for atom in seen
        if (last := ledger.last.get(atom)) is None or seen[atom] + round_.erased(last) >= smallest
    }
    clusters = round_.clusters(set(touched))
    return set().union(*(cluster for cluster in clusters if cluster & enough))


def _settle(round_: "_Round", atoms: set[int], outcome: Outcome) -> None:
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


def _by_release(departed: Mapping[Version, int]) -> dict[int, Counter[int]]:
    """How many were erased of each release, by figure."""
    erased: dict[int, Counter[int]] = defaultdict(Counter)
    for (figure, releases), count in departed.items():
        for release in releases:
            erased[release][figure] += count
    return erased


@dataclass(frozen=True, slots=True)
class _Filed:
    """A session, people that were erased, or a crowd."""

    session: Session = None
    departed: Version | None = None
    crowd: int | None = None


class _Round:
    """One comparison of the ledger with today."""

    def __init__(self, ledger: Ledger, current: Mapping[Session, Current], smallest: int) -> None:
        self._ledger = ledger
        self._current = current
        self._smallest = smallest
        self.members: dict[int, list[Session]] = defaultdict(list)
        self._shown: dict[int, list[Session]] = defaultdict(list)
        for session, now in current.items():
            self.members[now.atom].append(session)
        for session, held in ledger.held.items():
            if held.is_live:
                self._shown[held.atom].append(session)
        self._unions: dict[tuple[Releases, int], Releases] = {}
        self._kin: Lineages[_Filed] = Lineages()
        for session, held in ledger.held.items():
            self._kin.file(_Filed(session), held.ever())
        for version in ledger.departed:
            self._kin.file(_Filed(departed=version), version[1])
        self._crowds: dict[int, list[int]] = defaultdict(list)
        for name, crowd in ledger.crowds.items():
            self._kin.file(_Filed(crowd=name), crowd.releases)
            self._crowds[crowd.atom].append(name)
        self._erased = _by_release(ledger.departed)

    def is_empty(self, atom: int) -> bool:
        """Whether nobody is in the atom now."""
        return not (self.members[atom] or atom in self._ledger.peopled or self._crowds[atom])

    def clusters(self, touched: set[int]) -> list[set[int]]:
        """Touched atoms, together with those that people moved to or from."""
        joined = Joined()
        for atom in touched:
            joined.of(atom)
        for session, now in self._current.items():
            held = self._ledger.held.get(session)
            if held is not None and held.is_live and held.atom != now.atom:
                joined.join((held.atom, now.atom))
        return [set(group) for group in joined.groups() if touched & set(group)]

    def has_enough(self, atoms: set[int]) -> bool:
        """Whether each atom is large enough and saw enough change since its last release."""
        return all(
            self._has_people(atom)
            and (atom not in self._ledger.last or self._changes(atom) >= self._smallest)
            for atom in atoms
        )

    def _has_people(self, atom: int) -> bool:
        """A crowd is large enough alone."""
        people = {self._current[session].respondent for session in self.members[atom]}
        return len(people) >= self._smallest or bool(self._crowds[atom])

    def _changes(self, atom: int) -> int:
        """Respondents added, changed, left and erased since the atom's last release."""
        held = self._ledger.held
        changed = {
            held[session].respondent
            for session in self._shown[atom]
            if (now := self._current.get(session)) is None
            or now.atom != atom
            or now.values != held[session].values
        } | {
            self._current[session].respondent
            for session in self.members[atom]
            if session not in held or not held[session].is_live or held[session].atom != atom
        }
        return len(changed) + self.erased(self._ledger.last[atom])

    def erased(self, release: int) -> int:
        """People erased who were in this release: those of its fullest figure."""
        # Versions that were replaced before are not in the atom's last release.
        return max(self._erased[release].values(), default=0)

    def try_release(self, atoms: set[int], shown: Sequence[int]) -> set[Session] | None:
        """Release ``shown`` (all of the cluster that hold anybody) and return what changed."""
        ledger = self._ledger
        ids = {atom: ledger.next_release + place for place, atom in enumerate(shown)}
        after: dict[Session, Held] = {}
        for atom in atoms:
            for session in {*self._shown[atom], *self.members[atom]}:
                after[session] = self._next(session, ids)
        crowds = {
            name: replace(held, releases=self._with(held.releases, ids[atom]))
            for atom in shown
            for name in self._crowds[atom]
            for held in (ledger.crowds[name],)
        }
        if not self._is_safe(after, crowds, frozenset(ids.values())):
            return None
        ledger.held.update(after)
        ledger.crowds.update(crowds)
        for name, crowd in crowds.items():
            self._kin.file(_Filed(crowd=name), crowd.releases)
        for session, held in after.items():
            self._kin.file(_Filed(session), held.ever())
        ledger.last.update(ids)
        ledger.next_release += len(ids)
        return set(after)

    def _next(self, session: Session, ids: Mapping[int, int]) -> Held:
        """The session as the ledger holds it once the new releases are out."""
        held, now = self._ledger.held.get(session), self._current.get(session)
        if now is None:
            assert held is not None
            now = Current(held.respondent, held.atom, (None,) * len(held.values))
        if held is None:
            alone = frozenset({ids[now.atom]})
            return Held(now.respondent, now.atom, now.values, (alone,) * len(now.values))
        release = ids.get(now.atom, 0)
        former = {figure: dict(values) for figure, values in held.former.items()}
        releases = []
        for figure, value in enumerate(now.values):
            before, had = held.values[figure], held.releases[figure]
            if before is not None and before != value:
                former.setdefault(figure, {})[before] = had
                had = frozenset()
            if value is not None and before != value:
                had = former.get(figure, {}).pop(value, frozenset())
            releases.append(frozenset() if value is None else self._with(had, release))
        kept = {figure: values for figure, values in former.items() if values}
        return Held(now.respondent, now.atom, now.values, tuple(releases), kept)

    def _with(self, releases: Releases, release: int) -> Releases:
        """The class one release later; one object for one class."""
        key = (releases, release)
        if key not in self._unions:
            self._unions[key] = releases | {release}
        return self._unions[key]

    def _is_safe(
        self, after: Mapping[Session, Held], crowds: Mapping[int, Crowd], new: Releases
    ) -> bool:
        """Whether every figure stays safe; figures with the same bases are looked at once."""
        decided: dict[frozenset[tuple[Releases, People]], bool] = {}
        by_figure = self._classes(after, crowds)
        for classes in by_figure.values():
            key = frozenset(classes.items())
            if key not in decided:
                decided[key] = is_safe(classes, new, self._smallest)
            if not decided[key]:
                return False
        crossed = self._ledger.crossed
        return crossed is None or crossed.admits(by_figure, self._smallest)

    def _classes(
        self, after: Mapping[Session, Held], crowds: Mapping[int, Crowd]
    ) -> dict[int, dict[Releases, People]]:
        """By figure: who is in which class, among all releases related to the new ones."""
        related = {release for held in after.values() for release in held.ever()}
        related |= {release for crowd in crowds.values() for release in crowd.releases}
        kin = self._kin.relatives(related)
        sessions = {filed.session for filed in kin if filed.session is not None} | after.keys()
        known: dict[Version, set[Hashable]] = defaultdict(set)
        for session in sessions:
            held = after.get(session) or self._ledger.held[session]
            for version in held.versions():
                known[version].add(held.respondent)
        departed = {filed.departed for filed in kin if filed.departed is not None}
        counted = self._counted({f.crowd for f in kin if f.crowd is not None}, crowds)
        classes: dict[int, dict[Releases, People]] = defaultdict(dict)
        for version in departed | known.keys() | counted.keys():
            classes[version[0]][version[1]] = People(
                frozenset(known.get(version, ())), self._ledger.departed[version], counted[version]
            )
        return classes

    def _counted(self, names: Iterable[int], after: Mapping[int, Crowd]) -> Counter[Version]:
        """People of these crowds by figure and class."""
        counted: Counter[Version] = Counter()
        for name in names:
            crowd = after.get(name) or self._ledger.crowds[name]
            for figure, people in enumerate(crowd.people):
                if people:
                    counted[figure, crowd.releases] += people
        return counted
