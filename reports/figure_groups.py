"""Both groups over time: the pilot departments against the comparison departments, week by week."""

from datetime import date, timedelta

from core.language.text import N_, Text
from core.period import parse
from experiments.evaluation import GroupSeries, KpiResult
from experiments.pilot import Pilot
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figures import (
    Figure,
    field,
    label,
    layout,
    missing_as_none,
    month_axis,
    unit_label,
    vertical,
)
from reports.palette import Mode, Palette, palette

HEIGHT = 350
LABEL_MARGIN = 88


def groups_figure(
    found: Disclosed[KpiResult], kpi: Kpi, pilot: Pilot, mode: Mode, language: str
) -> Figure | None:
    """Two lines with a direct label, the starts, the run-in and the time after; None where suppressed."""
    if found.value is None or not found.value.series.periods:
        return None
    colours, series = palette(mode), found.value.series
    days = [parse(period).start for period in series.periods]
    figure = layout(colours, language, height=HEIGHT, right=LABEL_MARGIN, hover="x unified")
    figure["xaxis"] |= month_axis(days[0], days[-1], language)
    figure["xaxis"]["range"] = [days[0].isoformat(), (days[-1] + timedelta(days=3)).isoformat()]
    figure["yaxis"] |= {"hoverformat": f",.{kpi.digits}f", "tickformat": f",.{kpi.digits}~f"}
    figure["shapes"] = _phases(pilot, days[-1] + timedelta(days=6), colours)
    figure["annotations"] = [unit_label(kpi.unit[language], colours), *_start_words(pilot, colours, language)]
    traces = []
    for name, values, colour, dash, width in _lines(series, colours, language):
        shown = [None if value is None else value * kpi.display_scale for value in missing_as_none(values)]
        traces.append(_trace(days, shown, name, colour, dash, width))
        end = next(((day, value) for day, value in zip(days[::-1], shown[::-1], strict=True) if value), None)
        if end:
            figure["annotations"].append(
                label(name, colour, x=end[0].isoformat(), y=end[1], xanchor="left", xshift=6)
            )
    return {"data": traces, "layout": figure}


def group_names(language: str) -> tuple[str, str]:
    """What the two groups are called in charts and tables."""
    return Text(N_("pilot")).render(language), Text(N_("comparison")).render(language)


def _lines(
    series: GroupSeries, colours: Palette, language: str
) -> tuple[tuple[str, tuple[float, ...], str, str, float], ...]:
    pilot, comparison = group_names(language)
    return (
        (comparison, series.comparison, colours.comparison, "dash", 2.0),
        (pilot, series.treated, colours.pilot, "solid", 2.6),
    )


def _trace(
    days: list[date], values: list[float | None], name: str, colour: str, dash: str, width: float
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [day.isoformat() for day in days],
        "y": values,
        "name": name,
        "connectgaps": False,
        "line": {"color": colour, "dash": dash, "width": width},
    }


def _phases(pilot: Pilot, end: date, colours: Palette) -> list[dict[str, object]]:
    starts = sorted(set(pilot.starts.values()))
    after = starts[-1] + timedelta(weeks=pilot.run_in_weeks)
    fields = [field(after.isoformat(), end.isoformat(), colours.blue_tint)]
    if pilot.run_in_weeks:
        fields.append(field(starts[0].isoformat(), after.isoformat(), colours.gray_tint))
    return fields + [vertical(start.isoformat(), colours.muted, "dash") for start in starts]


def _start_words(pilot: Pilot, colours: Palette, language: str) -> list[dict[str, object]]:
    starts = sorted(set(pilot.starts.values()))
    word = N_("start") if len(starts) == 1 else N_("first start")
    where = {"x": starts[0].isoformat(), "yref": "paper", "y": 1, "yanchor": "bottom"}
    return [label(Text(word).render(language), colours.muted, xanchor="center", **where)]
