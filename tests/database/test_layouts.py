"""Saved dashboards: each person's own, replaced by name, refused where they were tampered with."""

from uuid import UUID

import pytest
from sqlalchemy import insert, update

from components.board import standard
from data import layouts
from data.access import Principal, Role
from data.db.engine import Database
from data.db.tables import dashboard_configs, users
from data.errors import LayoutInvalid


def person(database: Database, organization: UUID, email: str) -> Principal:
    with database.owning() as connection:
        made = connection.execute(insert(users).values(email=email).returning(users.c.id))
        return Principal(UUID(str(made.scalar_one())), organization, Role.ANALYST)


def test_a_layout_is_kept_and_replaced(database: Database, organization: UUID) -> None:
    ana = person(database, organization, "ana@demo.example")
    assert layouts.load(database, ana) is None
    assert layouts.names(database, ana) == ()
    layouts.save(database, ana, standard())
    assert layouts.load(database, ana) == standard()
    fewer = standard().model_copy(update={"widgets": standard().widgets[:1]})
    layouts.save(database, ana, fewer)
    assert layouts.load(database, ana) == fewer
    layouts.save(database, ana, standard().model_copy(update={"name": "Second"}))
    assert layouts.names(database, ana) == ("Second", standard().name)
    assert layouts.load(database, ana, standard().name) == fewer
    assert layouts.load(database, ana, "Third") is None


def test_a_layout_is_its_owners_alone(database: Database, organization: UUID) -> None:
    ana = person(database, organization, "ana@demo.example")
    bob = person(database, organization, "bob@demo.example")
    layouts.save(database, ana, standard())
    assert layouts.load(database, bob) is None
    assert layouts.names(database, bob) == ()


def test_a_tampered_layout_is_refused(database: Database, organization: UUID) -> None:
    ana = person(database, organization, "ana@demo.example")
    layouts.save(database, ana, standard())
    with database.owning(organization) as connection:
        connection.execute(update(dashboard_configs).values(layout_config={"widgets": "many"}))
    with pytest.raises(LayoutInvalid, match="name, widgets"):
        layouts.load(database, ana)
