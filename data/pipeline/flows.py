"""Flows between segments, for the people whom two waves hold as released; whole organisation.

A ledger of its own decides when flows may be shown again: as for scores, with all linked people
as one atom.
"""

from collections import Counter
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
from data.pipeline.wide import settle

_ATOM = 1
_PLACE = LEDGER.index(SEGMENT) + 1

_LINKED = text("""
    SELECT a.session_id, a.respondent, a.atom, b.atom AS earlier_atom,
           b.figures[:place]::int AS source, a.figures[:place]::int AS target
    FROM released_sessions a
    JOIN released_sessions b ON b.organization_id = :organization AND b.survey_id = :earlier
                            AND b.ledger = 'scores' AND b.version = 0
                            AND b.respondent = a.respondent
    WHERE a.organization_id = :organization AND a.survey_id = :survey
      AND a.ledger = 'scores' AND a.version = 0
      AND a.figures[:place] IS NOT NULL AND b.figures[:place] IS NOT NULL
    ORDER BY a.session_id
""")

_CLASSIFIED = text("""
    SELECT atom, count(*) AS people FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
      AND version = 0 AND figures[:place] IS NOT NULL
    GROUP BY atom
""")

_DELETE = text("""
    DELETE FROM survey_flows WHERE organization_id = :organization AND survey_id = :survey
""")


def write_flows(connection: Connection, survey: Survey, earlier: UUID) -> bool:
    """Release the flows from ``earlier`` anew, if they may be; True if they changed."""
    key = {**survey.key, "earlier": earlier, "place": _PLACE}
    linked = connection.execute(_LINKED, key).all()
    if not _apart(connection, survey, earlier, linked):
        linked = []
    current: dict[Session, Current] = {
        row.session_id: Current(row.respondent, _ATOM, (float(10 * row.source + row.target),))
        for row in linked
    }
    settled = settle(connection, survey, "flows", current)
    if not settled.released and not settled.hidden:
        return False
    hidden = connection.execute(_DELETE, survey.key).rowcount
    if settled.released:
        _write(connection, survey, earlier, linked)
    return bool(settled.released) or hidden > 0


def _apart(
    connection: Connection, survey: Survey, earlier: UUID, linked: Sequence[Row[Any]]
) -> bool:
    """Whether the linked people cannot be told from the segments of either whole wave."""
    for wave, atoms in (
        (survey.id, Counter(row.atom for row in linked)),
        (earlier, Counter(row.earlier_atom for row in linked)),
    ):
        key = {"organization": survey.organization, "survey": wave, "place": _PLACE}
        everybody = {row.atom: row.people for row in connection.execute(_CLASSIFIED, key)}
        if not is_apart(atoms, everybody, survey.smallest):
            return False
    return True


def _write(
    connection: Connection, survey: Survey, earlier: UUID, linked: Sequence[Row[Any]]
) -> None:
    names = dict(enumerate((segment.value for segment in SEGMENTS), 1))
    counts = Counter((names[row.source], names[row.target]) for row in linked)
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
