"""A department as its manager sees it: every KPI with its course, what runs there and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

import sqlalchemy as sa

from core.errors import InputError
from core.language.text import N_, Text
from core.period import Every, Period, containing
from experiments.pilot import Pilot
from governance.access import Viewer, require, require_department
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.roll_up import Slice
from kpis.row_values import source
from kpis.statistic import over_two_tables
from storage import cube, repository
from storage.cube import Cube
from storage.scan import open_facts, rows
from storage.workspace import Workspace
from workflows.measure import Measured, released, visible_departments
from workflows.plan import definitions, listed

COMPARED_WEEKS = 8
THIN = 0.5
"""A KPI with a value in fewer than this share of its weeks is shown by month."""

EVENT_WORDS = {
    "ehr_upgrade": N_("EHR upgrade"),
    "downtime": N_("downtime"),
}
"""Events of DepartmentWeek that a chart marks; staffing figures are no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCard:
    """One KPI of a department.

    series: one entry per period, oldest first; periods: the same periods. latest: the last complete period
    that holds rows, None where there is none. change: latest value minus the mean of the values shown in the
    eight weeks (two months) before it, in the KPI's unit; None where one of the two cannot be shown.
    """

    kpi: Kpi
    every: Every
    periods: tuple[Period, ...]
    series: tuple[Disclosed[Measurement], ...]
    latest: Disclosed[Measurement] | None
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the department."""

    day: date
    word: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentView:
    """Everything on the department's screen. data_until: the last day of data. is_demo: simulated data."""

    department: str
    cards: tuple[KpiCard, ...]
    pilots: tuple[Pilot, ...]
    events: tuple[Event, ...]
    data_until: date
    is_demo: bool


def departments(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """The departments with data that the viewer may see: those with a pilot first, each part by name."""
    require(viewer, "see_departments")
    trying = {name for one in listed(viewer, workspace) for name in one.pilot.starts}
    found = visible_departments(viewer, cube.current(workspace))
    return tuple(sorted(found, key=lambda name: (name not in trying, name)))


def department_view(viewer: Viewer, workspace: Workspace, department: str, weeks: int = 26) -> DepartmentView:
    """The screen of one department over its last weeks; raises NotPermitted outside the viewer's scope."""
    require(viewer, "see_departments")
    require_department(viewer, department)
    published = cube.current(workspace)
    span = published.span() if published is not None else None
    if published is None or span is None or department not in published.departments():
        raise InputError(
            "There are no data of department '{department}'.",
            remedy="Load a file that holds it.",
            department=department,
        )
    begin, until = span
    first = max(begin, containing(until, "week").start - timedelta(weeks=weeks - 1))
    return DepartmentView(
        department=department,
        cards=_cards(workspace, published, department, first, until),
        pilots=tuple(one.pilot for one in listed(viewer, workspace) if department in one.pilot.starts),
        events=_events(workspace, department, first, until),
        data_until=until,
        is_demo=bool(repository.true_effects(workspace)),
    )


def _cards(
    workspace: Workspace, published: Cube, department: str, first: date, until: date
) -> tuple[KpiCard, ...]:
    known = definitions(workspace)
    weekly = Slice(every="week", first=first, last=until)
    monthly = Slice(every="month", first=first, last=until)
    by_week = _by_kpi(released(workspace, published, known, [department], weekly))
    by_month = _by_kpi(released(workspace, published, known, [department], monthly))
    cards = []
    for id_, found in by_week.items():
        thin = sum(map(_can_be_shown, found)) < THIN * len(found)
        series = by_month[id_] if thin else found
        if _says_something(known[id_], series):
            cards.append(_card(known[id_], series))
    return tuple(cards)


def _says_something(kpi: Kpi, series: Sequence[Measured]) -> bool:
    """Whether there is anything to show; use that is 0 throughout is a tool that is not here."""
    if over_two_tables(kpi):
        return any(map(_value, series))
    return any(one.measurement.suppressed or _can_be_shown(one) for one in series)


def _by_kpi(found: Sequence[Measured]) -> dict[str, list[Measured]]:
    series: dict[str, list[Measured]] = {}
    for one in found:
        series.setdefault(one.kpi.id, []).append(one)
    return series


def _card(kpi: Kpi, series: Sequence[Measured]) -> KpiCard:
    """The card of one KPI from its periods, oldest first."""
    every = series[0].period.every
    place = next((i for i in reversed(range(len(series))) if _is_latest(series[i])), None)
    latest = series[place] if place is not None else None
    compared = COMPARED_WEEKS if every == "week" else COMPARED_WEEKS // 4
    before = series[max(0, place - compared) : place] if place is not None else ()
    earlier = [value for one in before if (value := _value(one)) is not None]
    value = _value(latest) if latest is not None else None
    return KpiCard(
        kpi=kpi,
        every=every,
        periods=tuple(one.period for one in series),
        series=tuple(one.measurement for one in series),
        latest=latest.measurement if latest is not None else None,
        change=value - fmean(earlier) if value is not None and earlier else None,
    )


def _is_latest(one: Measured) -> bool:
    return one.complete and (one.measurement.suppressed or _value(one) is not None)


def _value(one: Measured) -> float | None:
    found = one.measurement.value
    return found.value if found is not None and one.complete else None


def _can_be_shown(one: Measured) -> bool:
    return _value(one) is not None


def _events(workspace: Workspace, department: str, first: date, until: date) -> tuple[Event, ...]:
    facts = source("DepartmentWeek").c
    asked = (
        sa.select(facts.day, facts.event)
        .where(facts.department == department, facts.day.between(first, until))
        .where(facts.event.in_(EVENT_WORDS))
        .order_by(facts.day, facts.event)
    )
    with open_facts(workspace, ["DepartmentWeek"]) as connection:
        found = rows(connection, asked)
    return tuple(
        Event(day=day.date(), word=Text(EVENT_WORDS[event]))
        for day, event in zip(found["day"], found["event"], strict=True)
    )
