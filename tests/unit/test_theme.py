"""Both palettes keep the contrasts of the design language, and the style sheet has the same."""

from dataclasses import asdict
from pathlib import Path

import pytest

from components.theme import DARK, FORCE_COLOURS, LIGHT, PALETTE_PAIRS, Palette, faint, template

STYLE = Path(__file__).parents[2] / "assets" / "app.css"
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance, 0-1 (WCAG 2.1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@PALETTES
def test_contrasts(palette: Palette) -> None:
    for ground in (palette.card, palette.page):
        assert contrast(palette.text, ground) >= 7
        assert contrast(palette.quiet, ground) >= 4.5
        assert contrast(palette.accent, ground) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    for shape in ("pull", "pain", "anxiety", "anchors", "champions", "torn", "resisters"):
        assert contrast(getattr(palette, shape), palette.card) >= 3, shape


@PALETTES
def test_every_colour_is_its_own(palette: Palette) -> None:
    """Two roles of one colour could not be told apart when the theme changes."""
    assert len(set(asdict(palette).values())) == len(asdict(palette))


def test_pairs_cover_the_palette() -> None:
    assert len(PALETTE_PAIRS) == len(asdict(LIGHT))
    assert set(FORCE_COLOURS.values()) <= set(PALETTE_PAIRS)


@pytest.mark.parametrize("name", ["page", "card", "line", "text", "quiet", "accent", "track"])
def test_the_style_sheet_has_the_same_colours(name: str) -> None:
    light, dark = STYLE.read_text().split('[data-bs-theme="dark"] {')[:2]
    assert f"--{name}: {getattr(LIGHT, name).lower()};" in light
    assert f"--{name}: {getattr(DARK, name).lower()};" in dark.split("}")[0]


def test_a_faint_colour_can_still_be_swapped() -> None:
    assert faint("#2F5BD7", 0.2) == "rgba(47,91,215,0.2)"


def test_the_template_is_quiet() -> None:
    layout = template().layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert not layout.xaxis.showgrid
    assert not layout.showlegend
