"""Small generated organisations that change over time, and a witness who sees what was released.

The witness reads the raw scores at the moment of each release, not the product's own ledger: what
it says of who is in which sum is independent of what it is used to check.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import delete, insert, select, text, update

from data.analysis.forces import FORCES, Figure
from data.db import tables
from data.db.engine import Database
from data.queries.filters import Filters
from data.queries.results import Estimate
from tests.support.attack import Knowledge
from tests.support.leaves import SCORES

ITEMS = 2
"""Scaled items a force; half of them answered gives a score, so a skip changes the base."""
DEPARTMENTS = ("Legal", "Sales", "IT")
ROLES = ("Lead", "Staff")
WEEKS = 2
SKIPS = 0.08
START = datetime(2026, 3, 2, 9, tzinfo=UTC)

SHOWN_BY_ROLE = frozenset({Figure.READINESS, *(Figure(force.value) for force in FORCES)})

Unknown = tuple[UUID, int, str]
"""A session, its version, a force."""
Inside = frozenset[int] | str
"""Whole atoms, or a role of the role table."""


@dataclass
class Organisation:
    """One survey in a real database, and what may happen to it."""

    database: Database
    organization: UUID
    survey: UUID
    departments: dict[str, UUID] = field(default_factory=dict)
    questions: list[UUID] = field(default_factory=list)
    random: np.random.Generator = field(default_factory=np.random.default_rng)

    @property
    def led(self) -> tuple[UUID, ...]:
        return tuple(self.departments.values())[:1]

    @classmethod
    def generate(cls, database: Database, organization: UUID, *, seed: int) -> "Organisation":
        """14-40 people in three departments of very different size."""
        made = cls(
            database,
            organization,
            uuid4(),
            departments={name: uuid4() for name in DEPARTMENTS},
            random=np.random.default_rng(seed),
        )
        made._found()
        made._add(int(made.random.integers(14, 40)))
        return made

    def history(self) -> Iterator[Callable[[], None]]:
        """What happens between the releases; nothing before the first."""
        yield lambda: None
        yield from (self.arrive, self.correct, self.arrive, self.erase, self.arrive)

    def arrive(self) -> None:
        """A few people more, or many."""
        self._add(int(self.random.integers(3, 40)))

    def correct(self) -> None:
        """A few people's answers change; now and then one is found to have skipped a question."""
        with self.database.owning(self.organization) as connection:
            for session in self._some(connection, int(self.random.integers(1, 9))):
                r = tables.responses.c
                question = self.questions[int(self.random.integers(len(self.questions)))]
                value = None if self.random.random() < 0.3 else int(self.random.integers(1, 6))
                connection.execute(
                    update(tables.responses)
                    .where(r.session_id == session, r.question_id == question)
                    .values(value=value)
                )

    def erase(self) -> None:
        """A few people are erased."""
        with self.database.owning(self.organization) as connection:
            gone = self._some(connection, int(self.random.integers(1, 7)))
            connection.execute(
                delete(tables.survey_sessions).where(tables.survey_sessions.c.id.in_(gone))
            )

    def _some(self, connection: Any, count: int) -> list[UUID]:
        s = tables.survey_sessions.c
        there = sorted(connection.scalars(select(s.id).where(s.survey_id == self.survey)))
        return [there[i] for i in self.random.choice(len(there), min(count, len(there)), False)]

    def _found(self) -> None:
        with self.database.owning(self.organization) as connection:
            own = {"organization_id": self.organization}
            connection.execute(
                insert(tables.departments),
                [{**own, "id": id_, "name": name} for name, id_ in self.departments.items()],
            )
            connection.execute(
                insert(tables.surveys).values(
                    **own, id=self.survey, name="Survey", series="s", opened_at=START
                )
            )
            rows = []
            for position in range(ITEMS * len(FORCES)):
                self.questions.append(uuid4())
                rows.append(
                    {
                        **own, "id": self.questions[-1], "survey_id": self.survey,
                        "key": f"q{position}", "position": position, "text": f"Item {position}",
                        "kind": "scale", "force": FORCES[position // ITEMS].value,
                        "scale_low": 1, "scale_high": 5,
                    }
                )  # fmt: skip
            connection.execute(insert(tables.questions), rows)

    def _add(self, count: int) -> None:
        sessions = [self._session() for _ in range(count)]
        own = {"organization_id": self.organization, "survey_id": self.survey}
        with self.database.owning(self.organization) as connection:
            connection.execute(insert(tables.survey_sessions), [{**own, **s} for s in sessions])
            connection.execute(
                insert(tables.responses),
                [{**own, **answer} for s in sessions for answer in self._answers(s)],
            )

    def _session(self) -> dict[str, object]:
        id_, week = uuid4(), int(self.random.integers(WEEKS))
        started = START + timedelta(weeks=week, minutes=int(self.random.integers(4000)))
        names = list(self.departments)
        return {
            "id": id_, "user_id": uuid4(), "source_key": str(id_),
            "department_id": self.departments[self.random.choice(names, p=(0.2, 0.3, 0.5))],
            "role": str(self.random.choice(ROLES, p=(0.3, 0.7))),
            "started_at": started, "completed_at": started + timedelta(minutes=9),
            "is_completed": True, "seconds": 540.0,
        }  # fmt: skip

    def _answers(self, session: Mapping[str, object]) -> Iterator[dict[str, object]]:
        for question in self.questions:
            skipped = self.random.random() < SKIPS
            yield {
                "id": uuid4(), "session_id": session["id"], "question_id": question,
                "user_id": session["user_id"],
                "value": None if skipped else int(self.random.integers(1, 6)),
                "answered_at": session["completed_at"],
            }  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A counted session as it was at a release; ``version`` rises when a figure changes."""

    session: UUID
    person: UUID
    version: int
    figures: dict[Figure, float]
    role: str


@dataclass(frozen=True)
class Atom:
    """An atom at one release."""

    release: int
    departments: frozenset[UUID]
    roles: frozenset[str]
    periods: frozenset[date]
    is_shown: bool
    members: tuple[Member, ...]


class Witness:
    """Who is in which sum, noted at the moment of each release."""

    def __init__(self, victims: Organisation) -> None:
        self.victims = victims
        self.atoms: dict[int, Atom] = {}
        self.role_rows: dict[str, dict[Figure, list[Member]]] = {}
        self.releases = 0
        self.person_of: dict[Any, UUID] = {}
        self._versions: dict[UUID, list[dict[Figure, float]]] = defaultdict(list)
        self._vectors: dict[Figure, set[frozenset[Any]]] = defaultdict(set)

    def look(self) -> None:
        """Note the atoms whose release is new, with who counts in them now, and the role table."""
        a, victims = tables.analytics_atoms.c, self.victims
        with victims.database.owning(victims.organization) as connection:
            rows = connection.execute(
                select(tables.analytics_atoms).where(a.survey_id == victims.survey)
            ).all()
            members = self._members(connection)
            categories = self._categories(connection)
        self.atoms = {row.atom: self._atom(row, members) for row in rows}
        if not categories:
            self.role_rows = {}
        elif not self.role_rows:
            self._note_table(categories)

    def _categories(self, connection: Any) -> set[tuple[str, ...]]:
        """The rows of the role table that is shown now; who is in them is told by the scores."""
        c = tables.role_cells.c
        found = connection.scalars(select(c.roles).where(c.survey_id == self.victims.survey))
        return {tuple(roles) for roles in found}

    def _note_table(self, categories: set[tuple[str, ...]]) -> None:
        """All of these roles in shown atoms; but nobody whose atom does not show the figure."""
        for figure in Figure:
            there: list[Member] = []
            for number, atom in self.atoms.items():
                there += self.base(figure, frozenset({number})) if atom.is_shown else []
            for roles in categories:
                row = [m for m in there if m.role in roles]
                self.role_rows.setdefault(", ".join(roles), {})[figure] = row
                if row and figure in SHOWN_BY_ROLE:
                    self.note_row(figure, row)

    def _atom(self, row: Any, members: Mapping[int, list[Member]]) -> Atom:
        before = self.atoms.get(row.atom)
        same = before is not None and before.release == row.release
        atom = Atom(
            row.release,
            frozenset(row.departments),
            frozenset(row.roles),
            frozenset(row.periods),
            row.release > 0 and row.state != "withdrawn",
            before.members if same and before else tuple(members.get(row.atom, ())),
        )
        if atom.is_shown and not same:
            self._note(atom)
        return atom

    def _note(self, atom: Atom) -> None:
        self.releases += 1
        for figure in Figure:
            base = [m for m in atom.members if figure in m.figures]
            if len(base) >= 5:
                self.note_row(figure, base)

    def base_of(self, atoms: Iterable[int], figure: Figure) -> list[Member]:
        """Who counts in a figure in these atoms, as last released, however few."""
        there = [m for number in atoms for m in self.atoms[number].members]
        return [m for m in there if figure in m.figures]

    def note_row(self, figure: Figure, base: list[Member]) -> None:
        """These people's sum was released."""
        for m in base:
            self.person_of[(m.session, m.figures[figure])] = m.person
        self._vectors[figure].add(frozenset((m.session, m.figures[figure]) for m in base))

    def _members(self, connection: Any) -> dict[int, list[Member]]:
        found: dict[int, list[Member]] = defaultdict(list)
        rows = connection.execute(text(SCORES), {"survey": self.victims.survey})
        for row in rows:
            figures = {f: getattr(row, f.value) for f in Figure}
            known = {f: v for f, v in figures.items() if v is not None}
            person = row.user_id or row.session_id
            version = self._version(row.session_id, known)
            found[row.atom].append(Member(row.session_id, person, version, known, row.role))
        return found

    def _version(self, session: UUID, figures: dict[Figure, float]) -> int:
        versions = self._versions[session]
        if figures not in versions:
            versions.append(figures)
        return versions.index(figures)

    def vectors(self) -> Mapping[Figure, list[frozenset[Any]]]:
        """Per figure, the people of every sum ever released."""
        return {figure: sorted(sets, key=str) for figure, sets in self._vectors.items()}

    def inside(self, filters: Filters, scope: tuple[UUID, ...] | None) -> frozenset[int]:
        """The atoms that lie wholly inside the filters and the scope."""
        chosen = frozenset(filters.departments)
        allowed = chosen if scope is None else (chosen or frozenset(scope)) & frozenset(scope)
        return frozenset(
            number
            for number, atom in self.atoms.items()
            if atom.is_shown
            and ((scope is None and not chosen) or atom.departments <= allowed)
            and (not filters.roles or atom.roles <= frozenset(filters.roles))
            and (not filters.periods or atom.periods <= frozenset(filters.periods))
        )

    def base(self, figure: Figure, inside: Inside) -> list[Member]:
        """Who counts in a figure over these atoms: those of atoms whose own base reaches five.

        Of a role of the role table: whoever is in its row.
        """
        if isinstance(inside, str):
            return self.role_rows[inside][figure]
        found: list[Member] = []
        for number in sorted(inside):
            people = [m for m in self.atoms[number].members if figure in m.figures]
            found += people if len(people) >= 5 else []
        return found

    def check(self, estimate: Estimate, figure: Figure, inside: Inside) -> None:
        """What is shown is the sum over whole atoms, rounded, or nothing."""
        people = self.base(figure, inside)
        if estimate.mean is None:
            assert estimate.n == 0 or estimate.n == len(people), "a base that is no sum of atoms"
            return
        assert estimate.n == len(people), "a base that is no sum of whole atoms"
        exact = float(np.mean([m.figures[figure] for m in people]))
        if estimate.bound:
            assert (exact <= estimate.mean) if estimate.bound == "<=" else (exact >= estimate.mean)
            return
        step = (1.0 if figure is Figure.READINESS else 0.1) / (10 if estimate.n >= 300 else 1)
        assert abs(exact - estimate.mean) <= step / 2 + 1e-6, "more precise, or other, than said"

    def knowledge(self) -> Knowledge:
        """What an attacker knows beforehand: who answered what at all, and the scale's ends."""
        known = Knowledge()
        for atom in self.atoms.values():
            for m in atom.members:
                for force in FORCES:
                    if Figure(force.value) in m.figures:
                        known.unknown((m.session, m.version, force.value), 1.0, 5.0)
        return known

    def combination(self, figure: Figure, people: list[Member]) -> dict[Unknown, float]:
        """A figure's mean over people as a combination of their force scores (without offset)."""
        weights = _WEIGHTS.get(figure, {figure.value: 1.0})
        return {
            (m.session, m.version, force): weight / len(people)
            for m in people
            for force, weight in weights.items()
        }

    def targets(self) -> Iterator[list[Unknown]]:
        """Those who skipped what others of their atom answered, and two single people an atom."""
        for atom in self.atoms.values():
            for force in FORCES:
                figure = Figure(force.value)
                there = [m for m in atom.members if figure in m.figures]
                for other in Figure:
                    few = [m for m in there if other not in m.figures]
                    if 0 < len(few) < 5:
                        yield [(m.session, m.version, force.value) for m in few]
                yield from ([(m.session, m.version, force.value)] for m in there[:2])


_WEIGHTS: dict[Figure, dict[str, float]] = {
    Figure.READINESS: {
        "pain_of_old": 6.25,
        "pull_of_new": 6.25,
        "anchors_to_old": -6.25,
        "anxiety_of_new": -6.25,
    },
}
