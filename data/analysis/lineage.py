"""Which releases share people, over any number of steps: union-find."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Joined:
    """Disjoint sets of integers; an integer never joined is a set of its own."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def of(self, item: int) -> int:
        """The representative of the set that ``item`` is in."""
        root = item
        while (parent := self._parent.setdefault(root, root)) != root:
            root = parent
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def join(self, items: Iterable[int]) -> None:
        """Make one set of the sets these are in."""
        first: int | None = None
        for item in items:
            root = self.of(item)
            if first is None:
                first = root
            elif root != first:
                self._parent[root] = first

    def groups(self) -> list[list[int]]:
        """All sets, each sorted, in the order of their smallest member."""
        found: dict[int, list[int]] = defaultdict(list)
        for item in sorted(self._parent):
            found[self.of(item)].append(item)
        return list(found.values())


class Lineages(Generic[T]):
    """Things filed under releases; things that share a release are relatives."""

    def __init__(self) -> None:
        self._joined = Joined()
        self._filed: dict[int, list[T]] = defaultdict(list)

    def file(self, thing: T, releases: Iterable[int]) -> None:
        """File a thing under releases, which are joined by it. Under none: nowhere."""
        releases = list(releases)
        if releases:
            before = {self._joined.of(release) for release in releases}
            self._joined.join(releases)
            self._gather(before)
            self._filed[self._joined.of(releases[0])].append(thing)

    def relatives(self, releases: Iterable[int]) -> list[T]:
        """Everything filed under these releases or any that share people with them."""
        roots = {self._joined.of(release) for release in releases}
        return [thing for root in sorted(roots) for thing in self._filed.get(root, ())]

    def _gather(self, roots: Iterable[int]) -> None:
        for root in roots:
            now = self._joined.of(root)
            if now != root and root in self._filed:
                self._filed[now] += self._filed.pop(root)
