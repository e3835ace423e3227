"""The control chart of a KPI in one department: type, baseline, parts and target chosen, codes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from core.errors import InputError
from core.period import Period
from experiments.monitoring.baseline import Baseline, GoLive, baseline_of
from experiments.monitoring.chart_result import Charted, ControlChart, NoChart
from experiments.monitoring.choice import NEEDS_DENOMINATOR, ChartType
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.icons import Better
from experiments.monitoring.kpi_choice import (
    ROUNDS,
    KpiChoice,
    Plotted,
    choose_for,
    counts_events,
    is_survey,
)
from experiments.monitoring.kpi_series import Known, PlottedSeries, plotted_series, says_something
from experiments.monitoring.series import Series
from experiments.monitoring.taken_back import taken_back
from experiments.monitoring.target import NO_TARGET, TargetJudged, judged_target
from kpis.kpi import Kpi

COUNTED: dict[ChartType, Plotted] = {
    "p": "counts",
    "p-prime": "counts",
    "u": "counts",
    "u-prime": "counts",
    "c": "counts",
    "g": "cases_between",
    "t": "days_between",
}
"""What a chart plots that somebody asked for; the others plot values."""
OTHER_WAY: dict[Better, Better] = {"lower": "higher", "higher": "lower", "neutral": "neutral"}
BETWEEN = frozenset({"cases_between", "days_between"})
Names = Callable[[Series], tuple[int, ...]]
"""Positions of points that somebody named, once the series is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiAsked:
    """What may be asked of the chart of a KPI.

    type "auto", target None and better None: as the KPI says. baseline None: the time before the start of a
    pilot, else the first points. rebase, excluded: positions in the series that is charted.
    """

    type: ChartType | Literal["auto"] = "auto"
    baseline: int | None = None
    rebase: Names = lambda _: ()
    excluded: Names = lambda _: ()
    target: float | None = None
    better: Better | None = None
    screen: bool = True
    rules: Literal["making-data-count", "anhoej"] = "making-data-count"
    residual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiChart:
    """The chart with the period of each point, what its limits stand on and what the target says.

    shifted: the first day of each part that begins anew. baseline None: no chart.
    """

    kpi: Kpi
    choice: KpiChoice
    charted: Charted
    periods: tuple[Period, ...]
    baseline: Baseline | None
    target: TargetJudged
    go_live: GoLive | None
    shifted: tuple[date, ...] = ()


def kpi_chart(
    kpi: Kpi,
    found: Known,
    asked: KpiAsked,
    *,
    go_live: GoLive | None = None,
    rebased: Sequence[date] = (),
) -> KpiChart:
    """The chart of what may be shown of a KPI; raises InputError for options that do not fit it.

    rebased: days on which a person let the limits start anew.
    """
    known = [one for _, one in found if one is not None and says_something(one)]
    choice = _choice(kpi, choose_for(kpi, known), asked)
    plotted = plotted_series(kpi, found, choice.plotted)
    if is_survey(kpi) and asked.type == "auto" and len(known) < ROUNDS:
        refused = NoChart(
            type=choice.type, code="few_rounds", values={"rounds": len(known), "enough": ROUNDS}
        )
        return _without(kpi, choice, plotted, refused, go_live)
    if not plotted.periods:
        return _without(kpi, choice, plotted, NoChart(type=choice.type, code="no_values"), go_live)
    parts = tuple(sorted({*asked.rebase(plotted.series), *_starts(plotted.periods, rebased)}))
    baseline = baseline_of(plotted.periods, plotted.series.plotted, go_live)
    options = _options(kpi, choice, asked, baseline, parts)
    charted = control_chart(plotted.series, replace(options, excluded=asked.excluded(plotted.series)))
    target = _target(kpi, found, choice, asked, _since(plotted.periods, parts, go_live))
    if isinstance(charted, ControlChart):
        charted = replace(taken_back(charted) if plotted.logarithms else charted, assurance=target.assurance)
    return KpiChart(
        kpi=kpi,
        choice=choice,
        charted=charted,
        periods=plotted.periods,
        baseline=baseline,
        target=target,
        go_live=go_live,
        shifted=tuple(plotted.periods[at].start for at in parts),
    )


def _without(
    kpi: Kpi, choice: KpiChoice, plotted: PlottedSeries, refused: NoChart, go_live: GoLive | None
) -> KpiChart:
    return KpiChart(
        kpi=kpi,
        choice=choice,
        charted=refused,
        periods=plotted.periods,
        baseline=None,
        target=NO_TARGET,
        go_live=go_live,
    )


def _choice(kpi: Kpi, choice: KpiChoice, asked: KpiAsked) -> KpiChoice:
    chart: ChartType | Literal["auto"] = "xmr" if asked.residual and asked.type == "auto" else asked.type
    if chart in ("auto", choice.type):
        return choice
    if chart in COUNTED:
        if not counts_events(kpi) and not (kpi.statistic == "staff_share" and chart in NEEDS_DENOMINATOR):
            raise InputError(
                "KPI '{kpi}' counts no events, so no {chart} chart can be made of it.",
                remedy="Choose xmr or run, or leave out --type.",
                kpi=kpi.id,
                chart=chart,
            )
        return KpiChoice(type=chart, plotted=COUNTED[chart], code="asked_kpi")
    plotted: Plotted = "value" if choice.plotted in COUNTED.values() else choice.plotted
    return KpiChoice(type=chart, plotted=plotted, code="asked_kpi")  # type: ignore[arg-type]


def _options(
    kpi: Kpi, choice: KpiChoice, asked: KpiAsked, baseline: Baseline, parts: tuple[int, ...]
) -> ChartOptions:
    better: Better = asked.better or kpi.direction
    return ChartOptions(
        type=choice.type,
        baseline=baseline.positions if asked.baseline is None else asked.baseline,
        rebase=parts,
        unjudged=baseline.unjudged,
        target=_drawn_target(kpi, choice, asked),
        better=OTHER_WAY[better] if choice.plotted in BETWEEN else better,
        screen=asked.screen,
        rules=asked.rules,
        residual=asked.residual,
    )


def _drawn_target(kpi: Kpi, choice: KpiChoice, asked: KpiAsked) -> float | None:
    """A target is one for the KPI's value: no line in a chart of something else."""
    if asked.target is not None:
        return asked.target
    return kpi.target if choice.plotted in ("counts", "value") and choice.type != "c" else None


def _target(kpi: Kpi, found: Known, choice: KpiChoice, asked: KpiAsked, since: date | None) -> TargetJudged:
    """On the value of the KPI, whatever the chart plots."""
    counted = choice.plotted == "counts" and choice.type != "c"
    values = plotted_series(kpi, found, "counts" if counted else "value")
    return judged_target(
        values.series,
        values.periods,
        choice.type if counted else "xmr",
        since=since,
        target=kpi.target if asked.target is None else asked.target,
        better=asked.better or kpi.direction,
    )


def _since(periods: Sequence[Period], parts: tuple[int, ...], go_live: GoLive | None) -> date | None:
    """Where the present state began: after the run-in, or at the last new part."""
    days = [periods[at].start for at in parts]
    if go_live is not None and any(period.end >= go_live.start for period in periods):
        days.append(go_live.settled)
    return max(days, default=None)


def _starts(periods: Sequence[Period], days: Sequence[date]) -> tuple[int, ...]:
    """The first point from each day on, where there is a point before it."""
    ends = np.array([period.end.toordinal() for period in periods])
    places = (int(np.searchsorted(ends, day.toordinal())) for day in days)
    return tuple(at for at in places if 0 < at < len(periods))
