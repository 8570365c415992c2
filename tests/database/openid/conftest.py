"""A provider in a process of its own, and sites that send people to it."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert

from components.sign_in import OPENID_RETURN
from data.db import tables
from data.db.engine import Database
from data.settings import Settings
from tests.support.openid import NOTHING_ORDERED, configured
from tests.support.openid_provider import OpenIdProvider, openid_provider
from tests.support.site import services_of, serving, site


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with openid_provider() as one:
        yield one


@pytest.fixture
def provider(running: OpenIdProvider) -> OpenIdProvider:
    """The running provider, which knows Ada and does all as it should."""
    running.told(**NOTHING_ORDERED)
    return running


@pytest.fixture
def address(settings: Settings, database: Database, provider: OpenIdProvider) -> Iterator[str]:
    """A site where claims name the organisation."""
    services = services_of(configured(settings, provider), database)
    with serving(site(services)) as address:
        provider.told(redirects=[address + OPENID_RETURN])
        yield address


@pytest.fixture
def of_acme(settings: Settings, database: Database, provider: OpenIdProvider) -> Iterator[str]:
    """A site where everybody of the provider belongs to Acme."""
    fixed = configured(settings, provider, oidc_organization_claim=None, oidc_organization="Acme")
    with serving(site(services_of(fixed, database))) as address:
        provider.told(redirects=[address + OPENID_RETURN])
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def departments(database: Database, organization: UUID) -> dict[str, UUID]:
    """Legal and HR of Acme; Sales is another organisation's only."""
    rows = tables.departments
    with database.owning() as owner:
        other = owner.execute(
            insert(tables.organizations).values(name="Globex").returning(tables.organizations.c.id)
        ).scalar_one()
        made = owner.execute(
            insert(rows).returning(rows.c.name, rows.c.id),
            [
                {"organization_id": organization, "name": "Legal"},
                {"organization_id": organization, "name": "HR"},
                {"organization_id": other, "name": "Sales"},
            ],
        )
        return {str(row.name): row.id for row in made}
