"""Rows of ``analytics_summaries`` from counts and from answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from data.analysis.forces import FORCES
from data.contracts import EnhancedAnalytics, JTBDForceMetrics
from data.stages.counted import Counted
from data.stages.periods import PeriodType
from data.stages.scored import Scored

Key = tuple[UUID | None, PeriodType, datetime]
"""Survey (None: the organisation), type and start of a period."""
Row = dict[str, Any]

COUNTS = "counts in fives"
RELEASED = "whole atoms"
BOTH = "counts in fives; scores of one survey"

SCORES: Row = {
    "average_completion_time": None,
    "jtbd_force_scores": {},
    "dominant_forces": [],
    "force_balance": {},
    "department_breakdown": {},
    "role_breakdown": {},
    "response_quality_distribution": {},
    "voice_recording_metrics": None,
    "transcription_quality": None,
    "response_trends": {},
}
"""What stands in a period that is finer than its survey's: nothing that needs an answer's value."""

_STRONG = ("strong", "very_strong")
_TOP = 5.0


def id_of(organization: UUID, key: Key) -> UUID:
    """The same for the same period whenever it is computed."""
    survey, type_, start = key
    return uuid5(organization, f"summary {survey} {type_} {start.timestamp():.0f}")


def counts_row(of: Counted) -> Row:
    """A period of which only counts are told."""
    return {
        **SCORES,
        "period_end": of.end,
        "total_responses": of.sessions,
        "unique_respondents": of.people,
        "completion_rate": of.rate,
        "engagement_metrics": {"started": of.sessions, "completed": of.completed},
        "calculation_metadata": {"method": COUNTS, "few": list(of.few)},
    }


def scored_row(of: Scored, end: datetime, version: str) -> Row:
    """A period of a survey with all its figures, as the questions tell them."""
    found = of.of
    voices = found.voice_metrics
    return {
        "period_end": end,
        "total_responses": found.total_responses or 0,
        "unique_respondents": found.unique_respondents or 0,
        "completion_rate": found.completion_rate,
        "average_completion_time": None
        if found.average_time is None
        else round(found.average_time),
        "jtbd_force_scores": found.jtbd_analysis.model_dump(mode="json"),
        "dominant_forces": _dominant(found),
        "force_balance": _balance(found),
        "department_breakdown": _named(found.department_breakdown),
        "role_breakdown": _named(found.role_breakdown),
        "response_quality_distribution": found.data_quality.model_dump(mode="json"),
        "voice_recording_metrics": voices.model_dump(mode="json")
        if voices.total_recordings is not None
        else None,
        "transcription_quality": _transcription(found),
        "response_trends": {"waves": _dumped(found.response_trajectory)},
        "engagement_metrics": {
            "started": found.unique_respondents,
            "waves": _dumped(found.engagement_trends),
        },
        "calculation_metadata": {
            "method": RELEASED,
            "version": version,
            "periods": [day.isoformat() for day in of.periods],
            "about": found.about.model_dump(mode="json"),
        },
    }


def organization_row(counts: Row, latest: tuple[UUID, Row] | None) -> Row:
    """The organisation's row: counts over all surveys, scores of the latest survey in the period.

    Surveys are never pooled here: they may ask different forces of the same people.
    """
    if latest is None:
        return counts
    survey, scores = latest
    few = counts["calculation_metadata"].get("few", [])
    return {
        **counts,
        **{name: scores[name] for name in SCORES},
        "calculation_metadata": {"method": BOTH, "scoresOf": str(survey), "few": few},
    }


def without_scores(row: Row) -> Row:
    """The counts of an organisation's row as it was written before."""
    few = row["calculation_metadata"].get("few", [])
    return {**row, **SCORES, "calculation_metadata": {"method": COUNTS, "few": few}}


def _dominant(of: EnhancedAnalytics) -> list[str]:
    """Forces that are strong or very strong, the strongest first, from what is shown."""
    metrics = {f.value: getattr(of.jtbd_analysis, f.value) for f in FORCES}
    strong = {name: m for name, m in metrics.items() if m.strength in _STRONG}
    return sorted(strong, key=lambda name: (-_shown(strong[name]), name))


def _shown(of: JTBDForceMetrics) -> float:
    """The mean; where it is only bounded ("4.75 or more") the force comes first."""
    return _TOP if of.average_score is None else of.average_score


def _balance(of: EnhancedAnalytics) -> Row:
    """Readiness, what it is above or below balance, and the segments."""
    segments = of.readiness_segments.model_dump(mode="json")
    if of.readiness is None:
        return {"readiness": None, "balance": None, "segments": segments}
    balance = round(of.readiness - 50, 6)
    return {"readiness": of.readiness, "balance": balance, "segments": segments}


def _transcription(of: EnhancedAnalytics) -> Row | None:
    voices = of.voice_metrics
    if voices.transcription_accuracy is None:
        return None
    basis = voices.accuracy_basis
    return {"transcriptionAccuracy": voices.transcription_accuracy, "accuracyBasis": basis}


def _named(of: Mapping[str, Any]) -> Row:
    return {name: metrics.model_dump(mode="json") for name, metrics in of.items()}


def _dumped(of: tuple[Any, ...]) -> list[Row]:
    return [one.model_dump(mode="json") for one in of]
