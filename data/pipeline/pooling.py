"""What the ledger of an earlier wave says of people who gave no later answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, text

from data.analysis.pooling import NEW, Integers, Kind
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

_ATOMS = text("""
    SELECT atom, release, departments, roles, periods FROM analytics_atoms
    WHERE organization_id = :organization AND survey_id = :survey AND state = 'released'
    ORDER BY atom
""")


_CLASSES = text("""
    SELECT class, figure, releases FROM release_classes
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
""")


_FORMER = text("""
    SELECT DISTINCT unnest(classes) AS class FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
      AND version <> 0
""")


_BLOCKS = text("""
    SELECT DISTINCT atoms, release, is_shown FROM pooled_blocks
    WHERE organization_id = :organization AND survey_id = :survey AND block <> 0
""")


@dataclass(slots=True)
class Pooling:
    """What the ledger of a wave says of the atoms that may be looked at.

    ``absent`` and ``present``: people without and with later answers by atom and class, counted in
    the base of every figure. ``held``: the releases of each class; ``sums`` are those of them that
    are sums over absent people.
    """

    atoms: dict[int, Row[Any]] = field(default_factory=dict)
    absent: dict[int, dict[int, Integers]] = field(default_factory=dict)
    present: dict[int, dict[int, Integers]] = field(default_factory=dict)
    held: dict[int, frozenset[int]] = field(default_factory=dict)
    sums: frozenset[int] = frozenset()
    blocks: list[tuple[int, ...]] = field(default_factory=list)
    next_class: int = 1
    next_release: int = 1

    def people(self, atom: int) -> dict[Kind, Integers]:
        """People of the atom by kind, those without later answers with ``NEW``."""
        found: dict[Kind, Integers] = {}
        for more, of in ((Kind(), self.present), (Kind({NEW}), self.absent)):
            for class_, counts in of.get(atom, {}).items():
                kind = self.held[class_] & self.sums | more
                found[kind] = found[kind] + counts if kind in found else counts
        return found


def load_pooling(connection: Connection, wave: Survey) -> Pooling:
    """The atoms of a wave that were released exactly once, with people by class."""
    ledger = Pooling()
    classes = connection.execute(_CLASSES, wave.key).all()
    ledger.next_class = max((row[0] for row in classes), default=0) + 1
    ledger.next_release = max((r for row in classes for r in row.releases), default=0) + 1
    former = {row[0] for row in connection.execute(_FORMER, wave.key)}
    unclean = {r for row in classes if row.figure or row[0] in former for r in row.releases}
    before = connection.execute(_BLOCKS, wave.key).all()
    ledger.sums = frozenset(row.release for row in before if row.release)
    ledger.held = {row[0]: frozenset(row.releases) for row in classes if not row.figure}
    counts = _counts(connection, wave)
    for row in connection.execute(_ATOMS, wave.key):
        mine = counts.get(row.atom, {})
        if row.release not in unclean and all(_is_once(ledger, of, row.release) for of, _ in mine):
            ledger.atoms[row.atom] = row
            ledger.absent[row.atom] = {of[0]: n for (of, absent), n in mine.items() if absent}
            ledger.present[row.atom] = {of[0]: n for (of, absent), n in mine.items() if not absent}
    _keep_blocks(ledger, before)
    return ledger


def _is_once(ledger: Pooling, classes: Sequence[int], release: int) -> bool:
    """Whether these people were in this release and sums over absent people only."""
    held = ledger.held.get(classes[0], frozenset()) if len(classes) == 1 else frozenset()
    return held - ledger.sums == {release}


def _keep_blocks(ledger: Pooling, before: Sequence[Row[Any]]) -> None:
    """Blocks stay what they were; an atom whose block lost another atom is in no sum any more."""
    kept: set[tuple[int, ...]] = set()
    for row in before:
        if set(row.atoms) <= ledger.atoms.keys():
            kept.add(tuple(row.atoms))
    for row in before:
        if tuple(row.atoms) not in kept:
            for atom in row.atoms:
                ledger.atoms.pop(atom, None)
    ledger.blocks = sorted(kept)


Counts = Mapping[int, Mapping[tuple[tuple[int, ...], bool], Integers]]
"""By atom, then by classes and whether these people gave no later answers: people by figure."""


def _counts(connection: Connection, wave: Survey) -> Counts:
    places = [f"count(h.figures[{place}])" for place in range(1, len(LEDGER) + 1)]
    places += [
        f"count(*) FILTER (WHERE h.items[{place}] <> 'NaN')"
        for place in range(1, len(wave.questions) + 1)
    ]
    statement = f"""
        SELECT h.atom, h.classes, s.session_id IS NOT NULL AS is_absent, {", ".join(places)}
        FROM released_sessions h LEFT JOIN absent_sessions s ON s.session_id = h.session_id
        WHERE h.organization_id = :organization AND h.survey_id = :survey
          AND h.ledger = 'scores' AND h.version = 0
        GROUP BY h.atom, h.classes, is_absent
    """
    found: dict[int, dict[tuple[tuple[int, ...], bool], Integers]] = defaultdict(dict)
    for atom, classes, is_absent, *people in connection.execute(text(statement), wave.key):
        found[atom][tuple(classes), is_absent] = np.array(people, dtype=np.int64)
    return found
