"""Colours of figures and bars in light and dark mode; the app's theme file holds the same values."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """State colours, then what a chart is drawn with.

    pilot and comparison are positions 1 and 3 of the chart colours; tint colours are fields behind marks.
    """

    page: str
    text: str
    muted: str
    border: str
    blue: str
    green: str
    orange: str
    red: str
    gray: str
    green_tint: str
    gray_tint: str
    blue_tint: str
    pilot: str
    comparison: str
    pilot_band: str
    comparison_band: str
    grid: str
    axis: str


LIGHT = Palette(
    page="#FFFFFF",
    text="#15222E",
    muted="#4A5967",
    border="#DCE4EB",
    blue="#1D5FA8",
    green="#0E7C6B",
    orange="#C65A11",
    red="#B3263A",
    gray="#5A6B7B",
    green_tint="#E0F3EF",
    gray_tint="rgba(90,107,123,0.16)",
    blue_tint="rgba(29,95,168,0.06)",
    pilot="#1D5FA8",
    comparison="#5A6B7B",
    pilot_band="rgba(29,95,168,0.32)",
    comparison_band="rgba(90,107,123,0.30)",
    grid="#E6ECF1",
    axis="#9AA8B5",
)

DARK = Palette(
    page="#0F1822",
    text="#E9EFF5",
    muted="#B4C1CD",
    border="#2C3B4A",
    blue="#4C9BE0",
    green="#35B39E",
    orange="#EE8A3C",
    red="#EB6A7B",
    gray="#91A1B0",
    green_tint="#12332F",
    gray_tint="rgba(145,161,176,0.18)",
    blue_tint="rgba(76,155,224,0.09)",
    pilot="#4C9BE0",
    comparison="#A9B7C4",
    pilot_band="rgba(76,155,224,0.38)",
    comparison_band="rgba(169,183,196,0.32)",
    grid="#233140",
    axis="#6B7C8C",
)


def palette(mode: Mode) -> Palette:
    """The colours of a mode."""
    return DARK if mode == "dark" else LIGHT
