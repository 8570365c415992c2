"""Whose data it is: a respondent by the id of the survey file, or a member by the email."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import Connection, func, select

from data.db.tables import members, survey_sessions, users
from data.intake.words import tidy


@dataclass(frozen=True, slots=True)
class Person:
    """``ids``: all that tables may know this person by; ``member`` is the account among them.

    ``sessions``: their sessions in surveys. ``email`` is empty for somebody without an account.
    """

    organization: UUID
    ids: tuple[UUID, ...]
    member: UUID | None = None
    email: str = ""
    sessions: tuple[UUID, ...] = ()


def find_person(connection: Connection, organization: UUID, who: str) -> Person:
    """The person of this respondent id, pseudonym or email; somebody unknown has no session.

    An id that is an email may belong to both a respondent and a member: then it is both. Owner's
    connection.
    """
    who = tidy(who)
    respondent = uuid5(organization, who)
    row = connection.execute(
        select(users.c.id, users.c.email)
        .join(members, members.c.user_id == users.c.id)
        .where(members.c.organization_id == organization, func.lower(users.c.email) == who.lower())
    ).one_or_none()
    s = survey_sessions.c
    # An import names a respondent's session by the respondent; the demo, too, has pseudonyms of its
    # own. Sessions without a respondent are named by their content and are nobody's here.
    named = connection.scalars(
        select(s.user_id)
        .where(s.organization_id == organization, s.source_key == who, s.user_id.is_not(None))
        .distinct()
    )
    ids = [respondent, *_pseudonym(who), *([row.id] if row else []), *named]
    sessions = connection.scalars(
        select(s.id).where(s.organization_id == organization, s.user_id.in_(ids)).order_by(s.id)
    )
    return Person(
        organization,
        tuple(dict.fromkeys(ids)),
        row.id if row else None,
        row.email if row else "",
        tuple(sessions),
    )


def _pseudonym(who: str) -> list[UUID]:
    """The id itself, as an export or a log may have it."""
    try:
        return [UUID(who)]
    except ValueError:
        return []
