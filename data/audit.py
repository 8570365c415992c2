"""The audit log: who did what, when, from where and with which outcome; one chain an organisation.

Rows are only ever added, each with the hash of the one before it (migration 0003), by the one
function the app role may call. What is personal can be erased without breaking the chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    Text,
    TextClause,
    cast,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.types import Uuid

from data.db.engine import Database
from data.db.tables import audit_log
from data.events import later

Outcome = Literal["done", "refused"]
Details = Mapping[str, object]


def audit(
    database: Database,
    organization: UUID,
    user: UUID | None,
    action: str,
    outcome: Outcome,
    *,
    entity: str | None = None,
    address: str | None = None,
    details: Details | None = None,
) -> None:
    """Keep who did what, behind the request's back. ``address`` is the visitor's IP address."""
    row = audit_row(organization, user, action, outcome, entity, address, details)

    def write() -> None:
        with database.writing(organization, purpose="audit") as connection:
            connection.execute(row)

    later(write)


def audit_row(
    organization: UUID,
    user: UUID | None,
    action: str,
    outcome: Outcome,
    entity: str | None = None,
    address: str | None = None,
    details: Details | None = None,
) -> Select[None]:
    """The statement for an audit row that must be in the same transaction as what it tells of.

    Another row of the same organisation waits until that transaction ends: keep it short.
    """
    return select(
        func.identity.append_audit(
            cast(organization, Uuid),
            cast(user, Uuid),
            action,
            entity,
            outcome,
            cast(address, INET),
            cast(dict(details or {}), JSONB),
        )
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of one chain found: its length, its last hash (hex), and what does not fit.

    ``broken`` holds numbers of rows. An end that was cut off shows only beside a length and hash
    written down elsewhere.
    """

    rows: int
    last: str
    broken: tuple[int, ...]


_BROKEN: TextClause = text("""
    WITH chain AS (
        SELECT *, lag(number, 1, 0) OVER w AS number_before,
               lag(hash, 1, ''::bytea) OVER w AS hash_before
        FROM audit_log WHERE organization_id = :organization
        WINDOW w AS (ORDER BY number)
    )
    SELECT number FROM chain
    WHERE number <> number_before + 1 OR previous_hash <> hash_before
       OR hash <> identity.audit_hash(previous_hash, number, occurred_at, action, entity, outcome,
                                      personal_hash)
       OR salt IS NOT NULL AND personal_hash <>
          identity.audit_personal_hash(salt, user_id, address, details)
    ORDER BY number
""")

_ENDS: TextClause = text("""
    SELECT coalesce(h.number, 0) AS head, coalesce(encode(h.hash, 'hex'), '') AS head_hash,
           coalesce(l.number, 0) AS last, coalesce(encode(l.hash, 'hex'), '') AS last_hash
    FROM (SELECT 1) one
    LEFT JOIN audit_heads h ON h.organization_id = :organization
    LEFT JOIN (SELECT number, hash FROM audit_log WHERE organization_id = :organization
               ORDER BY number DESC LIMIT 1) l ON true
""")


def verify(database: Database, organization: UUID) -> Verified:
    """Recompute the whole chain of an organisation, as the owner."""
    key = {"organization": organization}
    with database.owning(organization) as connection:
        broken = list(connection.scalars(_BROKEN, key))
        ends = connection.execute(_ENDS, key).one()
    if (ends.head, ends.head_hash) != (ends.last, ends.last_hash):
        broken.append(max(ends.head, ends.last))
    return Verified(int(ends.last), ends.last_hash, tuple(sorted(set(broken))))


def forget_person(connection: Connection, organization: UUID, user: UUID) -> int:
    """Erase what is personal of a person's rows: that something happened stays, and no more.

    Owner's connection. Returns how many rows.
    """
    rows = (
        update(audit_log)
        .where(audit_log.c.organization_id == organization, audit_log.c.user_id == user)
        .values(salt=None, user_id=None, address=None, details={})
    )
    return connection.execute(rows).rowcount


def forget_mentions(connection: Connection, organization: UUID, words: Sequence[str]) -> int:
    """Erase what is personal of rows whose details hold one of these words (addresses, ids).

    Who did it to the person goes with it: the details cannot be erased alone. Owner's connection.
    Returns how many rows.
    """
    told = func.lower(cast(audit_log.c.details, Text))
    found = or_(false(), *(told.contains(word.lower(), autoescape=True) for word in words))
    rows = (
        update(audit_log)
        .where(audit_log.c.organization_id == organization, found)
        .values(salt=None, user_id=None, address=None, details={})
    )
    return connection.execute(rows).rowcount
