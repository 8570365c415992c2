"""Which texts differ from those released, and which of them may be released: read is what changed.

While few texts of a language differ nothing is made anew, so nothing else is read. All texts are
read where something is released, and where nobody knows which changed.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from data.analysis.ledger import Current, Session
from data.pipeline import changes, wide
from data.pipeline.answers import with_others
from data.pipeline.survey import Survey
from data.pipeline.texts import Texts, Written, atom, read_texts, read_written
from data.pipeline.wide import Settled, smallest_whole

Sessions = dict[Session, Current]

_RULES = 1
"""Raised whenever the same answers would be read as other texts."""

_WORTH_WHILE = 0.05
"""Share of a language's released texts that must have changed before it is looked at again."""

_MANY = 20_000
"""Of more sessions than these, reading all is quicker than reading each."""

_HELD = """
    SELECT session_id, respondent, atom, figures FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'texts'
      AND version = 0
"""
_ALL_HELD, _SOME_HELD = text(_HELD), text(_HELD + " AND session_id = ANY(:sessions)")

_SIZES = text("""
    SELECT atom, count(*) AS size FROM released_sessions
    WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'texts'
      AND version = 0
    GROUP BY atom
""")

_ARE_ERASED = text("""
    SELECT EXISTS (
        SELECT FROM released_sessions r
        LEFT JOIN survey_sessions s ON s.organization_id = :organization AND s.id = r.session_id
                                   AND s.id = ANY(:sessions)
        WHERE r.organization_id = :organization AND r.survey_id = :survey AND r.ledger = 'texts'
          AND r.session_id = ANY(:sessions) AND s.id IS NULL)
""")

_QUESTIONS = text("""
    SELECT string_agg(concat_ws(' ', id, kind, force, position), ',' ORDER BY id) FROM questions
    WHERE organization_id = :organization AND survey_id = :survey
""")


@dataclass(frozen=True, slots=True)
class Worded:
    """What is released or hidden, as atoms; ``texts``: all there are, where any is released."""

    settled: Settled = field(default_factory=Settled)
    texts: list[Texts] = field(default_factory=list)


def settle_texts(
    connection: Connection, survey: Survey, changed: Collection[UUID] | None
) -> Worded:
    """Compare texts with the ledger and release what may be.

    ``changed``: sessions of which anything changed since the last rebuild; None where nobody knows.
    """
    rules = changes.digest(
        _RULES, survey.language, survey.has_ids, connection.scalar(_QUESTIONS, survey.key)
    )
    is_known = changes.load_state(connection, survey).texts == rules
    some = None
    if changed is not None and is_known:
        waiting = changes.load_texts(connection, survey)
        some = with_others(connection, survey, waiting.union(changed))
    if some is None or len(some) > _MANY:
        worded, differing = _settle_all(connection, survey)
    else:
        worded, differing = _settle_some(connection, survey, some)
    changes.save_texts(connection, survey, rules, differing)
    return worded


def _settle_all(connection: Connection, survey: Survey) -> tuple[Worded, set[UUID]]:
    """By all texts there are; with it, whose texts are not released as they are."""
    texts = read_texts(connection, survey)
    now: Sessions = {of.session: _current(of) for of in texts}
    held = _held(connection, survey)
    sizes = Counter(one.atom for one in held.values())
    current = _taken(now, held, _still(now, held, sizes))
    settled = wide.settle(connection, survey, "texts", current)
    if settled.released or settled.hidden:
        held = _held(connection, survey)
    return Worded(settled, texts), _differing(now, held)


def _settle_some(
    connection: Connection, survey: Survey, some: Collection[UUID]
) -> tuple[Worded, set[UUID]]:
    """The same where only these sessions may have changed."""
    if not some:
        return Worded(), set()
    erased = connection.scalar(_ARE_ERASED, {**survey.key, "sessions": list(some)})
    held = _held(connection, survey, some)
    sizes = {row.atom: row.size for row in connection.execute(_SIZES, survey.key)}
    written = read_written(connection, survey, some)
    if not erased and _are_few(survey, written, held, sizes):
        return Worded(), {of.session for of in written if not _is_held(of, held)}
    now: Sessions = {of.session: _read(survey, of, held) for of in written}
    if not erased and _may_wait(survey, now, held, sizes):
        return Worded(), _differing(now, held)
    everybody = _held(connection, survey)
    rest = {session: one for session, one in everybody.items() if session not in some}
    current = _taken(rest | now, everybody, _still(now, held, sizes))
    looked = wide.look(connection, survey, "texts", current)
    if looked.outcome.released:
        return _settle_all(connection, survey)
    settled = wide.keep(connection, survey, looked)
    return Worded(settled), _differing(now, _held(connection, survey, some))


def _held(connection: Connection, survey: Survey, only: Collection[UUID] | None = None) -> Sessions:
    if only is None:
        rows = connection.execute(_ALL_HELD, survey.key)
    else:
        rows = connection.execute(_SOME_HELD, {**survey.key, "sessions": list(only)})
    return {row.session_id: _as_held(row) for row in rows}


def _as_held(row: Row[Any]) -> Current:
    return Current(row.respondent, row.atom, tuple(row.figures))


def _current(of: Texts) -> Current:
    """As the ledger compares it: each language is an atom."""
    return Current(of.respondent, atom(of.language), (of.digest,))


def _read(survey: Survey, of: Written, held: Mapping[Session, Current]) -> Current:
    """As the ledger compares it; what it holds already is not read again."""
    return held[of.session] if _is_held(of, held) else _current(of.read(survey))


def _is_held(of: Written, held: Mapping[Session, Current]) -> bool:
    """Whether the same was released. Only where the words alone tell the language."""
    one = held.get(of.session)
    if one is None or of.is_stated:
        return False
    return one == Current(of.respondent, one.atom, (of.digest,))


def _are_few(
    survey: Survey,
    written: Sequence[Written],
    held: Mapping[Session, Current],
    sizes: Mapping[int, int],
) -> bool:
    """Whether it is certain without knowing any language that nothing is to be made anew.

    All held must be as they were: nobody left. A language new to the survey waits as long.
    """
    fresh = sum(not _is_held(of, held) for of in written)
    same = sum(_is_held(of, held) for of in written)
    least = _WORTH_WHILE * min(sizes.values()) if sizes else smallest_whole(survey)
    return same == len(held) and fresh < least


def _still(
    now: Mapping[Session, Current], held: Mapping[Session, Current], sizes: Mapping[int, int]
) -> set[int]:
    """Languages that stay as they were released: nobody is gone, and few texts have changed.

    Themes are made anew for more than a handful, or every small release would make others.
    """
    left = {one.atom for session, one in held.items() if _is_gone(one, now.get(session))}
    changed = Counter(one.atom for session, one in now.items() if held.get(session) != one)
    return {
        number
        for number, size in sizes.items()
        if number not in left and changed[number] < _WORTH_WHILE * size
    }


def _is_gone(held: Current, now: Current | None) -> bool:
    return now is None or now.atom != held.atom


def _may_wait(
    survey: Survey,
    now: Mapping[Session, Current],
    held: Mapping[Session, Current],
    sizes: Mapping[int, int],
) -> bool:
    """Whether nothing is to be hidden, and nothing can be released."""
    if any(_is_gone(one, now.get(session)) for session, one in held.items()):
        return False
    still = _still(now, held, sizes)
    changed = Counter(one.atom for session, one in now.items() if held.get(session) != one)
    return all(
        number in still or (number not in sizes and people < smallest_whole(survey))
        for number, people in changed.items()
    )


def _taken(
    now: Mapping[Session, Current], held: Mapping[Session, Current], still: Collection[int]
) -> Sessions:
    """Today, but for those languages that stay as they were."""
    kept = {session: one for session, one in held.items() if one.atom in still}
    return {session: one for session, one in now.items() if one.atom not in still} | kept


def _differing(now: Mapping[Session, Current], held: Mapping[Session, Current]) -> set[UUID]:
    """Whose texts are not released as they are."""
    either = now.keys() | held.keys()
    return {UUID(str(s)) for s in either if now.get(s) != held.get(s)}
