"""When the questions of a released survey change, the ledger's items move to their new places.

What was released of a question that is gone stays known to whoever saw it. Its part of the ledger
goes, so it is *retired*: should the question come back, it is not shown again.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from data.pipeline.changes import load_state
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

_MOVE = """
    UPDATE released_sessions
    SET items = CASE WHEN cardinality(items) = :width THEN ARRAY[{0}]::float8[] ELSE items END,
        classes = CASE WHEN cardinality(classes) > 1 THEN ARRAY[{1}]::integer[] ELSE classes END
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
"""

_MOVE_ERASED = text("""
    UPDATE release_classes c SET figure = u.after
    FROM unnest(CAST(:before AS text[]), CAST(:after AS text[])) AS u (before, after)
    WHERE c.organization_id = :organization AND c.survey_id = :survey AND c.ledger = 'scores'
      AND c.figure = u.before
""")

_DROP_ERASED = text("""
    DELETE FROM release_classes
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
      AND figure = ANY(:gone)
""")


def relay(connection: Connection, survey: Survey) -> None:
    """Bring a ledger written for other questions, or in another order, to those of today."""
    before = load_state(connection, survey).items
    after = tuple(question.id for question in survey.questions)
    if not before or before == after:
        return
    old = {question: place for place, question in enumerate(before)}
    places = [old.get(question) for question in after]
    statement = _MOVE.format(_items(places), _classes(places))
    connection.execute(text(statement), {**survey.key, "width": len(before)})
    moved = {p: new for new, p in enumerate(places) if p is not None}
    gone = [_figure(p) for p in old.values() if p not in moved]
    connection.execute(_DROP_ERASED, {**survey.key, "gone": gone})
    numbers = {
        "before": [_figure(p) for p in moved],
        "after": [_figure(new) for new in moved.values()],
    }
    connection.execute(_MOVE_ERASED, {**survey.key, **numbers})


def _items(places: Sequence[int | None]) -> str:
    return ", ".join("'NaN'" if p is None else f"items[{p + 1}]" for p in places)


def _classes(places: Sequence[int | None]) -> str:
    figures = [f"classes[{place}]" for place in range(1, len(LEDGER) + 1)]
    items = ["0" if p is None else f"classes[{len(LEDGER) + p + 1}]" for p in places]
    return ", ".join([*figures, *items])


def _figure(place: int) -> str:
    """The number of an item among the figures of a ledger row."""
    return str(len(LEDGER) + place)
