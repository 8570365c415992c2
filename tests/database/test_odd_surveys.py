"""Surveys nobody would design, from file to every answer: values or a reason, never an exception.

Each is imported as a file, in two waves, released, and asked everything by everybody.
"""

import csv
import json
import math
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from components.draw import draw
from components.widgets import WIDGETS
from data import queries
from data.access import Principal, Role
from data.cache import Cache
from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import parse_mapping
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.results import State

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FORCES = ("pain", "pull", "anchors", "anxiety")
Rows = list[list[str]]
Case = tuple[list[str], Rows]
"""The items' forces ("" for an item of no force, "outcome"), and rows: id, time, team, answers."""


def answers(random: np.random.Generator, rows: int, items: int) -> Rows:
    return [[str(value) for value in row] for row in random.integers(1, 6, (rows, items))]


def survey(rows: int, forces: list[str], teams: int = 3, day: str = "2026-05-04 09:00") -> Case:
    random = np.random.default_rng(7)
    people = [[f"p{i}", day, f"Team {i % teams}"] for i in range(rows)]
    given = answers(random, rows, len(forces))
    return forces, [[*who, *said] for who, said in zip(people, given, strict=True)]


def ordinary() -> Case:
    return survey(120, [*FORCES, *FORCES, "outcome"])


def one_answer() -> Case:
    forces, rows = survey(1, ["pull"])
    return forces, rows


def one_item() -> Case:
    return survey(60, ["pull"])


def one_item_of_no_force() -> Case:
    return survey(60, ["outcome"])


def one_department() -> Case:
    return survey(60, [*FORCES], teams=1)


def all_blank() -> Case:
    forces, rows = survey(60, [*FORCES, "outcome"])
    return forces, [[*row[:3], *[""] * len(forces)] for row in rows]


def one_constant_column() -> Case:
    forces, rows = survey(80, [*FORCES, *FORCES, "outcome"])
    return forces, [[*row[:3], "3", *row[4:]] for row in rows]


def a_constant_outcome() -> Case:
    forces, rows = survey(80, [*FORCES, "outcome"])
    return forces, [[*row[:-1], "4"] for row in rows]


def everything_constant() -> Case:
    forces, rows = survey(80, [*FORCES, "outcome"])
    return forces, [[*row[:3], *["5"] * len(forces)] for row in rows]


def five_hundred_departments() -> Case:
    return survey(3000, [*FORCES], teams=500)


def departments_of_one() -> Case:
    return survey(40, [*FORCES], teams=40)


def three_hundred_items() -> Case:
    return survey(60, [*FORCES * 74, "pull", "pull", "pull", "outcome"])


def dates_in_the_future() -> Case:
    """Half of them: such rows are rejected by the import, with the reason."""
    forces, rows = survey(60, [*FORCES])
    later = [[row[0] + "x", "2199-01-01 09:00", *row[2:]] for row in rows]
    return forces, [*rows, *later]


def without_dates() -> Case:
    return survey(60, [*FORCES], day="")


CASES: tuple[Callable[[], Case], ...] = (
    ordinary,
    one_answer,
    one_item,
    one_item_of_no_force,
    one_department,
    all_blank,
    one_constant_column,
    a_constant_outcome,
    everything_constant,
    five_hundred_departments,
    departments_of_one,
    three_hundred_items,
    dates_in_the_future,
    without_dates,
)


def take_in(database: Database, organization: UUID, case: Case, folder: Path, name: str) -> UUID:
    """Import the rows as a file with one comment column, and release what may be."""
    forces, rows = case
    header = ["id", "when", "team", *(f"q{i}" for i in range(len(forces))), "why"]
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *([*row, "time is short"] for row in rows)])
    lines = ['[survey]\nseries = "S"\n[columns]\nrespondent = "id"\nstarted = "when"']
    lines += ['department = "team"\n[scales.five]\nlow = 1\nhigh = 5\n[[comments]]\ncolumn = "why"']
    for place, force in enumerate(forces):
        kind = "outcome = true" if force == "outcome" else f'force = "{force}"'
        lines.append(f'[[items]]\ncolumn = "q{place}"\nscale = "five"\n{kind}')
    mapping = parse_mapping(tomllib.loads("\n".join(lines)))
    done = import_survey(database, organization, name, path, mapping, now=NOW)
    rebuild(database, organization, done.survey)
    return done.survey


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_odd_surveys_are_answered(
    case: Callable[[], Case], database: Database, organization: UUID, tmp_path: Path
) -> None:
    first = take_in(database, organization, case(), tmp_path, "Wave 1")
    second = take_in(database, organization, case(), tmp_path, "Wave 2")
    desk = Desk(database, Cache(1 << 22, 60))
    boss = Principal(uuid4(), organization, Role.EXECUTIVE)
    options = desk.ask(queries.options, boss, Filters())
    led = tuple(UUID(choice.value) for choice in options.departments[:2])
    lead = Principal(uuid4(), organization, Role.DEPARTMENT_LEAD, led)
    for filters in (
        Filters(),
        Filters(surveys=(first,)),
        Filters(surveys=(first, second)),
        Filters(departments=led[:1]),
        Filters(roles=("nobody",)),
    ):
        for who in (boss, lead):
            for question in queries.QUESTIONS:
                check(desk.ask(question, who, filters).model_dump(mode="json"), question.name)
    for widget in WIDGETS:
        drawn = draw(desk, widget, boss, Filters())
        assert drawn.state != "error", (widget.key, drawn.message)
    check(enhanced_analytics(desk, boss, Filters()).model_dump(mode="json"), "enhanced")


def test_the_ordinary_survey_is_ready(
    database: Database, organization: UUID, tmp_path: Path
) -> None:
    """Else every case above could be an empty one."""
    take_in(database, organization, ordinary(), tmp_path, "Wave 1")
    boss = Principal(uuid4(), organization, Role.EXECUTIVE)
    answer = Desk(database, Cache(0, 1)).ask(queries.readiness, boss, Filters())
    assert answer.state is State.READY
    assert answer.readiness.n == 120


def check(encoded: dict[str, Any], name: str) -> None:
    """Only finite numbers, and a reason where there are no figures."""
    json.dumps(encoded, allow_nan=False)
    assert all(math.isfinite(number) for number in numbers(encoded)), name
    if "state" in encoded:
        assert (encoded["state"] == "ready") != bool(encoded["reason"]), name


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
