"""The part of a ledger that a change reaches: who changed is read, crowds that stay are counted."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.ledger import Crowd, Current, Ledger, Session
from data.analysis.lineage import Joined
from data.pipeline.ledgers import Name, Stored, hold, load_classes
from data.pipeline.survey import Survey

_LISTED = text("""
    SELECT session_id, version, respondent, atom, figures, items, classes FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND session_id = ANY(:sessions)
    ORDER BY session_id, version
""")

_PEOPLED = text("""
    SELECT DISTINCT atom FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND version = 0 AND atom = ANY(:atoms) AND session_id <> ALL(:sessions)
""")

_LINKS = text("""
    SELECT DISTINCT atom, classes FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND version = 0
    UNION ALL
    SELECT NULL, array_agg(DISTINCT c.class) FROM released_sessions r, unnest(r.classes) c (class)
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
      AND session_id IN (
          SELECT session_id FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
            AND version > 0)
    GROUP BY session_id
""")

_ALIKE = """
    h.organization_id = :organization AND h.survey_id = :survey AND h.ledger = :ledger
    AND h.version = 0 AND cardinality(h.classes) = 1 AND h.classes[1] = ANY(:classes)
    AND h.session_id <> ALL(:sessions)
    AND NOT EXISTS (
        SELECT FROM released_sessions f
        WHERE f.organization_id = :organization AND f.survey_id = :survey AND f.ledger = :ledger
          AND f.version > 0 AND f.session_id = h.session_id)
"""
"""Sessions with one history in all figures, that are not listed."""

_COUNTS = """
    SELECT h.classes[1] AS class, min(h.atom) AS atom, max(h.atom) AS other, count(*) AS rows,
           count(DISTINCT h.respondent) AS people, {} FROM released_sessions h
    WHERE {} GROUP BY 1
"""

_OTHERS = text(f"""
    SELECT h.session_id, h.version, h.respondent, h.atom, h.figures, h.items, h.classes
    FROM released_sessions h
    WHERE h.organization_id = :organization AND h.survey_id = :survey AND h.ledger = :ledger
      AND h.session_id IN (
          SELECT session_id FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :survey AND ledger = :ledger
            AND classes && CAST(:reach AS integer[]) AND session_id <> ALL(:sessions)
          EXCEPT SELECT h.session_id FROM released_sessions h WHERE {_ALIKE})
    ORDER BY h.session_id, h.version
""")


def load_listed(
    connection: Connection,
    survey: Survey,
    name: Name,
    shape: tuple[int, int],
    sessions: Sequence[UUID],
) -> Stored:
    """The ledger of these sessions alone, and what is known of the erased.

    ``last`` and ``peopled`` of the ledger are left to the caller.
    """
    stored = Stored(name, *shape, Ledger())
    key = {**survey.key, "ledger": name}
    load_classes(connection, key, stored)
    hold(stored, connection.execute(_LISTED, {**key, "sessions": sessions}).all())
    return stored


def peopled(
    connection: Connection, survey: Survey, stored: Stored, atoms: Iterable[int]
) -> frozenset[int]:
    """Which of these atoms hold sessions that are not loaded."""
    parameters = {"ledger": stored.name, "atoms": list(atoms), "sessions": list(stored.ledger.held)}
    return frozenset(connection.scalars(_PEOPLED, {**survey.key, **parameters}))


def load_related(
    connection: Connection,
    survey: Survey,
    stored: Stored,
    current: Mapping[Session, Current],
    atoms: set[int],
) -> set[Session]:
    """Load who else is in these atoms, and who shares releases with anybody there.

    ``current``: what the listed sessions are now. Returns the sessions that are now held beside
    those listed before; the rest are crowds.
    """
    listed = list(stored.ledger.held)
    key = {**survey.key, "ledger": stored.name, "sessions": listed}
    reach = _reach(connection, key, stored, current, atoms)
    stored.complete = set(reach)
    counts = _COUNTS.format(", ".join(_bases(stored)), _ALIKE)
    for row in connection.execute(text(counts), {**key, "classes": reach}):
        crowd = Crowd(row.atom, stored.sets[row[0]], tuple(row[5:]))
        if row.atom == row.other and row.rows == row.people and _is_crowd(crowd, survey.smallest):
            stored.ledger.crowds[row[0]] = crowd
    known = {**key, "reach": reach, "classes": list(stored.ledger.crowds)}
    hold(stored, connection.execute(_OTHERS, known).all())
    return stored.ledger.held.keys() - set(listed)


def _is_crowd(crowd: Crowd, smallest: int) -> bool:
    return all(people == 0 or people >= smallest for people in crowd.people)


def _bases(stored: Stored) -> Iterable[str]:
    """How many sessions have each figure and item."""
    for place in range(1, stored.figures + 1):
        yield f"count(h.figures[{place}])"
    for place in range(1, stored.items + 1):
        yield f"count(nullif(h.items[{place}], 'NaN'))"


def _reach(
    connection: Connection,
    key: Mapping[str, object],
    stored: Stored,
    current: Mapping[Session, Current],
    atoms: set[int],
) -> list[int]:
    """Classes of the people in these atoms, and all that are linked to them by any release."""
    joined = Joined()
    for releases in (*stored.sets.values(), *(r for _, r in stored.ledger.departed)):
        joined.join(releases)
    mine = {release for atom in atoms if (release := stored.ledger.last.get(atom))}
    for row in connection.execute(_LINKS, key):
        releases = frozenset[int]().union(*(stored.sets[c] for c in row.classes))
        joined.join(releases)
        if row.atom in atoms:
            mine |= releases
    for session, held in stored.ledger.held.items():
        joined.join(held.ever())
        now = current.get(session)
        if held.atom in atoms or (now is not None and now.atom in atoms):
            mine |= held.ever()
    roots = {joined.of(release) for release in mine}
    return [
        c for c, releases in stored.sets.items() if any(joined.of(r) in roots for r in releases)
    ]
