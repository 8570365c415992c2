"""What the two widgets over time share: the time axis and who is on it."""

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from components.theme import LINE, QUIET
from components.widgets import words
from components.widgets.figures import SMALL
from data.queries.results import WaveRow

_DAY = timedelta(days=1)
"""Stands for the span where there is only one wave."""

TICKS = 4
"""At most this many waves are named under the axis: more would touch at 320 px."""

NAME_LENGTH = 8


def time_axis(drawn: go.Figure, rows: Sequence[WaveRow], room: float) -> None:
    """Waves at their real dates; first and last always named. ``room``: share left at the right."""
    step = max(-(-(len(rows) - 1) // (TICKS - 1)), 1)
    named = [row for position, row in enumerate(reversed(rows)) if position % step == 0]
    first, last = rows[0].at, rows[-1].at
    span = (last - first) or _DAY
    drawn.update_xaxes(
        visible=True,
        range=[first - span * 0.1, last + span * room],
        tickvals=[row.at for row in named],
        ticktext=[words.wrap(row.name, NAME_LENGTH) for row in named],
        tickfont={"size": SMALL, "color": QUIET},
        showline=True,
        linecolor=LINE,
        automargin=False,
    )
