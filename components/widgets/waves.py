"""What the widgets over time share: the time axis and who is on it."""

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from components.theme import LINE, QUIET
from components.widgets import words
from components.widgets.figures import SMALL
from data.queries.results import PeriodRow, PeriodsAnswer, WaveRow, WavesAnswer

OverTime = WavesAnswer | PeriodsAnswer
"""Answers with a row for each wave, or for each period of one."""
Point = WaveRow | PeriodRow

_DAY = timedelta(days=1)
"""Stands for the span where there is only one wave."""

TICKS = 4
"""At most this many waves are named under the axis: more would touch at 320 px."""

NAME_LENGTH = 8


def short_names(rows: Sequence[Point]) -> list[str]:
    """Names without the words all of them begin with ("AI readiness 2026 Q3" -> "2026 Q3")."""
    split = [row.name.split() for row in rows]
    shared = 0
    if len(split) > 1:
        for column in zip(*split, strict=False):
            if len(set(column)) > 1:
                break
            shared += 1
    return [" ".join(parts[shared:]) or row.name for parts, row in zip(split, rows, strict=True)]


def time_axis(drawn: go.Figure, rows: Sequence[Point], room: float) -> None:
    """Waves or periods at their real dates; first and last always named.

    ``room``: share left at the right.
    """
    step = max(-(-(len(rows) - 1) // (TICKS - 1)), 1)
    named = [row for position, row in enumerate(reversed(rows)) if position % step == 0]
    first, last = rows[0].at, rows[-1].at
    span = (last - first) or _DAY
    drawn.update_xaxes(
        visible=True,
        range=[first - span * 0.1, last + span * room],
        tickvals=[row.at for row in named],
        ticktext=[words.wrap(name, NAME_LENGTH) for name in short_names(named)],
        tickfont={"size": SMALL, "color": QUIET},
        showline=True,
        linecolor=LINE,
        automargin=False,
    )
