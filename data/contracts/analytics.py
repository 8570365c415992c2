"""EnhancedAnalytics and all it holds. Null: not computed, not defined or withheld; never zero."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from data.contracts.base import (
    Contract,
    Count,
    ImpactLevel,
    Percent,
    ReadinessScore,
    Score,
    Seconds,
    SentimentLabel,
    Share,
    StrengthName,
    SystemHealth,
    TrendDirection,
)


class JTBDForceMetrics(Contract):
    """One force. ``demographic`` has counts and themes only: its other fields are null."""

    average_score: Score | None = None
    strength: StrengthName | None = Field(
        None,
        description="by the mean: weak < 2.5 <= moderate < 3.5 <= strong < 4.25 <= very_strong; "
        "null where the mean is withheld, only bounded or not asked",
    )
    total_responses: Count = Field(0, description="respondents in this score's base")
    top_themes: tuple[str, ...] = Field(
        (), description="up to five themes of comments, most people first; whole surveys only"
    )
    trend_direction: TrendDirection | None = Field(
        None, description="what the trend means for readiness; null where it is not clear"
    )
    confidence_level: Share | None = Field(
        None, description="1 - half-width / 2 of the 95 % interval: a precision, no probability"
    )
    business_impact: ImpactLevel | None = Field(
        None,
        description="how much of the differences in the outcome goes with this force (relative "
        "weight): low < 0.02 <= medium < 0.13 <= high < 0.26 <= critical; null without an outcome, "
        "with fewer than 10 people a force, or where the association is not clear",
    )
    department_variation: dict[str, Score] = Field(
        default_factory=dict, description="mean score by department name"
    )


class JTBDAnalysis(Contract):
    """The four forces of progress, and the questions that only segment."""

    pain_of_old: JTBDForceMetrics = JTBDForceMetrics()
    pull_of_new: JTBDForceMetrics = JTBDForceMetrics()
    anchors_to_old: JTBDForceMetrics = JTBDForceMetrics()
    anxiety_of_new: JTBDForceMetrics = JTBDForceMetrics()
    demographic: JTBDForceMetrics = JTBDForceMetrics()


class GroupMetrics(Contract):
    """A department or role that is large enough to be shown apart."""

    name: str = Field(description="as the survey names it")
    total_responses: Count = Field(description="counted respondents; groups below 5 are absent")
    readiness: ReadinessScore | None = None
    readiness_half_width: float | None = Field(None, description="of the 95 % interval")
    force_scores: dict[str, Score] = Field(default_factory=dict, description="by force")
    against_rest: Literal["better", "worse", "none", "too_few"] | None = Field(
        None, description="readiness against all others in sight, tested"
    )


class DepartmentMetrics(GroupMetrics):
    """A department; its completion rate where 5 or more started."""

    completion_rate: Percent | None = None


class RoleMetrics(GroupMetrics):
    """A role."""


class ReadinessSegmentation(Contract):
    """Share of classified sessions; null where a segment is too small to stand apart."""

    champions: Percent | None = None
    torn: Percent | None = None
    indifferent: Percent | None = None
    resisters: Percent | None = None
    classified: Count | None = Field(None, description="respondents in the base")


class VoiceAnalyticsMetrics(Contract):
    """Completed recordings of the whole survey; all null under filters, and below 10 people.

    In means each respondent counts once, by the mean of the own recordings. Distributions count
    recordings; categories of 1-4 people are together as "other". A distribution is null where
    nothing can stand apart.
    """

    total_recordings: Count | None = Field(
        None, description="completed recordings; null below 10 respondents"
    )
    average_duration: Seconds | None = Field(
        None, description="mean length in whole seconds; null where fewer than 10 people have one"
    )
    transcription_accuracy: Share | None = Field(
        None, description="0-1 in steps of 0.01, as accuracyBasis says; null below 10 people"
    )
    accuracy_basis: Literal["word_error_rate", "transcriber_confidence"] | None = Field(
        None,
        description="word_error_rate: 1 - the mean word error rate against reference texts; "
        "transcriber_confidence: the mean confidence the transcriber gave, no check of the words",
    )
    quality_distribution: dict[str, Count] | None = Field(
        None, description="recordings by quality as stated"
    )
    language_breakdown: dict[str, Count] | None = Field(
        None, description="recordings by main language tag, else the word that was stated"
    )
    sentiment_distribution: dict[SentimentLabel | Literal["other"], Count] | None = Field(
        None, description="recordings by sentiment of the transcript; only English is analysed"
    )


class TrendData(Contract):
    """One wave: at the middle of its answers, UTC."""

    survey_id: UUID = Field(description="the wave")
    name: str = Field(description="of the wave")
    at: datetime = Field(description="the middle of its answers, UTC, to the day")
    total_responses: Count = Field(description="respondents in the base of readiness")
    readiness: ReadinessScore | None = None
    readiness_half_width: float | None = Field(
        None, description="of the 95 % interval, in points; null below 10 respondents"
    )
    force_scores: dict[str, Score] = Field(default_factory=dict, description="by force")


class EngagementTrend(Contract):
    """Who took part in one wave."""

    survey_id: UUID = Field(description="the wave")
    name: str = Field(description="of the wave")
    at: datetime = Field(description="the middle of its answers, UTC, to the day")
    started: Count = Field(description="respondents who started")
    completion_rate: Percent | None = None
    response_rate: Percent | None = None


class QualityMetrics(Contract):
    """How far the figures can be relied on."""

    unscored_share: Percent | None = Field(None, description="sessions without readiness")
    low_quality: Count | None = Field(None, description="sessions left out, in fives; null below 5")
    reliability: dict[str, float] = Field(
        default_factory=dict, description="Cronbach's alpha by force"
    )
    flags: dict[Literal["speeder", "straight_liner", "mostly_blank"], Percent] = Field(
        default_factory=dict, description="sessions that raise it; left out where 1 to 4 do"
    )
    quality_distribution: dict[Literal["high", "medium", "low"], Count] = Field(
        default_factory=dict,
        description="sessions, in fives; left out below 5, and unless the whole survey is asked",
    )
    median_seconds: Seconds | None = Field(
        None, description="of completed sessions; the whole survey only, in steps of 5"
    )
    times_left_out: Count | None = Field(
        None, description="completed sessions longer than 4 h, in fives; null below 5"
    )
    duplicates: Count | None = Field(
        None, description="sessions of people who answered twice, in fives; null below 5"
    )


class LiveMetrics(Contract):
    """The whole organisation, just now. Counts move in fives; 0 reads "fewer than 5"."""

    active_respondents: Count = Field(description="answering just now")
    responses_in_last_hour: Count = Field(description="sessions finished within 60 minutes")
    average_response_time: Seconds | None = None
    current_completion_rate: Percent | None = None
    system_health: SystemHealth = Field(
        description="of the process that answers: errors and times of its last thousand requests"
    )


class AboutFigures(Contract):
    """Of which survey the figures are, how old, and what was withheld."""

    state: Literal["ready", "empty", "suppressed"] = Field(
        description="whether there are figures; suppressed: withheld to protect people"
    )
    reason: str = Field("", description="a sentence, where there are no figures")
    survey: str = Field("", description="name of the survey (one wave) the figures are of")
    data_time: datetime | None = Field(None, description="of the release, UTC")
    smallest_group: Count = Field(5, description="people below which nothing is told")
    left_out: bool = Field(False, description="groups that are too small were left out")
    notes: tuple[str, ...] = Field((), description="how filters were read, what was assumed")


class EnhancedAnalytics(Contract):
    """Everything about the answers of one survey, for one viewer and one choice of filters."""

    total_responses: Count | None = Field(None, description="counted sessions")
    completion_rate: Percent | None = None
    average_time: Seconds | None = Field(None, description="mean of completed sessions, seconds")
    unique_respondents: Count | None = Field(
        None, description="respondents who started; null where nobody may be counted"
    )
    readiness: ReadinessScore | None = None
    jtbd_analysis: JTBDAnalysis = JTBDAnalysis()
    department_breakdown: dict[str, DepartmentMetrics] = Field(default_factory=dict)
    role_breakdown: dict[str, RoleMetrics] = Field(default_factory=dict)
    readiness_segments: ReadinessSegmentation = ReadinessSegmentation()
    voice_metrics: VoiceAnalyticsMetrics = VoiceAnalyticsMetrics()
    response_trajectory: tuple[TrendData, ...] = ()
    engagement_trends: tuple[EngagementTrend, ...] = ()
    data_quality: QualityMetrics = QualityMetrics()
    live_metrics: LiveMetrics
    about: AboutFigures
