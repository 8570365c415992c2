"""Colours, type and the base Plotly layout, for both themes.

Figures are drawn in the light palette; assets/theme.js swaps colours inside them by PALETTE_PAIRS
when the dark theme is on, so a theme change asks the server nothing. A colour that is in no palette
is not swapped: figures use no others. The same values are CSS variables in assets/app.css
(tests/unit/test_theme.py holds them together).
"""

from dataclasses import dataclass, fields

import plotly.graph_objects as go

from data.analysis.forces import Force, Segment


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's colours as ``#RRGGBB``, upper case; all distinct within a theme.

    ``track`` is the unfilled part of gauges, rings and bars; ``middle`` the centre of diverging
    scales; ``hatch`` the lines over suppressed cells; ``champions`` to ``unclassified`` the
    segments, which are not forces and therefore have colours of their own.
    """

    page: str
    card: str
    line: str
    text: str
    quiet: str
    accent: str
    pull: str
    pain: str
    anxiety: str
    anchors: str
    track: str
    middle: str
    hatch: str
    on_accent: str
    champions: str
    torn: str
    indifferent: str
    resisters: str
    unclassified: str


LIGHT = Palette(
    page="#F6F7F9",
    card="#FFFFFF",
    line="#E3E6EB",
    text="#14181F",
    quiet="#4A5361",
    accent="#2F5BD7",
    pull="#29A0AC",
    pain="#6B45E8",
    anxiety="#E86819",
    anchors="#9A3B59",
    track="#ECEFF3",
    middle="#F4F5F7",
    hatch="#B8BFC9",
    on_accent="#FEFEFE",
    champions="#2C5AD6",
    torn="#9168B5",
    indifferent="#66717F",
    resisters="#B5572F",
    unclassified="#8D95A2",
)
DARK = Palette(
    page="#0E1116",
    card="#14181F",
    line="#2A303A",
    text="#EEF1F5",
    quiet="#AEB7C4",
    accent="#8FB0FF",
    pull="#99EDEC",
    pain="#6598DD",
    anxiety="#FFBE6C",
    anchors="#E24960",
    track="#232932",
    middle="#1B2028",
    hatch="#4B5563",
    on_accent="#0E1117",
    champions="#8EAFFE",
    torn="#BE9FE0",
    indifferent="#8A94A2",
    resisters="#E39468",
    unclassified="#5F6875",
)

PALETTE_PAIRS: dict[str, str] = {
    getattr(LIGHT, field.name): getattr(DARK, field.name) for field in fields(Palette)
}
"""Light colour -> dark colour, in one pass (a dark colour may be another light one)."""

PAGE, CARD, LINE, TEXT, QUIET = LIGHT.page, LIGHT.card, LIGHT.line, LIGHT.text, LIGHT.quiet
ACCENT, ON_ACCENT = LIGHT.accent, LIGHT.on_accent
TRACK, MIDDLE, HATCH = LIGHT.track, LIGHT.middle, LIGHT.hatch

FORCE_COLOURS: dict[Force, str] = {
    Force.PAIN: LIGHT.pain,
    Force.PULL: LIGHT.pull,
    Force.ANCHORS: LIGHT.anchors,
    Force.ANXIETY: LIGHT.anxiety,
}
"""Fill shapes only; text is never in a force's colour."""

SEGMENT_COLOURS: dict[Segment, str] = {
    Segment.CHAMPIONS: LIGHT.champions,
    Segment.TORN: LIGHT.torn,
    Segment.INDIFFERENT: LIGHT.indifferent,
    Segment.RESISTERS: LIGHT.resisters,
    Segment.UNCLASSIFIED: LIGHT.unclassified,
}

DIVERGING: tuple[tuple[float, str], ...] = (
    (0.0, LIGHT.anxiety),
    (0.5, LIGHT.card),
    (1.0, LIGHT.pull),
)
"""From the warm to the cool side through the card; give the figure a stated zero."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
SIZE_SMALL, SIZE_BODY, SIZE_LARGE = 12, 14, 16


def faint(colour: str, opacity: float) -> str:
    """``#RRGGBB`` as an rgba() string; theme.js swaps those by their colour too."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def _axis() -> dict[str, object]:
    return {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
        "tickfont": {"color": QUIET, "size": SIZE_SMALL},
        "title": {"font": {"color": QUIET, "size": SIZE_SMALL}, "standoff": 8},
        "gridcolor": LINE,
        "linecolor": LINE,
    }


def template() -> go.layout.Template:
    """The base of every figure: transparent, quiet, no gridlines, direct labels instead of legends.

    Axes do not zoom by dragging (a page must scroll under a thumb); a figure turns on the gridlines
    that are read.
    """
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": SIZE_BODY, "color": TEXT},
            "colorway": [*FORCE_COLOURS.values()],
            "margin": {"l": 0, "r": 8, "t": 8, "b": 0, "pad": 4},
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": CARD,
                "bordercolor": LINE,
                "align": "left",
                "font": {"family": FONT, "size": SIZE_BODY, "color": TEXT},
            },
            "xaxis": _axis(),
            "yaxis": _axis(),
            "uniformtext": {"mode": "hide", "minsize": SIZE_SMALL},
        }
    )
