"""The attack on words: read everything that is shown of texts over all time, add and subtract.

Small organisations whose people write comments are asked for terms, themes, comments and the scores
of themes, then changed (arrivals, corrections, erasures) and asked again. Nothing may be shown
that rests on somebody who was erased or on too few; no name or number may come through; and with
everything ever shown of scores, by atoms and by themes, no 1-4 people's scores may be known to
better than one scale point.
"""

import re
import sys
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from data import queries
from data.access import Principal, Role
from data.analysis import links
from data.analysis.forces import FORCES, Figure
from data.analysis.links import step
from data.analysis.themes import themes
from data.cache import Cache
from data.db import tables
from data.db.engine import Database
from data.pipeline import rebuild
from data.pipeline import themes as pipeline_themes
from data.pipeline import wording as pipeline_wording
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import ThemeRow
from tests.database.test_attack import Attacker, shown_range
from tests.support.attack import Knowledge
from tests.support.victims import Member, Unknown, Witness
from tests.support.writers import SECRETS, Writers

SEEDS = (0, 1)
MORE_SEEDS = range(2, 8)
TOO_CLOSE = 1.0
"""Scale points that must stay open."""


@dataclass(frozen=True)
class Words:
    """All that is shown of texts at one time."""

    terms: tuple[tuple[str, int], ...]
    themes: tuple[ThemeRow, ...]
    comments: frozenset[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.terms or self.themes or self.comments)


@dataclass
class Reader:
    """Reads everything as everybody, and remembers who had written when it last changed."""

    writers: Writers
    shown: Words = Words((), (), frozenset())
    said: dict[str, dict[Hashable, list[str]]] = field(default_factory=dict)
    releases: int = 0

    def read(self) -> bool:
        """Ask for all words; True where they are others than before."""
        w = self.writers
        desk = Desk(w.database, Cache(0, 1))
        boss = Principal(uuid4(), w.organization, Role.EXECUTIVE)
        lead = Principal(uuid4(), w.organization, Role.DEPARTMENT_LEAD, w.led)
        found = [self._words(desk, asker) for asker in (boss, lead)]
        assert found[0] == found[1], "words are the whole organisation's for everybody"
        if found[0] == self.shown:
            return False
        self.shown = found[0]
        self.said = w.comments()
        self.releases += bool(self.shown)
        return True

    def _words(self, desk: Desk, asker: Principal) -> Words:
        terms = desk.ask(queries.terms, asker, Filters()).rows
        rows = desk.ask(queries.themes, asker, Filters()).rows
        comments = set()
        for row in rows:
            pages = desk.ask(queries.comments_of(UUID(row.id)), asker, Filters()).pages
            for page in range(1, pages + 1):
                answer = desk.ask(queries.comments_of(UUID(row.id), page), asker, Filters())
                comments |= {(row.id, comment) for one in answer.rows for comment in one.comments}
        return Words(tuple((r.term, r.authors) for r in terms), rows, frozenset(comments))

    def check(self, alive: set[UUID]) -> None:
        """Everything shown rests on enough people, all of whom are still there."""
        if not self.shown:
            return
        every = {session for of in self.said.values() for session in of}
        written = {
            s for s in every if any("".join(of.get(s, [])).strip() for of in self.said.values())
        }
        assert written <= alive, "words of somebody who was erased are still shown"
        for term, authors in self.shown.terms:
            found = [s for s in written if re.search(rf"\b{term}\b", self._of(s))]
            assert 5 <= authors == len(found), term
        told = {by_hand(text) for of in self.said.values() for mine in of.values() for text in mine}
        told = {" ".join(text.split()).casefold() for text in told}
        assert {comment.casefold() for _, comment in self.shown.comments} <= told
        everything = " ".join([
            *(term for term, _ in self.shown.terms), *(row.label for row in self.shown.themes),
            *(comment for _, comment in self.shown.comments),
        ]).lower()  # fmt: skip
        assert not [secret for secret in SECRETS if secret in everything]

    def _of(self, session: Hashable) -> str:
        return " ".join(
            by_hand(t) for of in self.said.values() for t in of.get(session, [])
        ).lower()

    def speakers(self) -> Iterator[tuple[ThemeRow, frozenset[Hashable]]]:
        """The people of every theme that is shown, found again from what they wrote by hand."""
        for force, said in self.said.items():
            read = {s: [by_hand(text) for text in mine] for s, mine in said.items()}
            again = {theme.terms: theme.authors for theme in themes(read, "en")}
            for row in self.shown.themes:
                if row.force == force:
                    assert len(again[row.terms]) >= 10
                    yield row, again[row.terms]


def by_hand(comment: str) -> str:
    """A comment as it must come out, without the product's own redaction."""
    comment = comment.replace("Julia Brandt", "[name]").replace("+44 20 7946 0123", "[number]")
    return comment.replace("ada.lovelace@example.org", "[mail]")


@dataclass
class Spy:
    """Adds up all that was ever shown of scores: by atoms, and by themes."""

    witness: Witness
    knowledge: Knowledge = field(default_factory=Knowledge)
    groups: list[tuple[Figure, list[Member]]] = field(default_factory=list)
    """The people of every theme whose score was ever shown."""

    def learn_atoms(self) -> None:
        known = self.witness.knowledge()
        self.knowledge.bounds |= known.bounds
        victims = self.witness.victims
        attacker = Attacker(victims.database, victims.organization, victims.led)
        chosen = [Filters(), *(Filters(departments=(d,)) for d in victims.departments.values())]
        for asker in attacker.askers:
            for filters in chosen:
                inside = self.witness.inside(filters, asker.scope)
                for estimate, figure, where in attacker._overall(asker, filters, inside):
                    if estimate.mean is not None:
                        people = self.witness.base(figure, where)
                        self._learn(figure, people, *shown_range(estimate, figure))

    def learn_themes(self, reader: Reader) -> None:
        for row, authors in reader.speakers():
            if row.mean is None or row.figure is None:
                continue
            everybody = self.witness.base(row.figure, frozenset(self._shown_atoms()))
            people = [m for m in everybody if m.session in authors]
            assert row.scored is not None and 0 <= len(people) - row.scored < 5
            width = step(row.scored, row.figure)
            low, high = row.mean - width / 2 - 1e-9, row.mean + width / 2 + 1e-9
            self._learn(row.figure, people, low, high)
            self.groups.append((row.figure, people))

    def _shown_atoms(self) -> Iterator[int]:
        return (number for number, atom in self.witness.atoms.items() if atom.is_shown)

    def _learn(self, figure: Figure, people: list[Member], low: float, high: float) -> None:
        offset = 50.0 if figure is Figure.READINESS else 0.0
        mine = self.witness.combination(figure, people)
        self.knowledge.learn(mine, low - offset, high - offset)

    def check(self) -> None:
        for target in self._targets():
            if all(unknown in self.knowledge.bounds for unknown in target):
                width = self.knowledge.width(target)
                assert width >= TOO_CLOSE - 1e-6, f"{target} is known to {width:.3f}"

    def _targets(self) -> Iterator[list[Unknown]]:
        """Few people where themes cut atoms or each other, and two people of every theme."""
        atoms = [list(atom.members) for atom in self.witness.atoms.values() if atom.is_shown]
        for place, (figure, people) in enumerate(self.groups):
            others = [*atoms, *(of for f, of in self.groups[:place] if f is figure)]
            force = FORCES[0].value if figure is Figure.READINESS else figure.value
            yield from ([(m.session, m.version, force)] for m in people[:2])
            for few in _few(people, others):
                yield [(m.session, m.version, force) for m in few]


def _few(people: Sequence[Member], others: Sequence[Sequence[Member]]) -> Iterator[list[Member]]:
    mine = {m.session: m for m in people}
    for other in others:
        theirs = {m.session: m for m in other}
        both, left, right = mine.keys() & theirs.keys(), mine.keys() - theirs, theirs.keys() - mine
        for sessions in (both, left, right):
            if 0 < len(sessions) < 5:
                yield [mine.get(s) or theirs[s] for s in sorted(sessions, key=str)]


@pytest.fixture(
    params=[*SEEDS, *(pytest.param(seed, marks=pytest.mark.long) for seed in MORE_SEEDS)]
)
def writers(request: pytest.FixtureRequest, database: Database, organization: UUID) -> Writers:
    made = Writers.generate(database, organization, seed=request.param)
    made.grow(80)
    return made


def test_words_tell_of_nobody_over_all_time(writers: Writers) -> None:
    witness = Witness(writers)
    reader, spy = Reader(writers), Spy(witness)
    for happens in writers.history():
        happens()
        rebuild(writers.database, writers.organization, writers.survey)
        witness.look()
        is_new = reader.read()
        with writers.database.owning(writers.organization) as connection:
            alive = set(connection.scalars(select(tables.survey_sessions.c.id)))
        reader.check(alive)
        spy.learn_atoms()
        if is_new:
            spy.learn_themes(reader)
    assert reader.releases > 1, "words were never released a second time"
    assert spy.groups, "no theme was ever held against scores"
    spy.check()


def test_the_check_of_words_can_fail(writers: Writers) -> None:
    """A name, a term of four people and words of an erased person are all found."""
    rebuild(writers.database, writers.organization, writers.survey)
    reader = Reader(writers)
    reader.read()
    with writers.database.owning(writers.organization) as connection:
        alive = set(connection.scalars(select(tables.survey_sessions.c.id)))
    reader.check(alive)
    good = reader.shown
    with pytest.raises(AssertionError, match="erased"):
        reader.check(alive - {next(iter(reader.said[""]))})
    reader.shown = Words((*good.terms, ("julia", 4)), good.themes, good.comments)
    with pytest.raises(AssertionError, match="julia"):
        reader.check(alive)
    leaked = good.comments | {("", "Ask Julia Brandt")}
    reader.shown = Words(good.terms, good.themes, leaked)
    with pytest.raises(AssertionError):
        reader.check(alive)


def test_the_check_of_scores_can_fail(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    """With exact means of themes, unaudited and made anew all the time, a few people are found."""
    for module in (links, sys.modules[__name__]):
        monkeypatch.setattr(module, "step", lambda n, figure: 1e-5)
    monkeypatch.setattr(links, "SMALLEST_SIDE", 5)
    monkeypatch.setattr(pipeline_themes, "_are_safe", lambda *given: True)
    monkeypatch.setattr(pipeline_wording, "_WORTH_WHILE", 0.0)
    with pytest.raises(AssertionError, match="is known to"):
        test_words_tell_of_nobody_over_all_time(writers)
