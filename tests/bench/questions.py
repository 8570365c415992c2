"""How long a question takes, cold (nothing in our cache) and cached, by number of respondents."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np

from data import demo
from data.access import Principal, Role
from data.cache import Cache
from data.queries import QUESTIONS
from data.queries.desk import Desk
from data.queries.filters import Filters
from tests.bench.demos import Stages, connected
from tests.bench.measured import Measured, percentiles
from tests.support.postgres import Postgres

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of every question under every filter, by name of the question."""

    cold: dict[str, list[float]]
    cached: dict[str, list[float]]


def measure(server: Postgres, home: Path, sizes: Sequence[int]) -> Iterator[Measured]:
    """Loads a scores-only demo of each size and asks everything of it; ratio last to first."""
    cold: list[float] = []
    for respondents in sizes:
        with connected(server, home) as database:
            stages = Stages()
            loaded = demo.load(database, respondents=respondents, scores_only=True, progress=stages)
            name = f"{respondents:,} respondents"
            yield Measured("questions", f"{name}: sessions", loaded.sessions, "sessions")
            yield Measured("questions", f"{name}: writing", stages.seconds["Writing"], "s")
            yield Measured("questions", f"{name}: computing", stages.seconds["Computing"], "s")
            timed = _time(Desk(database, Cache(2**26, 3600)), loaded)
        every = [seconds for each in timed.cold.values() for seconds in each]
        cold.append(float(np.percentile(every, 95)))
        yield from percentiles("questions", f"{name}: cold", every)
        cached = [seconds for each in timed.cached.values() for seconds in each]
        yield from percentiles("questions", f"{name}: cached", cached)
        yield from _slowest(name, timed)
    if len(cold) > 1:
        what = f"cold p95, {sizes[-1]:,} to {sizes[0]:,} respondents"
        yield Measured("questions", what, cold[-1] / cold[0], "times")


def _slowest(name: str, timed: Timed) -> Iterator[Measured]:
    """The slowest question by its own median."""
    medians = {question: float(np.median(each)) for question, each in timed.cold.items()}
    question = max(medians, key=lambda key: medians[key])
    what = f"{name}: slowest question ({question}), cold p50"
    yield Measured("questions", what, medians[question] * 1000, "ms")


def _time(desk: Desk, loaded: demo.Demo) -> Timed:
    """Every question under every filter, in rounds; the first round warms PostgreSQL up."""
    principal = Principal(uuid4(), loaded.organization, Role.ANALYST)
    timed = Timed({q.name: [] for q in QUESTIONS}, {q.name: [] for q in QUESTIONS})
    for number in range(ROUNDS + 1):
        for question in QUESTIONS:
            for filters in _filters(loaded):
                desk.cache.drop()
                for kept in (timed.cold, timed.cached):
                    began = time.perf_counter()
                    desk.ask(question, principal, filters)
                    if number:
                        kept[question.name].append(time.perf_counter() - began)
    for question in QUESTIONS:
        if question.is_live:
            del timed.cached[question.name]
    return timed


def _filters(loaded: demo.Demo) -> tuple[Filters, ...]:
    """What people choose: nothing, an earlier wave, a department or two, a role."""
    ids = [UUID(id_) for id_ in demo.department_ids(loaded.organization).values()]
    return (
        Filters(),
        Filters(surveys=(loaded.surveys[1],)),
        Filters(departments=(ids[0],)),
        Filters(departments=(ids[1], ids[4])),
        Filters(roles=("Manager", "Team lead")),
    )
