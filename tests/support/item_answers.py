"""Answers about single questions, data quality and who answered, made by hand, for widgets."""

from collections.abc import Sequence
from typing import Any

from data.analysis.forces import FORCES
from data.analysis.quality import Flag, Quality
from data.analysis.representation import Presence
from data.queries import results
from data.queries.results import Difference, Estimate, Mark

POINTS = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


def _estimate(mean: float | None, n: int = 40) -> Estimate:
    half = None if mean is None or n < 10 else 0.2
    return Estimate(n=n, mean=mean, half_width=half, few=n < 10, scale=(1, 5))


def _cell(row: int, column: int) -> results.HeatmapCell:
    """The diagonal differs, one cell in seven is hidden."""
    if (row + 3 * column) % 7 == 6:
        return results.HeatmapCell(score=Estimate(n=0))
    mark = (Mark.BETTER, Mark.WORSE)[column % 2] if row == column else Mark.NONE
    shift = 0.7 if row == column else 0.1
    change = Difference(change=shift, half_width=0.3, effect=0.5, p=0.01, mark=mark)
    mean = round(3.0 + (shift if column % 2 else -shift), 1)
    return results.HeatmapCell(score=_estimate(mean), against_rest=change)


def heatmap(
    questions: Sequence[str], names: Sequence[str], about: dict[str, Any]
) -> results.ItemHeatmapAnswer:
    groups = tuple(
        results.HeatmapGroup(id=str(place), name=name, n=40) for place, name in enumerate(names)
    )
    rows = tuple(
        results.HeatmapRow(
            id=f"q{place}",
            text=text,
            force=FORCES[place % 4] if place % 6 else None,
            everybody=_estimate(3.0, 214),
            cells=tuple(_cell(place, column) for column in range(len(names))),
        )
        for place, text in enumerate(questions)
    )
    return results.ItemHeatmapAnswer(
        groups=groups, rows=rows, more_groups=3, hidden=("Board",), **about
    )


def distribution(questions: Sequence[str], about: dict[str, Any]) -> results.DistributionAnswer:
    """Every fourth question has merged points, every fifth too few answers."""
    rows = []
    for place, text in enumerate(questions):
        shares = [5.0, 15.0, 30.0, 35.0, 15.0]
        parts = [
            results.SpreadPart(first=at, last=at, label=POINTS[at], share=share)
            for at, share in enumerate(shares)
        ]
        if place % 4 == 3:
            label = f"{POINTS[0]} … {POINTS[1]}"
            parts[:2] = [results.SpreadPart(first=0, last=1, label=label, share=20.0)]
        rows.append(
            results.DistributionRow(
                id=f"q{place}",
                text=text,
                force=FORCES[place % 4],
                n=214,
                points=POINTS,
                parts=() if place % 5 == 4 else tuple(parts),
            )
        )
    return results.DistributionAnswer(rows=tuple(rows), **about)


def data_quality(about: dict[str, Any]) -> results.DataQualityAnswer:
    shares = {Flag.SPEEDER: 2.3, Flag.STRAIGHT: 0.4, Flag.BLANK: None}
    return results.DataQualityAnswer(
        started=214,
        flags=tuple(
            results.FlagRow(flag=flag, n=214, share=share) for flag, share in shares.items()
        ),
        levels=(
            results.QualityRow(quality=Quality.HIGH, n=180),
            results.QualityRow(quality=Quality.MEDIUM, n=25),
            results.QualityRow(quality=Quality.LOW),
        ),
        low_share=3.0,
        low=5,
        unscored_share=8.0,
        completion_rate=91.6,
        median_seconds=525.0,
        mean_seconds=572,
        beyond=None,
        duplicates=5,
        **about,
    )


def representativeness(
    names: Sequence[str], about: dict[str, Any]
) -> results.RepresentativenessAnswer:
    rows = tuple(
        results.PresenceRow(
            id=str(place),
            name=name,
            dimension="department",
            invited=60,
            started=30 + 3 * place if place < 8 else 40,
            response_rate=50.0,
            invited_share=12.0,
            started_share=9.0 if place == 0 else 13.0,
            difference=-3.0 if place == 0 else 1.0,
            residual=-2.9 if place == 0 else 0.4,
            p=0.02 if place == 0 else 0.8,
            presence=Presence.UNDER if place == 0 else Presence.AS_INVITED,
        )
        for place, name in enumerate(names)
    )
    finding = f"{names[0]} is under-represented: 12 % of those invited, 9 % of those who answered."
    return results.RepresentativenessAnswer(
        invited=480,
        started=324,
        response_rate=67.5,
        rows=rows,
        p={"department": 0.03},
        hidden=("Board",),
        findings=(finding,),
        **about,
    )
