"""Which chart a KPI gets: by its statistic, with the code of why.

Source: domain rules of Making Data Count and Laney 2002; rare events Benneyan 2001 and Nelson 1994.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from experiments.monitoring.choice import LARGE, ChartType
from kpis.kpi import Kpi, StatisticName
from kpis.measurements import Measurement

Plotted = Literal["counts", "value", "geometric_mean", "median", "within", "cases_between", "days_between"]
KpiChoiceCode = Literal[
    "share_small",
    "share_large",
    "staff_share",
    "rate_small",
    "rate_large",
    "counts_ratio",
    "geometric_mean",
    "median",
    "mean",
    "sums",
    "within",
    "rare_cases",
    "rare_time",
    "asked_kpi",
]

RARE = 1.0
"""Below this many events a period on average a chart of shares or rates has nothing to go by."""
ROUNDS = 12
"""A survey with fewer rounds gets intervals, no control chart."""
SURVEY = "SurveyResponse"


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiChoice:
    """A chart type, what it plots of each measurement, and the code of why."""

    type: ChartType
    plotted: Plotted
    code: KpiChoiceCode


def _of(chart: ChartType, plotted: Plotted, code: KpiChoiceCode) -> KpiChoice:
    return KpiChoice(type=chart, plotted=plotted, code=code)


FIXED: dict[StatisticName, KpiChoice] = {
    "mean": _of("xmr", "value", "mean"),
    "ordinal": _of("xmr", "value", "mean"),
    "net": _of("xmr", "value", "mean"),
    "ratio": _of("xmr", "value", "sums"),
    "duration": _of("xmr", "geometric_mean", "geometric_mean"),
    "censored": _of("xmr", "within", "within"),
    "staff_share": _of("p", "counts", "staff_share"),
}
"""Statistics whose chart does not depend on how many there are."""
COUNTED: dict[tuple[StatisticName, bool], KpiChoice] = {
    ("proportion", False): _of("p", "counts", "share_small"),
    ("proportion", True): _of("p-prime", "counts", "share_large"),
    ("rate", False): _of("u", "counts", "rate_small"),
    ("rate", True): _of("u-prime", "counts", "rate_large"),
    ("ratio", False): _of("u-prime", "counts", "counts_ratio"),
    ("ratio", True): _of("u-prime", "counts", "counts_ratio"),
}
"""Events over chances, and whether any denominator reaches 300."""


def choose_for(kpi: Kpi, known: Sequence[Measurement]) -> KpiChoice:
    """The chart of a KPI over its known periods."""
    if kpi.statistic == "duration" and not any(one.geometric_mean for one in known):
        return _of("xmr", "median", "median")
    if kpi.statistic == "censored" and kpi.within is None:
        return _of("xmr", "value", "mean")
    if not counts_events(kpi):
        return FIXED[kpi.statistic]
    events = sum(events_of(kpi, one) for one in known)
    if known and 0 < events < RARE * len(known):
        rate = kpi.statistic == "rate"
        return _of("t", "days_between", "rare_time") if rate else _of("g", "cases_between", "rare_cases")
    return COUNTED[kpi.statistic, any(chances_of(kpi, one) >= LARGE for one in known)]


def is_survey(kpi: Kpi) -> bool:
    """Whether people were asked in rounds."""
    return SURVEY in (kpi.numerator.table, kpi.denominator.table)


def counts_events(kpi: Kpi) -> bool:
    """Whether the KPI is events over chances: rows that count over rows, or events over an exposure."""
    if kpi.statistic == "ratio":
        return not kpi.numerator.value and not kpi.denominator.value
    return kpi.statistic in ("proportion", "rate")


def events_of(kpi: Kpi, one: Measurement) -> float:
    """How many events there were, whatever unit the KPI counts them in."""
    return float(round(one.numerator / kpi.numerator.scale))


def chances_of(kpi: Kpi, one: Measurement) -> float:
    """Over how many cases, or how much exposure, they were counted."""
    return one.denominator / kpi.denominator.scale
