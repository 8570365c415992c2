"""One comparison of the ledger with today: who is in which class, and what may be released."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.analysis.entries import Crowd, Current, Held, Ledger, Session, Version
from data.analysis.isolation import People, Releases, is_safe
from data.analysis.lineage import Joined, Lineages


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


class Round:
    """One comparison of the ledger with today; ``members``: sessions that are in an atom now."""

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
            atom not in self._ledger.unread
            and self._has_people(atom)
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
