"""One KPI of one department as a control chart: limits, centre, marks by kind, target and what happened."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, cast

from core.language import number
from core.language.text import N_, Text
from experiments.monitoring.chart_result import ControlChart, Point
from experiments.monitoring.icons import Variation, variation
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figure_trend import HEIGHT, Moment, add_moment, add_target
from reports.figures import Figure, field, label, layout, missing_as_none, month_axis, unit_label
from reports.palette import Mode, Palette, palette
from reports.words_chart import variation_word

Kind = Literal["common", "improvement", "concern", "neutral"]
Line = Literal["lower", "centre", "upper"]

SYMBOLS: dict[Kind, tuple[str, int]] = {
    "common": ("circle", 6),
    "improvement": ("diamond", 8),
    "concern": ("square", 8),
    "neutral": ("triangle-up", 8),
}
CLOSE = 0.22
"""Words closer to each other than this share of the width would overlap on a phone."""
HALF = "A6"
"""Opacity behind a label, so that it can be read and hides no point."""
ROOM = 0.3
"""Limits this far apart, as a share of what is drawn, leave room for the mean's label."""
LEGEND = {"orientation": "h", "x": 0, "xanchor": "left", "y": -0.16, "yanchor": "top"}


def control_chart_figure(
    found: Disclosed[ControlChart],
    days: Sequence[date],
    kpi: Kpi,
    moments: Sequence[Moment],
    mode: Mode,
    language: str,
    run_in: tuple[date, date] | None = None,
) -> Figure | None:
    """The chart of values in the KPI's unit, with the first day of each point; None where suppressed.

    run_in: first day of a pilot and first day after the run-in, drawn as fields.

    Raises ValueError when there is not one day a point. The chart is made of values that may be shown: a
    value that is suppressed must have been a gap before the limits were computed.
    """
    chart = found.value
    if chart is None:
        return None
    if len(days) != len(chart.points):
        raise ValueError(f"{len(days)} days for {len(chart.points)} points")
    colours = palette(mode)
    figure = layout(colours, language, height=HEIGHT, hover="x unified")
    figure["xaxis"] |= month_axis(days[0], days[-1], language)
    margin = timedelta(days=3)
    figure["xaxis"]["range"] = [(days[0] - margin).isoformat(), (days[-1] + margin).isoformat()]
    figure["yaxis"] |= {"hoverformat": f",.{kpi.digits}f", "tickformat": f",.{kpi.digits}f"}
    figure |= {"showlegend": True, "legend": LEGEND}
    figure["annotations"] = [
        unit_label(kpi.unit[language], colours),
        *_limit_labels(chart, kpi, colours, language),
    ]
    if chart.target is not None and not chart.residual:
        add_target(figure, chart.target, kpi, colours, language)
    _add_moments(
        figure, [one for one in moments if days[0] <= one.day <= days[-1] + timedelta(days=6)], colours
    )
    if run_in is not None:
        _add_fields(figure, run_in, days, colours)
    lines = [_line(chart, days, kpi, colours, which) for which in ("lower", "upper", "centre")]
    traces = [*lines, _values(chart, days, kpi, colours), *_marks(chart, days, kpi, colours, language)]
    return {"data": traces, "layout": figure}


def _line(chart: ControlChart, days: Sequence[date], kpi: Kpi, colours: Palette, which: Line) -> Figure:
    """The centre or a limit: a step wherever it changes, a break where a new part begins."""
    x: list[str] = []
    y: list[float | None] = []
    for (before, point), day in zip(pairwise((None, *chart.points)), days, strict=True):
        if before is not None and point is not None and before.part != point.part:
            x, y = [*x, day.isoformat()], [*y, None]
        at = cast(float | None, getattr(point, which))
        x, y = [*x, day.isoformat()], [*y, None if at is None else at * kpi.display_scale]
    style = (
        {"color": colours.muted, "width": 1.4} if which == "centre" else {"color": colours.gray, "width": 1.2}
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "name": which,
        "x": x,
        "y": y,
        "connectgaps": False,
        "showlegend": False,
        "hoverinfo": "skip",
        "line": {**style, "dash": "solid" if which == "centre" else "dot", "shape": "hvh"},
    }


def _values(chart: ControlChart, days: Sequence[date], kpi: Kpi, colours: Palette) -> Figure:
    values = [None if point.value is None else point.value * kpi.display_scale for point in chart.points]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "",
        "x": [day.isoformat() for day in days],
        "y": missing_as_none(values),
        "connectgaps": False,
        "showlegend": False,
        "hoverinfo": "skip",
        "line": {"color": colours.gray, "width": 1.4},
    }


def _marks(
    chart: ControlChart, days: Sequence[date], kpi: Kpi, colours: Palette, language: str
) -> Iterator[Figure]:
    """One trace for each kind of point that occurs; the legend names it."""
    fills: dict[Kind, str] = {
        "common": colours.comparison,
        "improvement": colours.green,
        "concern": colours.orange,
        "neutral": colours.blue,
    }
    for kind, (symbol, size) in SYMBOLS.items():
        shown = [
            (day, point.value * kpi.display_scale, icon)
            for day, point in zip(days, chart.points, strict=True)
            if point.value is not None and _kind(icon := _icon(point, chart)) == kind
        ]
        if shown:
            yield {
                "type": "scatter",
                "mode": "markers",
                "name": variation_word(shown[0][2], language),
                "x": [day.isoformat() for day, _, _ in shown],
                "y": [value for _, value, _ in shown],
                "marker": {"symbol": symbol, "size": size, "color": fills[kind]},
            }


def _icon(point: Point, chart: ControlChart) -> Variation:
    return variation(point.special_cause, point.side, chart.better)


def _kind(icon: Variation) -> Kind:
    return cast(Kind, icon.split("_")[0])


def _add_moments(figure: Figure, moments: Sequence[Moment], colours: Palette) -> None:
    """Words that would overlap stand on two lines; at the right end they end at their line."""
    first, last = (date.fromisoformat(day) for day in figure["xaxis"]["range"])
    before: date | None = None
    raised = False
    for moment in sorted(moments, key=lambda one: one.day):
        add_moment(figure, moment, colours)
        raised = before is not None and not raised and (moment.day - before) < CLOSE * (last - first)
        figure["annotations"][-1] |= {"yshift": 14 if raised else 0}
        if last - moment.day < CLOSE / 2 * (last - first):
            figure["annotations"][-1] |= {"xanchor": "right"}
        before = moment.day


def _add_fields(figure: Figure, run_in: tuple[date, date], days: Sequence[date], colours: Palette) -> None:
    """The run-in grey, what follows it a little blue."""
    begin, settled = (min(max(day, days[0]), days[-1]) for day in run_in)
    if begin < settled:
        figure["shapes"].append(field(begin.isoformat(), settled.isoformat(), colours.gray_tint))
    if settled < days[-1]:
        figure["shapes"].append(field(settled.isoformat(), figure["xaxis"]["range"][1], colours.blue_tint))


def _limit_labels(chart: ControlChart, kpi: Kpi, colours: Palette, language: str) -> Iterator[Figure]:
    """The last lines in numbers, inside the plot: "boven 11,6"; the mean only where it has room."""
    last = chart.last
    values = [
        one for point in chart.points for one in (point.value, point.lower, point.upper) if one is not None
    ]
    is_roomy = (last.upper or 0.0) - (last.lower or 0.0) > ROOM * (max(values) - min(values))
    for bound, words, shift in (
        (last.upper, N_("upper {value}"), 9),
        (last.centre if is_roomy else None, N_("mean {value}"), 9),
        (last.lower, N_("lower {value}"), -9),
    ):
        if bound is not None:
            at = bound * kpi.display_scale
            text = Text(words, {"value": number(at, kpi.digits, language)}).render(language)
            place = {"xref": "paper", "x": 1, "y": at, "yshift": shift, "xanchor": "right"}
            place["bgcolor"] = colours.page + HALF
            yield label(text, colours.muted, **place)
