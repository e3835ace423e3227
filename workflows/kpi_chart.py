"""The control chart of a KPI in a department, from what the disclosure gate let through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Literal

from core.errors import InputError
from core.period import Every, Period
from experiments.monitoring.baseline import GoLive
from experiments.monitoring.chart_result import ControlChart, NoChart, RuleSet
from experiments.monitoring.charted_kpi import ChartedKpi, Gap, GapCode
from experiments.monitoring.choice import ChartType
from experiments.monitoring.icons import Better
from experiments.monitoring.kpi_chart import BETWEEN, KpiAsked, KpiChart, kpi_chart
from experiments.monitoring.kpi_series import says_something
from experiments.monitoring.rebase import Rebase
from experiments.pilot import Pilot
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Persons, Policy, release
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from storage import cube, rebases
from storage.workspace import Workspace
from workflows.chart import positions
from workflows.disclosing import policy_of
from workflows.events import events, ruler_events
from workflows.governance.measuring import waiting_for
from workflows.governance.versions import version_events
from workflows.measure import Measured, measure, visible_departments
from workflows.plan import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a chart must know of its department. first: the first day with any data.

    waiting: ids of pilots whose start is not signed; no chart tells their time before from that after.
    """

    pilots: tuple[Pilot, ...]
    rebases: tuple[Rebase, ...]
    first: date
    policy: Policy
    waiting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiChartRequest:
    """What is asked of a chart; points are named by their label or by their number from 1."""

    every: Every = "week"
    first: date | None = None
    last: date | None = None
    type: ChartType | Literal["auto"] = "auto"
    baseline: int | None = None
    rebase: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    target: float | None = None
    better: Better | None = None
    screen: bool = True
    rules: RuleSet = "making-data-count"
    residual: bool = False


def chart_kpi(
    viewer: Viewer, workspace: Workspace, kpi: str, unit: str, asked: KpiChartRequest
) -> ChartedKpi:
    """The chart of a KPI of a department; raises UnknownName, NotPermitted, and InputError for options."""
    reach = require(viewer, "see_departments")
    found = measure(viewer, workspace, [kpi], unit, asked.first, asked.last, asked.every)
    if not found:
        raise InputError(
            "Department '{unit}' has no data of KPI '{kpi}'.",
            remedy="Load a file that holds them, or choose another department.",
            unit=unit,
            kpi=kpi,
        )
    first, last = found[0].period.start, found[-1].period.end
    known = around(viewer, workspace, unit)
    happened = (
        *events(workspace, reach, unit, first, last),
        *ruler_events(viewer, workspace, kpi, unit),
        *version_events(workspace.within(reach), known.pilots, first, last),
    )
    charted = chart_measured(found, known, asked)
    return replace(charted, events=tuple(sorted(happened, key=lambda event: event.day)))


def series_sha256(found: ChartedKpi) -> str:
    """A fingerprint of the released values that a chart was made of."""
    values = [
        (period.label, item.suppressed, None if item.value is None else (item.value.value, item.value.n))
        for period, item in zip(found.periods, found.series, strict=True)
    ]
    return sha256(repr((found.chart.kpi.id, found.unit, values)).encode()).hexdigest()


def units_of(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """The departments of which the viewer may ask a chart."""
    reach = require(viewer, "see_departments")
    return visible_departments(reach, cube.current(workspace))


def around(viewer: Viewer, workspace: Workspace, unit: str) -> Around:
    """The pilots that the viewer may see, the rebases and the first day of a department."""
    reach = require(viewer, "see_departments")
    published = cube.current(workspace)
    span = published.span() if published is not None else None
    pilots = tuple(one.pilot for one in listed(viewer, workspace) if unit in one.pilot.starts)
    return Around(
        pilots=pilots,
        waiting=frozenset(one.id for one in pilots if waiting_for(viewer, workspace, one.id) is not None),
        rebases=tuple(
            one for one in rebases.listed(workspace.within(reach), [unit]) if one.withdrawn_at is None
        ),
        first=span[0] if span is not None else date.min,
        policy=policy_of(workspace),
    )


def chart_measured(found: Sequence[Measured], known: Around, asked: KpiChartRequest) -> ChartedKpi:
    """The chart of the periods of one KPI and department, oldest first; at least one.

    The first period is left out where the data begin within it. Every value passed the gate by itself, so the
    chart of them does with the fewest persons behind any.
    """
    whole = [one for one in found if one.period.start >= known.first]
    kpi, unit = found[0].kpi, found[0].unit
    pilot = _pilot(kpi, [one for one in known.pilots if one.id not in known.waiting])
    mine = tuple(one for one in known.rebases if one.kpi == kpi.id.partition("@")[0])
    chart = kpi_chart(
        kpi,
        [(one.period, counted(one)) for one in whole],
        KpiAsked(
            type=asked.type,
            baseline=asked.baseline,
            rebase=partial(positions, names=asked.rebase, option="--rebase"),
            excluded=partial(positions, names=asked.excluded, option="--exclude"),
            target=asked.target,
            better=asked.better,
            screen=asked.screen,
            rules=asked.rules,
            residual=asked.residual,
        ),
        go_live=GoLive(start=pilot.starts[unit], run_in_weeks=pilot.run_in_weeks) if pilot else None,
        rebased=[one.day for one in mine],
    )
    chart = _without(chart, {one.period for one in whole if one.one_answer is not None})
    return ChartedKpi(
        chart=chart,
        drawn=_drawn(chart, whole, known.policy),
        unit=unit,
        every=found[0].period.every,
        gaps=tuple(Gap(period=one.period, code=code) for one in whole if (code := _gap(one)) is not None),
        rebases=mine,
        pilot=pilot,
        periods=tuple(one.period for one in whole),
        series=tuple(one.measurement for one in whole),
    )


def _drawn(chart: KpiChart, found: Sequence[Measured], policy: Policy) -> Disclosed[ControlChart] | None:
    if not isinstance(chart.charted, ControlChart):
        return None
    behind = [one.measurement.persons for one in found if counted(one) is not None]
    fewest = Persons(
        patients=min((one.patients for one in behind if one.patients), default=None),
        staff=min((one.staff for one in behind if one.staff), default=None),
    )
    return release(chart.charted, fewest, policy)


def _without(chart: KpiChart, hidden: Collection[Period]) -> KpiChart:
    """The chart without the points of some periods, which its centre and limits count.

    A point between two events is no value of a period.
    """
    found = chart.charted
    if not hidden or not isinstance(found, ControlChart) or chart.choice.plotted in BETWEEN:
        return chart
    points = tuple(
        replace(point, value=None, observed=None, special_cause=None, side=0) if period in hidden else point
        for point, period in zip(found.points, chart.periods, strict=True)
    )
    if all(point.value is None for point in points):
        return replace(chart, charted=NoChart(type=found.type, code="no_values"), baseline=None)
    return replace(chart, charted=replace(found, points=points))


def counted(one: Measured) -> Measurement | None:
    """What a chart stands on in a period: also what is not drawn because all answers are the same."""
    if one.one_answer is None:
        return shown(one)
    return one.one_answer if one.one_answer.complete and says_something(one.one_answer) else None


def shown(one: Measured) -> Measurement | None:
    """What may be drawn of a period; None where it is suppressed, incomplete or says nothing."""
    found = one.measurement.value
    return found if found is not None and found.complete and says_something(found) else None


def _gap(one: Measured) -> GapCode | None:
    if one.measurement.suppressed:
        return "suppressed" if one.one_answer is None else "all_alike"
    if shown(one) is not None:
        return None
    because = one.measurement.value.incomplete_because if one.measurement.value is not None else ()
    if "too_few_measured" in because:
        return "too_few_measured"
    return "not_over" if because or not one.complete else "no_value"


def _pilot(kpi: Kpi, pilots: Sequence[Pilot]) -> Pilot | None:
    """The first pilot whose plan names the KPI, else the first that started here at all."""
    ordered = sorted(pilots, key=lambda pilot: (kpi.id not in _named(pilot), min(pilot.starts.values())))
    return ordered[0] if ordered else None


def _named(pilot: Pilot) -> frozenset[str]:
    use = () if pilot.use is None else (pilot.use.kpi,)
    return frozenset((pilot.primary.kpi, *(one.kpi for one in pilot.guardrails), *pilot.secondary, *use))
