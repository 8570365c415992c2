"""The seed's EnhancedAnalytics, composed from questions: so it is gated like everything else."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from data import contracts
from data.access import Principal
from data.analysis.forces import Figure, Force
from data.analysis.gate import FEW
from data.analysis.moments import precision, t_quantile
from data.queries import (
    data_quality,
    departments,
    drivers,
    forces,
    items,
    live,
    participation,
    readiness,
    roles,
    segments,
    themes,
    voices,
    waves,
)
from data.queries.desk import Desk
from data.queries.filters import Filters
from data.queries.results import (
    Answer,
    DataQualityAnswer,
    DriversAnswer,
    Estimate,
    ForcesAnswer,
    GroupRow,
    GroupsAnswer,
    ItemsAnswer,
    LiveAnswer,
    ParticipationAnswer,
    ReadinessAnswer,
    SegmentsAnswer,
    ThemesAnswer,
    VoiceRow,
    VoicesAnswer,
    WavesAnswer,
)

_TOP_THEMES = 5


def enhanced_analytics(
    desk: Desk, principal: Principal, filters: Filters
) -> contracts.EnhancedAnalytics:
    """Everything the seed asks of one survey, as this principal may see it.

    Null where it is not computed, not defined or withheld; ``about`` says why.
    """
    of = desk.ask(readiness, principal, filters)
    took_part = desk.ask(participation, principal, filters)
    by_department = desk.ask(departments, principal, filters)
    by_wave = desk.ask(waves, principal, filters)
    return contracts.EnhancedAnalytics(
        total_responses=of.respondents,
        completion_rate=took_part.completion_rate,
        average_time=took_part.mean_seconds,
        unique_respondents=took_part.started or None,
        readiness=_exact(of.readiness),
        jtbd_analysis=_with_themes(
            _forces(
                desk.ask(forces, principal, filters),
                by_department,
                by_wave,
                desk.ask(drivers, principal, filters),
            ),
            desk.ask(themes, principal, filters),
        ),
        department_breakdown=_departments(by_department, took_part),
        role_breakdown=_roles(desk.ask(roles, principal, filters)),
        readiness_segments=_segments(desk.ask(segments, principal, filters)),
        voice_metrics=_voices(desk.ask(voices, principal, filters)),
        response_trajectory=_trajectory(by_wave),
        engagement_trends=_engagement(desk, principal, filters, by_wave),
        data_quality=_quality(
            of, desk.ask(data_quality, principal, filters), desk.ask(items, principal, filters)
        ),
        live_metrics=live_metrics(desk.ask(live, principal, Filters())),
        about=_about(of),
    )


def _quality(
    of: ReadinessAnswer, answer: DataQualityAnswer, asked: ItemsAnswer
) -> contracts.QualityMetrics:
    return contracts.QualityMetrics(
        unscored_share=of.unscored_share,
        low_quality=of.low_quality,
        reliability={row.force.value: row.alpha for row in asked.reliability},
        flags={row.flag.value: row.share for row in answer.flags if row.share is not None},
        quality_distribution={
            row.quality.value: row.n for row in answer.levels if row.n is not None
        },
        median_seconds=answer.median_seconds,
        times_left_out=answer.beyond,
        duplicates=answer.duplicates,
    )


def live_metrics(answer: LiveAnswer) -> contracts.LiveMetrics:
    return contracts.LiveMetrics(
        active_respondents=answer.active_respondents,
        responses_in_last_hour=answer.responses_in_last_hour,
        average_response_time=answer.average_response_seconds,
        current_completion_rate=answer.completion_rate,
        system_health=answer.system_health,
    )


def _exact(estimate: Estimate) -> float | None:
    """The mean; null where it is only bounded."""
    return None if estimate.bound else estimate.mean


def _forces(
    of: ForcesAnswer, by_department: GroupsAnswer, by_wave: WavesAnswer, by_weight: DriversAnswer
) -> contracts.JTBDAnalysis:
    impacts = {row.force: row.impact.value for row in by_weight.rows}
    found = {}
    for row in of.forces:
        score = row.score
        found[row.force.value] = contracts.JTBDForceMetrics(
            average_score=_exact(score),
            strength=row.strength.value if row.strength else None,
            total_responses=score.n,
            trend_direction=by_wave.directions.get(Figure(row.force.value)),
            confidence_level=_confidence(score),
            business_impact=impacts.get(row.force),
            department_variation=_variation(by_department, row.force),
        )
    return contracts.JTBDAnalysis(**found)


def _with_themes(of: contracts.JTBDAnalysis, answer: ThemesAnswer) -> contracts.JTBDAnalysis:
    """The labels of each force's themes, most people first; of background questions too."""
    found = {}
    for force in contracts.JTBDAnalysis.model_fields:
        labels = tuple(row.label for row in answer.rows if row.force == force)
        found[force] = getattr(of, force).model_copy(update={"top_themes": labels[:_TOP_THEMES]})
    return contracts.JTBDAnalysis(**found)


def _confidence(score: Estimate) -> float | None:
    """From the shown SD, never with the correction for those invited."""
    if not score.sd or score.n < FEW:
        return None
    width = t_quantile(score.n - 1) * score.sd / math.sqrt(score.n)
    return round(precision(width, score.sd, score.n) or 0.0, 3)


def _variation(by_department: GroupsAnswer, force: Force) -> dict[str, float]:
    means = {r.name: _exact(r.forces[force]) for r in by_department.rows if force in r.forces}
    return {name: mean for name, mean in means.items() if mean is not None}


def _departments(
    answer: GroupsAnswer, took_part: ParticipationAnswer
) -> dict[str, contracts.DepartmentMetrics]:
    rates = {row.id: row.completion_rate for row in took_part.rows}
    return {
        row.name: contracts.DepartmentMetrics(
            **_group(row).model_dump(by_alias=False), completion_rate=rates.get(row.id)
        )
        for row in answer.rows
    }


def _roles(answer: GroupsAnswer) -> dict[str, contracts.RoleMetrics]:
    return {
        row.name: contracts.RoleMetrics(**_group(row).model_dump(by_alias=False))
        for row in answer.rows
    }


def _group(row: GroupRow) -> contracts.GroupMetrics:
    means = {force.value: _exact(e) for force, e in row.forces.items()}
    against = row.against_rest.get(Figure.READINESS)
    return contracts.GroupMetrics(
        name=row.name,
        total_responses=row.respondents,
        readiness=_exact(row.readiness),
        readiness_half_width=row.readiness.half_width,
        force_scores={force: mean for force, mean in means.items() if mean is not None},
        against_rest=against.mark.value if against else None,
    )


def _segments(answer: SegmentsAnswer) -> contracts.ReadinessSegmentation:
    shares = {row.segment.value: row.share for row in answer.rows}
    classified = answer.respondents if answer.rows else None
    return contracts.ReadinessSegmentation(classified=classified, **shares)


def _voices(answer: VoicesAnswer) -> contracts.VoiceAnalyticsMetrics:
    return contracts.VoiceAnalyticsMetrics(
        total_recordings=answer.recordings,
        average_duration=answer.mean_seconds,
        transcription_accuracy=answer.accuracy,
        accuracy_basis=answer.accuracy_basis,
        quality_distribution=_counts(answer.quality),
        language_breakdown=_counts(answer.language),
        sentiment_distribution=_counts(answer.sentiment),
    )


def _counts(rows: Sequence[VoiceRow]) -> dict[Any, int] | None:
    """By category; what is shown together has a name of its own beside the survey's words."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.category or "other"] += row.recordings
    return dict(counts) or None


def _trajectory(answer: WavesAnswer) -> tuple[contracts.TrendData, ...]:
    return tuple(
        contracts.TrendData(
            survey_id=row.survey,
            name=row.name,
            at=row.at,
            total_responses=row.readiness.n,
            readiness=_exact(row.readiness),
            readiness_half_width=row.readiness.half_width,
            force_scores={
                force.value: e.mean
                for force, e in row.forces.items()
                if e.mean is not None and not e.bound
            },
        )
        for row in answer.rows
    )


def _engagement(
    desk: Desk, principal: Principal, filters: Filters, by_wave: WavesAnswer
) -> tuple[contracts.EngagementTrend, ...]:
    """Who took part wave by wave; periods belong to one wave and are not carried over."""
    trend = []
    for row in by_wave.rows:
        of = filters.model_copy(update={"surveys": (row.survey,), "periods": ()})
        answer = desk.ask(participation, principal, of)
        trend.append(
            contracts.EngagementTrend(
                survey_id=row.survey,
                name=row.name,
                at=row.at,
                started=answer.started,
                completion_rate=answer.completion_rate,
                response_rate=answer.response_rate,
            )
        )
    return tuple(trend)


def _about(answer: Answer) -> contracts.AboutFigures:
    return contracts.AboutFigures(
        state=answer.state.value,
        reason=answer.reason,
        survey=answer.survey,
        data_time=answer.data_time,
        smallest_group=answer.smallest_group,
        left_out=answer.left_out,
        notes=answer.notes,
    )
