"""Flows between segments, for the people whom two waves hold as released; whole organisation.

A ledger of its own decides when flows may be shown again: as for scores, with all linked people
as one atom. The linked people of two large waves are many: they stay in the database, in a
temporary table ``linked_sessions``, and are read only where a release after the first one has
changes to decide about.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.flows import is_apart, shown_flows
from data.analysis.ledger import Current, Session
from data.db.bulk import copy_into
from data.db.tables import survey_flows
from data.pipeline.current import LEDGER, SEGMENT, SEGMENTS
from data.pipeline.survey import Survey
from data.pipeline.wide import settle, smallest_whole

_ATOM = 1
_PLACE = LEDGER.index(SEGMENT) + 1

_DROP_LINKED = text("DROP TABLE IF EXISTS linked_sessions")

_LINKED = text("""
    CREATE TEMPORARY TABLE linked_sessions ON COMMIT DROP AS
    SELECT DISTINCT ON (a.session_id)
           a.session_id, a.respondent, a.atom, b.atom AS earlier_atom,
           b.figures[:place]::int AS source, a.figures[:place]::int AS target
    FROM released_sessions a
    JOIN released_sessions b ON b.organization_id = :organization AND b.survey_id = :earlier
                            AND b.ledger = 'scores' AND b.version = 0
                            AND b.respondent = a.respondent
    WHERE a.organization_id = :organization AND a.survey_id = :survey
      AND a.ledger = 'scores' AND a.version = 0
      AND a.figures[:place] IS NOT NULL AND b.figures[:place] IS NOT NULL
    ORDER BY a.session_id, b.session_id
""")

_ATOMS = text("""
    SELECT c.atom, c.people, coalesce(l.people, 0) AS linked
    FROM (SELECT atom, count(*) AS people FROM released_sessions
          WHERE organization_id = :organization AND survey_id = :wave AND ledger = 'scores'
            AND version = 0 AND figures[:place] IS NOT NULL
          GROUP BY atom) c
    LEFT JOIN (SELECT CASE WHEN :is_earlier THEN earlier_atom ELSE atom END AS atom,
                      count(*) AS people
               FROM linked_sessions GROUP BY 1) l ON l.atom = c.atom
""")

_WAS_RELEASED = text("""
    SELECT EXISTS (SELECT FROM release_classes WHERE organization_id = :organization
                   AND survey_id = :survey AND ledger = 'flows')
""")

_CHANGED = text("""
    SELECT EXISTS (
        SELECT FROM (SELECT * FROM released_sessions
                     WHERE organization_id = :organization AND survey_id = :survey
                       AND ledger = 'flows' AND version = 0) h
        FULL JOIN linked_sessions c ON c.session_id = h.session_id
        WHERE h.figures IS DISTINCT FROM ARRAY[10 * c.source + c.target]::float[])
    OR EXISTS (
        SELECT FROM released_sessions r
        LEFT JOIN survey_sessions s ON s.organization_id = :organization AND s.id = r.session_id
        WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = 'flows'
          AND s.id IS NULL)
""")

_OPEN = text("""
    WITH people AS (
        SELECT count(DISTINCT respondent) >= :smallest AS are_enough FROM linked_sessions
    ), first AS (
        INSERT INTO release_classes (organization_id, survey_id, ledger, class, figure, releases)
        SELECT :organization, :survey, 'flows', 1, '', ARRAY[1] FROM people WHERE are_enough
    )
    INSERT INTO released_sessions (organization_id, survey_id, ledger, session_id, version,
                                   respondent, atom, figures, items, classes)
    SELECT :organization, :survey, 'flows', session_id, 0, respondent, :atom,
           ARRAY[10 * source + target]::float[], '{}', ARRAY[1]
    FROM linked_sessions, people WHERE are_enough
""")

_DELETE = text("""
    DELETE FROM survey_flows WHERE organization_id = :organization AND survey_id = :survey
""")

_COUNTS = text("SELECT source, target, count(*) AS people FROM linked_sessions GROUP BY 1, 2")


def write_flows(connection: Connection, survey: Survey, earlier: UUID) -> bool:
    """Release the flows from ``earlier`` anew, if they may be; True if they changed."""
    _link(connection, survey, earlier)
    if not connection.scalar(_WAS_RELEASED, survey.key):
        # Everybody is new, so enough people are safe: set-based, as for the first scores.
        least = {"smallest": smallest_whole(survey), "atom": _ATOM}
        if not connection.execute(_OPEN, {**survey.key, **least}).rowcount:
            return False
        _write(connection, survey, earlier)
        return True
    if not connection.scalar(_CHANGED, survey.key):
        return False
    settled = settle(connection, survey, "flows", _current(connection))
    if not settled.released and not settled.hidden:
        return False
    hidden = connection.execute(_DELETE, survey.key).rowcount
    if settled.released:
        _write(connection, survey, earlier)
    return bool(settled.released) or hidden > 0


def _link(connection: Connection, survey: Survey, earlier: UUID) -> None:
    """Make ``linked_sessions``; empty where the linked could be told from either whole wave."""
    connection.execute(_DROP_LINKED)
    connection.execute(_LINKED, {**survey.key, "earlier": earlier, "place": _PLACE})
    if not all(_is_apart(connection, survey, wave) for wave in (survey.id, earlier)):
        connection.execute(text("TRUNCATE linked_sessions"))
    connection.execute(text("ANALYZE linked_sessions"))


def _is_apart(connection: Connection, survey: Survey, wave: UUID) -> bool:
    """Whether the linked people cannot be told from the segments of this whole wave."""
    which = {"wave": wave, "is_earlier": wave != survey.id, "place": _PLACE}
    rows = connection.execute(_ATOMS, {"organization": survey.organization, **which}).all()
    linked = {row.atom: row.linked for row in rows}
    return is_apart(linked, {row.atom: row.people for row in rows}, survey.smallest)


def _current(connection: Connection) -> dict[Session, Current]:
    rows: Sequence[Row[Any]] = connection.execute(text("SELECT * FROM linked_sessions")).all()
    return {
        row.session_id: Current(row.respondent, _ATOM, (float(10 * row.source + row.target),))
        for row in rows
    }


def _write(connection: Connection, survey: Survey, earlier: UUID) -> None:
    names = dict(enumerate((segment.value for segment in SEGMENTS), 1))
    counts = {
        (names[row.source], names[row.target]): row.people for row in connection.execute(_COUNTS)
    }
    columns = (
        "organization_id",
        "survey_id",
        "earlier_survey_id",
        "source",
        "target",
        "respondents",
    )
    rows = (
        (survey.organization, survey.id, earlier, *flow, people)
        for flow, people in shown_flows(counts, survey.smallest).items()
    )
    copy_into(connection, survey_flows, columns, rows)
