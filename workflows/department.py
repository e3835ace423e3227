"""A department as its manager sees it: every KPI with its course, what runs there and what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from core.errors import UnknownName
from core.language.text import N_
from core.period import Every, Period, containing
from experiments.monitoring.charted_kpi import ChartedKpi, Event
from experiments.pilot import Pilot
from governance.access import Reach, Viewer, require
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.parts import tables_of
from kpis.roll_up import Slice
from kpis.statistic import over_two_tables
from storage import cube, repository
from storage.cube import Cube
from storage.workspace import Workspace
from workflows.events import events
from workflows.governance.versions import version_events
from workflows.kpi_chart import Around, KpiChartRequest, around, chart_measured, counted
from workflows.measure import Measured, released, visible_departments
from workflows.plan import definitions, listed

COMPARED_WEEKS = 8
CHARTED_WEEKS = 104
BEFORE_WEEKS = 52
"""A control chart goes back so far, or so far before the first pilot where that is earlier."""
THIN = 0.5
"""A KPI with a value in fewer than this share of its weeks is shown by month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCard:
    """One KPI of a department.

    series: one entry per period, oldest first; periods: the same periods. latest: the last complete period
    that holds rows, None where there is none. change: latest value minus the mean of the values shown in the
    eight weeks (two months) before it, in the KPI's unit; None where one of the two cannot be shown.
    charted: its control chart, which goes further back. measured: by week and by month, what a chart of
    another kind is made of.
    """

    kpi: Kpi
    every: Every
    periods: tuple[Period, ...]
    series: tuple[Disclosed[Measurement], ...]
    latest: Disclosed[Measurement] | None
    change: float | None
    charted: ChartedKpi
    measured: Mapping[Every, tuple[Measured, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentView:
    """Everything on the department's screen. data_until: the last day of data. is_demo: simulated data.

    around: what every chart of the department must know.
    """

    department: str
    cards: tuple[KpiCard, ...]
    around: Around
    events: tuple[Event, ...]
    data_until: date
    is_demo: bool

    @property
    def pilots(self) -> tuple[Pilot, ...]:
        """The pilots that run here and that the viewer may see."""
        return self.around.pilots


def departments(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """The departments with data that the viewer may see: those with a pilot first, each part by name."""
    reach = require(viewer, "see_departments")
    trying = {name for one in listed(viewer, workspace) for name in one.pilot.starts}
    found = visible_departments(reach, cube.current(workspace))
    return tuple(sorted(found, key=lambda name: (name not in trying, name)))


def department_view(viewer: Viewer, workspace: Workspace, department: str, weeks: int = 26) -> DepartmentView:
    """The screen of one department over its last weeks; raises UnknownName where the viewer has none."""
    reach = require(viewer, "see_departments")
    published = cube.current(workspace)
    span = published.span() if published is not None else None
    seen = visible_departments(reach, published)
    if published is None or span is None or department not in seen:
        raise UnknownName(N_("department"), department, seen)
    begin, until = span
    known = around(viewer, workspace, department)
    first = max(begin, _first_charted(known, department, until))
    shown_from = max(begin, containing(until, "week").start - timedelta(weeks=weeks - 1))
    return DepartmentView(
        department=department,
        cards=_cards(workspace, published, department, known, (first, shown_from, until), reach),
        around=known,
        events=(
            *events(workspace, reach, department, first, until),
            *version_events(workspace.within(reach), known.pilots, first, until),
        ),
        data_until=until,
        is_demo=bool(repository.true_effects(workspace)),
    )


def _first_charted(known: Around, department: str, until: date) -> date:
    this_week = containing(until, "week").start
    days = [this_week - timedelta(weeks=CHARTED_WEEKS - 1)]
    days += [pilot.starts[department] - timedelta(weeks=BEFORE_WEEKS) for pilot in known.pilots]
    return min(days)


def _cards(
    workspace: Workspace,
    published: Cube,
    department: str,
    known: Around,
    days: tuple[date, date, date],
    reach: Reach,
) -> tuple[KpiCard, ...]:
    """days: the first that is charted, the first that a card shows, the last."""
    kpis = {
        name: kpi
        for name, kpi in definitions(workspace).items()
        if reach.covers(departments=(department,), tables=tables_of([kpi]))
    }
    first, shown_from, until = days
    asked: tuple[Every, ...] = ("week", "month")
    by: dict[Every, dict[str, tuple[Measured, ...]]] = {
        every: _by_kpi(
            released(workspace, published, kpis, [department], Slice(every=every, first=first, last=until))
        )
        for every in asked
    }
    cards = []
    for id_, weeks in by["week"].items():
        measured = {every: found[id_] for every, found in by.items()}
        recent = [one for one in weeks if one.period.end >= shown_from]
        thin = sum(map(_can_be_shown, recent)) < THIN * len(recent)
        series = [one for one in measured["month" if thin else "week"] if one.period.end >= shown_from]
        if _says_something(kpis[id_], series):
            cards.append(_card(kpis[id_], series, measured, known))
    return tuple(cards)


def _says_something(kpi: Kpi, series: Sequence[Measured]) -> bool:
    """Whether there is anything to show; use that is 0 throughout is a tool that is not here."""
    if over_two_tables(kpi):
        return any(map(_value, series))
    return any(one.measurement.suppressed or _can_be_shown(one) or _withheld(one) for one in series)


def _withheld(one: Measured) -> bool:
    found = one.measurement.value
    return found is not None and "too_few_measured" in found.incomplete_because


def _by_kpi(found: Sequence[Measured]) -> dict[str, tuple[Measured, ...]]:
    series: dict[str, list[Measured]] = {}
    for one in found:
        series.setdefault(one.kpi.id, []).append(one)
    return {id_: tuple(of_kpi) for id_, of_kpi in series.items()}


def _card(
    kpi: Kpi, series: Sequence[Measured], measured: Mapping[Every, tuple[Measured, ...]], known: Around
) -> KpiCard:
    """The card of one KPI from its periods, oldest first."""
    every = series[0].period.every
    place = next((i for i in reversed(range(len(series))) if _is_latest(series[i])), None)
    latest = series[place] if place is not None else None
    compared = COMPARED_WEEKS if every == "week" else COMPARED_WEEKS // 4
    before = series[max(0, place - compared) : place] if place is not None else ()
    earlier = [found.value for one in before if (found := counted(one)) and found.value is not None]
    value = _value(latest) if latest is not None else None
    return KpiCard(
        kpi=kpi,
        every=every,
        periods=tuple(one.period for one in series),
        series=tuple(one.measurement for one in series),
        latest=latest.measurement if latest is not None else None,
        change=value - fmean(earlier) if value is not None and earlier else None,
        charted=chart_measured(measured[every], known, KpiChartRequest(every=every)),
        measured=measured,
    )


def _is_latest(one: Measured) -> bool:
    return one.complete and (one.measurement.suppressed or _value(one) is not None)


def _value(one: Measured) -> float | None:
    found = one.measurement.value
    return found.value if found is not None and one.complete else None


def _can_be_shown(one: Measured) -> bool:
    return _value(one) is not None
