"""Action plans: who may take up and change what, what is refused, and what moved beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import delete, insert, select, text, update

from data import plans, queries
from data.access import Principal, Role
from data.analysis.forces import Force
from data.cache import Cache
from data.contracts.plans import LONGEST_NOTE, NewPlan, PlanChange, PlanStatus
from data.db.engine import Database
from data.db.tables import (
    action_plan_changes,
    action_plans,
    credentials,
    members,
    organizations,
    users,
)
from data.errors import (
    NotAllowed,
    OwnerUnknown,
    PlaceUnknown,
    PlanInvalid,
    PlanStale,
    PlanThere,
    PlanUnknown,
    ReadinessError,
    RuleUnknown,
)
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import Mark, PlanRow
from tests.support.atoms import Atom, Person, Survey, department, person, write

TODAY = datetime.now(UTC).date()
ALL = Filters()
OPEN_HOUR: dict[str, Any] = {"rule": "open-hour", "force": Force.ANXIETY}
WHOLE: dict[str, Any] = {"rule": "pair-the-torn", "force": Force.ANXIETY}


def crowd(n: int, anxiety: float, seed: int = 0) -> list[Person]:
    """People whose anxiety varies around a level, within the scale."""
    values = np.clip(np.random.default_rng(seed).normal(anxiety, 0.7, n), 1, 5)
    return [person(anxiety=float(v)) for v in values]


@dataclass(frozen=True)
class Firm:
    """Three departments, two waves; Sales' anxiety fell, that of the others did not."""

    id: UUID
    departments: dict[str, UUID]
    waves: tuple[UUID, UUID]
    people: dict[str, UUID]
    values: Mapping[tuple[str, int], Sequence[float]]

    def principal(self, role: Role, *names: str) -> Principal:
        own = tuple(self.departments[name] for name in names)
        return Principal(self.people["Ana"], self.id, role, own)

    @property
    def analyst(self) -> Principal:
        return self.principal(Role.ANALYST)


LEVELS = {("Sales", 0): 3.8, ("Sales", 1): 2.9}
SIZES = {"Sales": 80, "Legal": 60, "IT": 70}


@pytest.fixture
def firm(database: Database, organization: UUID) -> Firm:
    with database.owning() as owner:
        made = {name: department(owner, organization, name) for name in SIZES}
        values = {}
        waves = []
        for wave, month in enumerate((3, 6)):
            atoms = []
            for i, (name, size) in enumerate(SIZES.items()):
                people = crowd(size + wave, LEVELS.get((name, wave), 3.4), seed=10 * wave + i)
                values[name, wave] = [float(p["anxiety_of_new"] or 0) for p in people]
                atoms.append(Atom(people, (made[name],)))
            at = datetime(2026, month, 1, tzinfo=UTC)
            waves.append(write(owner, organization, Survey(atoms, f"Q{wave + 1}", "S", at=at)))
        named = {
            name: owner.execute(
                insert(users).values(email=f"{name}@x.example").returning(users.c.id)
            ).scalar_one()
            for name in ("Ana", "Leo", "Gone")
        }
        for name, user in named.items():
            owner.execute(
                insert(credentials).values(user_id=user, password_hash="", display_name=name)
            )
            owner.execute(
                insert(members).values(
                    organization_id=organization,
                    user_id=user,
                    role="analyst",
                    is_active=name != "Gone",
                )
            )
    return Firm(organization, made, (waves[0], waves[1]), named, values)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Cache(1 << 20, 60))


def take_up(database: Database, firm: Firm, who: Principal | None = None, **values: Any) -> UUID:
    plain = {**OPEN_HOUR, "department": firm.departments["Sales"], "survey": firm.waves[0]}
    return plans.take_up(database, who or firm.analyst, NewPlan(**{**plain, **values}))


def rows(desk: Desk, who: Principal, filters: Filters = ALL) -> dict[UUID, PlanRow]:
    return {row.id: row for row in desk.ask(queries.plans, who, filters).rows}


WRITERS: Mapping[tuple[Role, str], type[ReadinessError] | None] = {
    (Role.ANALYST, "own"): None,
    (Role.ANALYST, "other"): None,
    (Role.ANALYST, "whole"): None,
    (Role.ADMIN, "own"): None,
    (Role.ADMIN, "other"): None,
    (Role.ADMIN, "whole"): None,
    (Role.DEPARTMENT_LEAD, "own"): None,
    (Role.DEPARTMENT_LEAD, "other"): PlaceUnknown,
    (Role.DEPARTMENT_LEAD, "whole"): NotAllowed,
    (Role.EXECUTIVE, "own"): NotAllowed,
    (Role.EXECUTIVE, "other"): NotAllowed,
    (Role.EXECUTIVE, "whole"): NotAllowed,
}


def of_place(firm: Firm, place: str) -> dict[str, Any]:
    if place == "whole":
        return {**WHOLE, "department": None}
    return {**OPEN_HOUR, "department": firm.departments["Sales" if place == "own" else "Legal"]}


def as_role(firm: Firm, role: Role) -> Principal:
    return firm.principal(role, *(["Sales"] if role is Role.DEPARTMENT_LEAD else []))


@pytest.mark.parametrize(("role", "place"), WRITERS)
def test_who_may_take_up_what(database: Database, firm: Firm, role: Role, place: str) -> None:
    error = WRITERS[role, place]
    who, values = as_role(firm, role), of_place(firm, place)
    if error is None:
        assert take_up(database, firm, who, **values)
        return
    with pytest.raises(error):
        take_up(database, firm, who, **values)
    assert _count(database, firm) == 0


@pytest.mark.parametrize(("role", "place"), WRITERS)
def test_who_may_change_what(database: Database, firm: Firm, role: Role, place: str) -> None:
    error = WRITERS[role, place]
    plan = take_up(database, firm, **of_place(firm, place))
    change = PlanChange(revision=1, status=PlanStatus.DROPPED)
    if error is None:
        assert plans.change(database, as_role(firm, role), plan, change) == 2
        return
    with pytest.raises(PlanUnknown if error is PlaceUnknown else error):
        plans.change(database, as_role(firm, role), plan, change)
    assert rows_of(database, firm)[0].status == "open"


@pytest.mark.parametrize("role", Role)
def test_who_sees_what(database: Database, desk: Desk, firm: Firm, role: Role) -> None:
    made = {place: take_up(database, firm, **of_place(firm, place)) for place in PLACES}
    seen = rows(desk, as_role(firm, role))
    everything = set(made.values())
    assert set(seen) == (
        everything - {made["other"]} if role is Role.DEPARTMENT_LEAD else everything
    )
    if role is Role.DEPARTMENT_LEAD:
        hidden = seen[made["whole"]]
        assert hidden.measured == "not_shown"
        figures = (hidden.before, hidden.after, hidden.own, hidden.rest, hidden.difference)
        assert figures == (None,) * 5


PLACES = ("own", "other", "whole")


def _count(database: Database, firm: Firm) -> int:
    return len(rows_of(database, firm))


def rows_of(database: Database, firm: Firm) -> Sequence[Any]:
    with database.owning(firm.id) as owner:
        return owner.execute(select(action_plans)).all()


REFUSED: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
    ({"rule": "no-such-rule"}, RuleUnknown),
    ({"force": Force.PULL}, RuleUnknown),
    ({"force": None}, RuleUnknown),
    ({"department": None}, RuleUnknown),
    ({"rule": "pair-the-torn"}, RuleUnknown),
    ({"department": uuid4()}, PlaceUnknown),
    ({"survey": uuid4()}, PlaceUnknown),
    ({"owner": uuid4()}, OwnerUnknown),
    ({"due": TODAY - timedelta(days=2)}, PlanInvalid),
    ({"due": date(9999, 12, 31)}, PlanInvalid),
    ({"due": date(1, 1, 1)}, PlanInvalid),
)


@pytest.mark.parametrize(("wrong", "error"), REFUSED)
def test_nothing_from_a_client_is_trusted(
    database: Database, firm: Firm, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        take_up(database, firm, **wrong)
    assert _count(database, firm) == 0


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"rule": 5},
        {"rule": "open-hour", "force": "demographic"},
        {"rule": "open-hour", "note": "x" * (LONGEST_NOTE + 1)},
        {"rule": "open-hour", "note": "a\x00b"},
        {"rule": "open-hour", "due": "tomorrow"},
        {"rule": "open-hour", "department": "Sales"},
        {"rule": "open-hour", "status": "done"},
        {"rule": "open-hour", "organization": str(uuid4())},
    ],
)
def test_what_is_no_plan_is_named(raw: object) -> None:
    with pytest.raises(PlanInvalid, match=r"cannot be read \("):
        plans.parse(NewPlan, raw)


def test_another_organisations_ids_are_nothing(database: Database, firm: Firm) -> None:
    with database.owning() as owner:
        other = owner.execute(
            insert(organizations).values(name="Other").returning(organizations.c.id)
        ).scalar_one()
        theirs = department(owner, other, "Theirs")
        survey = write(owner, other, Survey([Atom(crowd(20, 3), (theirs,))]))
        stranger = owner.execute(
            insert(users).values(email="s@y.example").returning(users.c.id)
        ).scalar_one()
        owner.execute(
            insert(members).values(organization_id=other, user_id=stranger, role="analyst")
        )
    for wrong, error in (
        ({"department": theirs}, PlaceUnknown),
        ({"survey": survey}, PlaceUnknown),
        ({"owner": stranger}, OwnerUnknown),
        ({"owner": firm.people["Gone"]}, OwnerUnknown),
    ):
        with pytest.raises(error):
            take_up(database, firm, **wrong)
    plan = take_up(database, firm)
    foreigner = Principal(stranger, other, Role.ADMIN)
    with pytest.raises(PlanUnknown):
        plans.change(database, foreigner, plan, PlanChange(revision=1, note="mine"))
    assert {p.name for p in plans.colleagues(database, foreigner)} == {"Somebody without a name"}
    assert {p.id for p in plans.colleagues(database, firm.analyst)} == {
        firm.people["Ana"],
        firm.people["Leo"],
    }


def test_the_same_action_is_under_way_once(database: Database, firm: Firm) -> None:
    plan = take_up(database, firm)
    with pytest.raises(PlanThere):
        take_up(database, firm)
    take_up(database, firm, department=firm.departments["Legal"])
    plans.change(database, firm.analyst, plan, PlanChange(revision=1, status=PlanStatus.DONE))
    assert take_up(database, firm)


def test_a_stale_change_is_refused_and_nothing_of_it_kept(database: Database, firm: Firm) -> None:
    plan = take_up(database, firm, note="first")
    assert plans.change(database, firm.analyst, plan, PlanChange(revision=1, note="second")) == 2
    for revision in (1, 3, -1):
        with pytest.raises(PlanStale):
            plans.change(database, firm.analyst, plan, PlanChange(revision=revision, note="late"))
    assert rows_of(database, firm)[0].note == "second"
    with pytest.raises(PlanUnknown):
        plans.change(database, firm.analyst, uuid4(), PlanChange(revision=1))


def test_what_is_left_out_stays_and_null_clears(database: Database, firm: Firm) -> None:
    due = TODAY + timedelta(days=30)
    plan = take_up(database, firm, owner=firm.people["Leo"], due=due, note="n")
    plans.change(
        database, firm.analyst, plan, PlanChange(revision=1, status=PlanStatus.IN_PROGRESS)
    )
    [kept] = rows_of(database, firm)
    assert (kept.owner_id, kept.due, kept.note) == (firm.people["Leo"], due, "n")
    plans.change(database, firm.analyst, plan, PlanChange(revision=2, owner=None, due=None))
    [cleared] = rows_of(database, firm)
    assert (cleared.owner_id, cleared.due, cleared.status) == (None, None, "in_progress")


def test_a_past_due_date_that_stays_does_not_hinder(database: Database, firm: Firm) -> None:
    plan, past = take_up(database, firm), TODAY - timedelta(days=40)
    with database.owning(firm.id) as owner:
        owner.execute(update(action_plans).values(due=past))
    done = PlanChange(revision=1, status=PlanStatus.DONE, due=past)
    assert plans.change(database, firm.analyst, plan, done) == 2
    moved = PlanChange(revision=2, due=past + timedelta(days=1))
    with pytest.raises(PlanInvalid):
        plans.change(database, firm.analyst, plan, moved)


def test_every_status_is_kept_with_who_and_when(database: Database, desk: Desk, firm: Firm) -> None:
    plan = take_up(database, firm)
    for revision, status in enumerate((PlanStatus.IN_PROGRESS, PlanStatus.IN_PROGRESS), start=1):
        plans.change(database, firm.analyst, plan, PlanChange(revision=revision, status=status))
    plans.change(database, firm.analyst, plan, PlanChange(revision=3, status=PlanStatus.DONE))
    steps = rows(desk, firm.analyst)[plan].steps
    assert [s.status for s in steps] == [PlanStatus.OPEN, PlanStatus.IN_PROGRESS, PlanStatus.DONE]
    assert {s.by for s in steps} == {"Ana"}
    assert all(s.at.tzinfo is not None for s in steps)


def test_who_is_erased_owns_nothing_any_more(database: Database, desk: Desk, firm: Firm) -> None:
    plan = take_up(database, firm, owner=firm.people["Leo"])
    with database.owning() as owner:
        owner.execute(delete(users).where(users.c.id.in_([firm.people["Leo"], firm.people["Ana"]])))
    row = rows(desk, firm.analyst)[plan]
    assert row.owner is None and row.owner_name == ""
    assert [s.by for s in row.steps] == [""]


def test_plans_are_kept_out_of_the_cache(database: Database, desk: Desk, firm: Firm) -> None:
    plan = take_up(database, firm)
    assert rows(desk, firm.analyst)[plan].status is PlanStatus.OPEN
    plans.change(database, firm.analyst, plan, PlanChange(revision=1, status=PlanStatus.DONE))
    assert rows(desk, firm.analyst)[plan].status is PlanStatus.DONE


def test_what_moved_is_that_of_numpy(database: Database, desk: Desk, firm: Firm) -> None:
    """From the raw answers, rounded as they are shown: means to 0.1, as groups are below 300."""
    plan = take_up(database, firm)
    row = rows(desk, firm.analyst)[plan]
    own = [np.array(firm.values["Sales", wave]) for wave in (0, 1)]
    rest = [
        np.concatenate([firm.values[name, wave] for name in ("Legal", "IT")]) for wave in (0, 1)
    ]
    sides = [*own, *rest]
    means = [round(float(np.mean(v)), 1) for v in sides]
    variances = [round(float(np.std(v, ddof=1)), 1) ** 2 / len(v) for v in sides]
    wanted = (means[1] - means[0]) - (means[3] - means[2])
    df = sum(variances) ** 2 / sum(
        v**2 / (len(x) - 1) for v, x in zip(variances, sides, strict=True)
    )
    # Four means rounded to 0.1 add a twelfth of its square each.
    error = np.sqrt(sum(variances) + 4 * 0.1**2 / 12)
    assert row.measured == "measured" and row.latest == "Q2" and row.survey == "Q1"
    assert row.own is not None and row.rest is not None and row.difference is not None
    assert row.own.change == pytest.approx(means[1] - means[0], abs=1e-9)
    assert row.rest.change == pytest.approx(means[3] - means[2], abs=1e-9)
    assert row.difference.change == pytest.approx(wanted, abs=1e-9)
    assert row.difference.half_width == pytest.approx(stats.t.ppf(0.975, df) * error, abs=0.05)
    assert row.difference.p == pytest.approx(
        2 * stats.t.sf(abs(wanted / error), df), rel=0.02, abs=1e-4
    )
    assert row.difference.mark is Mark.BETTER
    assert "caused" not in row.sentence and "clearly better than the rest" in row.sentence


def test_a_plan_waits_for_a_later_wave(database: Database, desk: Desk, firm: Firm) -> None:
    now = take_up(database, firm, survey=firm.waves[1])
    latest = take_up(database, firm, department=firm.departments["IT"], survey=None)
    asking = take_up(
        database, firm, rule="ask-better", force=Force.PULL, department=None, survey=firm.waves[0]
    )
    seen = rows(desk, firm.analyst)
    assert seen[now].measured == seen[latest].measured == "no_later_wave"
    assert seen[asking].measured == "not_measured"
    earlier = rows(desk, firm.analyst, Filters(surveys=(firm.waves[0],)))
    assert earlier[now].measured == "no_later_wave"
    assert all(row.difference is None and not row.sentence for row in seen.values())


def test_a_department_without_figures_is_not_measured(
    database: Database, desk: Desk, organization: UUID, firm: Firm
) -> None:
    with database.owning() as owner:
        tiny = department(owner, organization, "Tiny")
    plan = take_up(database, firm, department=tiny)
    row = rows(desk, firm.analyst)[plan]
    assert row.measured == "too_few"
    assert row.own is not None and row.own.change is None and row.difference is not None
    assert row.difference.mark is Mark.TOO_FEW and "None" not in row.sentence


def test_plans_stay_readable_without_any_figures(
    database: Database, desk: Desk, firm: Firm
) -> None:
    plan = take_up(database, firm)
    with database.owning() as owner:
        owner.execute(text("DELETE FROM analytics_atoms"))
    assert rows(desk, firm.analyst)[plan].measured == "no_later_wave"


def test_history_is_only_added_to(database: Database, firm: Firm) -> None:
    take_up(database, firm)
    for statement in (
        update(action_plan_changes).values(status="done"),
        delete(action_plan_changes),
        delete(action_plans),
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            database.writing(firm.id) as connection,
        ):
            connection.execute(statement)
