"""What a widget is, and the registry that holds them: one frozen value a widget, one file each."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import plotly.graph_objects as go
from dash.development.base_component import Component
from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import LayoutInvalid, ReadinessError, UnknownName
from data.queries.question import Question
from data.queries.results import Answer

ROW_HEIGHT = 80
"""Height of one grid unit in pixels, the gap to the next included."""


class WidgetType(StrEnum):
    """The twelve kinds of widget, named as the platform's layouts name them."""

    METRIC_CARD = "metric-card"
    LINE_CHART = "line-chart"
    BAR_CHART = "bar-chart"
    PIE_CHART = "pie-chart"
    HEATMAP = "heatmap"
    FORCE_DIAGRAM = "force-diagram"
    TREND_LINE = "trend-line"
    DATA_TABLE = "data-table"
    PROGRESS_RING = "progress-ring"
    GAUGE_CHART = "gauge-chart"
    WORD_CLOUD = "word-cloud"
    SANKEY_DIAGRAM = "sankey-diagram"


class Options(BaseModel):
    """A widget's settings; every field has a default, so ``Options()`` is always a choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")


A = TypeVar("A", bound=Answer)
O = TypeVar("O", bound=Options)  # noqa: E741  # the brief's name for the options' type


def counted(answer: Answer) -> tuple[int, ...]:
    """The people an answer is about: the base where its figures have no other of their own."""
    return () if answer.respondents is None else (answer.respondents,)


@dataclass(frozen=True)
class Widget(Generic[A, O]):
    """One thing a dashboard can show: a question, and how its answer is drawn and said.

    ``figure``, ``headline``, ``summary`` and ``html`` are pure and are called with answers that
    have figures (state ready). ``headline`` claims a difference only where the answer marks one.
    ``html``, where given, is what the screen shows in place of the figure (tables and words are
    better as text); pictures are made of the figure always. ``size`` is the default width (of 12
    columns) and height (in units of ROW_HEIGHT), ``least`` the height in pixels below which the
    figure cannot be read, so that its card scrolls. ``bases`` are the n of the figures drawn (0:
    hidden), ``measured`` is the unit of an answer where that depends on it.
    """

    key: str
    type: WidgetType
    title: str
    unit: str
    description: str
    question: Question[A]
    options: builtins.type[O]
    figure: Callable[[A, O], go.Figure]
    headline: Callable[[A, O], str]
    summary: Callable[[A, O], str]
    size: tuple[int, int]
    html: Callable[[A, O], Component] | None = None
    least: int = 120
    bases: Callable[[A], Iterable[int]] = counted
    measured: Callable[[A], str] | None = None

    def unit_of(self, answer: A) -> str:
        return self.measured(answer) if self.measured else self.unit

    def n(self, answer: A) -> str:
        """The base of the figures drawn: "214", or "198 to 214" where each has its own."""
        bases = sorted({n for n in self.bases(answer) if n})
        if not bases:
            return ""
        return f"{bases[0]:,}" if len(bases) == 1 else f"{bases[0]:,} to {bases[-1]:,}"

    def chosen(self, raw: Mapping[str, object] | None) -> O:
        """Options from a client or a saved layout. Raises LayoutInvalid naming what is wrong."""
        try:
            chosen: O = self.options.model_validate(dict(raw or {}))
            return chosen
        except ValidationError as error:
            wrong = ", ".join(str(e["loc"][0]) for e in error.errors() if e["loc"]) or "settings"
            raise LayoutInvalid(
                f"The settings of “{self.title}” cannot be read ({wrong}). Reset the widget."
            ) from error


FRAME = 156
"""Pixels of a card that are not its figure: padding, two lines of title, quiet line, foot, gap."""

LEAST_PICTURE = (400, 140)


def figure_height(widget: Widget[Any, Any]) -> int:
    """Pixels a widget's figure has in a card of its default size."""
    return max(widget.size[1] * ROW_HEIGHT - FRAME, 0)


def picture_size(widget: Widget[Any, Any], figure: go.Figure) -> tuple[int, int]:
    """Width and height in CSS pixels of the widget's figure as a picture."""
    width = max(widget.size[0] * 100, LEAST_PICTURE[0])
    return width, int(figure.layout.height or max(figure_height(widget), LEAST_PICTURE[1]))


class DuplicateKey(ReadinessError):
    """Two widgets have the same key."""


class Registry:
    """All widgets by key, in the order they are offered; fixed once made."""

    def __init__(self, *widgets: Widget[Any, Any]) -> None:
        self._widgets: dict[str, Widget[Any, Any]] = {}
        for widget in widgets:
            if widget.key in self._widgets:
                raise DuplicateKey(f"Two widgets have the key “{widget.key}”.")
            self._widgets[widget.key] = widget

    def __getitem__(self, key: str) -> Widget[Any, Any]:
        """Raises UnknownName, which lists the keys there are."""
        try:
            return self._widgets[key]
        except KeyError:
            known = ", ".join(self._widgets)
            raise UnknownName(f"There is no widget “{key}”. There are: {known}.") from None

    def __iter__(self) -> Iterator[Widget[Any, Any]]:
        return iter(self._widgets.values())

    def __len__(self) -> int:
        return len(self._widgets)

    def __contains__(self, key: object) -> bool:
        return key in self._widgets
