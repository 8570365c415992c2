"""How far the figures can be relied on: quality of sessions, completion, times, duplicates."""

from typing import Any

from sqlalchemy import Row, select

from data.analysis import gate
from data.analysis.cells import COMPLETED, LOW_QUALITY, SECONDS, STARTED, UNSCORED
from data.analysis.quality import Flag, Quality, flag_figure
from data.db.tables import survey_medians
from data.queries import methods
from data.queries.cells import Sum, Sums, of_organization, sums
from data.queries.figures import standing
from data.queries.participation import completion_rate, mean_seconds
from data.queries.question import Asked, Question
from data.queries.readiness import unscored
from data.queries.results import DataQualityAnswer, FlagRow, QualityRow

FIGURES = (STARTED, COMPLETED, SECONDS, LOW_QUALITY, UNSCORED, *map(flag_figure, Flag))


def _quality(asked: Asked) -> DataQualityAnswer:
    """How many answers can be relied on, and what was left out?"""
    own = sums(asked, FIGURES).get((asked.wave.id, None), Sums({}))
    limits = asked.wave.thresholds
    lacking, warning = unscored(asked, own)
    low = own[LOW_QUALITY]
    return DataQualityAnswer(
        **standing(asked, own[STARTED], (warning,)),
        left_out=own.left_out,
        started=own[STARTED].n if own[STARTED].n >= limits.group else 0,
        flags=tuple(_flag(flag, own[flag_figure(flag)], limits.detail) for flag in Flag),
        low_share=gate.share(low.part, low.n, limits.detail),
        low=gate.in_fives(low.part) or None,
        low_left_out=asked.wave.leaves_out_low_quality,
        unscored_share=lacking,
        warning=warning,
        completion_rate=completion_rate(own[COMPLETED], limits.group),
        mean_seconds=mean_seconds(own[SECONDS], limits.group),
        is_whole=asked.whole,
        **(_whole(asked) if asked.whole else {}),
    )


def _flag(flag: Flag, of: Sum, smallest: int) -> FlagRow:
    """Of as many people as reach the threshold; ``n`` itself is not told below it."""
    share = gate.share(of.part, of.n, smallest)
    return FlagRow(flag=flag, n=of.n if of.n >= smallest else 0, share=share)


def _whole(asked: Asked) -> dict[str, Any]:
    """What exists for the whole survey only, written with its last release."""
    m = survey_medians.c
    statement = select(survey_medians).where(
        *of_organization(asked.organization, survey_medians), m.survey_id == asked.wave.id
    )
    row: Row[Any] | None = asked.connection.execute(statement).one_or_none()
    if row is None:
        return {}
    # A threshold that was raised since the release holds at once.
    enough = row.n >= max(asked.wave.thresholds.detail, gate.FEW)
    levels = (QualityRow(quality=level, n=getattr(row, level.value) or None) for level in Quality)
    return {
        "median_seconds": row.median_seconds if enough else None,
        "beyond": row.beyond or None,
        "duplicates": row.duplicates or None,
        "levels": tuple(levels),
    }


data_quality = Question("data_quality", DataQualityAnswer, _quality, methods.DATA_QUALITY)
