"""Every figure is a sum over whole atoms: random surveys against the rule written out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import queries
from data.access import Principal, Role
from data.analysis import gate
from data.analysis.cells import COMPLETED, SECONDS, STARTED, UNSCORED, segment_figure
from data.analysis.forces import FORCES, Figure, Segment
from data.analysis.gate import Thresholds
from data.analysis.moments import Moments
from data.cache import Cache
from data.db.engine import Database
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import Estimate, State
from tests.support.atoms import DAY, Atom, Person, Survey, person, write

DEPARTMENTS = tuple(UUID(int=i) for i in range(1, 5))
ROLES = ("", "maker", "manager")
PERIODS = tuple(DAY + timedelta(weeks=i) for i in range(3))
PLAIN = Thresholds()

missing_or_score = st.one_of(st.none(), st.integers(4, 20).map(lambda q: q / 4))
people = st.builds(
    person,
    missing_or_score,
    missing_or_score,
    missing_or_score,
    missing_or_score,
    completed=st.booleans(),
)


def some(values: Sequence[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """One value mostly, sometimes two: an atom that could not stand alone."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


atoms = st.lists(
    st.builds(
        Atom,
        st.lists(people, min_size=5, max_size=9),
        some(DEPARTMENTS),
        some(ROLES),
        some(PERIODS),
    ),
    max_size=8,
)
choices = st.builds(
    Filters,
    departments=st.lists(st.sampled_from(DEPARTMENTS), max_size=3).map(tuple),
    roles=st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
    periods=st.lists(st.sampled_from(PERIODS), max_size=2).map(tuple),
)
scopes = st.one_of(st.none(), st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=2))


@dataclass(frozen=True)
class Rule:
    """The rule of whole atoms, written out: who is counted in a figure."""

    atoms: Sequence[Atom]
    departments: frozenset[UUID] | None
    roles: frozenset[str] | None
    periods: frozenset[date] | None

    def inside(self, atom: Atom) -> bool:
        return all(
            chosen is None or set(of) <= set(chosen)
            for of, chosen in (
                (atom.departments, self.departments),
                (atom.roles, self.roles),
                (atom.periods, self.periods),
            )
        )

    def values(self, figure: str) -> list[float]:
        """The values of everybody in an atom inside, where 5 or more of it have one."""
        found: list[float] = []
        for atom in self.atoms:
            own = [v for one in atom.people if (v := one.get(figure)) is not None]
            if self.inside(atom) and len(own) >= 5:
                found += own
        return found

    def estimate(self, figure: Figure) -> Estimate:
        shown = gate.estimate(Moments.of(self.values(figure)), figure, PLAIN)
        return Estimate(**{name: getattr(shown, name) for name in Estimate.model_fields})


def _of(atoms: Sequence[Atom], filters: Filters, scope: Sequence[UUID] | None) -> Rule:
    departments: frozenset[UUID] | None = frozenset(filters.departments) or None
    if scope is not None:
        departments = frozenset(scope) & (departments or frozenset(scope))
    return Rule(
        atoms,
        departments,
        frozenset(filters.roles) or None,
        frozenset(filters.periods) or None,
    )


@given(atoms=atoms, filters=choices, scope=scopes)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_figure_is_a_sum_over_whole_atoms(
    database: Database,
    organization: UUID,
    atoms: list[Atom],
    filters: Filters,
    scope: list[UUID] | None,
) -> None:
    survey = Survey(atoms, name=str(uuid4()), period="week")
    with database.owning() as connection:
        write(connection, organization, survey)
    role = Role.EXECUTIVE if scope is None else Role.DEPARTMENT_LEAD
    principal = Principal(uuid4(), organization, role, tuple(scope or ()))
    desk = Desk(database, Cache(1 << 20, 60))
    filters = filters.model_copy(update={"surveys": (survey.id,)})
    rule = _of(atoms, filters, scope)
    if rule.departments == frozenset() or not atoms:
        assert desk.ask(queries.readiness, principal, filters).state is not State.READY
        return
    _check_totals(desk, principal, filters, rule)
    _check_groups(desk, principal, filters, rule)
    _check_counts(desk, principal, filters, rule)


def _check_totals(desk: Desk, principal: Principal, filters: Filters, rule: Rule) -> None:
    answer = desk.ask(queries.readiness, principal, filters)
    assert answer.readiness == rule.estimate(Figure.READINESS)
    assert answer.respondents == (len(rule.values(UNSCORED)) or None)
    for row in desk.ask(queries.forces, principal, filters).forces:
        assert row.score == rule.estimate(Figure(row.force.value))
        if row.above_share is not None:
            values = rule.values(row.force.value)
            assert row.above_share == round(100 * np.mean([v > 3 for v in values]) + 1e-9)
    waves = desk.ask(queries.waves, principal, filters).rows
    whole = replace(rule, periods=None)
    if len(whole.values(UNSCORED)) >= 5:
        assert waves[-1].readiness == whole.estimate(Figure.READINESS)


def _check_groups(desk: Desk, principal: Principal, filters: Filters, rule: Rule) -> None:
    departments = desk.ask(queries.departments, principal, filters)
    for row in departments.rows:
        if row.is_others:
            scope = frozenset(principal.departments)
            outside = [a for a in rule.atoms if not scope & set(a.departments)]
            own = replace(rule, atoms=outside, departments=None)
        else:
            own = replace(rule, departments=frozenset([UUID(row.id)]))
        assert row.readiness == own.estimate(Figure.READINESS)
        assert all(row.forces[f] == own.estimate(Figure(f.value)) for f in FORCES)
    for row in desk.ask(queries.roles, principal, filters).rows:
        own = replace(rule, roles=frozenset([row.id]))
        assert row.readiness == own.estimate(Figure.READINESS)
    order = [r.readiness.mean or -1 for r in departments.rows if not r.is_others]
    assert order == sorted(order, reverse=True)


def _check_counts(desk: Desk, principal: Principal, filters: Filters, rule: Rule) -> None:
    answer = desk.ask(queries.participation, principal, filters)
    assert answer.started == len(rule.values(STARTED))
    completed = rule.values(COMPLETED)
    assert answer.completed in (None, sum(completed))
    if answer.completion_rate is not None:
        assert answer.completion_rate == round(100 * np.mean(completed) + 1e-9)
    times = rule.values(SECONDS)
    assert answer.mean_seconds == (300 if len(times) >= 5 else None)
    segments = desk.ask(queries.segments, principal, filters)
    for row in segments.rows:
        inside = rule.values(segment_figure(Segment(row.segment)))
        assert segments.respondents == len(inside)
        if row.share is not None:
            assert row.share == round(100 * np.mean(inside) + 1e-9)


def test_the_rule_can_fail() -> None:
    """The oracle tells whole atoms from partial ones, and small bases from large ones."""
    five: list[Person] = [person(pull=4.0)] * 5
    one = Atom(five, departments=DEPARTMENTS[:2])
    only = Rule([one], frozenset(DEPARTMENTS[:1]), None, None)
    both = Rule([one], frozenset(DEPARTMENTS[:2]), None, None)
    assert (only.values("pull_of_new"), len(both.values("pull_of_new"))) == ([], 5)
    skipped = Atom([*five[:4], person(pull=None)])
    assert Rule([skipped], None, None, None).values("pull_of_new") == []
