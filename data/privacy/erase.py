"""A person is erased: every row about them goes, and every figure is made again without them.

One transaction: nobody ever sees their rows gone and their comments still shown, nor the other way
round. What was released of them is withdrawn by the release rules (docs/privacy-argument.md). The
audit log keeps that it happened and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func, select

from data.audit import audit_row, forget_mentions, forget_person
from data.db.engine import Database
from data.db.tables import (
    audit_log,
    changed_sessions,
    members,
    released_sessions,
    survey_sessions,
    users,
)
from data.db.versions import tell
from data.errors import ErasureFailed
from data.pipeline import hold_survey, rebuild_within
from data.privacy import aftermath
from data.privacy.accounts import erase_account, forget_account
from data.privacy.files import drop_all_files, drop_files
from data.privacy.holdings import is_key_to_users, mine, tables
from data.privacy.person import Person, find_person

Rows = Mapping[str, int]

_ERASED_OTHERWISE = frozenset({released_sessions, changed_sessions, audit_log, users, members})
"""By the pipeline's rebuild, which must know of what was released; by functions of their own."""

_FAILED = (
    "Something of this person would have stayed in {}, so nothing was erased. Somebody else may be "
    "changing the same surveys just now: try again."
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: rows by table that are gone or no longer name anybody, and files.

    ``surveys`` were computed anew. All empty where nothing was held.
    """

    rows: Rows
    surveys: tuple[UUID, ...] = ()
    files: int = 0


def erase_person(database: Database, organization: UUID, who: str, home: Path) -> Erased:
    """Erase a respondent or member of the organisation; doing it again finds nothing.

    ``home`` is the folder that exported files are in. Raises ErasureFailed where anything would
    stay, and DatabaseError where a survey is being computed for a quarter of an hour: then nothing
    has changed.
    """
    with database.owning(organization) as connection:
        person = find_person(connection, organization, who)
        before = _held(connection, person)
        if not before:
            return Erased({})
        surveys = _surveys(connection, person)
        for survey in surveys:
            hold_survey(connection, survey)
        moments = aftermath.moments(connection, person)
        _erase_rows(connection, person)
        for survey in surveys:
            rebuild_within(connection, organization, survey)
            aftermath.tidy(connection, organization, survey, person.sessions)
        aftermath.count_again(connection, organization, moments)
        files = (
            drop_all_files(connection, organization, home)
            if surveys
            else drop_files(connection, person, home)
        )
        _forget_account(connection, person)
        _forget_in_audit(connection, person)
        _check(_held(connection, person))
        connection.execute(audit_row(organization, None, "erase_person", "done"))
        tell(connection, organization)
    return Erased(before, surveys, files)


def _held(connection: Connection, person: Person) -> Rows:
    """Rows about the person by table; of accounts only those that end with this membership."""
    is_elsewhere = person.member and _is_elsewhere(connection, person)
    rows: dict[str, int] = {}
    for table in tables():
        if is_elsewhere and "organization_id" not in table.columns:
            continue
        query = select(func.count()).select_from(table).where(mine(table, person))
        rows[table.fullname] = connection.scalar(query) or 0
    return {name: count for name, count in rows.items() if count}


def _is_elsewhere(connection: Connection, person: Person) -> bool:
    m = members.c
    others = select(m.user_id).where(
        m.user_id == person.member, m.organization_id != person.organization
    )
    return connection.execute(others).first() is not None


def _surveys(connection: Connection, person: Person) -> tuple[UUID, ...]:
    """Surveys that hold anything of the person, in the order in which all erasures lock them."""
    found: set[UUID] = set()
    for table in tables():
        if "survey_id" in table.columns and not _is_of_accounts(table.name):
            query = select(table.c.survey_id).where(mine(table, person)).distinct()
            found.update(survey for survey in connection.scalars(query) if survey is not None)
    return tuple(sorted(found))


def _is_of_accounts(table: str) -> bool:
    return table.startswith("action_plan")


def _erase_rows(connection: Connection, person: Person) -> None:
    """Sessions first: answers, scores and recordings go with them."""
    connection.execute(survey_sessions.delete().where(mine(survey_sessions, person)))
    for table in tables():
        is_account = any(is_key_to_users(column) for column in table.columns)
        if table not in _ERASED_OTHERWISE and not is_account:
            connection.execute(table.delete().where(mine(table, person)))


def _forget_account(connection: Connection, person: Person) -> None:
    if person.member:
        forget_account(connection, person.organization, person.member, person.email)
        if not _is_elsewhere(connection, person):
            erase_account(connection, person.member)


def _forget_in_audit(connection: Connection, person: Person) -> None:
    for id_ in person.ids:
        forget_person(connection, person.organization, id_)
    words = [str(id_) for id_ in (*person.ids, *person.sessions)]
    forget_mentions(
        connection, person.organization, [*words, person.email] if person.email else words
    )


def _check(left: Rows) -> None:
    if left:
        raise ErasureFailed(_FAILED.format(", ".join(sorted(left))))
