"""Why a KPI has the chart that it has, what is plotted in it, and on what its limits stand."""

from collections.abc import Mapping
from dataclasses import replace

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text, Value
from experiments.monitoring.baseline import BaselineCode
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.choice import ChartType
from experiments.monitoring.kpi_choice import KpiChoiceCode, Plotted
from kpis.kpi import Kpi
from reports.words_chart import PERIODS

CHARTS: dict[ChartType, str] = {
    "xmr": N_("XmR chart"),
    "p": N_("p chart"),
    "p-prime": N_("p′ chart"),
    "u": N_("u chart"),
    "u-prime": N_("u′ chart"),
    "c": N_("c chart"),
    "g": N_("g chart"),
    "t": N_("t chart"),
    "run": N_("run chart"),
}
WHY: dict[KpiChoiceCode, str] = {
    "share_small": N_("chosen for a share with fewer than 300 cases in every period"),
    "share_large": N_("chosen for a share with 300 cases and more, where a p chart is too strict"),
    "staff_share": N_("chosen for a share of clinicians"),
    "rate_small": N_("chosen for a rate with less than 300 to count over in every period"),
    "rate_large": N_("chosen for a rate with 300 and more to count over, where a u chart is too strict"),
    "counts_ratio": N_("chosen for counts over other counts, where a u chart is too strict"),
    "geometric_mean": N_("of the geometric mean on the log scale, because durations are skewed"),
    "median": N_("of the median, because durations are skewed and some are zero"),
    "mean": N_("of the value of each period, chosen for a score or an average"),
    "sums": N_("of the value of each period, chosen for a sum over a sum"),
    "within": N_("of the share that was ready in time, because some are still open"),
    "rare_cases": N_("of the cases between two events, because there is less than one a period"),
    "rare_time": N_("of the days between two events, because there is less than one a period"),
    "asked_kpi": N_("asked for"),
}
BASES: dict[BaselineCode, str] = {
    "before_start": N_("mean and limits of the {count} {periods} before the start"),
    "since_start": N_(
        "mean and limits of the first {count} {periods} after the run-in; none was used before"
    ),
    "few_before": N_("mean and limits of the first {count} {periods}; too few lie before the start"),
    "first_points": N_("mean and limits of the first {count} {periods}"),
}


def plotted_kpi(kpi: Kpi, plotted: Plotted, *, residual: bool = False) -> Kpi:
    """The KPI with the unit, the digits and the scale of what its chart plots."""
    if plotted in ("cases_between", "days_between"):
        words = (
            N_("cases between two events") if plotted == "cases_between" else N_("days between two events")
        )
        return replace(kpi, unit=_units(words), digits=0, display_scale=1.0)
    if plotted == "within":
        words = N_("% ready within {time:.0} {unit}")
        time = kpi.within or 0.0
        unit = {
            language: Text(words, {"time": time, "unit": kpi.unit[language]}).render(language)
            for language in LANGUAGES
        }
        kpi = replace(kpi, unit=unit, digits=0, display_scale=100.0)
    if residual and plotted == "geometric_mean":
        return replace(kpi, unit=_units(N_("times what the period before predicts")), digits=2)
    if residual:
        return replace(kpi, unit=_units(N_("{unit}, beside what the period before predicts"), kpi.unit))
    return kpi


def _units(template: str, unit: Mapping[str, str] | None = None) -> dict[str, str]:
    return {
        language: Text(template, {} if unit is None else {"unit": unit[language]}).render(language)
        for language in LANGUAGES
    }


def chart_words(found: ChartedKpi, language: str) -> str:
    """The type of chart and why: "XmR chart of the geometric mean on the log scale, because ..."."""
    name = Text(CHARTS[found.chart.choice.type]).render(language)
    return f"{name} {Text(WHY[found.chart.choice.code]).render(language)}"


def base_words(found: ChartedKpi, language: str) -> str:
    """On which points the limits stand; empty where there is no chart."""
    chart, baseline = found.chart.charted, found.chart.baseline
    if not isinstance(chart, ControlChart) or baseline is None:
        return ""
    if chart.points[-1].part > 1:
        template = N_("own mean and limits since {day}")
        return Text(template, {"day": found.chart.shifted[-1]}).render(language)
    values: dict[str, Value] = {
        "count": sum(point.in_limits for point in chart.points),
        "periods": Text(PERIODS[chart.every]),
    }
    return Text(BASES[baseline.code], values).render(language)
