"""The attack on who did not answer: departments and roles part the same people in two ways.

Whoever was invited and did not answer is an unknown. What is told of departments, of roles and of
everybody are sums over these people, so no combination of them may rest on one to four.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import insert, select

from data import queries
from data.access import Principal, Role
from data.cache import Cache
from data.db import tables
from data.db.engine import Database
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.figures import ASSUMES_ALIKE
from data.queries.filters import Filters
from data.queries.results import PresenceRow, RepresentativenessAnswer
from tests.support.attack import isolated
from tests.support.victims import START, Organisation

Leaf = tuple[str, str]
Invited = Mapping[Leaf, tuple[int, int]]
"""By department and role: how many were invited, how many of them answered."""
Silent = tuple[str, str, int]
"""Somebody who did not answer."""


def people(database: Database, organization: UUID, invited: Invited) -> Organisation:
    """An organisation in which exactly these people answered, all in one week."""
    made = Organisation(
        database,
        organization,
        uuid4(),
        departments={department: uuid4() for department in sorted({d for d, _ in invited})},
        random=np.random.default_rng(1),
    )
    made._found()
    own = {"organization_id": organization, "survey_id": made.survey}
    sessions = [
        {
            **own, "id": (id_ := uuid4()), "user_id": uuid4(), "source_key": str(id_),
            "department_id": made.departments[department], "role": role, "started_at": START,
            "completed_at": START + timedelta(minutes=9), "is_completed": True, "seconds": 540.0,
        }
        for (department, role), (_, answered) in invited.items()
        for _ in range(answered)
    ]  # fmt: skip
    counts = [
        {**own, "department_id": made.departments[department], "role": role, "invited": count}
        for (department, role), (count, _) in invited.items()
    ]
    with database.owning(organization) as connection:
        connection.execute(insert(tables.survey_sessions), sessions)
        answers = [{**own, **one} for session in sessions for one in made._answers(session)]
        connection.execute(insert(tables.responses), answers)
        connection.execute(insert(tables.survey_invited), counts)
        own_survey = tables.surveys.update().where(tables.surveys.c.id == made.survey)
        connection.execute(own_survey.values(invited=sum(n for n, _ in invited.values())))
    rebuild(database, organization, made.survey)
    return made


def answered(victims: Organisation) -> RepresentativenessAnswer:
    boss = Principal(uuid4(), victims.organization, Role.EXECUTIVE)
    desk = Desk(victims.database, Cache(0, 1))
    return desk.ask(queries.representativeness, boss, Filters())


def apart(victims: Organisation) -> set[Leaf]:
    """Departments with roles that stand in atoms of their own."""
    a = tables.analytics_atoms.c
    names = {id_: name for name, id_ in victims.departments.items()}
    with victims.database.owning(victims.organization) as connection:
        rows = connection.execute(select(a.departments, a.roles)).all()
    mixed = {
        (names[department], role)
        for row in rows
        if len(row.departments) * len(row.roles) > 1
        for department in row.departments
        for role in row.roles
    }
    return {(names[d], r) for row in rows for d in row.departments for r in row.roles} - mixed


def silent(invited: Invited, leaves: set[Leaf]) -> frozenset[Silent]:
    return frozenset(
        (*leaf, place) for leaf in leaves for place in range(invited[leaf][0] - invited[leaf][1])
    )


def behind(
    row: PresenceRow, victims: Organisation, invited: Invited, leaves: set[Leaf]
) -> frozenset[Silent]:
    """The people who did not answer that a row counts; of a role those the numbers fit."""
    if row.dimension == "department":
        name = next(n for n, id_ in victims.departments.items() if str(id_) == row.id)
        return silent(invited, {leaf for leaf in invited if leaf[0] == name})
    mine = sorted(leaf for leaf in leaves if leaf[1] == row.id)
    for chosen in range(1, 2 ** len(mine)):
        some = {leaf for place, leaf in enumerate(mine) if chosen >> place & 1}
        if (row.invited, row.started) == tuple(np.sum([invited[leaf] for leaf in some], axis=0)):
            return silent(invited, some)
    raise AssertionError(f"nobody knows whom {row} counts")


def told(victims: Organisation, invited: Invited) -> Iterator[frozenset[Silent]]:
    answer = answered(victims)
    leaves = apart(victims)
    if answer.invited is not None:
        yield silent(invited, set(invited))
    for row in answer.rows:
        yield behind(row, victims, invited, leaves)


def check(victims: Organisation, invited: Invited) -> int:
    vectors = [vector for vector in told(victims, invited) if vector]
    unknowns = frozenset[Silent]().union(*vectors)
    if vectors:
        assert isolated(vectors, {one: one for one in unknowns}) is None
    return len(vectors)


ONE_LEFT: Invited = {
    ("Clinic", "Nurse"): (10, 5),
    ("Clinic", "Staff"): (11, 10),
    ("Office", "Staff"): (20, 11),
}
"""Of the clinic's staff one person did not answer: the clinic less the nurses."""


def test_a_department_less_a_role_is_not_the_one_who_did_not_answer(
    database: Database, organization: UUID
) -> None:
    victims = people(database, organization, ONE_LEFT)
    assert apart(victims) == set(ONE_LEFT), "each of them is an atom: nothing hides them"
    assert check(victims, ONE_LEFT) >= 3, "nothing was told: nothing was attacked"
    rows = {row.name: row for row in answered(victims).rows}
    assert {"Clinic", "Office"} <= rows.keys()
    assert rows["Clinic"].invited - rows["Clinic"].started == 6


def test_the_attack_finds_somebody_where_both_are_told_whole() -> None:
    clinic = silent(ONE_LEFT, {("Clinic", "Nurse"), ("Clinic", "Staff")})
    nurses = silent(ONE_LEFT, {("Clinic", "Nurse")})
    found = isolated([clinic, nurses], {one: one for one in clinic})
    assert found is not None and len(found.people) == 1


@pytest.mark.parametrize("seed", range(6))
def test_departments_and_roles_together_single_out_nobody(
    seed: int, database: Database, organization: UUID
) -> None:
    random = np.random.default_rng(seed)
    invited = {}
    for department in ("Clinic", "Lab", "Office"):
        for role in ("Lead", "Nurse", "Staff"):
            if random.random() < 0.8:
                come = int(random.integers(5, 16))
                invited[department, role] = (come + int(random.integers(0, 9)), come)
    check(people(database, organization, invited), invited)


@pytest.mark.parametrize("more", [1, 4, 5])
def test_where_few_did_not_answer_no_interval_tells_it(
    more: int, database: Database, organization: UUID
) -> None:
    """The number invited is not told then; the width of an interval would have told it."""
    victims = people(database, organization, {("Clinic", "Staff"): (340 + more, 340)})
    boss = Principal(uuid4(), organization, Role.EXECUTIVE)
    desk = Desk(database, Cache(0, 1))
    took_part = desk.ask(queries.participation, boss, Filters())
    found = desk.ask(queries.readiness, boss, Filters())
    of = found.readiness
    assert of.sd is not None and of.half_width is not None and victims.survey
    uncorrected = 1.9679 * of.sd / np.sqrt(of.n)
    if more < 5:
        assert took_part.invited is None
        assert ASSUMES_ALIKE not in found.notes
        assert of.half_width == pytest.approx(uncorrected, abs=0.1)
    else:
        assert took_part.invited == 345
        assert of.half_width < uncorrected / 2
