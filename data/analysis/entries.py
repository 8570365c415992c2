"""What a ledger holds of a session, of a crowd, and of one survey; the rules: ledger.py."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from data.analysis.isolation import Releases
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
    neither ``held`` nor what is current. ``unread``: atoms that are not ``due``, so that nobody
    need look at all their people; they are not released. ``peopled``: those that hold somebody.
    """

    held: dict[Session, Held] = field(default_factory=dict)
    departed: Counter[Version] = field(default_factory=Counter)
    last: dict[int, int] = field(default_factory=dict)
    next_release: int = 1
    crossed: Crossed | None = None
    crowds: dict[int, Crowd] = field(default_factory=dict)
    unread: frozenset[int] = frozenset()
    peopled: frozenset[int] = frozenset()

    def forget(self, session: Session) -> int | None:
        """Erase a session; the atom that must be withdrawn, if a release still shows it."""
        held = self.held.pop(session)
        self.departed.update(held.versions())
        return held.atom if held.is_live else None
