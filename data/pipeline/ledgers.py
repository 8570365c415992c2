"""The ledger in the database: read only as far as a change reaches, and written back.

Classes (people who were in the same releases) are rows of ``release_classes``; a session names its
class once, or once per figure where its figures have different histories (0: not in the base).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Row, text

from data.analysis.isolation import Releases
from data.analysis.ledger import Held, Ledger, Session, Values
from data.analysis.lineage import Joined
from data.db.bulk import copy_into
from data.db.tables import release_classes, released_sessions
from data.pipeline.survey import Survey

Name = Literal["scores", "texts", "flows", "voices"]

NOBODY = 0
"""Class of a figure that the session is not in the base of."""

_CLASSES = text("""
    SELECT class, figure, departed, releases FROM release_classes
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
""")

_SESSIONS = text("""
    SELECT session_id, version, respondent, atom, figures, items, classes FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND (atom = ANY(:atoms) OR session_id = ANY(:sessions)
           OR classes && CAST(:classes AS integer[]))
    ORDER BY session_id, version
""")

_EXTEND = text("""
    UPDATE release_classes c SET releases = c.releases || u.release
    FROM unnest(CAST(:classes AS integer[]), CAST(:releases AS integer[])) AS u (class, release)
    WHERE c.organization_id = :organization AND c.survey_id = :survey AND c.ledger = :ledger
      AND c.class = u.class
""")

_FORGET = text("""
    DELETE FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND session_id = ANY(:sessions)
""")

_FORGET_CLASSES = text("""
    DELETE FROM release_classes
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND (figure <> '' OR class = ANY(:unused))
""")


@dataclass(slots=True)
class Stored:
    """A part of a ledger as loaded: the ledger, and what is needed to write it back.

    ``used``: classes of the sessions loaded; ``complete``: classes of which nobody is left out.
    """

    name: Name
    figures: int
    items: int
    ledger: Ledger
    ids: dict[Releases, int] = field(default_factory=dict)
    sets: dict[int, Releases] = field(default_factory=dict)
    next_class: int = 1
    used: set[int] = field(default_factory=set)
    complete: set[int] = field(default_factory=set)

    @property
    def width(self) -> int:
        return self.figures + self.items


def load(
    connection: Connection,
    survey: Survey,
    name: Name,
    shape: tuple[int, int],
    atoms: Iterable[int],
    sessions: Iterable[UUID] = (),
) -> Stored:
    """The ledger of these atoms and sessions, and of all that shares releases with them.

    ``shape``: how many figures and items a row has. ``last`` of the ledger is left to the caller.
    """
    stored = Stored(name, *shape, Ledger())
    key = {**survey.key, "ledger": name}
    sets = load_classes(connection, key, stored)
    rows, stored.complete = _related_rows(connection, key, sets, list(atoms), list(sessions))
    hold(stored, rows)
    return stored


def hold(stored: Stored, rows: Iterable[Row[Any]]) -> None:
    """Take rows (all of a session) into the ledger."""
    versions: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        versions.setdefault(row.session_id, []).append(row)
        stored.used.update(row.classes)
    for session, mine in versions.items():
        stored.ledger.held[session] = _held(stored, stored.sets, mine)


def load_classes(
    connection: Connection, key: Mapping[str, object], stored: Stored
) -> dict[int, Releases]:
    """Classes that still hold people, by id; those of the erased go into the ledger."""
    sets = stored.sets = {NOBODY: frozenset()}
    highest = 0
    for row in connection.execute(_CLASSES, key):
        releases = frozenset(row.releases)
        highest = max(highest, *releases)
        stored.next_class = max(stored.next_class, row[0] + 1)
        if row.figure:
            stored.ledger.departed[int(row.figure), releases] += row.departed
        else:
            sets[row[0]] = releases
            stored.ids[releases] = row[0]
    stored.ledger.next_release = highest + 1
    return sets


def _related_rows(
    connection: Connection,
    key: Mapping[str, object],
    sets: Mapping[int, Releases],
    atoms: list[int],
    sessions: list[UUID],
) -> tuple[Sequence[Row[Any]], set[int]]:
    """Rows of the atoms and sessions and, until nothing is added, of all that share a release."""
    joined = Joined()
    for releases in sets.values():
        joined.join(releases)
    classes: set[int] = set()
    while True:
        parameters = {**key, "atoms": atoms, "sessions": sessions, "classes": sorted(classes)}
        rows = connection.execute(_SESSIONS, parameters).all()
        found = {c for row in rows for c in row.classes if c != NOBODY}
        roots = {joined.of(release) for c in found for release in sets[c]}
        reach = {c for c, releases in sets.items() if any(joined.of(r) in roots for r in releases)}
        if reach == classes:
            return rows, reach
        classes = reach


def _held(stored: Stored, sets: Mapping[int, Releases], rows: Sequence[Row[Any]]) -> Held:
    """A session from its rows: version 0 is what the last release holds, others came before."""
    values: Values = (None,) * stored.width
    releases: tuple[Releases, ...] = (frozenset(),) * stored.width
    former: dict[int, dict[float, Releases]] = {}
    for row in rows:
        found = as_values(row.figures, row.items, stored.items)
        classes = row.classes if len(row.classes) > 1 else list(row.classes) * stored.width
        if row.version == 0:
            values = found
            releases = tuple(
                frozenset() if value is None else sets[c]
                for value, c in zip(found, classes, strict=True)
            )
            continue
        for figure, (value, c) in enumerate(zip(found, classes, strict=True)):
            if value is not None:
                former.setdefault(figure, {})[value] = sets[c]
    return Held(rows[0].respondent, rows[0].atom, values, releases, former)


def as_values(figures: Sequence[float | None], items: Sequence[float | None], width: int) -> Values:
    """One tuple of figures and items; what is missing is None. No items: all missing."""
    if len(items) != width:
        items = [None] * width
    return tuple(None if v is None or np.isnan(v) else v for v in (*figures, *items))


def save(
    connection: Connection, survey: Survey, stored: Stored, changed: Iterable[Session]
) -> None:
    """Write back the sessions that changed, and all classes."""
    changed = _extend(connection, survey, stored, set(changed))
    held = {s: h for s in changed if (h := stored.ledger.held.get(s)) is not None}
    rows = [row for session, mine in held.items() for row in _rows(survey, stored, session, mine)]
    key = {**survey.key, "ledger": stored.name}
    connection.execute(_FORGET, {**key, "sessions": changed})
    copy_into(connection, released_sessions, _SESSION_COLUMNS, rows)
    in_use = stored.ledger.crowds.keys() | {
        stored.ids[releases]
        for mine in stored.ledger.held.values()
        for _, releases in mine.versions()
        if releases in stored.ids
    }
    connection.execute(
        _FORGET_CLASSES, {**key, "unused": sorted(stored.used & stored.complete - in_use)}
    )
    copy_into(
        connection, release_classes, _CLASS_COLUMNS, _class_rows(survey, stored), on_conflict="keep"
    )


def _extend(
    connection: Connection, survey: Survey, stored: Stored, changed: set[Session]
) -> list[Session]:
    """A crowd that was released again keeps its class, of which the releases are one more.

    Returns the sessions to write: those changed, and all others loaded that were in the class as
    it was, since that is another class now.
    """
    extended: dict[int, int] = {}
    for number, crowd in stored.ledger.crowds.items():
        before = stored.sets[number]
        if new := crowd.releases - before:
            (extended[number],) = new
            del stored.ids[before]
            stored.ids[crowd.releases] = number
    old = {stored.sets[number] for number in extended}
    for session, held in stored.ledger.held.items():
        if any(releases in old for _, releases in held.versions()):
            changed.add(session)
    classes, releases = list(extended), list(extended.values())
    key = {**survey.key, "ledger": stored.name, "classes": classes, "releases": releases}
    if extended:
        connection.execute(_EXTEND, key)
    return list(changed)


_SESSION_COLUMNS = (
    "organization_id",
    "survey_id",
    "ledger",
    "session_id",
    "version",
    "respondent",
    "atom",
    "figures",
    "items",
    "classes",
)
_CLASS_COLUMNS = (
    "organization_id",
    "survey_id",
    "ledger",
    "class",
    "figure",
    "departed",
    "releases",
)


def _rows(
    survey: Survey, stored: Stored, session: Session, held: Held
) -> Iterable[Sequence[object]]:
    key = (survey.organization, survey.id, stored.name, session)
    whose = (held.respondent, held.atom)
    if held.is_live:
        classes = [_class(stored, releases) for releases in held.releases]
        named = {c for c in classes if c != NOBODY}
        short = sorted(named) if len(named) == 1 else classes
        yield (*key, 0, *whose, *_split(stored, held.values), short)
    depth = max((len(values) for values in held.former.values()), default=0)
    for version in range(depth):
        values: list[float | None] = [None] * stored.width
        classes = [NOBODY] * stored.width
        for figure, former in held.former.items():
            if version < len(former):
                values[figure], releases = sorted(former.items())[version]
                classes[figure] = _class(stored, releases)
        yield (*key, version + 1, *whose, *_split(stored, values), classes)


def _split(
    stored: Stored, values: Sequence[float | None]
) -> tuple[list[float | None], list[float]]:
    """Figures and items as current_sessions holds them: NULL and NaN where missing."""
    items = values[stored.figures :]
    blank = all(value is None for value in items)
    filled = [] if blank else [float("nan") if value is None else value for value in items]
    return list(values[: stored.figures]), filled


def _class(stored: Stored, releases: Releases) -> int:
    if not releases:
        return NOBODY
    if releases not in stored.ids:
        stored.ids[releases] = stored.next_class
        stored.next_class += 1
    return stored.ids[releases]


def _class_rows(survey: Survey, stored: Stored) -> Iterable[Sequence[object]]:
    key = (survey.organization, survey.id, stored.name)
    for releases, number in stored.ids.items():
        yield (*key, number, "", 0, sorted(releases))
    for number, ((figure, releases), count) in enumerate(
        sorted(stored.ledger.departed.items(), key=lambda item: (item[0][0], sorted(item[0][1]))),
        stored.next_class,
    ):
        yield (*key, number, str(figure), count, sorted(releases))
