"""How fast a survey file comes in, and in how much memory."""

import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from data import pipeline
from data.db.engine import connect
from data.demo.answers import sessions
from data.demo.items import AGREEMENT, ITEMS
from data.demo.population import population
from data.demo.story import DEPARTMENTS, ROLES
from data.intake.importing import import_survey
from data.intake.mapping import read_mapping
from data.intake.organizations import ensure_organization
from data.settings import load_settings
from tests.bench.measured import Measured
from tests.support.postgres import Postgres

ROWS = 20_000
_OPENED = datetime(2026, 8, 3, tzinfo=UTC)


def measure(server: Postgres, rows: int = ROWS) -> Iterator[Measured]:
    """Imports a generated file in a process of its own, into an empty database."""
    with tempfile.TemporaryDirectory() as folder, server.database() as url:
        path, mapping = Path(folder) / "answers.csv", Path(folder) / "mapping.toml"
        mapping.write_text(_mapping(), encoding="utf-8")
        spawned = multiprocessing.get_context("spawn")
        # The file is made in a process of its own too: a new process starts with the peak of the
        # one that made it.
        with ProcessPoolExecutor(1, mp_context=spawned) as pool:
            pool.submit(_write_file, path, rows).result()
        with ProcessPoolExecutor(1, mp_context=spawned) as pool:
            seconds, rebuilt, answers, peak = pool.submit(_import, url, path, mapping).result()
        yield Measured("import", "file", path.stat().st_size / 2**20, "MiB")
        yield Measured("import", "answers", answers, "answers")
        yield Measured("import", "rate into PostgreSQL", answers / seconds, "answers/s")
        yield Measured("import", "scores, atoms and cells afterwards", rebuilt, "s")
        yield Measured("import", "peak memory while importing", peak / 2**20, "MiB")


def _import(url: str, path: Path, mapping: Path) -> tuple[float, float, int, int]:
    """Seconds of the import and of the rebuild, answers, and the import's peak memory in bytes."""
    database = connect(load_settings(database_url=url, home=path.parent))
    organization = ensure_organization(database, "Bench")
    began = time.perf_counter()
    imported = import_survey(database, organization, "Bench", path, read_mapping(mapping))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    pipeline.rebuild(database, organization, imported.survey)
    rebuilt = time.perf_counter() - began
    database.close()
    return seconds, rebuilt, imported.answers, peak * (1 if sys.platform == "darwin" else 1024)


def _write_file(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "department", "role", "started", "ended",
                         *(item.text for item in ITEMS), "comment"])  # fmt: skip
        for row in _rows(rows):
            writer.writerow(row)


def _rows(rows: int) -> Iterator[list[str]]:
    """The demo's people, their answers in words."""
    people = population(rows * 2)
    answered = sessions(people, 0, 0, len(people)).once()
    words = np.array(["", *AGREEMENT])[np.nan_to_num(answered.values[:, : len(ITEMS)]).astype(int)]
    for row, person in enumerate(answered.person[:rows].tolist()):
        started = _OPENED + timedelta(seconds=int(answered.start[row]))
        ended = started + timedelta(seconds=float(answered.seconds[row]))
        role = people.role[person]
        yield [
            f"p{person}",
            DEPARTMENTS[people.department[person]].name,
            ROLES[role].name if role < len(ROLES) else "",
            started.isoformat(),
            ended.isoformat(),
            *words[row].tolist(),
            "It takes too long, every week." if row % 3 == 0 else "",
        ]


def _mapping() -> str:
    labels = ", ".join(f'"{label}"' for label in AGREEMENT)
    items = "\n".join(
        f'[[items]]\ncolumn = "{item.text}"\nscale = "agreement"\nforce = "{item.force}"\n'
        f"reversed = {str(item.is_reversed).lower()}\n"
        for item in ITEMS
    )
    return (
        '[columns]\nrespondent = "person"\ndepartment = "department"\nrole = "role"\n'
        'started = "started"\ncompleted = "ended"\n\n'
        f"[scales.agreement]\nlabels = [{labels}]\n\n{items}\n"
        '[[comments]]\ncolumn = "comment"\n'
    )
