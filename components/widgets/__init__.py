"""All widgets, in the order they are offered. A new one is one file here and one line below."""

from components.widgets import (
    actions,
    changes,
    department_heatmap,
    department_table,
    drivers,
    force_balance,
    forces_over_time,
    participation,
    periods,
    priorities,
    questions,
    readiness_gauge,
    readiness_number,
    readiness_trend,
    segment_flow,
    segments,
    word_cloud,
)
from components.widgets.widget import Options, Registry, Widget, WidgetType

__all__ = ["WIDGETS", "Options", "Registry", "Widget", "WidgetType"]

WIDGETS = Registry(
    readiness_gauge.WIDGET,
    readiness_number.WIDGET,
    force_balance.WIDGET,
    changes.WIDGET,
    department_heatmap.WIDGET,
    department_table.WIDGET,
    priorities.WIDGET,
    actions.WIDGET,
    readiness_trend.WIDGET,
    forces_over_time.WIDGET,
    periods.WIDGET,
    segments.WIDGET,
    segment_flow.WIDGET,
    participation.WIDGET,
    questions.WIDGET,
    drivers.WIDGET,
    drivers.ITEMS_WIDGET,
    word_cloud.WIDGET,
)
