"""Weekly averages of the pilot and the comparison departments, with the persons behind each point."""

from collections.abc import Collection, Mapping
from math import isfinite, nan
from statistics import fmean

from experiments.evaluation import GroupSeries
from experiments.pilot import Pilot
from governance.disclosure_control import Persons
from storage import persons
from storage.workspace import Workspace
from workflows.panel import Weekly

NOBODY = Persons(patients=None, staff=None)


def group_series(workspace: Workspace, found: Weekly, pilot: Pilot) -> GroupSeries:
    """Department averages per week in the KPI's unit, over the departments that have a value."""
    ours = _persons(workspace, found, tuple(pilot.starts))
    theirs = _persons(workspace, found, pilot.comparison)
    labels = tuple(week.label for week in found.weeks)
    return GroupSeries(
        periods=labels,
        treated=_averages(found, tuple(pilot.starts)),
        comparison=_averages(found, pilot.comparison),
        n_treated=_rows(found, tuple(pilot.starts)),
        n_comparison=_rows(found, pilot.comparison),
        patients_treated=tuple(ours.get(label, NOBODY).patients for label in labels),
        patients_comparison=tuple(theirs.get(label, NOBODY).patients for label in labels),
        staff_treated=tuple(ours.get(label, NOBODY).staff for label in labels),
        staff_comparison=tuple(theirs.get(label, NOBODY).staff for label in labels),
    )


def _persons(workspace: Workspace, found: Weekly, departments: Collection[str]) -> Mapping[str, Persons]:
    if not found.weeks or not departments:
        return {}
    first, last = found.weeks[0].start, found.weeks[-1].end
    return persons.distinct_by_week(workspace, found.kpi, departments, first, last)


def _averages(found: Weekly, departments: Collection[str]) -> tuple[float, ...]:
    def average(values: list[float]) -> float:
        known = [value for value in values if isfinite(value)]
        return fmean(known) if known else nan

    return tuple(
        average([found.value(department, week, "absolute") for department in departments])
        for week in found.weeks
    )


def _rows(found: Weekly, departments: Collection[str]) -> tuple[int, ...]:
    return tuple(sum(found.n(department, week) for department in departments) for week in found.weeks)
