"""What a plan asks of its KPIs, and what the answers are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from experiments.evaluation import KpiRole
from experiments.options import Options
from experiments.panel import Scale
from experiments.pilot import Pilot
from kpis.catalogue import find
from kpis.kpi import Kpi
from storage.cube import Cube
from storage.persons import Sides
from storage.workspace import Workspace
from workflows.panel import Weekly
from workflows.surroundings import Surroundings


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

    cube: None before there are data. kpis: every definition there is, by id. weekly, people: the weeks of
    the KPIs that the plan names, and the persons behind them, by id.
    """

    workspace: Workspace
    cube: Cube | None
    as_of: date | None
    kpis: dict[str, Kpi]
    surroundings: Surroundings
    weekly: Mapping[str, Weekly]
    people: Mapping[str, Sides]


def asked(pilot: Pilot, kpis: dict[str, Kpi]) -> tuple[Asked, ...]:
    """Every KPI of the plan in its role; secondary durations relative, other secondary KPIs absolute.

    Raises UnknownName where a definition is gone since the plan was registered.
    """

    def one(name: str, role: KpiRole, threshold: float | None, scale: Scale | None) -> Asked:
        kpi = find(kpis, name)
        return Asked(kpi=kpi, role=role, scale=scale or natural_scale(kpi), threshold=threshold)

    primary, use = pilot.primary, pilot.use
    return (
        one(primary.kpi, "primary", primary.smallest_change, primary.scale),
        *(one(guarded.kpi, "guardrail", guarded.margin, guarded.scale) for guarded in pilot.guardrails),
        *(one(name, "secondary", None, None) for name in pilot.secondary),
        *([one(use.kpi, "use", use.break_even, "absolute")] if use is not None else ()),
    )


def natural_scale(kpi: Kpi) -> Scale:
    """Relative for durations, absolute for all others."""
    return "relative" if kpi.statistic == "duration" else "absolute"


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
