"""The audit log is a chain: whatever is done to a row of it afterwards is found."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text

from data import events
from data.audit import Verified, audit, audit_row, forget_person, verify
from data.db.engine import Database
from data.db.tables import organizations


@pytest.fixture
def ada() -> UUID:
    return uuid4()


@pytest.fixture
def five(database: Database, organization: UUID, ada: UUID) -> Verified:
    """Five rows, two of them Ada's."""
    with database.writing(organization) as connection:
        for number, user in enumerate((ada, None, ada, None, None)):
            details = {"number": number, "name": "Ünï\x1f"}
            row = audit_row(organization, user, "export", "done", f"{number}", "192.0.2.7", details)
            connection.execute(row)
    return verify(database, organization)


def test_a_chain_that_nobody_touched_holds(five: Verified) -> None:
    assert (five.rows, five.broken) == (5, ())
    assert len(five.last) == 64


def test_an_empty_chain_holds(database: Database, organization: UUID) -> None:
    assert verify(database, organization) == Verified(0, "", ())


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit_log SET outcome = 'refused' WHERE number = 2", (2,)),
        ("UPDATE audit_log SET address = '192.0.2.8' WHERE number = 3", (3,)),
        ("UPDATE audit_log SET details = '{}' WHERE number = 3", (3,)),
        ("UPDATE audit_log SET occurred_at = occurred_at + interval '1 s' WHERE number = 4", (4,)),
        ("DELETE FROM audit_log WHERE number = 2", (3,)),
        ("DELETE FROM audit_log WHERE number = 1", (2,)),
        ("DELETE FROM audit_log WHERE number = 5", (5,)),
        ("DELETE FROM audit_log", (5,)),
        ("UPDATE audit_log SET number = 9 - number WHERE number IN (4, 5)", (4, 5)),
    ],
)
def test_tampering_is_found(
    database: Database, organization: UUID, five: Verified, tampering: str, broken: tuple[int, ...]
) -> None:
    with database.owning() as owner:
        owner.execute(
            text("ALTER TABLE audit_log DROP CONSTRAINT uq_audit_log_organization_id_number")
        )
        owner.execute(text(tampering))
    assert verify(database, organization).broken == broken


def test_a_row_with_a_hash_of_its_own_breaks_the_next(
    database: Database, organization: UUID, five: Verified
) -> None:
    rewrite = """
        UPDATE audit_log SET outcome = 'refused', hash = identity.audit_hash(
            previous_hash, number, occurred_at, action, entity, 'refused', personal_hash)
        WHERE number = 2
    """
    with database.owning() as owner:
        owner.execute(text(rewrite))
    assert verify(database, organization).broken == (3,)


def test_the_hash_is_what_it_says(
    database: Database, organization: UUID, five: Verified, ada: UUID
) -> None:
    """Computed again outside of the database."""
    with database.owning() as owner:
        row = owner.execute(
            text("SELECT *, details::text AS told FROM audit_log WHERE number = 1")
        ).one()
    personal = "\x1f".join((str(row.salt), str(ada), "192.0.2.7", row.told))
    assert row.personal_hash == hashlib.sha256(personal.encode()).digest()
    at = round(row.occurred_at.timestamp() * 1_000_000)
    told = ("1", str(at), "export", "0", "done", row.personal_hash.hex())
    assert row.hash == hashlib.sha256("\x1f".join(told).encode()).digest()


def test_a_person_is_forgotten_and_the_chain_holds(
    database: Database, organization: UUID, five: Verified, ada: UUID
) -> None:
    with database.owning(organization) as owner:
        assert forget_person(owner, organization, ada) == 2
    assert verify(database, organization) == five
    with database.owning() as owner:
        kept = owner.execute(text("SELECT * FROM audit_log WHERE number = 1")).one()
    assert (kept.user_id, kept.address, kept.salt, kept.details) == (None, None, None, {})
    assert (kept.action, kept.outcome) == ("export", "done")


def test_rows_of_many_writers_make_one_chain(database: Database, organization: UUID) -> None:
    def write(number: int) -> None:
        with database.writing(organization) as connection:
            connection.execute(audit_row(organization, None, "export", "done", str(number)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    found = verify(database, organization)
    assert (found.rows, found.broken) == (40, ())


def test_each_organisation_has_its_own_chain(
    database: Database, organization: UUID, five: Verified
) -> None:
    with database.owning() as owner:
        other = UUID(
            str(
                owner.scalar(
                    insert(organizations).values(name="Other").returning(organizations.c.id)
                )
            )
        )
    audit(database, other, None, "sign_in", "refused")
    events.flush()
    assert verify(database, other).rows == 1
    assert verify(database, organization) == five
