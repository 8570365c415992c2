"""How often is something marked that is not there, and is what is there found?

Organisations are generated with a fixed seed, summed to cells as the pipeline does, gated and
rounded as every answer is, and compared by the functions that the questions use. A family of tests
at 5 % marks something in 10 of 200 organisations without any effect; 21 is the 99.9 % quantile.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from data.analysis import gate
from data.analysis.cells import sums_by_atom
from data.analysis.difference import Mark, compare
from data.analysis.forces import FORCES, Figure
from data.analysis.moments import Moments
from data.analysis.trend import Direction, Period, direction, trends
from data.queries.cells import Sum, Sums
from data.queries.changes import Shared, overlap_of
from data.queries.figures import differences, is_score
from data.queries.groups import against_rest
from data.queries.question import Wave

Floats = NDArray[np.float64]

ORGANISATIONS = 200
MOST = 21
PERSON = 0.6
"""Share of a person's own level in the variance of scores."""
FIGURES = (Figure.READINESS, *(Figure(force.value) for force in FORCES))
THRESHOLDS = gate.Thresholds(5, 10)
SHAPES = {
    "twelve departments": (18, 22, 30, 36, 40, 55, 70, 90, 120, 150, 200, 290),
    "as large as is rounded coarsely": (290,) * 6,
    "small": (20, 24, 28, 32),
}


def wave() -> Wave:
    return Wave(
        id=UUID(int=1), name="", series="s", at=datetime(2026, 1, 1, tzinfo=UTC), released_at=None,
        period="wave", forces=FORCES, thresholds=THRESHOLDS, invited=None,
        has_respondent_ids=True, leaves_out_low_quality=True,
    )  # fmt: skip


def figures_of(latent: Floats) -> dict[Figure, Floats]:
    """Force scores 1-5 in steps of a sixth (six items), and readiness, from standard normals."""
    scores = np.clip(np.round((3.2 + 0.8 * latent) * 6) / 6, 1, 5)
    pain, pull, anchors, anxiety = scores.T
    readiness = 50 + 12.5 * ((pain + pull) / 2 - (anchors + anxiety) / 2)
    return dict(zip(FIGURES, (readiness, *scores.T), strict=True))


def cells(values: Mapping[Figure, Floats], atoms: NDArray[np.int64]) -> dict[int, Sums]:
    found: dict[int, dict[str, Sum]] = {}
    for figure, of in values.items():
        for atom, s in sums_by_atom(of, atoms).items():
            moments = Moments(s.n, s.total, s.squares)
            found.setdefault(atom, {})[figure.value] = Sum(moments, s.above)
    return {atom: Sums(of) for atom, of in found.items()}


def shown(of: Sums, figure: Figure) -> gate.Shown:
    return gate.estimate(of[figure].moments, figure, THRESHOLDS)


def departments_marked(
    random: np.random.Generator, sizes: Sequence[int], effect: float = 0.0
) -> set[tuple[str, Figure]]:
    """One wave; ``effect`` (in SD) is added to the first department's pull."""
    atoms = np.repeat(np.arange(len(sizes)), sizes)
    latent = random.normal(size=(len(atoms), len(FORCES)))
    latent[atoms == 0, 1] += effect
    apart = {str(atom): of for atom, of in cells(figures_of(latent), atoms).items()}
    everybody = sum(apart.values(), start=Sums({}))
    tested = against_rest(wave(), apart, everybody)
    return {key for key, one in tested.items() if one.mark in (Mark.BETTER, Mark.WORSE)}


class Waves:
    """Four waves a quarter apart; ``keep``: share of the people who stay from wave to wave."""

    def __init__(self, random: np.random.Generator, people: int, keep: float, count: int = 4):
        self.at = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=91 * i) for i in range(count)]
        own = random.normal(0, PERSON**0.5, (people, len(FORCES)))
        self.values, self.stayed = [], [np.ones(people, dtype=bool)]
        for _ in range(count):
            noise = random.normal(0, (1 - PERSON) ** 0.5, own.shape)
            self.values.append(figures_of(own + noise))
            self.stayed.append(random.random(people) < keep)
            gone = ~self.stayed[-1]
            own[gone] = random.normal(0, PERSON**0.5, (int(gone.sum()), len(FORCES)))
        one = np.zeros(people, dtype=np.int64)
        self.sums = [cells(of, one)[0] for of in self.values]

    def changes_marked(self) -> set[Figure]:
        """The last two waves, with the covariance of those who answered both."""
        stayed = self.stayed[-2]
        family = {}
        for figure in FIGURES:
            after, before = shown(self.sums[-1], figure), shown(self.sums[-2], figure)
            both = self.values[-1][figure][stayed], self.values[-2][figure][stayed]
            shared = Shared(int(stayed.sum()), float(np.cov(*both)[0, 1])) if stayed.any() else None
            overlap = overlap_of(shared, after, before)
            tested = compare(after, before, score=is_score(figure), overlap=overlap)
            family[figure] = figure, tested
        found = differences(family)
        return {f for f, one in found.items() if one.mark in (Mark.BETTER, Mark.WORSE)}

    def trends_marked(self) -> set[Figure]:
        found = trends(
            {
                figure: [
                    Period(at, shown(of, figure)) for at, of in zip(self.at, self.sums, strict=True)
                ]
                for figure in FIGURES
            }
        )
        moving = (Direction.IMPROVING, Direction.DECLINING)
        return {figure for figure, one in found.items() if direction(figure, one) in moving}


@pytest.mark.parametrize("sizes", SHAPES.values(), ids=SHAPES)
def test_departments_against_the_rest(sizes: Sequence[int]) -> None:
    random = np.random.default_rng(20261122)
    marked = sum(bool(departments_marked(random, sizes)) for _ in range(ORGANISATIONS))
    assert marked <= MOST


@pytest.mark.parametrize("people", [60, 250, 1000])
@pytest.mark.parametrize("keep", [1.0, 0.7, 0.0])
def test_four_waves_of_the_same_people(people: int, keep: float) -> None:
    random = np.random.default_rng(20261122)
    made = [Waves(random, people, keep) for _ in range(ORGANISATIONS)]
    assert sum(bool(one.changes_marked()) for one in made) <= MOST
    assert sum(bool(one.trends_marked()) for one in made) <= MOST


@pytest.mark.parametrize(("people", "sd"), [(100, 0.4), (150, 0.6), (290, 0.8)])
def test_one_step_of_rounding_is_no_difference(people: int, sd: float) -> None:
    """Where one step of 0.1 is just significant, rounding alone marked up to 13 % of families."""
    random = np.random.default_rng(20261122)
    marked, families = 0, 500
    for _ in range(families):
        family = {}
        for figure in FIGURES[1:]:
            values = random.normal(3 + random.random() / 10, sd, (2, people))
            sides = [gate.estimate(Moments.of(of), figure, THRESHOLDS) for of in values]
            family[figure] = figure, compare(sides[0], sides[1], score=True)
        found = differences(family).values()
        marked += any(one.mark in (Mark.BETTER, Mark.WORSE) for one in found)
    assert marked <= stats.binom.ppf(0.999, families, 0.05)


@pytest.mark.parametrize("keep", [1.0, 0.7])
def test_twelve_waves_of_which_some_people_stay(keep: float) -> None:
    """Ranks alone would find a trend in every fifth of these organisations."""
    random = np.random.default_rng(20261122)
    made = [Waves(random, 60, keep, 12) for _ in range(ORGANISATIONS)]
    assert sum(bool(one.trends_marked()) for one in made) <= MOST


@pytest.mark.parametrize(
    "sizes", [(100, 900), (100, *(100,) * 9)], ids=["against one", "among ten departments"]
)
def test_a_planted_effect_is_found(sizes: Sequence[int]) -> None:
    """g = 0.6, 100 people against 900: in at least 90 % of the organisations."""
    random = np.random.default_rng(20261122)
    found = [departments_marked(random, sizes, 0.6) for _ in range(ORGANISATIONS)]
    assert sum(("0", Figure.PULL) in marked for marked in found) >= 0.9 * ORGANISATIONS


def test_a_wave_for_which_everybody_moved_is_found() -> None:
    """The tests above would pass if nothing were ever marked."""
    random = np.random.default_rng(20261122)
    made = Waves(random, 250, 1.0)
    for place, values in enumerate(made.values):
        moved = {f: v + 0.3 * place * (f is Figure.PULL) for f, v in values.items()}
        made.values[place] = moved
        made.sums[place] = cells(moved, np.zeros(250, dtype=np.int64))[0]
    assert Figure.PULL in made.changes_marked()
    assert Figure.PULL in made.trends_marked()
