"""What all contracts share: units as types, and camelCase names outside."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Percent = Annotated[float, Field(ge=0, le=100, description="0-100 %")]
Count = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(ge=1, le=5, description="mean score, 1-5")]
ReadinessScore = Annotated[float, Field(ge=0, le=100, description="0-100, 50 is balance")]
Seconds = Annotated[float, Field(ge=0, description="seconds")]
Share = Annotated[float, Field(ge=0, le=1, description="0-1")]

StrengthName = Literal["weak", "moderate", "strong", "very_strong"]
TrendDirection = Literal["improving", "stable", "declining"]
ImpactLevel = Literal["low", "medium", "high", "critical"]
SentimentLabel = Literal["negative", "neutral", "positive", "not_analysed"]
SystemHealth = Literal["healthy", "warning", "critical"]


class Contract(BaseModel):
    """Frozen; camelCase outside, snake_case inside; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
    )
