"""Saved dashboards: each person's own, in their organisation, by name."""

from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from data.access import Principal
from data.contracts.dashboards import DashboardConfig
from data.db.engine import Database
from data.db.tables import dashboard_configs
from data.errors import LayoutInvalid

MOST_WIDGETS = 40
"""A dashboard of more cards than this is no overview, and one request draws them all."""


def parse(raw: object) -> DashboardConfig:
    """A layout from a client or the database. Raises LayoutInvalid, which names what is wrong."""
    try:
        layout = DashboardConfig.model_validate(raw)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise LayoutInvalid(f"The layout cannot be read ({wrong or 'all of it'}).") from error
    names = [widget.id for widget in layout.widgets]
    if len(set(names)) < len(names):
        raise LayoutInvalid("The layout cannot be read: two widgets have the same id.")
    if len(names) > MOST_WIDGETS:
        raise LayoutInvalid(f"A layout has at most {MOST_WIDGETS} widgets; this has {len(names)}.")
    return layout


def save(database: Database, principal: Principal, layout: DashboardConfig) -> None:
    """Keep the layout under its name; one of the same name is replaced."""
    values = {
        "layout_config": layout.model_dump(mode="json"),
        "dashboard_type": layout.type,
        "updated_at": func.now(),
    }
    with database.writing(principal.organization) as connection:
        there = _id(connection, principal, layout.name)
        if there is not None:
            where = and_(_own(principal), dashboard_configs.c.id == there)
            connection.execute(update(dashboard_configs).where(where).values(values))
            return
        owner = {
            "organization_id": principal.organization,
            "user_id": principal.user,
            "config_name": layout.name,
        }
        connection.execute(insert(dashboard_configs).values(owner | values))


def names(database: Database, principal: Principal) -> tuple[str, ...]:
    """The names of this person's layouts, last saved first; empty where there are none."""
    c = dashboard_configs.c
    query = select(c.config_name).where(_own(principal)).order_by(c.updated_at.desc())
    with database.asking(principal.organization) as connection:
        return tuple(connection.scalars(query))


def load(database: Database, principal: Principal, name: str = "") -> DashboardConfig | None:
    """The layout of that name, or the one saved last; None where there is none.

    Raises LayoutInvalid where what was saved is no layout any more.
    """
    c = dashboard_configs.c
    query = select(c.layout_config).where(_own(principal)).order_by(c.updated_at.desc()).limit(1)
    if name:
        query = query.where(c.config_name == name)
    with database.asking(principal.organization) as connection:
        raw = connection.scalar(query)
    return None if raw is None else parse(raw)


def _own(principal: Principal) -> ColumnElement[bool]:
    c = dashboard_configs.c
    return and_(c.organization_id == principal.organization, c.user_id == principal.user)


def _id(connection: Connection, principal: Principal, name: str) -> UUID | None:
    c = dashboard_configs.c
    query = select(c.id).where(_own(principal), c.config_name == name).limit(1)
    found: UUID | None = connection.scalar(query.with_for_update())
    return found
