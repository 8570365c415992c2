"""The method of every question, by subject."""

from data.queries.methods.comments import COMMENTS, TERMS, THEMES, VOICES
from data.queries.methods.doing import ACTIONS, PLANS, PRIORITIES
from data.queries.methods.items import (
    DISTRIBUTION,
    DRIVERS,
    ITEM_DRIVERS,
    ITEM_HEATMAP,
    ITEM_ROLES,
    ITEMS,
)
from data.queries.methods.people import (
    DATA_QUALITY,
    FLOWS,
    LIVE,
    OPTIONS,
    PARTICIPATION,
    REPRESENTATIVENESS,
    SEGMENTS,
)
from data.queries.methods.scores import (
    CHANGES,
    DEPARTMENTS,
    FORCES,
    PERIODS,
    READINESS,
    ROLES,
    SUMMARY,
    WAVES,
)

__all__ = [
    "ACTIONS",
    "CHANGES",
    "COMMENTS",
    "DATA_QUALITY",
    "DEPARTMENTS",
    "DISTRIBUTION",
    "DRIVERS",
    "FLOWS",
    "FORCES",
    "ITEMS",
    "ITEM_DRIVERS",
    "ITEM_HEATMAP",
    "ITEM_ROLES",
    "LIVE",
    "OPTIONS",
    "PARTICIPATION",
    "PERIODS",
    "PLANS",
    "PRIORITIES",
    "READINESS",
    "REPRESENTATIVENESS",
    "ROLES",
    "SEGMENTS",
    "SUMMARY",
    "TERMS",
    "THEMES",
    "VOICES",
    "WAVES",
]
