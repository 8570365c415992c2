"""The seed's types: its names, and nothing that is not a value of theirs."""

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

import pytest
from pydantic import ValidationError

from data import contracts
from data.contracts.base import Contract

LIVE = contracts.LiveMetrics(
    active_respondents=0, responses_in_last_hour=5, system_health="healthy"
)
WIDGET: dict[str, Any] = {
    "id": "w1",
    "type": "gauge-chart",
    "title": "Readiness",
    "size": {"width": 4, "height": 3},
    "position": {"x": 0, "y": 0},
    "config": {},
    "dataSource": {"question": "readiness"},
    "dependencies": [],
}


def test_enhanced_analytics_has_the_names_of_the_seed() -> None:
    analytics = contracts.EnhancedAnalytics(
        live_metrics=LIVE, about=contracts.AboutFigures(state="empty")
    )
    dumped = analytics.model_dump(mode="json")
    assert {
        "totalResponses",
        "completionRate",
        "averageTime",
        "uniqueRespondents",
        "jtbdAnalysis",
        "departmentBreakdown",
        "roleBreakdown",
        "readinessSegments",
        "voiceMetrics",
        "responseTrajectory",
        "engagementTrends",
        "dataQuality",
        "liveMetrics",
    } <= dumped.keys()
    assert list(dumped["jtbdAnalysis"]) == [
        "painOfOld", "pullOfNew", "anchorsToOld", "anxietyOfNew", "demographic",
    ]  # fmt: skip
    assert {
        "averageScore",
        "strength",
        "totalResponses",
        "topThemes",
        "trendDirection",
        "confidenceLevel",
        "businessImpact",
        "departmentVariation",
    } == dumped["jtbdAnalysis"]["painOfOld"].keys()
    assert dumped["liveMetrics"].keys() == {
        "activeRespondents",
        "responsesInLastHour",
        "averageResponseTime",
        "currentCompletionRate",
        "systemHealth",
    }
    assert contracts.EnhancedAnalytics.model_validate(dumped) == analytics


def test_what_is_not_computed_is_null_never_zero() -> None:
    force = contracts.JTBDForceMetrics()
    dumped = force.model_dump(exclude={"total_responses", "top_themes", "department_variation"})
    assert set(dumped.values()) == {None}


def test_a_widget_comes_back_as_it_was_saved() -> None:
    widget = contracts.WidgetConfiguration.model_validate(WIDGET)
    saved = widget.model_dump(mode="json", exclude_none=True)
    assert contracts.WidgetConfiguration.model_validate(saved) == widget
    assert saved["dataSource"] == {"question": "readiness", "filters": {}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "rocket"),
        ("size", {"width": 13, "height": 1}),
        ("position", {"x": -1, "y": 0}),
        ("unknown", 1),
    ],
)
def test_values_outside_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        contracts.WidgetConfiguration.model_validate({**WIDGET, field: value})


def test_the_lists_of_names_are_the_seeds() -> None:
    assert len(get_args(contracts.WidgetType)) == 12
    assert len(get_args(contracts.JobType)) == 6


def test_every_contract_is_frozen_and_described() -> None:
    def below(of: type[Contract]) -> list[type[Contract]]:
        return [of, *(c for one in of.__subclasses__() for c in below(one))]

    for contract in below(Contract):
        assert contract.model_config["frozen"], contract
        assert contract.__name__ in contracts.__all__, contract


def test_health_and_jobs() -> None:
    check = contracts.HealthCheck(status="healthy", response_time=1.5)
    status = contracts.HealthStatus(
        status="healthy",
        timestamp=datetime.now(UTC),
        checks={"database": check},
        version="0.1.0",
    )
    assert status.model_dump(mode="json")["checks"]["database"]["responseTime"] == 1.5
    assert contracts.AnalyticsJob(type="cache-warming").priority == "medium"
    export = contracts.ExportConfiguration(organization_id=uuid4(), format="xlsx")
    assert export.model_dump()["chunkSize"] == 10_000


def test_the_api_says_of_every_figure_what_it_is() -> None:
    schema = contracts.EnhancedAnalytics.model_json_schema(by_alias=True)
    for name, part in {"EnhancedAnalytics": schema, **schema["$defs"]}.items():
        for field, of in part.get("properties", {}).items():
            assert "$ref" in str(of) or "description" in str(of), f"{name}.{field}"
