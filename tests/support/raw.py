"""A survey of a few hundred people imported as a file, and its raw rows by whole atoms in pandas.

Everything a test computes of these frames is independent of cells, sums and SQL of questions.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import text

from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import parse_mapping
from data.pipeline import rebuild
from tests.support.leaves import SCORES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEAMS = {"Sales": 90, "Legal": 40, "IT": 120, "Board": 3}
ROLES = ("Lead", "Staff")
FORCES = ("pain", "pull", "anchors", "anxiety")
ITEMS = [f"{force}{place}" for force in FORCES for place in (1, 2, 3)]
REVERSED = frozenset({"pull2", "anxiety3"})

_MAP = """
[survey]
series = "S"
[columns]
respondent = "id"
department = "team"
role = "job"
started = "start"
completed = "end"
[scales.five]
labels = ["Never", "Seldom", "At times", "Often", "Always"]
[scales.slider]
low = 0
high = 100
[[items]]
column = "use"
scale = "slider"
outcome = true
""" + "".join(
    f'[[items]]\ncolumn = "{item}"\nscale = "five"\nforce = "{item[:-1]}"\n'
    f"reversed = {'true' if item in REVERSED else 'false'}\n"
    for item in ITEMS
)
_LABELS = ("Never", "Seldom", "At times", "Often", "Always")


@dataclass(frozen=True)
class Raw:
    """The imported survey. ``people``: what was in the file, one row a session."""

    database: Database
    organization: UUID
    survey: UUID
    people: pd.DataFrame

    def sessions(self) -> pd.DataFrame:
        """Kept and counted sessions with atom, department's name and role, as released."""
        with self.database.owning(self.organization) as connection:
            rows = connection.execute(text(SCORES), {"survey": self.survey}).mappings().all()
            names = connection.execute(text("SELECT id, name FROM departments")).all()
        frame = pd.DataFrame([dict(row) for row in rows])
        frame["team"] = frame["department_id"].map({row.id: row.name for row in names})
        keys = self._keys()
        frame["id"] = frame["session_id"].map(keys)
        return frame

    def _keys(self) -> dict[UUID, str]:
        with self.database.owning(self.organization) as connection:
            rows = connection.execute(text("SELECT id, source_key FROM survey_sessions")).all()
        return {row.id: row.source_key for row in rows}

    def answers(self, item: str) -> pd.DataFrame:
        """Raw answers to an item (its own scale, not turned) of atoms in which five answered."""
        frame = self.sessions().merge(self.people[["id", item]], on="id")
        frame = frame[frame[item].notna()]
        sizes = frame.groupby("atom")[item].transform("size")
        return frame[sizes >= 5]


def raw_survey(database: Database, organization: UUID, folder: Path, *, seed: int = 5) -> Raw:
    """Write, import and release the survey: four teams, one of them tiny, skips and haste."""
    people = _people(np.random.default_rng(seed))
    path = folder / "raw.csv"
    columns = ["id", "team", "job", "start", "end", "use", *ITEMS]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in people[columns].itertuples(index=False):
            writer.writerow([_cell(name, value) for name, value in zip(columns, row, strict=True)])
    done = import_survey(
        database, organization, "Raw", path, parse_mapping(tomllib.loads(_MAP)), now=NOW
    )
    assert not done.rejected
    rebuild(database, organization, done.survey, now=NOW)
    return Raw(database, organization, done.survey, people)


def _cell(name: str, value: object) -> str:
    if value is None or value != value:
        return ""
    return _LABELS[int(float(str(value))) - 1] if name in ITEMS else str(value)


def _people(random: np.random.Generator) -> pd.DataFrame:
    teams = np.repeat(list(TEAMS), list(TEAMS.values()))
    count = len(teams)
    shift = np.where(teams == "Legal", 1.0, 0.0)
    frame = pd.DataFrame(
        {
            "id": [f"p{place:03}" for place in range(count)],
            "team": teams,
            "job": random.choice(ROLES, count, p=(0.3, 0.7)),
            "use": random.integers(0, 101, count).astype(float),
        }
    )
    seconds = np.round(random.lognormal(6.2, 0.4, count))
    seconds[random.random(count) < 0.06] = 30.0
    seconds[random.random(count) < 0.04] = 20_000.0
    start = pd.Timestamp("2026-05-04 09:00")
    frame["start"] = start.isoformat()
    ends = [(start + pd.Timedelta(seconds=s)).isoformat() for s in seconds]
    frame["end"] = [end if random.random() > 0.08 else None for end in ends]
    frame["seconds"] = seconds
    for item in ITEMS:
        own = shift if item.startswith("anxiety") else 0.0
        if item in REVERSED:
            own = -own
        values = np.clip(np.rint(random.normal(3.0, 1.0, count) + own), 1, 5)
        values[random.random(count) < 0.05] = np.nan
        frame[item] = values
    blank = random.random(count) < 0.06
    frame.loc[blank, ITEMS[:9]] = np.nan
    return frame
