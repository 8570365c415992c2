"""What moved in the places of plans, against the rest, over the same waves: one family of tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from data.analysis import measured as analysis
from data.analysis.actions import BY_KEY, Kind
from data.analysis.difference import Compared, Mark, Overlap, compare
from data.analysis.forces import Figure
from data.analysis.measured import Course
from data.analysis.patterns import figure_of
from data.analysis.wording import SHORT_NAMES, change_interval, decimals_of
from data.db.tables import analytics_atoms
from data.queries.cells import Group, Sums, sums, total
from data.queries.changes import overlap_of, shared_people
from data.queries.figures import differences, estimate, forces_and_readiness, is_score, shown
from data.queries.question import Asked, Selection, Wave
from data.queries.results import MARK_WORDS, Difference, Moved, PlanRow
from data.queries.surveys import series_of


def measured(asked: Asked, rows: Sequence[PlanRow]) -> list[PlanRow]:
    """The plans with what moved; one that cannot be measured says why."""
    read = _Read.of(asked, rows)
    courses = {row.id: found for row in rows if (found := read.courses(row)) is not None}
    figures = {row.id: figure_of(row.force) for row in rows}
    family = {key: (figures[key], _compared(pair, figures[key])) for key, pair in courses.items()}
    tested = differences(family)
    return [
        _measured(asked, row, courses[row.id], tested[row.id])
        if row.id in courses
        else row.model_copy(update={"measured": read.why_not(row)})
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A place and everybody else; ``rest`` is None where the place is everybody."""

    own: Course
    rest: Course | None


def _compared(pair: _Pair, figure: Figure) -> Compared:
    own = pair.own
    if pair.rest is None:
        return compare(own.after, own.before, score=is_score(figure), overlap=own.overlap)
    return analysis.against(own, pair.rest, score=is_score(figure))


@dataclass(frozen=True, slots=True)
class _Read:
    """Sums of every wave concerned by department, read in one statement.

    For a department lead, atoms that hold people of the own departments and of others are in
    neither: the two would tell of these people.
    """

    asked: Asked
    found: Mapping[tuple[UUID, Group], Sums] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Asked, rows: Sequence[PlanRow]) -> "_Read":
        if asked.chosen is None or not rows:
            return cls(asked)
        earlier = {row.taken_up_on for row in rows} - {asked.wave.id}
        found = sums(
            asked,
            forces_and_readiness(asked.wave),
            of=[asked.wave.id, *sorted(earlier)],
            selection=Selection(),
            by=analytics_atoms.c.departments,
            periods=(),
        )
        return cls(asked, found)

    def taken_up(self, row: PlanRow) -> Wave | None:
        """The wave before it, if the two can be compared."""
        if self.asked.chosen is None:
            return None
        comparable = series_of(self.asked.wave, self.asked.waves)
        return next((w for w in comparable if w.id == row.taken_up_on), None)

    def why_not(self, row: PlanRow) -> str:
        rule = BY_KEY.get(row.rule)
        if rule is not None and rule.kind in (Kind.ASKING, Kind.NEUTRAL):
            return "not_measured"
        if row.department is None and self.asked.scope is not None:
            return "not_shown"
        if self.asked.chosen is None or row.taken_up_on == self.asked.wave.id:
            return "no_later_wave"
        before = self.taken_up(row)
        if before is None or figure_of(row.force) not in forces_and_readiness(self.asked.wave):
            return "not_comparable"
        return "no_later_wave" if not _is_before(before, self.asked.wave) else "measured"

    def courses(self, row: PlanRow) -> _Pair | None:
        before = self.taken_up(row)
        if before is None or self.why_not(row) != "measured":
            return None
        figure = figure_of(row.force)
        if row.department is None:
            return _Pair(self._course(before, figure, Selection(), None), None)
        own = Selection((row.department,))
        others = {d for _, group in self.found for d in group or () if isinstance(d, UUID)}
        rest = Selection(tuple(sorted(others - {row.department})))
        return _Pair(
            self._course(before, figure, own, row.department),
            self._course(before, figure, rest, row.department, is_rest=True),
        )

    def _course(
        self,
        before: Wave,
        figure: Figure,
        selection: Selection,
        department: UUID | None,
        *,
        is_rest: bool = False,
    ) -> Course:
        now = self.asked.wave
        after, prior = (
            shown(self._sums(wave, department, is_rest=is_rest), figure, wave)
            for wave in (now, before)
        )
        people = shared_people(replace(self.asked, selection=selection), before).get(figure)
        same: Overlap | None = overlap_of(people, after, prior)
        return Course(prior, after, same)

    def _sums(self, wave: Wave, department: UUID | None, *, is_rest: bool) -> Sums:
        of = {group: s for (survey, group), s in self.found.items() if survey == wave.id}
        everybody = total(s for group, s in of.items() if self._may_count(group))
        if department is None:
            return everybody
        own = of.get((department,), Sums({}))
        return everybody - own if is_rest else own

    def _may_count(self, group: Group) -> bool:
        scope = self.asked.scope
        if scope is None or group is None:
            return True
        return set(group) <= set(scope) or not set(group) & set(scope)


def _is_before(one: Wave, other: Wave) -> bool:
    return (one.at, one.name) < (other.at, other.name)


def _measured(asked: Asked, row: PlanRow, pair: _Pair, tested: Difference) -> PlanRow:
    figure = figure_of(row.force)
    told = {
        "latest": asked.wave.name,
        "before": estimate(pair.own.before),
        "after": estimate(pair.own.after),
        "own": _moved(pair.own, figure),
        "rest": None if pair.rest is None else _moved(pair.rest, figure),
        "difference": tested,
        "measured": "too_few" if tested.mark is Mark.TOO_FEW else "measured",
    }
    whole = row.model_copy(update=told)
    return whole.model_copy(update={"sentence": _sentence(whole, figure)})


def _moved(course: Course, figure: Figure) -> Moved:
    found = compare(course.after, course.before, score=is_score(figure), overlap=course.overlap)
    return Moved(change=found.change, half_width=found.half_width)


def _sentence(row: PlanRow, figure: Figure) -> str:
    """What was measured: the own change, that of the rest, and whether they differ."""
    if row.own is None or row.difference is None or row.own.change is None:
        return ""
    name = SHORT_NAMES[row.force] if row.force else "readiness"
    decimals = decimals_of(figure)
    own = f"{name} in {row.name} {_amount(row.own, decimals)}"
    if row.rest is None:
        verdict = _verdict(row.difference, "before").replace("difference", "change")
        return f"Since {row.survey}: {own}; {verdict}. There is no rest to compare with."
    if row.rest.change is None or row.difference.change is None:
        return f"Since {row.survey}: {own}; the rest is too small to compare with."
    apart = change_interval(row.difference, decimals)
    return (
        f"Since {row.survey}: {own}, in the rest {_amount(row.rest, decimals)}. "
        f"The difference is {apart}: {_verdict(row.difference, 'the rest')}."
    )


def _verdict(of: Difference, than: str) -> str:
    said = MARK_WORDS[of.mark]
    return f"clearly {said} than {than}" if of.mark in (Mark.BETTER, Mark.WORSE) else said


def _amount(of: Moved, decimals: int) -> str:
    return change_interval(Difference(change=of.change, half_width=of.half_width), decimals)
