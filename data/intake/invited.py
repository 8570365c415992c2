"""How many were invited, by department and role: a small file beside the survey's own.

All of it or nothing: head counts of which some are missing would make response rates too high.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import Connection, delete, func, select, update

from data.db.bulk import copy_into
from data.db.engine import Database
from data.db.tables import NOT_STATED, departments, survey_invited, survey_sessions, surveys
from data.db.versions import bump
from data.errors import IntakeError, MappingError, UnknownName
from data.intake.headers import Column
from data.intake.hints import session_role, spaced
from data.intake.mapping import FilePart
from data.intake.reading import open_survey
from data.intake.rejects import Found, Rejects, rejects_path
from data.intake.rows import Problem
from data.intake.surveys import find_survey
from data.intake.words import plain, tidy

Groups = dict[tuple[str, str], int]
"""People invited by the names of department and role; '' where one is not stated."""

_INVITED = re.compile(
    r"(number |no |people |n )?invited|invitations?( sent)?|invitees|head ?counts?|population|"
    r"employees|staff|people|persons|count|size|n|eingeladene?|einladungen|anzahl|mitarbeitende|"
    r"beschäftigte|kopfzahl"
)
_WHOLE = re.compile(r"\d+(\.0{1,2})?|\d{1,3}([,.' \u00a0\u202f’]\d{3})+")
_TOTALS = frozenset({"total", "sum", "grand total", "all", "gesamt", "summe", "insgesamt"})
_MOST = 10_000_000
_COLUMNS = ("organization_id", "survey_id", "department_id", "role", "invited")


@dataclass(frozen=True, slots=True)
class InvitedFile:
    """What a file says. Where rows were rejected nothing is imported; they lie in a file."""

    groups: Groups
    rejected: int
    rejects_path: Path | None
    problems: tuple[Found, ...]

    @property
    def invited(self) -> int:
        return sum(self.groups.values())

    @property
    def summary(self) -> str:
        """One sentence for a person."""
        if self.rejected:
            rows = "row" if self.rejected == 1 else "rows"
            return f"{self.rejected:,} {rows} of the invited cannot be read: none was imported."
        people = "person" if self.invited == 1 else "people"
        groups = "group" if len(self.groups) == 1 else "groups"
        return f"{self.invited:,} {people} invited in {len(self.groups):,} {groups}."


def read_invited(path: Path, *, rejects: Path | None = None) -> InvitedFile:
    """Read a CSV or XLSX file: a column of how many were invited, and department, role or both.

    Raises an IntakeError where the file as a whole cannot be read.
    """
    with open_survey(path, FilePart()) as file:
        places = _places(file.columns)
        target = rejects or rejects_path(path)
        with Rejects(target, file.columns, file.written.delimiter) as rejected:
            groups: Groups = {}
            seen: set[tuple[str, str]] = set()
            for line, cells in file.rows:
                problem = _add(groups, seen, cells, places)
                if problem is not None:
                    rejected.add(line, cells, [_named(problem, file.columns, places)])
            if not groups and not rejected.rows:
                raise IntakeError(f"{path.name} has a header and no rows.")
            return InvitedFile(groups, rejected.rows, rejected.keep(), rejected.found)


def store_invited(
    database: Database, organization: UUID, survey_name: str, file: InvitedFile
) -> None:
    """Put these head counts in place of the survey's earlier ones; unknown departments are made.

    Raises UnknownName where there is no such survey, IntakeError where rows were rejected or the
    survey says that another number was invited.
    """
    if file.rejected:
        raise IntakeError(file.summary)
    with database.owning(organization) as connection:
        survey = find_survey(connection, organization, tidy(survey_name))
        if survey is None:
            raise UnknownName(f"There is no survey {tidy(survey_name)} in this organisation.")
        _agree(connection, organization, survey, file.invited)
        ids = _departments(connection, organization, [name for name, _ in file.groups])
        roles = _roles(connection, organization, survey)
        c = survey_invited.c
        connection.execute(
            delete(survey_invited).where(c.organization_id == organization, c.survey_id == survey)
        )
        rows = (
            (organization, survey, ids[plain(name)], roles.get(plain(role), role), count)
            for (name, role), count in file.groups.items()
        )
        copy_into(connection, survey_invited, _COLUMNS, rows)
        bump(connection, organization, survey)


def _places(columns: Sequence[Column]) -> dict[str, int]:
    """Where department, role and the number are. Raises MappingError."""
    places: dict[str, int] = {}
    for column in columns:
        said = session_role(column.name)
        kind = said if said in ("department", "role") else None
        if kind is None and _INVITED.fullmatch(spaced(column.name)):
            kind = "invited"
        if kind in places:
            raise MappingError(f"Two columns could be the {kind}: rename or remove one of them.")
        if kind is not None:
            places[kind] = column.index
    there = ", ".join(column.name for column in columns)
    if "invited" not in places:
        raise MappingError(
            f"No column says how many were invited. Name one invited. There are: {there}."
        )
    if len(places) == 1:
        raise MappingError(f"Neither a department nor a role column is there. There are: {there}.")
    return places


def _add(
    groups: Groups, seen: set[tuple[str, str]], cells: Sequence[str], places: Mapping[str, int]
) -> Problem | None:
    """One row into the groups, or what is wrong with which kind of column."""
    department, role = (
        tidy(cells[places[kind]]) if kind in places else "" for kind in ("department", "role")
    )
    number = tidy(cells[places["invited"]])
    key = (plain(department), plain(role))
    if plain(department or role) in _TOTALS:
        return Problem("department", "a total is no group; remove this row")
    if not _WHOLE.fullmatch(number):
        return Problem("invited", "not a whole number of people")
    count = int(re.sub(r"\D", "", re.sub(r"\.0{1,2}$", "", number)))
    if count > _MOST:
        return Problem("invited", "more people than an organisation has")
    if key in seen:
        return Problem("department", "this group has a row already")
    seen.add(key)
    groups[department, role] = count
    return None


def _named(problem: Problem, columns: Sequence[Column], places: Mapping[str, int]) -> Problem:
    """The same with the name of the file's own column."""
    place = places.get(problem.column, places.get("role", 0))
    return Problem(columns[place].name, problem.reason)


def _agree(connection: Connection, organization: UUID, survey: UUID, invited: int) -> None:
    """The sum is how many were invited; another number said elsewhere is an error."""
    s, c = surveys.c, survey_invited.c
    mine = (s.organization_id == organization, s.id == survey)
    said = connection.scalar(select(s.invited).where(*mine).with_for_update())
    before = connection.scalar(
        select(func.sum(c.invited)).where(c.organization_id == organization, c.survey_id == survey)
    )
    if said is not None and said not in (invited, before):
        raise IntakeError(
            f"The groups add up to {invited:,} invited, the survey says {said:,} (invited in its "
            "mapping). Correct one of them."
        )
    connection.execute(update(surveys).where(*mine).values(invited=invited))


def _departments(
    connection: Connection, organization: UUID, names: Sequence[str]
) -> dict[str, UUID]:
    """Ids by comparable name, as a survey import knows and makes them."""
    d = departments.c
    found = connection.execute(
        select(d.name, d.id)
        .where(d.organization_id == organization)
        .order_by(d.created_at.desc(), d.name.desc())
    )
    ids = {plain(row.name): row.id for row in found}
    new = {
        plain(name): (organization, uuid5(organization, f"department/{plain(name)}"), name)
        for name in names
        if name and plain(name) not in ids
    }
    copy_into(connection, departments, ("organization_id", "id", "name"), new.values(), "keep")
    return {**ids, **{key: id_ for key, (_, id_, _) in new.items()}, "": UUID(NOT_STATED)}


def _roles(connection: Connection, organization: UUID, survey: UUID) -> dict[str, str]:
    """Roles as the survey's sessions spell them, by comparable name."""
    s = survey_sessions.c
    found = connection.scalars(
        select(s.role)
        .where(s.organization_id == organization, s.survey_id == survey, s.role.is_not(None))
        .distinct()
    )
    return {plain(role): role for role in found}
