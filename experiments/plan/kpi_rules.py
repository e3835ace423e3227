"""Which KPIs a plan may name, in which role."""

from collections.abc import Iterator, Mapping
from typing import Literal

from core.issue import Issue
from core.language.text import N_
from experiments.plan.file import Place
from experiments.plan.table import PlanTable
from kpis.families import mixed
from kpis.kpi import Kpi
from kpis.toml_lines import Path

BESIDE: tuple[Literal["negative_control", "unannounced"], ...] = ("negative_control", "unannounced")
"""Keys that name a KPI on which nothing is decided: it shows how far the others can be believed."""


def kpi_problems(plan: PlanTable, place: Place, kpis: Mapping[str, Kpi]) -> Iterator[Issue]:
    """Unknown KPIs, KPIs in two roles, definitions that do not mix, KPIs that cannot carry a verdict."""
    yield from _kpis(plan, place, kpis)
    yield from _families(plan, place, kpis)
    yield from _primary(plan, place, kpis)
    yield from _guardrails(plan, place, kpis)


def _named(plan: PlanTable) -> list[tuple[Path, str]]:
    """Every KPI of the plan with its place, in order."""
    named: list[tuple[Path, str]] = [(("primary", "kpi"), plan["primary"]["kpi"])]
    named += [(("guardrails", i, "kpi"), one["kpi"]) for i, one in enumerate(plan.get("guardrails", ()))]
    named += [(("secondary",), name) for name in plan.get("secondary", ())]
    if "use" in plan:
        named.append((("use", "kpi"), plan["use"]["kpi"]))
    named += [((key,), plan[key]) for key in BESIDE if key in plan]
    return named


def _families(plan: PlanTable, place: Place, kpis: Mapping[str, Kpi]) -> Iterator[Issue]:
    known = [(path, kpis[name]) for path, name in _named(plan) if name in kpis]
    for number, (path, kpi) in enumerate(known):
        found = mixed([*(one for _, one in known[:number]), kpi])
        if found is not None:
            yield place.issue(
                path,
                N_("'{one}' and '{other}' are two definitions of {family}, which no plan may mix."),
                N_("Choose the definition that the source delivers."),
                one=found[0].id,
                other=found[1].id,
                family=found[0].family,
            )
            return


def _kpis(plan: PlanTable, place: Place, kpis: Mapping[str, Kpi]) -> Iterator[Issue]:
    seen: set[str] = set()
    for path, name in _named(plan):
        if name not in kpis:
            yield place.unknown(path, N_("There is no KPI '{name}'."), name, kpis)
        if name in seen:
            yield place.issue(
                path, N_("KPI '{name}' has two roles."), N_("Give every KPI one role."), name=name
            )
        seen.add(name)


def _primary(plan: PlanTable, place: Place, kpis: Mapping[str, Kpi]) -> Iterator[Issue]:
    table = plan["primary"]
    if ("smallest_change" in table) != ("scale" in table):
        yield place.issue(
            ("primary",),
            N_("Smallest change and scale belong together."),
            N_("Write both, or neither to use those of the KPI."),
        )
    kpi = kpis.get(table["kpi"])
    if kpi is None:
        return
    if kpi.statistic == "duration" and kpi.counts_tool_time is None:
        yield place.issue(
            ("primary", "kpi"),
            N_("KPI '{name}' cannot carry the verdict: nobody knows whether it counts time inside the tool."),
            N_("Declare counts_tool_time in its definition, or choose another KPI."),
            name=kpi.id,
        )
    yield from _direction(place, ("primary", "kpi"), kpi)


def _direction(place: Place, path: Path, kpi: Kpi) -> Iterator[Issue]:
    if kpi.direction == "neutral":
        yield place.issue(
            path,
            N_("KPI '{name}' has no better side, so nothing can be decided on it."),
            N_("Make it secondary, or declare its direction."),
            name=kpi.id,
        )


def _guardrails(plan: PlanTable, place: Place, kpis: Mapping[str, Kpi]) -> Iterator[Issue]:
    guardrails = plan.get("guardrails", [])
    if not guardrails:
        yield place.issue(
            (),
            N_("The plan guards nothing."),
            N_("Add a KPI that may not get worse under [[guardrails]]."),
            level="warning",
        )
    for number, guardrail in enumerate(guardrails):
        if guardrail["kpi"] in kpis:
            yield from _direction(place, ("guardrails", number, "kpi"), kpis[guardrail["kpi"]])
