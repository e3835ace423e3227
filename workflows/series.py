"""Weekly averages of the pilot and the comparison departments, with the persons behind each point."""

from collections.abc import Collection
from datetime import date
from math import isfinite, nan
from statistics import fmean

from experiments.evaluation import GroupSeries
from experiments.pilot import Pilot
from governance.disclosure_control import Persons
from governance.disclosure_control.answers import all_alike
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from storage.comparison import Comparison
from storage.persons import Sides, by_side
from storage.workspace import Workspace
from workflows.panel import Weekly

NOBODY = Persons(patients=None, staff=None)
PILOT, COMPARISON = "pilot", "comparison"


def behind(workspace: Workspace, found: Collection[Weekly], pilot: Pilot) -> dict[str, Sides]:
    """By KPI the distinct persons behind its weeks, per side, before and after the first start."""
    sides = {PILOT: tuple(pilot.starts), COMPARISON: pilot.comparison}
    spans: dict[tuple[date, date], list[Kpi]] = {}
    for one in found:
        if one.weeks:
            spans.setdefault((one.weeks[0].start, one.weeks[-1].end), []).append(one.kpi)
    people = {one.kpi.id: Sides(whole=Persons(patients=0, staff=0), halves={}, weekly={}) for one in found}
    for span, kpis in spans.items():
        compared = Comparison(sides=sides, span=span, start=min(pilot.starts.values()))
        people |= by_side(workspace, kpis, compared)
    return people


def group_series(found: Weekly, pilot: Pilot, people: Sides) -> GroupSeries:
    """Department averages per week in the KPI's unit, over the departments that have a value."""
    labels = tuple(week.label for week in found.weeks)
    ours = [people.weekly.get((PILOT, label), NOBODY) for label in labels]
    theirs = [people.weekly.get((COMPARISON, label), NOBODY) for label in labels]
    return GroupSeries(
        periods=labels,
        treated=_averages(found, tuple(pilot.starts)),
        comparison=_averages(found, pilot.comparison),
        n_treated=_rows(found, tuple(pilot.starts)),
        n_comparison=_rows(found, pilot.comparison),
        patients_treated=tuple(one.patients for one in ours),
        patients_comparison=tuple(one.patients for one in theirs),
        staff_treated=tuple(one.staff for one in ours),
        staff_comparison=tuple(one.staff for one in theirs),
        alike_treated=_alike(found, tuple(pilot.starts)),
        alike_comparison=_alike(found, pilot.comparison),
    )


def _alike(found: Weekly, departments: Collection[str]) -> tuple[bool, ...]:
    """Of every week whether all answers in some departments are the same, for a sensitive KPI."""
    if not found.kpi.hides_one_answer:
        return (False,) * len(found.weeks)
    return tuple(
        _one_answer([one for name in departments if (one := found.found.get((name, week))) and one.n])
        for week in found.weeks
    )


def _one_answer(cells: Collection[Measurement]) -> bool:
    values = {one.value for one in cells}
    return len(values) == 1 and all(all_alike(one.value, one.standard_error) for one in cells)


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


def smallest(people: Sides, *, in_use: bool) -> Persons:
    """The fewest persons in one of the groups whose difference is the effect, or whose use it is."""
    groups = [
        found for (side, after), found in people.halves.items() if not in_use or (side == PILOT and after)
    ]
    return fewest(groups)


def fewest(groups: Collection[Persons]) -> Persons:
    """Of each kind the smallest number above zero in any group; None where no group holds such persons."""
    return Persons(
        patients=_fewest([one.patients for one in groups]), staff=_fewest([one.staff for one in groups])
    )


def _fewest(counts: list[int | None]) -> int | None:
    """The smallest number of people that is not zero: nobody is nobody to protect."""
    known = [count for count in counts if count is not None]
    return min((count for count in known if count > 0), default=0) if known else None
