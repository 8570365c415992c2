"""Readiness and forces wave by wave, and whether there is a trend."""

from collections.abc import Mapping
from typing import Literal

from data.analysis.cells import UNSCORED
from data.analysis.forces import FIGURE_NAMES, Figure
from data.analysis.trend import Direction, Period, Trend, direction, trends
from data.queries import methods
from data.queries.cells import Sums, sums
from data.queries.figures import about, estimate, figure_of, forces_and_readiness, shown
from data.queries.question import Asked, Question, Wave
from data.queries.results import WaveRow, WavesAnswer
from data.queries.surveys import series_of

PERIODS_IGNORED = "Waves are shown whole: the period filter does not apply here."
OTHER_FORCES = "Waves that asked other forces are not shown: they cannot be compared."


def _waves(asked: Asked) -> WavesAnswer:
    """How have readiness and the forces moved over the waves of this series?"""
    series = series_of(asked.wave, asked.waves)
    figures = [*forces_and_readiness(asked.wave), UNSCORED]
    found = sums(asked, figures, of=[w.id for w in series], periods=())
    every = {w.id: found.get((w.id, None), Sums({})) for w in series}
    visible = [w for w in series if every[w.id][UNSCORED].n >= w.thresholds.group]
    of = trends(
        {
            figure: [Period(w.at, shown(every[w.id], figure, w)) for w in visible]
            for figure in forces_and_readiness(asked.wave)
        }
    )
    readiness = of[Figure.READINESS]
    return WavesAnswer(
        **about(asked, every[asked.wave.id], *_notes(asked, of)),
        rows=tuple(_row(w, every[w.id]) for w in visible),
        forces=asked.wave.forces,
        direction=word(Figure.READINESS, readiness),
        p=readiness.p,
        directions={f: way for f, one in of.items() if (way := word(f, one))},
    )


def _row(wave: Wave, of: Sums) -> WaveRow:
    return WaveRow(
        survey=wave.id,
        name=wave.name,
        at=wave.at,
        readiness=estimate(shown(of, Figure.READINESS, wave)),
        forces={f: estimate(shown(of, figure_of(f), wave)) for f in wave.forces},
    )


def word(figure: Figure, found: Trend) -> Literal["improving", "stable", "declining"] | None:
    """The direction of a trend as answers name it; None where it is not clear."""
    way = direction(figure, found)
    return None if way is None else way.value


def _notes(asked: Asked, of: Mapping[Figure, Trend]) -> list[str]:
    """How the filters were read, and which forces clearly moved."""
    notes = [PERIODS_IGNORED] if asked.filters.periods else []
    series = [w for w in asked.waves if w.series and w.series == asked.wave.series]
    if any(w.forces != asked.wave.forces and w.released_at for w in series):
        notes.append(OTHER_FORCES)
    return [*notes, *moved(of)]


def moved(of: Mapping[Figure, Trend]) -> list[str]:
    """Which forces clearly moved, and what that means: "Improving: pull of the new rose."."""
    said = []
    for way in (Direction.IMPROVING, Direction.DECLINING):
        names = [
            f"{FIGURE_NAMES[figure].lower()} {'rose' if (found.change or 0) > 0 else 'fell'}"
            for figure, found in of.items()
            if figure is not Figure.READINESS and direction(figure, found) is way
        ]
        if names:
            said.append(f"{way.capitalize()}: {', '.join(names)}.")
    return said


waves = Question("waves", WavesAnswer, _waves, methods.WAVES)
