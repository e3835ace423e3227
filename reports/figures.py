"""The house style of every chart, as plain Plotly dictionaries: layout, months, lines, fields and labels.

A figure is built from what passed the disclosure gate only; see the figure_*.py files beside this one.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from core.language.numbers import percent
from core.language.text import N_, Text
from experiments.panel import Scale
from kpis.kpi import Kpi
from reports.palette import Palette
from reports.words_numbers import better_sign, change_number, effect_text, month_text

Figure = dict[str, Any]
FONT = "Inter, sans-serif"
SEPARATORS = {"nl": ",.", "en": ".,"}
MONTHS_SHOWN = 7


def layout(
    colours: Palette,
    language: str,
    *,
    height: int,
    right: int = 8,
    top: int = 40,
    hover: Literal["x unified", "closest"] = "closest",
) -> Figure:
    """The layout all charts share: transparent, horizontal grid only, no legend, no title."""
    axis = {
        "linecolor": colours.axis,
        "tickcolor": colours.axis,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "height": height,
        "margin": {"l": 8, "r": right, "t": top, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": colours.muted},
        "separators": SEPARATORS[language],
        "showlegend": False,
        "dragmode": False,
        "hovermode": hover,
        "hoverlabel": {
            "bgcolor": colours.page,
            "bordercolor": colours.border,
            "font": {"family": FONT, "size": 12, "color": colours.text},
        },
        "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside"},
        "yaxis": {**axis, "showgrid": True, "gridcolor": colours.grid, "showline": False},
        "shapes": [],
        "annotations": [],
    }


def month_axis(first: date, last: date, language: str) -> dict[str, Any]:
    """Ticks at months in the reader's language, the year under the first tick and under January."""
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    step = max(1, -(-len(months) // MONTHS_SHOWN))
    shown = [month for month in months if (month.month - 1) % step == 0] or months
    labels = [
        month_text(month, language) + (f"<br>{month.year}" if index == 0 or month.month == 1 else "")
        for index, month in enumerate(shown)
    ]
    return {
        "type": "date",
        "tickmode": "array",
        "tickvals": [month.isoformat() for month in shown],
        "ticktext": labels,
        "hoverformat": "%d-%m-%Y",
    }


def vertical(at: str | float, colour: str, dash: str) -> dict[str, Any]:
    """A line over the whole height at one x."""
    line = {"color": colour, "width": 1.2, "dash": dash}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def horizontal(at: float, colour: str, dash: str, width: float = 1.4) -> dict[str, Any]:
    """A line over the whole width at one y."""
    line = {"color": colour, "width": width, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": line}


def field(first: str | float, last: str | float, colour: str) -> dict[str, Any]:
    """A coloured field between two x, behind the marks."""
    return {
        "type": "rect",
        "x0": first,
        "x1": last,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "line": {"width": 0},
        "layer": "below",
    }


def label(text: str, colour: str, **where: Any) -> dict[str, Any]:
    """A word in the chart, without an arrow."""
    font = {"size": 12, "color": colour, "family": FONT}
    return {"text": text, "showarrow": False, "font": font, "borderpad": 1, **where}


def unit_label(text: str, colours: Palette) -> dict[str, Any]:
    """The unit, small, above the left end of the plot."""
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": 27}
    return label(text, colours.muted, xanchor="left", yanchor="middle", **place)


def tick_suffix(scale: Scale, language: str) -> str:
    """What stands behind the numbers of an axis: a percent sign as the language writes it, or nothing."""
    return percent(0.0, 0, language).removeprefix("0") if scale == "relative" else ""


def matters_label(size: float, kpi: Kpi, scale: Scale, language: str) -> str:
    """The words beside the line of the smallest change that matters: "counts from −1.5", "… −7.0 %"."""
    write = effect_text if scale == "relative" else change_number
    threshold = write(size * better_sign(kpi), kpi, scale, language)
    return Text(N_("counts from {threshold}"), {"threshold": threshold}).render(language)


def missing_as_none(values: Sequence[float | None]) -> list[float | None]:
    """Plotly leaves a gap at None; NaN is not JSON."""
    return [None if value is None or value != value else value for value in values]
