"""What changed since the last rebuild: sessions that triggers noted, or all where the rules did.

``changed_sessions`` says which sessions to score again, and of which the scores are to be compared
with what was released. ``survey_states`` says by which rules the last rebuild did so. Without the
triggers (a sharded database has none, and they may be switched off) it counts as made by no rules.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, text

from data.pipeline.survey import Survey

_NOTES = text("""
    SELECT id FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND are_scores
""")

_NOTED = text("""
    SELECT id, sessions FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND are_scores
    ORDER BY id
""")

_TAKE = text("""
    DELETE FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey
      AND NOT are_scores AND NOT are_texts
    RETURNING sessions
""")

_DROP = text("""
    DELETE FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey
      AND NOT are_scores AND NOT are_texts
""")

_IS_NOTED = text("""
    SELECT EXISTS (SELECT FROM changed_sessions
                   WHERE organization_id = :organization AND survey_id = :survey
                     AND NOT are_texts)
""")

_TEXTS = text("""
    SELECT id, sessions FROM changed_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND are_texts
""")

_KEEP_TEXTS = text("""
    INSERT INTO changed_sessions (organization_id, survey_id, are_texts, sessions)
    VALUES (:organization, :survey, true, :sessions)
""")

_FORGET = text("""
    DELETE FROM changed_sessions WHERE organization_id = :organization AND id = ANY(:notes)
""")

_WAIT = text("""
    INSERT INTO changed_sessions (organization_id, survey_id, are_scores, sessions)
    VALUES (:organization, :survey, true, :sessions)
""")

_STATE = text("""
    SELECT scoring, median_seconds, ledger, items, retired, texts FROM survey_states
    WHERE organization_id = :organization AND survey_id = :survey
""")

_SAVE_SCORING = text("""
    INSERT INTO survey_states AS kept (organization_id, survey_id, scoring, median_seconds)
    VALUES (:organization, :survey, :scoring, :median)
    ON CONFLICT (organization_id, survey_id) DO UPDATE
    SET scoring = excluded.scoring, median_seconds = excluded.median_seconds
    WHERE (kept.scoring, kept.median_seconds)
          IS DISTINCT FROM (excluded.scoring, excluded.median_seconds)
""")

_SAVE_LEDGER = text("""
    INSERT INTO survey_states AS kept (organization_id, survey_id, ledger, items, retired)
    VALUES (:organization, :survey, :ledger, :items, :retired)
    ON CONFLICT (organization_id, survey_id) DO UPDATE
    SET ledger = excluded.ledger, items = excluded.items, retired = excluded.retired
    WHERE (kept.ledger, kept.items, kept.retired)
          IS DISTINCT FROM (excluded.ledger, excluded.items, excluded.retired)
""")

_SAVE_TEXTS = text("""
    INSERT INTO survey_states AS kept (organization_id, survey_id, texts)
    VALUES (:organization, :survey, :texts)
    ON CONFLICT (organization_id, survey_id) DO UPDATE SET texts = excluded.texts
    WHERE kept.texts <> excluded.texts
""")

_WATCHED = {
    "responses": ("inserted", "updated", "replaced", "deleted"),
    "survey_sessions": ("inserted", "updated", "replaced", "deleted"),
    "session_scores": ("inserted", "updated", "deleted"),
    "voice_recordings": ("inserted", "updated", "replaced", "deleted"),
}
"""By table: what triggers take note of."""

_TRIGGERS = text("""
    SELECT c.relname, t.tgname FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = to_regnamespace('public') AND c.relname = ANY(:tables)
      AND t.tgenabled IN ('O', 'A')
""")


@dataclass(frozen=True, slots=True)
class State:
    """What the last rebuild went by; empty digests where there was none.

    ``items``: questions in the order of the ledger's items; ``retired``: those that left it.
    """

    scoring: str = ""
    median: float | None = None
    ledger: str = ""
    items: tuple[UUID, ...] = ()
    retired: frozenset[UUID] = frozenset()
    texts: str = ""


@dataclass(slots=True)
class Noted:
    """Sessions to compare with what was released: all, or those noted in rows ``notes``."""

    is_everything: bool
    sessions: list[UUID]
    notes: list[UUID]
    rows: list[frozenset[UUID]]


def digest(*rules: object) -> str:
    """Of rules that were the same where the digest is; never empty."""
    return sha256(repr(rules).encode()).hexdigest()


def load_state(connection: Connection, survey: Survey) -> State:
    """What the last rebuild went by."""
    row = connection.execute(_STATE, survey.key).one_or_none()
    if row is None:
        return State()
    items, retired = tuple(row.items), frozenset(row.retired)
    if not is_watched(connection):
        return State(items=items, retired=retired)
    return State(row.scoring, row.median_seconds, row.ledger, items, retired, row.texts)


def is_watched(connection: Connection) -> bool:
    """Whether every trigger that takes note of changes is there, and switched on."""
    found = {tuple(row) for row in connection.execute(_TRIGGERS, {"tables": list(_WATCHED)})}
    return all((of, f"note_{what}") in found for of, names in _WATCHED.items() for what in names)


def _unless_unwatched(connection: Connection, rules: str) -> str:
    """Nothing where changes are not noted: the rebuild after is to look at everything too."""
    return rules if is_watched(connection) else ""


def save_scoring(
    connection: Connection, survey: Survey, scoring: str, median: float | None
) -> None:
    """Remember by which rules, and by which median, the scores there are were made."""
    rules = _unless_unwatched(connection, scoring)
    connection.execute(_SAVE_SCORING, {**survey.key, "scoring": rules, "median": median})


def save_ledger(connection: Connection, survey: Survey, layout: str) -> None:
    """Remember the layout of the ledger as written, and which questions ever left it."""
    state, items = load_state(connection, survey), [question.id for question in survey.questions]
    retired = state.retired | set(state.items).difference(items)
    ledger = _unless_unwatched(connection, layout)
    parameters = {"ledger": ledger, "items": items, "retired": sorted(retired)}
    connection.execute(_SAVE_LEDGER, {**survey.key, **parameters})


def is_noted(connection: Connection, survey: Survey) -> bool:
    """Whether any session was noted as changed, or waits for its release."""
    return bool(connection.scalar(_IS_NOTED, survey.key))


def take_unscored(connection: Connection, survey: Survey, are_named: bool) -> set[UUID]:
    """Sessions that changed since they were scored; their notes are gone then.

    Where everything is scored again nobody need know which (``are_named``): then it is empty.
    """
    if not are_named:
        connection.execute(_DROP, survey.key)
        return set()
    rows = connection.execute(_TAKE, survey.key)
    return {session for row in rows for session in row.sessions}


def noted(connection: Connection, survey: Survey, layout: str) -> Noted:
    """Sessions to compare with what was released under this layout of the ledger."""
    if load_state(connection, survey).ledger != layout:
        return Noted(True, [], list(connection.scalars(_NOTES, survey.key)), [])
    rows = connection.execute(_NOTED, survey.key).all()
    notes = [row.id for row in rows]
    kept = [frozenset(row.sessions) for row in rows]
    return Noted(False, sorted(frozenset().union(*kept)), notes, kept)


def settle(
    connection: Connection, survey: Survey, compared: Noted, waiting: Collection[UUID]
) -> None:
    """Keep note of the sessions that wait for a release; of the others no more."""
    if compared.rows == [frozenset(waiting)] or (not waiting and not compared.notes):
        return
    connection.execute(_FORGET, {**survey.key, "notes": compared.notes})
    if waiting:
        connection.execute(_WAIT, {**survey.key, "sessions": sorted(waiting)})


def load_texts(connection: Connection, survey: Survey) -> set[UUID]:
    """Sessions whose texts were not yet released as they are."""
    rows = connection.execute(_TEXTS, survey.key)
    return {session for row in rows for session in row.sessions}


def save_texts(
    connection: Connection, survey: Survey, rules: str, waiting: Collection[UUID]
) -> None:
    """Remember by which rules texts were read, and which sessions' are not yet released."""
    kept = _unless_unwatched(connection, rules)
    connection.execute(_SAVE_TEXTS, {**survey.key, "texts": kept})
    rows = connection.execute(_TEXTS, survey.key).all()
    if [frozenset(row.sessions) for row in rows] == ([frozenset(waiting)] if waiting else []):
        return
    connection.execute(_FORGET, {**survey.key, "notes": [row.id for row in rows]})
    if waiting:
        connection.execute(_KEEP_TEXTS, {**survey.key, "sessions": sorted(waiting)})
