"""The points before a start and after the run-in side by side, without any claim about the cause."""

from collections.abc import Sequence
from statistics import fmean

from core.language import number
from core.language.text import N_, Text
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from reports.figure_tables import Rows
from reports.words_chart import PERIODS
from reports.words_kpi_choice import plotted_kpi


def before_after_rows(found: ChartedKpi, language: str) -> Rows:
    """Two rows: how many points, their mean, the lowest and highest; none without points on both sides."""
    chart, live = found.chart.charted, found.chart.go_live
    if not isinstance(chart, ControlChart) or live is None:
        return []
    known = [
        (period, point.value)
        for period, point in zip(found.chart.periods, chart.points, strict=True)
        if point.value is not None
    ]
    sides = {
        N_("Before the start"): [value for period, value in known if period.end < live.start],
        N_("After the run-in"): [value for period, value in known if period.start >= live.settled],
    }
    if not all(sides.values()):
        return []
    return [_row(found, name, values, language) for name, values in sides.items()]


def _row(found: ChartedKpi, name: str, values: Sequence[float], language: str) -> dict[str, str]:
    shown = plotted_kpi(found.chart.kpi, found.chart.choice.plotted)
    mean, low, high = (
        number(value * shown.display_scale, shown.digits, language)
        for value in (fmean(values), min(values), max(values))
    )
    span = Text(N_("{low} to {high}"), {"low": low, "high": high}).render(language)
    names = (N_("Part"), PERIODS[found.every], N_("Mean"), N_("Lowest to highest"))
    cells = (Text(name).render(language), str(len(values)), mean, span)
    return {Text(head).render(language): cell for head, cell in zip(names, cells, strict=True)}
