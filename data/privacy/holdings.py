"""Where anything about a person is held: found in the tables' own definitions.

So a new table is covered by the names and keys of its columns; a test walks all tables and fails
where a column of ids is neither known as a person's nor known as something else.
"""

from collections.abc import Iterator

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    or_,
)

from data.db.tables import metadata, survey_sessions, users
from data.privacy.person import Person

PERSON_COLUMNS = frozenset({"user_id", "respondent"})
"""Names of columns that hold a person's id, beside every key into the table of users."""
SESSION_COLUMNS = frozenset({"session_id", "sessions"})
EMAIL_COLUMNS = frozenset({"email", "recipients"})
ANY_THING = "entity_id"
"""Of a person or of a session, by what the event is about."""


def is_person(column: Column[object]) -> bool:
    """Whether the column holds a person's id."""
    return column is users.c.id or column.name in PERSON_COLUMNS or is_key_to_users(column)


def is_key_to_users(column: Column[object]) -> bool:
    """Whether the column names an account."""
    return any(key.column is users.c.id for key in column.foreign_keys)


def is_session(column: Column[object]) -> bool:
    """Whether the column holds sessions of a survey, one or an array."""
    return column is survey_sessions.c.id or column.name in SESSION_COLUMNS


def tables() -> Iterator[Table]:
    """Every table that may hold something about a person, parents first."""
    for table in metadata.sorted_tables:
        if any(_is_about(column) for column in table.columns):
            yield table


def mine(table: Table, person: Person) -> ColumnElement[bool]:
    """Which rows of the table are about the person; inside the organisation where rows have one."""
    found = [told for column in table.columns for told in _matches(column, person)]
    rows = or_(false(), *found)
    organization = table.columns.get("organization_id")
    return rows if organization is None else and_(organization == person.organization, rows)


def _is_about(column: Column[object]) -> bool:
    return (
        is_person(column)
        or is_session(column)
        or column.name in EMAIL_COLUMNS
        or column.name == ANY_THING
    )


def _matches(column: Column[object], person: Person) -> Iterator[ColumnElement[bool]]:
    is_array = isinstance(column.type, ARRAY)
    if is_person(column):
        yield column.in_(_of(column, person))
    elif is_session(column):
        own = cast(list(person.sessions), ARRAY(Uuid))
        yield column.op("&&")(own) if is_array else column.in_(person.sessions)
    elif column.name == ANY_THING:
        yield column.in_((*person.ids, *person.sessions))
    elif column.name in EMAIL_COLUMNS and person.email:
        mail = person.email.lower()
        if is_array:
            yield is_listed(column, mail)
        else:
            yield func.lower(column) == mail


def is_listed(column: Column[object], mail: str) -> ColumnElement[bool]:
    """Whether an array of addresses holds this one, in any case."""
    folded = cast(func.lower(cast(column, Text)), ARRAY(Text))
    return literal(mail.lower()) == any_(folded)


def _of(column: Column[object], person: Person) -> tuple[object, ...]:
    """Accounts are of several organisations: only a member's own is this organisation's business.

    A key into the users is an account's; the id of a respondent is none.
    """
    if column is not users.c.id and not is_key_to_users(column):
        return person.ids
    return (person.member,) if person.member else ()
