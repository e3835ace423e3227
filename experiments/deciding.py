"""From an evaluation and its plan to a verdict: scale, extend, stop or cannot tell."""

from collections.abc import Mapping
from datetime import date

from experiments.decision import Decision
from experiments.evaluation import Evaluation
from experiments.inference.equivalence import Outcome
from experiments.pilot import Pilot
from experiments.rule.changes import changes
from experiments.rule.criteria import criteria, provided
from experiments.rule.findings import findings
from experiments.rule.verdict import judge
from governance.safety import Safety, as_declared
from kpis.kpi import Kpi


def decide(
    evaluation: Evaluation,
    pilot: Pilot,
    kpis: Mapping[str, Kpi],
    as_of: date,
    safety: Safety | None = None,
    alike: Outcome | None = None,
) -> Decision:
    """Apply the decision rule, the first that holds, and say what would change its outcome.

    1. stop: a guardrail's interval lies wholly beyond its margin, a governance item is red, or an open
       incident asks for it.
    2. cannot tell: the primary has no estimate, the methods disagree, or data are below the plan's floor.
    3. scale: the interval excludes 0 in the good direction, the estimate is at least the smallest change
       that matters, every guardrail's interval lies inside its margin, the scale gate is signed and use is
       at least the break-even. A criterion without evidence does not block; it is named in `provided`.
       Before/after alone never leads here, nor does a number whose way of measuring changed, nor evidence
       of a lower grade than the plan asks, and nothing while an incident is under review.
    4. stop: the interval excludes the smallest change that matters.
    5. extend: after the affordable weeks and departments the projected interval (Reading.projected) could
       satisfy 3 or 4, or only a signature is missing; else cannot tell. First around today's estimate, and
       then the smallest such extension is asked; else around one of the central 80 % of the estimates that
       the whole extension may bring (Reading.landing).

    Guardrail intervals are two-sided at the plan's level: at 95 %, one-sided 2.5 %. A KpiResult whose result
    is None was withheld by disclosure control and counts as not known. Signatures are read as they are on
    the day `as_of`. safety: what was recorded of governance; None: only the plan's own words.
    alike: whether the tool works alike for the declared groups, None: nobody looked; it never blocks, but is
    named beside a verdict to scale, and the checklist asks a signature for it.
    """
    found = findings(evaluation, pilot, kpis, safety or as_declared(pilot.governance, as_of), alike)
    judgement = judge(found)
    states = criteria(found)
    return Decision(
        pilot=pilot.id,
        verdict=judgement.verdict,
        criteria=states,
        reasons=judgement.reasons,
        would_change_it=changes(found, judgement),
        provided=provided(states),
        plan_sha256=evaluation.plan_sha256,
        as_of=as_of,
    )
