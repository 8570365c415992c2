"""Pipelines, exports, queued tasks, and the health of the system."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from data.contracts.base import Contract, Count

JobType = Literal[
    "organizational-analysis",
    "voice-analysis-batch",
    "trend-calculation",
    "export-generation",
    "cache-warming",
    "data-cleanup",
]


class DateRange(Contract):
    """Inclusive start, exclusive end, UTC."""

    start: datetime
    end: datetime


class PipelineConfig(Contract):
    organization_id: UUID
    survey_id: UUID | None = None
    date_range: DateRange | None = None
    aggregation_level: Literal["real-time", "hourly", "daily", "weekly"] = "daily"
    include_voice_data: bool = True
    caching_enabled: bool = True
    realtime_updates: bool = False


class StageResult(Contract):
    """One stage of a run. ``rows``: written, or looked at where a stage only looks."""

    name: str
    about: str
    state: Literal["done", "skipped", "failed"]
    seconds: Annotated[float, Field(ge=0, description="seconds")] = 0.0
    rows: Count = 0
    reason: str = Field("", description="why it was skipped or failed, a sentence")


class AnalyticsResult(Contract):
    """What a run of the pipeline did, stage by stage in their order."""

    run_id: UUID
    organization_id: UUID
    aggregation_level: Literal["real-time", "hourly", "daily", "weekly"]
    started_at: datetime
    seconds: Annotated[float, Field(ge=0, description="seconds")]
    stages: tuple[StageResult, ...]


class ExportConfiguration(Contract):
    """What to export, for whom, and in which form. ``max_file_size`` in bytes."""

    organization_id: UUID
    survey_id: UUID | None = None
    format: Literal["pdf", "xlsx", "csv", "json", "png"]
    template: str | None = None
    date_range: DateRange | None = None
    filters: dict[str, Any] = Field(default_factory=dict)
    compression: bool = False
    encryption: bool = False
    watermark: bool = False
    metadata: dict[str, Any] = Field(default_factory=dict)
    streaming: bool = True
    chunk_size: Annotated[int, Field(ge=1)] = 10_000
    max_file_size: Annotated[int, Field(ge=1)] | None = None


class AnalyticsJob(Contract):
    """A queued task. ``delay`` and ``estimated_duration`` in milliseconds, as in the seed."""

    type: JobType
    payload: dict[str, Any] = Field(default_factory=dict)
    priority: Literal["low", "medium", "high", "critical"] = "medium"
    max_retries: Annotated[int, Field(ge=0, le=20)] = 3
    delay: Count | None = None
    estimated_duration: Count | None = None


class HealthCheck(Contract):
    """One part. ``response_time`` in milliseconds; ``error`` is a sentence, never a traceback."""

    status: Literal["healthy", "degraded", "unhealthy", "not_configured"]
    response_time: Annotated[float, Field(ge=0, description="milliseconds")] | None = None
    error: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)


class HealthStatus(Contract):
    """The whole system: as bad as its worst part."""

    status: Literal["healthy", "degraded", "unhealthy"]
    timestamp: datetime
    checks: dict[Literal["database", "redis", "websockets", "jobs", "external"], HealthCheck]
    performance: dict[str, float | None] = Field(default_factory=dict)
    version: str
