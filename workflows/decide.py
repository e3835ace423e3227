"""Decide on a registered pilot by the rule of its plan."""

from datetime import date

from experiments.deciding import decide as decided
from experiments.decision import Decision
from experiments.evaluation import PublishedEvaluation
from experiments.inference.equivalence import Outcome
from experiments.pilot import Pilot, RegisteredPilot
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Persons, Policy, release
from governance.safety import Safety
from kpis.kpi import Kpi
from storage.workspace import Workspace
from workflows.auditing import record
from workflows.disclosing import known, policy_of
from workflows.evaluate import evaluate
from workflows.governance.bias import bias_of
from workflows.governance.standing import safety_of
from workflows.plan import definitions, within_reach

NO_PERSONS = Persons(patients=None, staff=None)


def decide(
    viewer: Viewer, workspace: Workspace, pilot: str, as_of: date | None = None
) -> Disclosed[Decision]:
    """The verdict on a pilot and its reasons; raises as `evaluate` does.

    Signatures are read as they are today, also where the data end earlier; with as_of as they were that day.
    """
    reach = require(viewer, "see_pilots")
    registered = within_reach(workspace, reach, pilot)
    evaluation = evaluate(viewer, workspace, pilot, as_of)
    day = as_of or workspace.today()
    within = workspace.within(reach)
    made = decision_on(
        evaluation,
        registered.pilot,
        definitions(workspace),
        policy_of(workspace),
        day,
        safety_of(within, pilot, day),
        bias_of(within, registered).alike if as_of is None else None,
    )
    log_verdict(viewer, workspace, registered, made)
    return made


def log_verdict(
    viewer: Viewer, workspace: Workspace, registered: RegisteredPilot, made: Disclosed[Decision]
) -> None:
    """Write down that somebody asked for a verdict, and which it was."""
    verdict = made.value.verdict if made.value is not None else "suppressed"
    record(
        viewer,
        workspace,
        "verdict_asked",
        "pilot",
        registered.pilot.id,
        verdict=verdict,
        plan=registered.plan_sha256,
    )


def decision_on(
    evaluation: PublishedEvaluation,
    pilot: Pilot,
    kpis: dict[str, Kpi],
    policy: Policy,
    day: date,
    safety: Safety,
    alike: Outcome | None,
) -> Disclosed[Decision]:
    """The decision on what was released, with the signatures and the incidents of a day.

    alike: whether the tool works alike for the declared groups, as released; None where nobody compared them.

    The rule never sees a suppressed number, so none can be read back from a criterion or a verdict. Without
    the primary what remains is governance and other released results, which have passed on their own persons.
    """
    primary = evaluation.primary.result
    made = decided(known(evaluation), pilot, kpis, day, safety, alike)
    return release(made, NO_PERSONS if primary.suppressed else primary.persons, policy)
