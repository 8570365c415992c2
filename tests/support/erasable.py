"""A small organisation of which anybody can be erased, and a search for what might be left."""

import csv
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import numpy as np
from sqlalchemy import Connection, insert, text

from data.db import tables
from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import parse_mapping
from data.pipeline import rebuild

ORGANIZATION = UUID("5b0c4d0e-7a52-4a3c-9d53-0a8c4c4d2f10")
DEPARTMENTS = ("Sales", "Legal", "Finance")
FORCES = ("pain", "pull", "anchors", "anxiety")
SAID = (
    "Copying data by hand costs hours every week",
    "Manual copying of data by hand takes too many hours",
    "Endless meetings about reports and data",
)
TITLE = "Chief Unicorn"
"""A role that one person has."""
NAME = "Zebulon"
WORD = "quokka"
SPOKEN = "wombat"

_MAP = (
    """
[survey]
series = "Pulse"
[columns]
respondent = "id"
started = "start"
completed = "end"
department = "team"
role = "role"
[scales.five]
low = 1
high = 5
"""
    + "".join(
        f'[[items]]\ncolumn = "{force}{place}"\nscale = "five"\nforce = "{force}"\n'
        for force in FORCES
        for place in (1, 2)
    )
    + '[[comments]]\ncolumn = "why"\nforce = "pain"\n'
)

HEADER = ("id", "start", "end", "team", "role", *(f"{f}{i}" for f in FORCES for i in (1, 2)), "why")


@dataclass(frozen=True)
class Erasable:
    """People 0, 1, ... of an organisation; person 0 may have a rare role, and signs comments."""

    database: Database
    folder: Path
    organization: UUID = ORGANIZATION

    def found(self) -> "Erasable":
        with self.database.owning() as connection:
            connection.execute(
                insert(tables.organizations).values(id=self.organization, name="Erasable")
            )
        return self

    def wave(self, name: str, people: Collection[int], *, title: str = "Staff") -> UUID:
        """Import a wave that these people answered, with recordings of theirs, and release it."""
        path = self.folder / "survey.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *(_row(name, who, title) for who in people)])
        mapping = parse_mapping(tomllib.loads(_MAP))
        survey = import_survey(self.database, self.organization, name, path, mapping).survey
        with self.database.owning(self.organization) as connection:
            rows = [self._recording(survey, who) for who in sorted(set(people))]
            connection.execute(insert(tables.voice_recordings), rows)
        rebuild(self.database, self.organization, survey)
        return survey

    def user(self, who: int) -> UUID:
        return uuid5(self.organization, respondent(who))

    def _recording(self, survey: UUID, who: int) -> dict[str, object]:
        said = f"My recording about {SPOKEN if who == 0 else 'reports'} and data"
        return {
            "organization_id": self.organization, "survey_id": survey, "user_id": self.user(who),
            "id": uuid5(survey, f"recording {who}"), "processing_status": "completed",
            "transcription_status": "completed", "duration_seconds": 30.0 + who,
            "transcript": said, "quality": "high", "language": "en",
        }  # fmt: skip


_MONTHS = {"first": 3, "second": 6}


def respondent(who: int) -> str:
    return f"RESP-{who:04}"


def _row(wave: str, who: int, title: str) -> Sequence[object]:
    random = np.random.default_rng([who, *wave.encode()])
    said = SAID[who % len(SAID)]
    signed = f"{said}, says a {WORD} named {NAME}" if who == 0 else said
    day = f"2026-{_MONTHS.get(wave, 9):02}-02"
    return (
        respondent(who), f"{day} 09:{who % 60:02}", f"{day} 10:{who % 60:02}",
        DEPARTMENTS[who % len(DEPARTMENTS)], title if who == 0 else "Staff",
        *(int(answer) for answer in random.integers(1, 6, 8)), signed,
    )  # fmt: skip


def search(connection: Connection, needles: Collection[str]) -> dict[str, set[str]]:
    """By table and column: which of these occur there, as text, in any case."""
    found: dict[str, set[str]] = {}
    for table, column in columns(connection):
        rows = connection.execute(
            text(f"""
                SELECT needle FROM unnest(CAST(:needles AS text[])) needle
                WHERE EXISTS (SELECT FROM {table}
                              WHERE strpos(lower({column}::text), lower(needle)) > 0)
            """),
            {"needles": list(needles)},
        )
        if there := set(rows.scalars()):
            found[f"{table}.{column}"] = there
    return found


def columns(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every column of every table there is, the product's own or not."""
    return ((table, column) for table, column in connection.execute(_EVERYTHING))


_EVERYTHING = text("""
    SELECT format('%I.%I', n.nspname, c.relname), format('%I', a.attname)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%'
      AND n.nspname <> 'information_schema'
    ORDER BY 1, a.attnum
""")


def member(connection: Connection, organization: UUID, email: str, name: str) -> UUID:
    """Somebody who may sign in."""
    user = uuid4()
    connection.execute(insert(tables.users).values(id=user, email=email))
    connection.execute(
        insert(tables.credentials).values(user_id=user, password_hash="x", display_name=name)
    )
    connection.execute(
        insert(tables.members).values(organization_id=organization, user_id=user, role="analyst")
    )
    return user
