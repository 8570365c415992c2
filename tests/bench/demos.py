"""How long the demo organisation takes, and computing its figures."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data import demo, pipeline
from data.db.engine import Database, connect
from data.settings import load_settings
from tests.bench.measured import Measured
from tests.support.postgres import Postgres


@contextmanager
def connected(server: Postgres, home: Path) -> Iterator[Database]:
    """A fresh migrated database."""
    with server.database() as url:
        database = connect(load_settings(database_url=url, home=home))
        try:
            yield database
        finally:
            database.close()


class Stages:
    """Sums the time between what the loading tells: writing, and computing."""

    def __init__(self) -> None:
        self.seconds = {"Writing": 0.0, "Computing": 0.0}
        self._stage = ""
        self._since = time.perf_counter()

    def __call__(self, what: str, share: float) -> None:
        now = time.perf_counter()
        if self._stage in self.seconds:
            self.seconds[self._stage] += now - self._since
        self._stage, self._since = what.split()[0], now


def measure(server: Postgres, home: Path) -> Iterator[Measured]:
    """The demo as ``make run`` loads it, its stages, and a rebuild that finds nothing new."""
    with connected(server, home) as database:
        stages = Stages()
        loaded = demo.load(database, progress=stages)
        yield Measured("demo", "load, all in all", loaded.seconds, "s")
        yield Measured("demo", "of which writing", stages.seconds["Writing"], "s")
        yield Measured("demo", "answers", loaded.answers, "answers")
        waves = len(loaded.surveys)
        yield Measured("cells", "rebuild of a wave", stages.seconds["Computing"] / waves, "s")
        began = time.perf_counter()
        for survey in loaded.surveys:
            pipeline.rebuild(database, loaded.organization, survey)
        unchanged = time.perf_counter() - began
        yield Measured("cells", "rebuild of a wave, nothing new", unchanged / waves, "s")
