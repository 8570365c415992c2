"""Saved layouts and their widgets."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from data.contracts.base import Contract

WidgetType = Literal[
    "metric-card",
    "line-chart",
    "bar-chart",
    "pie-chart",
    "heatmap",
    "force-diagram",
    "trend-line",
    "data-table",
    "progress-ring",
    "gauge-chart",
    "word-cloud",
    "sankey-diagram",
]


class Size(Contract):
    width: Annotated[int, Field(ge=1, le=12, description="columns of 12")]
    height: Annotated[int, Field(ge=1, le=24, description="rows of the grid")]


class Position(Contract):
    x: Annotated[int, Field(ge=0, le=11)]
    y: Annotated[int, Field(ge=0)]


class DataSourceConfig(Contract):
    """``question`` is the name of one of ``data.queries.QUESTIONS``."""

    question: str
    filters: dict[str, Any] = Field(default_factory=dict)


class WidgetConfiguration(Contract):
    """One widget of a saved layout. ``config`` are its options, ``refresh_interval`` seconds."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    type: WidgetType
    title: str
    size: Size
    position: Position
    config: dict[str, Any] = Field(default_factory=dict)
    data_source: DataSourceConfig
    refresh_interval: Annotated[int, Field(ge=1)] | None = None
    dependencies: tuple[str, ...] = ()


class DashboardConfig(Contract):
    """A saved layout."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    type: Literal["overview", "detailed", "executive", "departmental", "custom"] = "custom"
    widgets: tuple[WidgetConfiguration, ...] = ()
    is_shared: bool = False
    shared_with_roles: tuple[str, ...] = ()


class ExecutiveDashboardConfig(DashboardConfig):
    type: Literal["executive"] = "executive"


class DepartmentalDashboardConfig(DashboardConfig):
    type: Literal["departmental"] = "departmental"
    departments: tuple[UUID, ...] = ()


class RealtimeDashboardConfig(DashboardConfig):
    """``update_frequency``: seconds between two polls."""

    type: Literal["custom"] = "custom"
    update_frequency: Annotated[int, Field(ge=1)] = 5
    update_strategy: Literal["push", "pull", "hybrid"] = "pull"
