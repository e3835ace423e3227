"""One KPI of a plan: its estimate or its use, the weeks it stands on and the persons behind it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from statistics import fmean

import numpy as np

from core.period import Period, containing
from experiments.estimate import Estimate
from experiments.estimating import ESTIMATORS, WEIGHTED_BY_ENCOUNTERS, design_for, estimate
from experiments.evaluation import KpiResult, KpiRole
from experiments.options import Options
from experiments.panel import Panel, Scale
from experiments.pilot import Pilot
from governance.disclosure_control import Persons
from kpis.catalogue import find
from kpis.kpi import Kpi
from storage.cube import Cube
from storage.persons import Sides
from storage.workspace import Workspace
from workflows.panel import Weekly, panel, weekly
from workflows.series import PILOT, behind, group_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a plan asks of one KPI."""

    kpi: Kpi
    role: KpiRole
    scale: Scale
    threshold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What results are made from: the workspace, one version of its cube, and the day to look from.

    cube: None before there are data.
    """

    workspace: Workspace
    cube: Cube | None
    as_of: date | None


def asked(pilot: Pilot, kpis: dict[str, Kpi]) -> tuple[Asked, ...]:
    """Every KPI of the plan in its role; secondary durations relative, other secondary KPIs absolute.

    Raises UnknownName where a definition is gone since the plan was registered.
    """

    def one(name: str, role: KpiRole, threshold: float | None, scale: Scale | None) -> Asked:
        kpi = find(kpis, name)
        natural: Scale = "relative" if kpi.statistic == "duration" else "absolute"
        return Asked(kpi=kpi, role=role, scale=scale or natural, threshold=threshold)

    primary, use = pilot.primary, pilot.use
    return (
        one(primary.kpi, "primary", primary.smallest_change, primary.scale),
        *(one(guarded.kpi, "guardrail", guarded.margin, guarded.scale) for guarded in pilot.guardrails),
        *(one(name, "secondary", None, None) for name in pilot.secondary),
        *([one(use.kpi, "use", use.break_even, "absolute")] if use is not None else ()),
    )


def kpi_result(one: Asked, pilot: Pilot, evidence: Evidence) -> KpiResult:
    """Estimate the effect on a KPI, or for the use KPI take its value; never raises for thin data."""
    found = weekly(evidence.cube, one.kpi, pilot, evidence.as_of)
    cells = panel(found, pilot, one.scale)
    in_use = one.role == "use"
    people = behind(evidence.workspace, found, pilot)
    return KpiResult(
        kpi=one.kpi.id,
        kpi_version=one.kpi.version,
        role=one.role,
        scale=one.scale,
        threshold=one.threshold,
        result=None if in_use else estimate(cells, options(pilot, one.scale)),
        series=group_series(found, pilot, people),
        n=sum(measured.n for measured in found.found.values()),
        excluded=dict(sum((Counter(one.excluded) for one in found.found.values()), Counter())),
        patients=people.whole.patients,
        staff=people.whole.staff,
        completeness=_completeness(found, cells, pilot, in_use=in_use),
        use_value=_use(found, pilot) if in_use else None,
        encounter_average=None if in_use else _encounter_average(cells, options(pilot, one.scale)),
        smallest=_smallest(people, in_use=in_use),
    )


def options(pilot: Pilot, scale: Scale) -> Options:
    """How the plan wants its effects estimated."""
    return Options(
        inference=pilot.inference,
        scale=scale,
        run_in=pilot.run_in_weeks,
        weighting=pilot.weighting,
        level=pilot.level,
        seed=pilot.seed,
    )


def _encounter_average(cells: Panel, chosen: Options) -> float | None:
    """The same effect with every department weighted by its encounters; None where it has no estimate.

    Only a difference-in-differences with one start date can be weighted by encounters.
    """
    cells = cells.only(cells.first_treated > 0)
    by_encounters = Options(
        scale=chosen.scale,
        run_in=chosen.run_in,
        weighting="encounters",
        level=chosen.level,
        seed=chosen.seed,
    )
    design = design_for(cells, by_encounters)
    if design not in WEIGHTED_BY_ENCOUNTERS:
        return None
    found = ESTIMATORS[design].fit(cells, by_encounters)
    return found.effect if isinstance(found, Estimate) else None


def _completeness(found: Weekly, cells: Panel, pilot: Pilot, *, in_use: bool) -> float:
    """Share of department-weeks with a value; of the pilot's weeks with the tool for the use KPI."""
    if in_use:
        values = [
            found.value(department, week, "absolute")
            for department in pilot.starts
            for week in _weeks_after_run_in(found, pilot, department)
        ]
        return fmean(map(isfinite, values)) if values else 0.0
    return float(np.isfinite(cells.outcome).mean()) if cells.outcome.size else 0.0


def _use(found: Weekly, pilot: Pilot) -> float | None:
    """Average over the pilot departments of their use after the run-in; None where a department has none."""
    shares = []
    for department in pilot.starts:
        cells = [
            found.found[department, week]
            for week in _weeks_after_run_in(found, pilot, department)
            if isfinite(found.value(department, week, "absolute"))
        ]
        denominator = sum(cell.denominator for cell in cells)
        if denominator > 0:
            shares.append(sum(cell.numerator for cell in cells) / denominator)
    return fmean(shares) if len(shares) == len(pilot.starts) else None


def _weeks_after_run_in(found: Weekly, pilot: Pilot, department: str) -> tuple[Period, ...]:
    first = containing(pilot.starts[department] + timedelta(weeks=pilot.run_in_weeks), "week")
    return tuple(week for week in found.weeks if week >= first)


def _smallest(people: Sides, *, in_use: bool) -> Persons:
    """The fewest persons in one of the groups whose difference is the effect, or whose use it is."""
    groups = [
        found for (side, after), found in people.halves.items() if not in_use or (side == PILOT and after)
    ]
    return Persons(
        patients=_fewest([one.patients for one in groups]), staff=_fewest([one.staff for one in groups])
    )


def _fewest(counts: list[int | None]) -> int | None:
    """The smallest number of people that is not zero: nobody is nobody to protect."""
    known = [count for count in counts if count is not None]
    return min((count for count in known if count > 0), default=0) if known else None
