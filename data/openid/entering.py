"""Letting in whom the provider has named: the person, their rights, a web session."""

from uuid import UUID

from sqlalchemy import RowMapping, text

from data.accounts import identity
from data.audit import Outcome, audit
from data.db.engine import Database
from data.errors import NotAllowed
from data.openid.claims import Arrival
from data.openid.configuration import OpenId

_REFUSALS = {
    "organization": "Your sign-in names no organisation that is known here. "
    "Ask whoever runs this server.",
    "role": "Your sign-in gives you no role here. Ask an administrator of your organisation.",
    "departments": "Your sign-in names no department that is known here. "
    "Ask an administrator of your organisation.",
    "inactive": "Your account was switched off here. Ask an administrator of your organisation.",
}
_ENTER = text(
    "SELECT * FROM identity.enter_by_openid(:issuer, :subject, :email, :name, :organization,"
    " :role, CAST(:departments AS text[]))"
)
_OPEN = text("SELECT identity.open_session(:user_id, :organization_id)")


def enter(database: Database, one: Arrival, *, address: str | None) -> UUID:
    """Set the person's role and departments as claimed, open a web session and return its id.

    Raises NotAllowed, which says what the claims lack, and DatabaseError.
    """
    arguments = {
        "issuer": one.issuer,
        "subject": one.subject,
        "email": one.email,
        "name": one.name,
        "organization": one.organization,
        "role": one.role,
        "departments": list(one.departments),
    }
    with identity(database) as connection:
        found = connection.execute(_ENTER, arguments).mappings().one()
        session = None if found["refusal"] else connection.scalar(_OPEN, dict(found))
    if session is None:
        raise _not_allowed(database, found, address)
    _audit(database, found["organization_id"], found["user_id"], None, address)
    return UUID(str(session))


def _not_allowed(database: Database, found: RowMapping, address: str | None) -> NotAllowed:
    reason = found["refusal"] or "inactive"
    if found["organization_id"] is not None:
        _audit(database, found["organization_id"], found["user_id"], reason, address)
    return NotAllowed(_REFUSALS[reason])


def note_refused(database: Database, openid: OpenId, why: str, *, address: str | None) -> None:
    """Audit that somebody came back without a sign-in that could be verified.

    Nothing it claims counts, so where claims name the organisation there is no log to write to.
    Raises DatabaseError.
    """
    with identity(database) as connection:
        named = text("SELECT identity.organization_of(:name)")
        organization = connection.scalar(named, {"name": openid.organization})
    if organization is not None:
        _audit(database, organization, None, why, address)


def _audit(
    database: Database, organization: UUID, user: UUID | None, why: str | None, address: str | None
) -> None:
    details = {"by": "openid"} | ({"why": why} if why else {})
    outcome: Outcome = "refused" if why else "done"
    audit(database, organization, user, "sign_in", outcome, address=address, details=details)
