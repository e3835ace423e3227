"""One KPI of one department, period by period, with its target and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.language import number
from core.language.text import N_, Text
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.figures import Figure, horizontal, label, layout, month_axis, unit_label, vertical
from reports.palette import Mode, Palette, palette

HEIGHT = 380


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened on a day, in one short word."""

    day: date
    word: str
    is_start: bool = False


def trend_figure(
    series: Sequence[Disclosed[Measurement]],
    periods: Sequence[date],
    kpi: Kpi,
    moments: Sequence[Moment],
    mode: Mode,
    language: str,
    *,
    is_uncertain: bool = False,
) -> Figure:
    """A line with a mark per period; a gap where the value is suppressed or missing.

    is_uncertain: two standard errors to both sides of each value.
    """
    colours = palette(mode)
    figure = layout(colours, language, height=HEIGHT, hover="x unified")
    figure["xaxis"] |= month_axis(periods[0], periods[-1], language)
    figure["xaxis"]["range"] = [
        (periods[0] - timedelta(days=3)).isoformat(),
        (periods[-1] + timedelta(days=3)).isoformat(),
    ]
    figure["yaxis"] |= {"hoverformat": f",.{kpi.digits}f", "tickformat": f",.{kpi.digits}f"}
    figure["annotations"] = [unit_label(kpi.unit[language], colours)]
    if kpi.target is not None:
        add_target(figure, kpi.target, kpi, colours, language)
    first, last = periods[0], periods[-1] + timedelta(days=6)
    for moment in moments:
        if first <= moment.day <= last:
            add_moment(figure, moment, colours)
    line = _line(series, periods, kpi, colours, language)
    if is_uncertain:
        line["error_y"] = _two_errors(series, kpi, colours)
    return {"data": [line], "layout": figure}


def _two_errors(series: Sequence[Disclosed[Measurement]], kpi: Kpi, colours: Palette) -> Figure:
    reach = [
        2 * item.value.standard_error * kpi.display_scale
        if item.value is not None and item.value.standard_error is not None
        else None
        for item in series
    ]
    return {"type": "data", "array": reach, "color": colours.pilot_band, "thickness": 4, "width": 0}


def shown_value(item: Disclosed[Measurement]) -> float | None:
    """The value that may be shown; None where suppressed, missing or not complete."""
    return item.value.value if item.value is not None and item.value.complete else None


def _line(
    series: Sequence[Disclosed[Measurement]],
    periods: Sequence[date],
    kpi: Kpi,
    colours: Palette,
    language: str,
) -> Figure:
    values = [shown_value(item) for item in series]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": kpi.label[language],
        "x": [day.isoformat() for day in periods],
        "y": [None if value is None else value * kpi.display_scale for value in values],
        "connectgaps": False,
        "line": {"color": colours.pilot, "width": 2.4},
        "marker": {"size": 6, "color": colours.pilot},
    }


def add_target(figure: Figure, target: float, kpi: Kpi, colours: Palette, language: str) -> None:
    """A dashed line at a target in the KPI's unit, with its label."""
    at = target * kpi.display_scale
    text = Text(N_("target {value}"), {"value": number(at, kpi.digits, language)}).render(language)
    figure["shapes"].append(horizontal(at, colours.blue, "dash"))
    place = {"xref": "paper", "x": 0, "y": at, "yshift": 9, "xanchor": "left", "bgcolor": colours.page}
    figure["annotations"].append(label(text, colours.blue, **place))


def add_moment(figure: Figure, moment: Moment, colours: Palette) -> None:
    """A vertical line on the day, with the word above it; dashed for a start."""
    figure["shapes"].append(
        vertical(moment.day.isoformat(), colours.muted, "dash" if moment.is_start else "dot")
    )
    place = {"x": moment.day.isoformat(), "yref": "paper", "y": 1, "yanchor": "bottom"}
    figure["annotations"].append(label(moment.word, colours.muted, **place))
