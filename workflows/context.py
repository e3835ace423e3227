"""What stands around one estimate of a pilot, gathered for the checks that need more than its panel."""

from experiments.context import Context, OtherKpi, Strata
from experiments.estimate import Estimate
from experiments.estimating import design_for, fitted
from experiments.panel import Panel
from experiments.pilot import Pilot
from governance.disclosure_control import release
from kpis.catalogue import find
from kpis.quality.case_mix import may_be_standardised
from workflows.asked import Asked, Evidence, natural_scale, options
from workflows.disclosing import policy_of, raised
from workflows.panel import Weekly, panel
from workflows.same_clinicians import stayed_on
from workflows.series import smallest
from workflows.strata import STRATIFIER, strata
from workflows.surroundings import ruler_changes


def context(
    one: Asked, pilot: Pilot, evidence: Evidence, found: Weekly, cells: Panel, estimate: Estimate
) -> Context:
    """The context of the estimate of one KPI; the other KPIs stand beside the primary one alone."""
    beside = {
        key: _other(name, pilot, evidence)
        for key, name in (("negative_control", pilot.negative_control), ("unannounced", pilot.unannounced))
        if name is not None and one.role == "primary"
    }
    return Context(
        pilot=pilot,
        panel=cells,
        options=options(pilot, one.scale),
        estimate=estimate,
        smallest_change=_smallest_change(one),
        tool_time_known=one.kpi.statistic != "duration" or one.kpi.counts_tool_time is not None,
        ruler=ruler_changes(one.kpi, evidence.surroundings.findings, pilot),
        events=evidence.surroundings.events,
        strata=_strata(one, evidence, found, cells),
        negative_control=beside.get("negative_control"),
        unannounced=beside.get("unannounced"),
        stayed_on=stayed_on(one, pilot, evidence, found) if one.role == "primary" else None,
    )


def _smallest_change(one: Asked) -> float | None:
    """The plan's threshold; for secondary KPIs that of the definition, where it is on the same scale."""
    if one.threshold is not None:
        return one.threshold
    return one.kpi.smallest_change if one.kpi.smallest_change_scale == one.scale else None


def _other(name: str, pilot: Pilot, evidence: Evidence) -> OtherKpi:
    kpi = find(evidence.kpis, name)
    found = evidence.weekly[name]
    people = smallest(evidence.people[name], in_use=False)
    policy = raised(policy_of(evidence.workspace), kpi)
    if release(None, people, policy).suppressed:
        return OtherKpi(kpi=name, result=None)
    chosen = options(pilot, natural_scale(kpi))
    cells = panel(found, pilot, chosen.scale)
    result = fitted(cells, chosen, design_for(cells, chosen))
    return OtherKpi(kpi=name, result=result, display_scale=kpi.display_scale)


def _strata(one: Asked, evidence: Evidence, found: Weekly, cells: Panel) -> Strata | None:
    if evidence.cube is None or not found.weeks or not may_be_standardised(one.kpi, STRATIFIER):
        return None
    return strata(evidence.cube, found, cells.units, one.scale)[0]
