"""What a release of today would hold of each session: a temporary table ``current_sessions``.

``figures`` are the values whose sums are released, in the order of LEDGER; ``items`` the item
scores of counted sessions. What a session lacks is NULL, or NaN among the items; ``items`` is empty
where none is answered. Listwise blocks are sums over people too: their value is a digest of all
they are made of, so that a change of any part is a change.
"""

import math
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.cells import (
    COMPLETED,
    ITEM_DRIVERS,
    LISTWISE,
    LONGEST_SECONDS,
    LOW_QUALITY,
    MOST_DRIVING_ITEMS,
    SECONDS,
    STARTED,
    UNSCORED,
    items_figure,
)
from data.analysis.forces import FIGURES, FORCES, Figure, Force, Segment
from data.analysis.quality import Flag, flag_figure
from data.pipeline import changes
from data.pipeline.atoms import Leaves
from data.pipeline.survey import Survey

SEGMENT = "segment"
SEGMENTS: tuple[Segment, ...] = tuple(s for s in Segment if s is not Segment.UNCLASSIFIED)
"""Coded 1, 2, ... in the ledger."""

LEDGER: tuple[str, ...] = (
    STARTED,
    COMPLETED,
    SECONDS,
    LOW_QUALITY,
    UNSCORED,
    SEGMENT,
    *(figure.value for figure in FIGURES),
    LISTWISE,
    *(items_figure(force) for force in FORCES),
    ITEM_DRIVERS,
    *(flag_figure(flag) for flag in Flag),
)
"""Names of a ledger row's ``figures``; the items follow by position.

Only ever added to at the end, with a migration that makes room in ledgers already written.
"""


def listwise_figures(survey: Survey) -> tuple[Figure, ...]:
    """What the listwise block is made of: the asked forces in order, then the outcome if asked."""
    outcome = (Figure.OUTCOME,) if survey.has_outcome else ()
    return (*(Figure(force.value) for force in survey.forces), *outcome)


def force_places(survey: Survey, force: Force) -> tuple[int, ...]:
    """Places (from 0) of a force's items among the survey's items."""
    return tuple(
        place
        for place, item in enumerate(survey.items)
        if item.force is force and not item.is_outcome
    )


def driving_places(survey: Survey) -> tuple[int, ...]:
    """Places (from 0) of the items that may drive the outcome; none where there are too many."""
    places = tuple(place for place, item in enumerate(survey.items) if not item.is_outcome)
    return places if survey.has_outcome and len(places) <= MOST_DRIVING_ITEMS else ()


def layout(survey: Survey) -> str:
    """A digest of what a ledger row is made of: where it differs, all rows are compared anew."""
    items = [
        (question.id, question.item.force, question.item.is_outcome)
        for question in survey.questions
    ]
    return changes.digest(LEDGER, listwise_figures(survey), survey.forces, items)


def make_current(
    connection: Connection, survey: Survey, leaves: Leaves, compared: changes.Noted
) -> None:
    """Make the temporary table of the sessions to compare; it goes with the transaction.

    A session's atom is that of its leaf and stands in no table of its own: with a million sessions
    writing it to each costs more than all the rest.
    """
    connection.execute(text("DROP TABLE IF EXISTS current_sessions"))
    parameters = {"longest": LONGEST_SECONDS, "blank": [math.nan] * len(survey.questions)}
    where = {"period": leaves.period.value, "wave": leaves.wave, "noted": compared.sessions}
    noted = "" if compared.is_everything else "AND s.session_id = ANY(:noted)"
    retired = changes.load_state(connection, survey).retired
    statement = text(_statement(survey, _items(survey, retired)) + noted)
    connection.execute(statement, {**survey.key, **parameters, **where})
    connection.execute(text("ANALYZE current_sessions (session_id, respondent, atom)"))


def _items(survey: Survey, retired: Collection[UUID]) -> str:
    """The item scores; those of questions that once left the ledger are missing."""
    if not any(question.id in retired for question in survey.questions):
        return "items"
    places = enumerate(survey.questions, start=1)
    kept = ("'NaN'" if q.id in retired else f"items[{place}]" for place, q in places)
    return f"ARRAY[{', '.join(kept)}]::float[]"


def _statement(survey: Survey, items: str) -> str:
    scores = ", ".join(f"CASE WHEN is_counted THEN {figure.value} END" for figure in FIGURES)
    blocks = ", ".join(_items_digest(force_places(survey, force)) for force in FORCES)
    drivers = _items_digest(driving_places(survey), Figure.OUTCOME.value)
    flags = ", ".join(f"('{flag.value}' = ANY(flags))::int::float" for flag in Flag)
    codes = " ".join(f"WHEN '{s.value}' THEN {code}" for code, s in enumerate(SEGMENTS, 1))
    return f"""
        CREATE TEMPORARY TABLE current_sessions ON COMMIT DROP AS
        SELECT session_id, coalesce(user_id, session_id) AS respondent, l.atom,
               ARRAY[1, is_completed::int::float,
                     CASE WHEN is_completed AND seconds <= :longest THEN seconds END,
                     (quality = 'low')::int::float,
                     CASE WHEN is_counted THEN (readiness IS NULL)::int::float END,
                     CASE WHEN is_counted THEN (CASE segment {codes} END)::float END,
                     {scores}, {_listwise_digest(survey)}, {blocks},
                     {drivers}, {flags}]::float[] AS figures,
               CASE WHEN is_counted AND {items} <> CAST(:blank AS float[]) THEN {items}
                    ELSE '{{}}' END AS items
        FROM session_scores s
        JOIN atom_leaves l ON l.organization_id = :organization AND l.survey_id = :survey
             AND l.department_id = s.department_id AND l.role = s.role
             AND l.period = CASE :period WHEN 'wave' THEN CAST(:wave AS date)
                            ELSE date_trunc(:period, s.answered_on)::date END
        WHERE s.organization_id = :organization AND s.survey_id = :survey AND s.is_kept
    """


def _listwise_digest(survey: Survey) -> str:
    parts = [figure.value for figure in listwise_figures(survey)]
    if not parts:
        return "NULL"
    there = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    return _digest(there, f"ARRAY[{', '.join(parts)}]")


def _items_digest(places: tuple[int, ...], *scores: str) -> str:
    """Of these items and columns of scores, where none is missing."""
    if not places:
        return "NULL"
    parts = [f"items[{place + 1}]" for place in places]
    there = [f"{part} <> 'NaN'" for part in parts] + [f"{score} IS NOT NULL" for score in scores]
    return _digest(" AND ".join(there), f"ARRAY[{', '.join((*parts, *scores))}]")


def _digest(there: str, parts: str) -> str:
    """52 bits of a hash, which a double holds exactly; NULL where a part is missing."""
    return (
        f"CASE WHEN is_counted AND {there} THEN "
        f"(hashtextextended(({parts})::text, 0) & 4503599627370495)::float END"
    )
