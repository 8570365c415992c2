"""The desk takes a question and hands out an answer: the one path from tables to anything shown.

Scope from the principal -> filters narrowed to it and checked against what exists -> cache (keyed
by question, organisation, scope, filters and the data's version) -> sums of whole atoms -> gate ->
analysis of what is shown -> answer.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from data.access import Principal
from data.cache import Cache, Key
from data.db.engine import Database
from data.errors import DatabaseError
from data.queries import surveys
from data.queries.filters import Filters
from data.queries.question import A, Asked, Health, Question, Selection, Wave
from data.queries.results import State

NOT_YOURS = (
    "You may see your own departments only. Clear the department filter, or choose one of yours."
)
NO_DEPARTMENT = "No department is assigned to you. Ask an administrator of your organisation."
NO_SURVEY = (
    "No survey has figures yet. Import one; its figures appear once at least 5 have answered."
)
UNKNOWN_SURVEY = (
    "This survey does not exist or has no figures yet. Clear the filters and choose again."
)
SEVERAL = "Several surveys are chosen: these are the figures of the latest, {name}."
OTHER_PERIODS = (
    "{name} is not divided into all of the chosen periods: what it lacks is not in these figures. "
    "Choose among its own periods, or clear the period filter."
)
PARTLY_YOURS = "Only your own departments are shown."


class Desk:
    """Where every page, file, API call and report asks. Safe to use from many threads."""

    def __init__(
        self, database: Database, cache: Cache, *, health: Health = lambda: "healthy"
    ) -> None:
        self.database = database
        self.cache = cache
        self._health = health

    def ask(self, question: Question[A], principal: Principal, filters: Filters) -> A:
        """The answer, as this principal may see it. Bad filters are answered, not raised.

        Raises DatabaseError where the database cannot answer.
        """
        try:
            if question.is_live:
                with self.database.asking(principal.organization) as connection:
                    return self._compute(question, connection, principal, filters)
            return self._kept(question, principal, filters)
        except SQLAlchemyError as error:
            raise DatabaseError("The database cannot answer just now. Try again.") from error

    def _kept(self, question: Question[A], principal: Principal, filters: Filters) -> A:
        organization = principal.organization

        def compute() -> tuple[Key, bytes]:
            with self.database.asking(organization) as connection:
                read = surveys.version(connection, organization)
                answer = self._compute(question, connection, principal, filters, read)
            return _key(question.name, principal, filters, read), _encoded(answer)

        with self.database.asking(organization) as connection:
            version = surveys.version(connection, organization)
        body = self.cache.get(_key(question.name, principal, filters, version), compute)
        return question.answer.model_validate_json(body)

    def _compute(
        self,
        question: Question[A],
        connection: Connection,
        principal: Principal,
        filters: Filters,
        version: str = "",
    ) -> A:
        waves = surveys.waves(connection, principal.organization)
        wave = surveys.latest(waves, filters.surveys)
        scope = principal.scope
        refusal = _refusal(filters, scope) or ("" if question.is_live else _missing(wave, filters))
        if refusal:
            state = State.EMPTY if refusal in (NO_SURVEY, UNKNOWN_SURVEY) else State.SUPPRESSED
            return question.answer(state=state, reason=refusal)
        narrowed = _narrowed(filters, scope)
        asked = Asked(
            connection=connection,
            organization=principal.organization,
            scope=scope,
            filters=filters,
            selection=Selection(narrowed, filters.roles or None),
            waves=waves,
            chosen=wave,
            notes=(
                *_notes(filters, narrowed, wave),
                *_other_periods(connection, principal.organization, filters, wave),
            ),
            health=self._health,
            kept=_Parts(self.cache, principal, filters, version),
        )
        return question.compute(asked)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Answers that are parts of another: kept like it, of the same snapshot.

    Nothing is waited for here: whoever computes holds a connection, and the one waited for may need
    one.
    """

    cache: Cache
    principal: Principal
    filters: Filters
    version: str

    def __call__(self, question: Question[A], asked: Asked, /) -> A:
        key = _key(question.name, self.principal, self.filters, self.version)
        body = self.cache.kept(key)
        if body is not None:
            return question.answer.model_validate_json(body)
        answer = question.compute(asked)
        self.cache.keep(key, _encoded(answer))
        return answer


def _encoded(answer: A) -> bytes:
    return answer.model_dump_json().encode()


def _key(name: str, principal: Principal, filters: Filters, version: str) -> Key:
    scope = "all" if principal.scope is None else ",".join(map(str, principal.scope))
    return Key(principal.organization, name, f"{scope}|{filters.model_dump_json()}|{version}")


def _missing(wave: Wave | None, filters: Filters) -> str:
    if wave is not None:
        return ""
    return UNKNOWN_SURVEY if filters.surveys else NO_SURVEY


def _refusal(filters: Filters, scope: tuple[UUID, ...] | None) -> str:
    """Why this viewer gets nothing; ids of others are treated like ids that do not exist."""
    if scope is None:
        return ""
    if not scope:
        return NO_DEPARTMENT
    return "" if not filters.departments or set(scope) & set(filters.departments) else NOT_YOURS


def _narrowed(filters: Filters, scope: tuple[UUID, ...] | None) -> tuple[UUID, ...] | None:
    """The departments in question: those chosen, else all within scope; None means everybody."""
    if scope is None:
        return filters.departments or None
    return tuple(d for d in scope if not filters.departments or d in filters.departments)


def _notes(
    filters: Filters, narrowed: tuple[UUID, ...] | None, wave: Wave | None
) -> tuple[str, ...]:
    notes = []
    if len(filters.surveys) > 1 and wave is not None:
        notes.append(SEVERAL.format(name=wave.name))
    if narrowed is not None and set(filters.departments) - set(narrowed):
        notes.append(PARTLY_YOURS)
    return tuple(notes)


def _other_periods(
    connection: Connection, organization: UUID, filters: Filters, wave: Wave | None
) -> tuple[str, ...]:
    """Periods of another survey, another length or no time at all are told, not passed over."""
    if wave is None or not filters.periods:
        return ()
    known = surveys.periods_of(connection, organization, wave)
    return () if known.issuperset(filters.periods) else (OTHER_PERIODS.format(name=wave.name),)
