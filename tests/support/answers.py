"""Answers to all questions made by hand, for widgets: ordinary, one row, many, long, hidden."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from data.analysis.drivers import impact
from data.analysis.forces import DIRECTION, FORCES, Figure, Force, Segment, strength
from data.queries import results
from data.queries.results import Answer, Difference, Estimate, Mark, State
from tests.support.actions import actions, plan, priorities
from tests.support.item_answers import (
    data_quality,
    distribution,
    heatmap,
    representativeness,
)
from tests.support.spoken import voices
from tests.support.themed import comments, themes

TIME = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
LONG = "Research & <b>Development</b> of very long department names that nobody would ever " * 2
LONG = LONG[:120]
ABOUT: dict[str, Any] = {
    "respondents": 214,
    "survey": "Q3 2026",
    "data_time": TIME,
    "smallest_group": 5,
}
NAMES = (
    "Engineering",
    "Marketing",
    "Sales",
    "People & Culture",
    "Customer Support",
    "Finance",
    "Operations",
    "Legal",
)
SCORES = {Force.PAIN: 3.2, Force.PULL: 3.9, Force.ANCHORS: 2.8, Force.ANXIETY: 3.3}


def score(mean: float | None, n: int = 214, half: float | None = 0.1) -> Estimate:
    few = n < 10
    return Estimate(
        n=n, mean=mean, half_width=None if few or mean is None else half, few=few, scale=(1, 5)
    )


def readiness(mean: float | None = 58, n: int = 214, half: float | None = 2) -> Estimate:
    return score(mean, n, half).model_copy(update={"scale": (0.0, 100.0)})


def change(amount: float, half: float, mark: Mark) -> Difference:
    return Difference(change=amount, half_width=half, effect=0.3, p=0.01, mark=mark)


def group(position: int, name: str, count: int = 8) -> results.GroupRow:
    """Readiness and forces fall with the position; the ends are marked, some cells are hidden."""
    shift = 1 - 2 * position / max(count - 1, 1)
    mark = Mark.BETTER if position == 0 else Mark.WORSE if position == count - 1 else Mark.NONE
    forces = {
        force: score(
            None
            if position == 3 and force is Force.ANCHORS
            else round(SCORES[force] + DIRECTION[Figure(force.value)] * shift * 0.6, 1),
            26,
        )
        for force in FORCES
    }
    return results.GroupRow(
        id=str(UUID(int=position)),
        name=name,
        respondents=26,
        readiness=readiness(round(56 + 14 * shift), 26, 6),
        forces=forces,
        against_rest={
            figure: change(8 * shift, 5, mark)
            for figure in (Figure.READINESS, Figure.PULL, Figure.ANXIETY)
        },
    )


def wave(position: int, name: str) -> results.WaveRow:
    return results.WaveRow(
        survey=UUID(int=position),
        name=name,
        at=TIME + timedelta(days=91 * position),
        readiness=readiness(52 + 2 * position, 214, 3),
        forces={f: score(round(SCORES[f] + 0.1 * position, 1)) for f in FORCES},
    )


def period(position: int) -> results.PeriodRow:
    first = date(2026, 11, 2) + timedelta(weeks=position)
    of = wave(position, f"Week of {first.day} {first:%b %Y}")
    return results.PeriodRow(first=first, **of.model_dump(exclude={"survey"}))


def _force(force: Force) -> results.ForceFigure:
    mean = SCORES[force]
    return results.ForceFigure(
        force=force, score=score(mean), strength=strength(mean), above_share=(mean - 1) / 4 * 100
    )


def _segments() -> tuple[results.SegmentRow, ...]:
    shares = {
        Segment.CHAMPIONS: 41,
        Segment.TORN: 27,
        Segment.INDIFFERENT: 14,
        Segment.RESISTERS: 18,
    }
    return tuple(
        results.SegmentRow(segment=s, share=share, n=share * 2) for s, share in shares.items()
    )


def _flows() -> tuple[results.FlowRow, ...]:
    four = (Segment.CHAMPIONS, Segment.TORN, Segment.INDIFFERENT, Segment.RESISTERS)
    return tuple(
        results.FlowRow(source=a, target=b, n=30 if a is b else 6 + 3 * i + j)
        for i, a in enumerate(four)
        for j, b in enumerate(four)
        if (i + j) % 3 != 2 or a is b
    )


def _items(names: list[str]) -> tuple[results.ItemRow, ...]:
    return tuple(
        results.ItemRow(
            id=f"q{i}",
            text=name,
            force=FORCES[i % 4],
            is_reversed=i % 5 == 0,
            score=score(None if i == 7 else round(1.4 + (i * 37 % 31) / 10, 1)),
        )
        for i, name in enumerate(names)
    )


def _drivers(names: tuple[str, ...], of: Literal["forces", "questions"]) -> Any:
    weights = [round(0.14 / (i + 1), 3) for i in range(len(names))]
    rows = tuple(
        results.DriverRow(
            id=f"q{i}",
            name=name,
            force=(Force.PULL, Force.ANXIETY, Force.ANCHORS, Force.PAIN)[i % 4],
            weight=weight,
            low=round(weight * 0.8, 3),
            high=round(weight * 1.2, 3),
            share=round(100 * weight / sum(weights)),
            sign=-1 if i % 3 == 1 else 1,
            impact=impact(weight),
        )
        for i, (name, weight) in enumerate(zip(names, weights, strict=True))
    )
    return results.DriversAnswer(
        of=of, outcomes=("I use AI tools",), r_squared=round(sum(weights), 3), rows=rows, **ABOUT
    )


TERMS = (
    "time saving",
    "training",
    "data protection",
    "quality",
    "customers",
    "trust",
    "errors",
    "job security",
    "reports",
    "translation",
    "rules",
    "creativity",
    "support",
    "meetings",
    "e-mail",
    "privacy",
    "costs",
    "ideas",
    "pilot project",
    "guidelines",
    "learning",
)
DRIVERS = ("Pull of the new", "Anxiety of the new", "Anchors to the old", "Pain of the old")
QUESTIONS = (
    "I spend too much time on routine tasks",
    "New tools would make my work better",
    "I know well how we do things today",
    "I fear mistakes that AI makes",
    "My manager expects us to use AI",
    "I have time to learn new tools",
    "Our data is safe with AI tools",
    "I would rather keep what works",
    "AI will change what my job is",
    "I can explain results that AI gave me",
)


def _terms(names: tuple[str, ...]) -> tuple[results.TermRow, ...]:
    return tuple(
        results.TermRow(term=name, authors=max(64 - 3 * i, 5), language="en")
        for i, name in enumerate(names)
    )


def ordinary() -> dict[type[Answer], Answer]:
    """One answer a type, as a survey of 214 people would give it."""
    better, worse = Mark.BETTER, Mark.WORSE
    groups = tuple(group(i, name) for i, name in enumerate(NAMES))
    waves = tuple(wave(i, f"Q{i + 1} 2026") for i in range(4))
    changes = (
        (Figure.READINESS, readiness(54), readiness(58), change(4, 2.5, better)),
        (Figure.PAIN, score(3.1), score(3.2), change(0.1, 0.2, Mark.NONE)),
        (Figure.PULL, score(3.5), score(3.9), change(0.4, 0.2, better)),
        (Figure.ANCHORS, score(2.9), score(2.8), change(-0.1, 0.2, Mark.NONE)),
        (Figure.ANXIETY, score(3.0), score(3.3), change(0.3, 0.2, worse)),
    )
    rows = tuple(
        results.ChangeRow(
            figure=f,
            before=b,
            after=a,
            change=c,
            same_mix=results.SameMix(change=0.2, half_width=0.2, mix=0.2) if b.n else None,
        )
        for f, b, a, c in changes
    )
    return {
        results.ReadinessAnswer: results.ReadinessAnswer(
            readiness=readiness(),
            forces=FORCES,
            change=change(4, 2.5, better),
            previous="Q2 2026",
            **ABOUT,
        ),
        results.ForcesAnswer: results.ForcesAnswer(
            forces=tuple(_force(f) for f in FORCES), readiness=readiness(), **ABOUT
        ),
        results.ChangesAnswer: results.ChangesAnswer(previous="Q2 2026", rows=rows, **ABOUT),
        results.GroupsAnswer: results.GroupsAnswer(
            forces=FORCES, rows=groups, hidden=("Board",), **ABOUT
        ),
        results.WavesAnswer: results.WavesAnswer(
            rows=waves, forces=FORCES, direction="improving", p=0.004, **ABOUT
        ),
        results.PeriodsAnswer: results.PeriodsAnswer(
            period="week", rows=tuple(period(i) for i in range(3)), forces=FORCES, **ABOUT
        ),
        results.ParticipationAnswer: results.ParticipationAnswer(
            started=214,
            completed=196,
            completion_rate=91.6,
            invited=334,
            response_rate=64.1,
            mean_seconds=412,
            **ABOUT,
        ),
        results.SegmentsAnswer: results.SegmentsAnswer(rows=_segments(), **ABOUT),
        results.FlowsAnswer: results.FlowsAnswer(
            previous="Q2 2026", rows=_flows(), withheld=True, **ABOUT
        ),
        results.ItemsAnswer: results.ItemsAnswer(rows=_items(list(QUESTIONS)), **ABOUT),
        results.TermsAnswer: results.TermsAnswer(rows=_terms(TERMS), base=140, **ABOUT),
        results.ItemHeatmapAnswer: heatmap(QUESTIONS, NAMES, ABOUT),
        results.DistributionAnswer: distribution(QUESTIONS, ABOUT),
        results.DataQualityAnswer: data_quality(ABOUT),
        results.RepresentativenessAnswer: representativeness(NAMES, ABOUT),
        results.DriversAnswer: _drivers(DRIVERS, "forces"),
        results.PrioritiesAnswer: results.PrioritiesAnswer(rows=priorities(NAMES), **ABOUT),
        results.ActionsAnswer: results.ActionsAnswer(rows=actions(NAMES), **ABOUT),
        results.VoicesAnswer: voices(**ABOUT),
        results.ThemesAnswer: themes(**ABOUT),
        results.CommentsAnswer: comments(**ABOUT),
        results.PlansAnswer: results.PlansAnswer(rows=(plan(),), **ABOUT),
    }


def empty(answer: type[Answer]) -> Answer:
    return answer(state=State.EMPTY)


def bare(answer: type[Answer]) -> Answer:
    """Ready by its state, but without a single row: the least a figure must bear."""
    return answer(**ABOUT)


def suppressed(answer: type[Answer]) -> Answer:
    return answer(state=State.SUPPRESSED, smallest_group=5)


def one_row(answer: type[Answer]) -> Answer:
    """The ordinary answer cut to its first row, where it has rows."""
    whole = ordinary()[answer]
    cut: dict[str, Any] = {
        name: getattr(whole, name)[:1]
        for name in ("rows", "forces")
        if name in answer.model_fields and answer is not results.ReadinessAnswer
    }
    return whole.model_copy(update=cut)


def hidden_figures(answer: type[Answer]) -> Answer:
    """Ready, with every mean withheld."""
    whole = ordinary()[answer]

    def blank(value: Any) -> Any:
        if isinstance(value, Estimate):
            return Estimate(n=value.n)
        if isinstance(value, Difference):
            return Difference()
        if isinstance(value, dict):
            return {key: blank(inner) for key, inner in value.items()}
        if isinstance(value, tuple):
            return tuple(blank(inner) for inner in value)
        if isinstance(value, BaseModel):
            fields = type(value).model_fields
            return value.model_copy(update={f: blank(getattr(value, f)) for f in fields})
        return value

    return answer.model_validate(blank(whole).model_dump())


def long_names(answer: type[Answer]) -> Answer:
    """Every name a person gave has 120 characters, HTML among them."""
    update: dict[str, Any] = {"survey": LONG}
    whole = ordinary()[answer]
    if "previous" in answer.model_fields:
        update["previous"] = LONG
    named: dict[type[Answer], Any] = {
        results.GroupsAnswer: lambda: {"rows": tuple(group(i, LONG) for i in range(8))},
        results.WavesAnswer: lambda: {"rows": tuple(wave(i, LONG) for i in range(4))},
        results.ItemsAnswer: lambda: {"rows": _items([LONG] * 10)},
        results.DriversAnswer: lambda: {
            "of": "questions",
            "rows": _drivers((LONG,) * 10, "questions").rows,
        },
        results.TermsAnswer: lambda: {"rows": _terms((LONG,) * 10)},
        results.ItemHeatmapAnswer: lambda: dict(heatmap([LONG] * 10, [LONG] * 8, {})),
        results.DistributionAnswer: lambda: {"rows": distribution([LONG] * 10, {}).rows},
        results.RepresentativenessAnswer: lambda: dict(representativeness([LONG] * 8, {})),
        results.VoicesAnswer: lambda: {"language": voices((LONG, LONG + " 2")).language},
        results.PrioritiesAnswer: lambda: {"rows": priorities([LONG] * 8)},
        results.ActionsAnswer: lambda: {"rows": actions([LONG] * 8)},
    }
    return whole.model_copy(update=update | (named[answer]() if answer in named else {}))


def many(answer: type[Answer]) -> Answer:
    """60 departments, 12 waves, 200 questions, 100 terms."""
    whole = ordinary()[answer]
    rows: dict[type[Answer], Any] = {
        results.GroupsAnswer: lambda: tuple(group(i, f"Dept {i}", 60) for i in range(60)),
        results.WavesAnswer: lambda: tuple(wave(i, f"Wave {i + 1}") for i in range(12)),
        results.PeriodsAnswer: lambda: tuple(period(i) for i in range(13)),
        results.ItemsAnswer: lambda: _items([f"Question {i}" for i in range(200)]),
        results.DriversAnswer: lambda: (
            _drivers(tuple(f"Question {i}" for i in range(60)), "questions").rows
        ),
        results.TermsAnswer: lambda: _terms(tuple(f"term {i}" for i in range(100))),
        results.DistributionAnswer: lambda: (
            distribution([f"Question {i}" for i in range(200)], {}).rows
        ),
        results.RepresentativenessAnswer: lambda: (
            representativeness([f"Dept {i}" for i in range(60)], {}).rows
        ),
        results.ThemesAnswer: lambda: themes(tuple(f"theme {i}" for i in range(60))).rows,
        results.CommentsAnswer: lambda: comments(tuple(f"theme {i}" for i in range(60))).rows,
        results.PrioritiesAnswer: lambda: priorities([f"Dept {i}" for i in range(60)]),
        results.ActionsAnswer: lambda: actions([f"Dept {i}" for i in range(60)]),
    }
    return whole.model_copy(update={"rows": rows[answer]()} if answer in rows else {})


CASES = {
    "ordinary": lambda answer: ordinary()[answer],
    "bare": bare,
    "one row": one_row,
    "hidden figures": hidden_figures,
    "long names": long_names,
    "many": many,
}
