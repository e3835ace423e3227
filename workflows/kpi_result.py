"""One KPI of a plan: its estimate or its use, the weeks it stands on and the persons behind it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import isfinite
from statistics import fmean

import numpy as np

from core.period import Period, containing
from experiments.checking_context import run_context_checks
from experiments.estimate import Estimate, NotEstimable, Result
from experiments.estimating import ESTIMATORS, WEIGHTED_BY_ENCOUNTERS, design_for, estimate
from experiments.evaluation import KpiResult
from experiments.options import Options
from experiments.panel import Panel
from experiments.pilot import Pilot
from experiments.robustness import robustness
from workflows.asked import Asked, Evidence, options
from workflows.context import context
from workflows.panel import Weekly, panel
from workflows.series import group_series, smallest


def kpi_result(one: Asked, pilot: Pilot, evidence: Evidence) -> KpiResult:
    """Estimate the effect on a KPI, or for the use KPI take its value; never raises for thin data."""
    found = evidence.weekly[one.kpi.id]
    cells = panel(found, pilot, one.scale)
    in_use = one.role == "use"
    people = evidence.people[one.kpi.id]
    result = None if in_use else _checked(one, pilot, evidence, found, cells)
    chosen = options(pilot, one.scale)
    return KpiResult(
        kpi=one.kpi.id,
        kpi_version=one.kpi.version,
        role=one.role,
        scale=one.scale,
        threshold=one.threshold,
        result=result,
        series=group_series(found, pilot, people),
        n=sum(measured.n for measured in found.found.values()),
        excluded=dict(sum((Counter(one.excluded) for one in found.found.values()), Counter())),
        patients=people.whole.patients,
        staff=people.whole.staff,
        completeness=_completeness(found, cells, pilot, in_use=in_use),
        use_value=_use(found, pilot) if in_use else None,
        encounter_average=None if in_use else _encounter_average(cells, chosen),
        smallest=smallest(people, in_use=in_use),
        robustness=robustness(cells, chosen, result.design) if isinstance(result, Estimate) else None,
    )


def _checked(one: Asked, pilot: Pilot, evidence: Evidence, found: Weekly, cells: Panel) -> Result:
    """The effect with its checks, those that need more than the panel last."""
    result = estimate(cells, options(pilot, one.scale))
    if isinstance(result, NotEstimable):
        return result
    around = context(one, pilot, evidence, found, cells, result)
    return replace(result, checks=result.checks + run_context_checks(around))


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
