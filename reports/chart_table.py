"""The numbers of a KPI's control chart as rows of text, for the table under it."""

from core.language import date_text, number
from core.language.text import N_, Text
from core.period import Period
from experiments.monitoring.chart_result import ControlChart, Point
from experiments.monitoring.charted_kpi import ChartedKpi, Gap
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from reports.words_chart import cause_word
from reports.words_kpi_choice import plotted_kpi
from reports.words_numbers import count_text

Rows = list[dict[str, str]]
NONE = "–"
COMPANIONS = {"median": N_("Median"), "p90": N_("90% below")}
GAP_WORDS = {
    "suppressed": N_("too few persons"),
    "all_alike": N_("all answers the same"),
    "not_over": N_("not over yet"),
    "too_few_measured": N_("too little measured"),
    "no_value": N_("no rows"),
}


def chart_rows(found: ChartedKpi, language: str) -> Rows:
    """One row a period: value with its standard error as a range, what the chart plots, limits and signal."""
    kpi, chart = found.chart.kpi, found.chart.charted
    residual = isinstance(chart, ControlChart) and chart.residual
    shown = plotted_kpi(kpi, found.chart.choice.plotted, residual=residual)
    points = _points(found)
    gaps = {gap.period: gap for gap in found.gaps}
    names = [name for name in COMPANIONS if any(_companion(one, name) is not None for one in found.series)]
    return [
        {
            **_measured(period, item, kpi, language),
            **{_word(COMPANIONS[name], language): _beside(item, name, kpi, language) for name in names},
            **_lines(points.get(period), shown, language),
            _word(N_("Signal"), language): _signal(points.get(period), gaps.get(period), language),
        }
        for period, item in zip(found.periods, found.series, strict=True)
    ]


def _points(found: ChartedKpi) -> dict[Period, Point]:
    chart = found.chart.charted
    if not isinstance(chart, ControlChart):
        return {}
    return dict(zip(found.chart.periods, chart.points, strict=True))


def _measured(period: Period, item: Disclosed[Measurement], kpi: Kpi, language: str) -> dict[str, str]:
    one = item.value
    return {
        _word(N_("Period"), language): period.label,
        _word(N_("From"), language): date_text(period.start, language),
        _word(N_("Value"), language): item.mark or _plain(one, kpi, language),
        _word(N_("± 2 standard errors"), language): item.mark or _range(one, kpi, language),
        "n": item.mark or (count_text(one.n, language) if one and one.n else NONE),
    }


def _plain(one: Measurement | None, kpi: Kpi, language: str) -> str:
    return NONE if one is None or one.value is None else _number(one.value, kpi, language)


def _range(one: Measurement | None, kpi: Kpi, language: str) -> str:
    if one is None or one.value is None or one.standard_error is None:
        return NONE
    reach = 2 * one.standard_error
    low, high = (_number(bound, kpi, language) for bound in (one.value - reach, one.value + reach))
    return Text(N_("{low} to {high}"), {"low": low, "high": high}).render(language)


def _companion(item: Disclosed[Measurement], name: str) -> float | None:
    return item.value.companions.get(name) if item.value is not None else None


def _beside(item: Disclosed[Measurement], name: str, kpi: Kpi, language: str) -> str:
    found = _companion(item, name)
    return item.mark or (NONE if found is None else _number(found, kpi, language))


def _lines(point: Point | None, shown: Kpi, language: str) -> dict[str, str]:
    names = (N_("In the chart"), N_("Lower limit"), N_("Mean"), N_("Upper limit"))
    values = (None,) * 4 if point is None else (point.value, point.lower, point.centre, point.upper)
    return {
        _word(name, language): NONE if value is None else _number(value, shown, language)
        for name, value in zip(names, values, strict=True)
    }


def _signal(point: Point | None, gap: Gap | None, language: str) -> str:
    if gap is not None:
        return _word(GAP_WORDS[gap.code], language)
    if point is None:
        return NONE
    if not point.judged:
        return _word(N_("not judged"), language)
    return cause_word(point.special_cause, language) or NONE


def _number(value: float, kpi: Kpi, language: str) -> str:
    return number(value * kpi.display_scale, kpi.digits, language)


def _word(template: str, language: str) -> str:
    return Text(template).render(language)
