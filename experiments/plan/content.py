"""From the content of a plan to a typed pilot."""

from collections.abc import Mapping
from typing import Any

from experiments.pilot import ExcludedDepartment, Extension, Guardrail, Pilot, PrimaryKpi, Use
from experiments.plan.table import PlanTable, PrimaryTable
from governance.checklist import ChecklistEntry
from kpis.kpi import Kpi

AS_THEY_STAND = (
    "run_in_weeks",
    "weighting",
    "inference",
    "level",
    "completeness_floor",
    "seed",
    "selection",
    "negative_control",
    "unannounced",
    "minimum_grade",
)


def pilot(plan: PlanTable, kpis: Mapping[str, Kpi]) -> Pilot:
    """The typed plan of a file whose shape and names are right."""
    settings: dict[str, Any] = {key: plan[key] for key in AS_THEY_STAND if key in plan}  # type: ignore[literal-required]
    use, costs = plan.get("use"), plan.get("costs", {})
    return Pilot(
        id=plan["id"],
        name_nl=plan["name"]["nl"],
        name_en=plan["name"]["en"],
        use_case=plan.get("use_case", ""),
        vendor=plan.get("vendor", ""),
        starts=dict(sorted(plan["starts"].items())),
        comparison=tuple(plan.get("comparison", ())),
        primary=primary(plan["primary"], kpis),
        guardrails=tuple(Guardrail(**one) for one in plan.get("guardrails", ())),
        secondary=tuple(plan.get("secondary", ())),
        use=Use(**use) if use else None,
        window=(plan["window"][0], plan["window"][1]),
        extension=Extension(**plan.get("extension", {})),
        excluded=tuple(ExcludedDepartment(**one) for one in plan.get("excluded", ())),
        monthly_cost=costs.get("monthly"),
        governance=tuple(ChecklistEntry(id=id_, **one) for id_, one in plan.get("governance", {}).items()),
        **settings,
    )


def primary(table: PrimaryTable, kpis: Mapping[str, Kpi]) -> PrimaryKpi:
    """The KPI that carries the verdict, with its own smallest change where the plan names none."""
    kpi = kpis[table["kpi"]]
    return PrimaryKpi(
        kpi=kpi.id,
        smallest_change=table.get("smallest_change", kpi.smallest_change),
        scale=table.get("scale", kpi.smallest_change_scale),
    )
