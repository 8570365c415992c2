"""A small survey, and a function that imports files of it; for tests of the database."""

import csv
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Table, select

from data.db.engine import Database
from data.db.tables import departments, questions, responses, survey_sessions, surveys
from data.intake.importing import Imported, import_survey
from data.intake.mapping import Mapping, parse_mapping

NOW = datetime(2025, 1, 1, tzinfo=UTC)

MAP = """
[survey]
series = "Pulse"
invited = 40
[columns]
respondent = "id"
started = "start"
completed = "end"
department = "team"
[values]
unsure = ["?"]
[scales.five]
low = 1
high = 5
[[items]]
column = "pull"
scale = "five"
force = "pull"
[[items]]
column = "fear"
scale = "five"
force = "anxiety"
reversed = true
[[comments]]
column = "why"
[[multiple]]
column = "tools"
options = ["chat, or voice", "code"]
"""
HEADER = ["id", "start", "end", "team", "pull", "fear", "why", "tools", "batch"]
ANNA = ["anna", "2024-05-01 09:00", "2024-05-01 09:10", "Sales", "4", "2", "", "code", "1"]
BERT = [
    "bert",
    "2024-05-02 09:00",
    "",
    " sales ",
    "5",
    "?",
    "A\nreason",
    "code,chat, or voice",
    "1",
]
CLEO = ["cleo", "2024-05-03 09:00", "2024-05-03 09:01", "Legal", "", "1", "", "", "1"]


def mapping(text_: str = MAP, *, ids: bool = True) -> Mapping:
    return parse_mapping(tomllib.loads(text_ if ids else text_.replace('respondent = "id"', "")))


class Importer:
    """Writes rows as a file and imports it."""

    def __init__(self, database: Database, organization: UUID, folder: Path) -> None:
        self.database = database
        self.organization = organization
        self.path = folder / "survey.csv"

    def __call__(
        self, rows: Sequence[Sequence[str]], mapped: Mapping | None = None, *, name: str = "Wave 1",
        dry_run: bool = False,
    ) -> Imported:  # fmt: skip
        with self.path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *rows])
        done = import_survey(
            self.database, self.organization, name, self.path, mapped or mapping(),
            now=NOW, dry_run=dry_run,
        )  # fmt: skip
        assert done.accepted + done.rejected == done.rows
        return done

    def all(self, table: Table, *columns: str) -> list[tuple[object, ...]]:
        """The organisation's rows of a table, sorted."""
        asked = [table.c[column] for column in columns] or list(table.c)
        with self.database.owning() as connection:
            found = connection.execute(
                select(*asked).where(table.c.organization_id == self.organization)
            )
            return sorted((tuple(row) for row in found), key=repr)

    def state(self) -> list[list[tuple[object, ...]]]:
        """Everything an import may write."""
        return [
            self.all(table)
            for table in (surveys, questions, departments, survey_sessions, responses)
        ]


def counts(done: Imported) -> tuple[int, int, int, int]:
    """Sessions new, changed, unchanged and removed."""
    return (
        done.sessions_new, done.sessions_changed, done.sessions_unchanged, done.sessions_removed,
    )  # fmt: skip
