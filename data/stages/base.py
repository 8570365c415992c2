"""What a stage of the pipeline is, and what it is given to work on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from data.cache import Cache
from data.contracts import PipelineConfig
from data.db.engine import Database

Span = tuple[datetime | None, datetime | None]
"""First and last moment; None: without an end."""
Level = Literal["real-time", "hourly", "daily", "weekly"]
StageName = Literal[
    "extraction",
    "transformation",
    "jtbd-analysis",
    "voice-analysis",
    "trend-analysis",
    "cache-update",
    "realtime-update",
]
FULL: tuple[Level, ...] = ("hourly", "daily", "weekly")
"""Levels that release figures. "real-time" counts only."""


@dataclass(frozen=True, slots=True)
class Work:
    """One run over one organisation.

    ``surveys`` are those of the configuration that have sessions in its time, oldest first;
    ``span`` is the time whose counts are made anew, None where there is nothing to count. ``now``
    is aware. ``cache`` is the one to warm, None where this process answers nobody.
    """

    database: Database
    config: PipelineConfig
    zone: str
    surveys: tuple[UUID, ...]
    span: Span | None
    now: datetime
    cache: Cache | None = None

    @property
    def organization(self) -> UUID:
        return self.config.organization_id


@dataclass(frozen=True, slots=True)
class Stage:
    """A named step. ``run`` returns how many rows it wrote, or looked at where it only looks.

    It is given a survey, or None where the stage is of the whole organisation. It commits what it
    did, in one transaction or in steps that are whole by themselves; run again after a failure it
    does what is missing, and after a success nothing. ``refusal`` says why a configuration does
    not want it, "" where it does.
    """

    name: StageName
    about: str
    run: Callable[[Work, UUID | None], int]
    is_by_survey: bool = False
    refusal: Callable[[PipelineConfig], str] = lambda config: ""
