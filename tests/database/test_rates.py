"""Asking too often: the one who does so waits, everybody else does not."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from data.access import Role
from data.accounts import create_token, create_user
from data.db.engine import Database
from data.settings import Settings
from tests.support.redis import redis_server
from tests.support.site import enter, services_of, serving, site

PASSWORD = "correct horse battery"
FEW = {"requests_per_minute": 12, "exports_per_minute": 3, "sign_ins_per_minute": 6}
Ask = Callable[[str], httpx.Response]


@pytest.fixture
def tokens(database: Database, organization: object) -> dict[str, str]:
    found = {}
    for name in ("ada", "bo"):
        email = f"{name}@acme.example"
        create_user(database, email, name, PASSWORD, organization, Role.ANALYST)  # type: ignore[arg-type]
        found[name] = create_token(database, email)
    return found


@contextmanager
def limited(
    settings: Settings, database: Database, processes: int = 1, **more: object
) -> Iterator[list[str]]:
    """Addresses of as many processes' sites with few requests a minute."""
    few = settings.model_copy(update={**FEW, **more})
    with ExitStack() as stack:
        yield [
            stack.enter_context(serving(site(services_of(few, database)))) for _ in range(processes)
        ]


def statuses(count: int, ask: Callable[[], httpx.Response]) -> list[int]:
    return [ask().status_code for _ in range(count)]


def asking(address: str, token: str) -> Callable[[], httpx.Response]:
    headers = {"Authorization": f"Bearer {token}"}
    return lambda: httpx.get(f"{address}/api/v1/openapi.json", headers=headers)


def test_who_asks_too_often_waits_and_nobody_else(
    settings: Settings, database: Database, tokens: dict[str, str]
) -> None:
    with limited(settings, database) as (address,):
        ask = asking(address, tokens["ada"])
        assert statuses(12, ask) == [200] * 12
        refused = ask()
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 120
        assert re.fullmatch(
            r"Too many requests\. Wait \d+ seconds? and try again\.", refused.json()["message"]
        )
        assert statuses(3, asking(address, tokens["bo"])) == [200] * 3


def test_guessing_tokens_is_counted_by_address(
    settings: Settings, database: Database, tokens: dict[str, str]
) -> None:
    with limited(settings, database) as (address,):
        guesses = iter(range(100))
        found = statuses(15, lambda: asking(address, f"ara_guess{next(guesses)}")())
        assert found == [401] * 12 + [429] * 3
        assert asking(address, tokens["ada"])().status_code == 200


def test_sign_ins_are_fewer(settings: Settings, database: Database, tokens: object) -> None:
    with limited(settings, database) as (address,), httpx.Client(base_url=address) as client:
        found = [
            enter(client, f"x{i}@acme.example", "wrong password").status_code for i in range(9)
        ]
        assert found == [401] * 6 + [429] * 3


def test_files_and_signs_of_life_are_not_counted(
    settings: Settings, database: Database, tokens: object
) -> None:
    with limited(settings, database) as (address,):
        assert statuses(30, lambda: httpx.get(f"{address}/healthz")) == [200] * 30


def test_nothing_is_counted_at_0(
    settings: Settings, database: Database, tokens: dict[str, str]
) -> None:
    with limited(settings, database, requests_per_minute=0) as (address,):
        assert statuses(40, asking(address, tokens["ada"])) == [200] * 40


def test_with_redis_processes_count_together_and_without_it_alone(
    settings: Settings, database: Database, tokens: dict[str, str]
) -> None:
    with redis_server() as url, limited(settings, database, 2, redis_url=url) as (one, other):
        assert statuses(12, asking(one, tokens["ada"])) == [200] * 12
        assert asking(other, tokens["ada"])().status_code == 429
    with limited(settings, database, 1, redis_url=url) as (address,):  # it is gone
        assert statuses(13, asking(address, tokens["ada"])) == [200] * 12 + [429]
