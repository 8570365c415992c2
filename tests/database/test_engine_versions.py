"""Every process hears of a changed version, and drops everything when it may have missed one."""

import threading
from collections.abc import Iterator
from queue import Queue
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text

from data.db.engine import Database
from data.db.tables import data_versions, surveys
from data.db.versions import Listener, bump, drop_everything, listen
from data.settings import Settings

Heard = Queue[UUID | None]


@pytest.fixture
def heard() -> Heard:
    return Queue()


@pytest.fixture
def listener(settings: Settings, heard: Heard) -> Iterator[Listener]:
    listening = listen(settings.database_url or "", heard.put, retry_seconds=0.05)
    assert heard.get() is None
    yield listening
    listening.close()


@pytest.fixture
def survey(database: Database, organization: UUID) -> UUID:
    with database.owning() as owner:
        made = owner.scalar(
            insert(surveys).values(organization_id=organization, name="W").returning(surveys.c.id)
        )
    return UUID(str(made))


@pytest.mark.usefixtures("listener")
def test_a_bump_is_heard_when_it_commits(
    database: Database, organization: UUID, survey: UUID, heard: Heard
) -> None:
    with database.owning(organization) as owner:
        bump(owner, organization, survey)
        bump(owner, organization, survey)
        assert heard.empty()
    assert heard.get() == organization
    with database.asking(organization) as connection:
        assert connection.scalar(select(data_versions.c.version)) == 2
    assert heard.empty()


@pytest.mark.usefixtures("listener")
def test_a_bump_that_is_rolled_back_is_not_heard(
    database: Database, organization: UUID, survey: UUID, heard: Heard
) -> None:
    with pytest.raises(ZeroDivisionError), database.owning() as owner:
        bump(owner, organization, survey)
        raise ZeroDivisionError
    with database.owning() as owner:
        drop_everything(owner)
    assert heard.get() is None


@pytest.mark.usefixtures("listener")
def test_after_a_lost_connection_everything_is_dropped(
    database: Database, organization: UUID, survey: UUID, heard: Heard
) -> None:
    with database.owning() as owner:
        ended = owner.scalar(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'readiness-listen' AND datname = current_database()"
            )
        )
    assert ended == 1
    assert heard.get() is None
    with database.owning() as owner:
        bump(owner, organization, survey)
    assert heard.get() == organization


def test_closing_ends_the_thread(listener: Listener) -> None:
    listener.close()
    assert "versions" not in {thread.name for thread in threading.enumerate()}


def test_a_server_that_is_not_there_yet_is_waited_for(heard: Heard) -> None:
    listening = listen("postgresql://nobody@127.0.0.1:1/none", heard.put, retry_seconds=0.01)
    listening.close()
    assert heard.empty()
