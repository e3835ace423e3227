"""The effect of a pilot among clinicians who worked in their department before and after the start."""

from datetime import timedelta

from experiments.context import StayedOn
from experiments.estimating import design_for, fitted
from experiments.pilot import Pilot
from governance.disclosure_control import Persons, release
from kpis.measure import measurements
from kpis.roll_up import Slice
from storage.same_clinicians import of_same_clinicians
from workflows.asked import Asked, Evidence, options
from workflows.disclosing import policy_of, raised
from workflows.panel import Weekly, panel


def stayed_on(one: Asked, pilot: Pilot, evidence: Evidence, found: Weekly) -> StayedOn | None:
    """None where rows do not name clinicians, nobody stayed, or one looks back at what was known on a day."""
    if evidence.cube is None or evidence.as_of is not None or not found.weeks:
        return None
    run_in, first_start = timedelta(weeks=pilot.run_in_weeks), min(pilot.starts.values())
    starts = {name: pilot.starts.get(name, first_start) for name in (*pilot.starts, *pilot.comparison)}
    span = (found.weeks[0].start, found.weeks[-1].end)
    rows = of_same_clinicians(
        evidence.workspace, one.kpi, {name: (day, day + run_in) for name, day in starts.items()}, span
    )
    if rows is None:
        return None
    people = Persons(patients=None, staff=rows.clinicians)
    if release(None, people, raised(policy_of(evidence.workspace), one.kpi)).suppressed:
        return None
    asked = Slice(every="week", first=span[0], last=span[1], details=False)
    measured = measurements(rows.content, {one.kpi.id: one.kpi}, evidence.cube.last_days(), asked)
    theirs = Weekly(
        kpi=one.kpi,
        weeks=found.weeks,
        found={key: each for each in measured if (key := (each.unit, each.period)) in found.found},
    )
    cells, chosen = panel(theirs, pilot, one.scale), options(pilot, one.scale)
    return StayedOn(
        result=fitted(cells, chosen, design_for(cells, chosen)),
        clinicians=rows.clinicians,
        share=rows.share,
    )
