"""Decide on a registered pilot by the rule of its plan."""

from datetime import date

from experiments.deciding import decide as decided
from experiments.decision import Decision
from experiments.evaluation import PublishedEvaluation
from experiments.pilot import Pilot
from governance.access import Viewer
from governance.disclosure_control import Disclosed, Persons, Policy, release
from kpis.kpi import Kpi
from storage.workspace import Workspace
from workflows.disclosing import known, policy_of
from workflows.evaluate import evaluate
from workflows.plan import definitions, show

NO_PERSONS = Persons(patients=None, staff=None)


def decide(
    viewer: Viewer, workspace: Workspace, pilot: str, as_of: date | None = None
) -> Disclosed[Decision]:
    """The verdict on a pilot and its reasons; raises as `evaluate` does."""
    registered = show(viewer, workspace, pilot)
    evaluation = evaluate(viewer, workspace, pilot, as_of)
    return decision_on(evaluation, registered.pilot, definitions(workspace), policy_of(workspace))


def decision_on(
    evaluation: PublishedEvaluation, pilot: Pilot, kpis: dict[str, Kpi], policy: Policy
) -> Disclosed[Decision]:
    """The decision on what was released.

    The rule never sees a suppressed number, so none can be read back from a criterion or a verdict. Without
    the primary what remains is governance and other released results, which have passed on their own persons.
    """
    primary = evaluation.primary.result
    made = decided(known(evaluation), pilot, kpis, evaluation.as_of)
    return release(made, NO_PERSONS if primary.suppressed else primary.persons, policy)
