"""A KPI's chart as people see it: behind the gate, with its gaps, events and rebases."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.language.text import Text
from core.period import Every, Period
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.kpi_chart import KpiChart
from experiments.monitoring.rebase import Rebase
from experiments.pilot import Pilot
from governance.disclosure_control import Disclosed
from kpis.measurements import Measurement

GapCode = Literal["suppressed", "all_alike", "not_over", "too_few_measured", "no_value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A period without a point, and why."""

    period: Period
    code: GapCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the department."""

    day: date
    word: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartedKpi:
    """A chart of released values, with what is missing from it and the decisions behind its parts.

    drawn: the chart behind the gate, None where there is none. pilot: whose start splits the chart. periods
    and series: every period that was asked for, those without a point too.
    """

    chart: KpiChart
    drawn: Disclosed[ControlChart] | None
    unit: str
    every: Every
    gaps: tuple[Gap, ...]
    rebases: tuple[Rebase, ...]
    pilot: Pilot | None
    periods: tuple[Period, ...]
    series: tuple[Disclosed[Measurement], ...]
    events: tuple[Event, ...] = ()
