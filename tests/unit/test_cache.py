"""The cache: one run per key, bounded in bytes, errors not kept, drops."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from data.cache import Cache, Compute, Key

ONE, OTHER = uuid4(), uuid4()


def key(detail: str = "", organization: UUID = ONE) -> Key:
    return Key(organization, "readiness", detail)


def answering(of: Key, body: bytes = b"{}", runs: list[int] | None = None) -> Compute:
    def compute() -> tuple[Key, bytes]:
        if runs is not None:
            runs.append(1)
        return of, body

    return compute


def never() -> tuple[Key, bytes]:
    raise AssertionError("it was kept")


def test_eight_threads_on_a_cold_key_are_one_run() -> None:
    cache, runs, gate = Cache(10_000, 60), list[int](), threading.Event()

    def slow() -> tuple[Key, bytes]:
        runs.append(1)
        gate.wait()
        return key(), b"answer"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, key(), slow) for _ in range(8)]
        while cache.counters.waits < 7:
            threading.Event().wait(0.001)
        gate.set()
        assert [f.result() for f in asked] == [b"answer"] * 8
    assert (len(runs), cache.counters.misses, cache.counters.waits) == (1, 1, 7)
    assert cache.get(key(), never) == b"answer"
    assert cache.counters.hits == 1


def test_an_error_reaches_everybody_and_is_not_kept() -> None:
    cache, gate = Cache(10_000, 60), threading.Event()

    def failing() -> tuple[Key, bytes]:
        gate.wait()
        raise ValueError("no answer")

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(cache.get, key(), failing) for _ in range(3)]
        while cache.counters.waits < 2:
            threading.Event().wait(0.001)
        gate.set()
        for one in asked:
            with pytest.raises(ValueError, match="no answer"):
                one.result()
    assert cache.get(key(), answering(key(), b"now")) == b"now"


def test_bytes_are_bounded_and_the_least_used_goes_first() -> None:
    cache = Cache(3_000, 60)
    for name in "abc":
        cache.get(key(name), answering(key(name), b"x" * 400))
    cache.get(key("a"), never)
    cache.get(key("d"), answering(key("d"), b"x" * 400))
    assert cache.counters.size <= 3_000
    assert cache.get(key("a"), never)
    runs: list[int] = []
    cache.get(key("b"), answering(key("b"), b"x", runs))
    assert runs == [1]


def test_what_is_too_large_is_handed_out_but_not_kept() -> None:
    cache = Cache(1_000, 60)
    assert len(cache.get(key(), answering(key(), b"x" * 2_000))) == 2_000
    assert (cache.counters.entries, cache.counters.size) == (0, 0)


def test_answers_end_with_their_life() -> None:
    now = [0.0]
    cache = Cache(10_000, 60, clock=lambda: now[0])
    cache.get(key(), answering(key()))
    now[0] = 59.9
    cache.get(key(), never)
    now[0] = 60.0
    runs: list[int] = []
    cache.get(key(), answering(key(), b"{}", runs))
    assert runs == [1]


def test_drops_are_by_organisation_or_all() -> None:
    cache = Cache(10_000, 60)
    for organization in (ONE, OTHER):
        cache.get(key(organization=organization), answering(key(organization=organization)))
    cache.drop(ONE)
    cache.get(key(organization=OTHER), never)
    assert cache.counters.entries == 1
    cache.drop()
    assert (cache.counters.entries, cache.counters.size) == (0, 0)


def test_what_was_computed_while_a_drop_came_is_not_kept() -> None:
    cache = Cache(10_000, 60)

    def dropped_meanwhile() -> tuple[Key, bytes]:
        cache.drop(ONE)
        return key(), b"old"

    assert cache.get(key(), dropped_meanwhile) == b"old"
    assert cache.counters.entries == 0


def test_an_answer_is_kept_under_the_version_it_was_read_at() -> None:
    cache = Cache(10_000, 60)
    cache.get(key("version 1"), answering(key("version 2"), b"new"))
    assert cache.get(key("version 2"), never) == b"new"
    runs: list[int] = []
    cache.get(key("version 1"), answering(key("version 2"), b"new", runs))
    assert runs == [1]


def test_random_use_from_many_threads_keeps_the_books() -> None:
    cache = Cache(5_000, 60)

    def use(seed: int) -> None:
        for step in range(200):
            one = key(str((seed * 7 + step) % 13))
            assert cache.get(one, answering(one, one.detail.encode() * 50))[:1].isdigit()
            if step % 50 == seed:
                cache.drop(ONE)

    run: Callable[[int], None] = use
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    assert 0 <= cache.counters.size <= 5_000
    cache.drop()
    assert cache.counters.size == 0
