"""What the screens and the report show of pilots: plan, results, verdict and what is open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from experiments.decision import Decision, Verdict
from experiments.evaluation import PublishedEvaluation
from experiments.pilot import RegisteredPilot
from governance.access import Reach, Viewer, require
from governance.checklist.gates import Due, due
from governance.disclosure_control import Disclosed
from governance.safety import Safety
from kpis.kpi import Kpi
from storage import repository
from storage.workspace import Workspace
from workflows.baseline import Baseline, of
from workflows.decide import decision_on
from workflows.disclosing import policy_of, published
from workflows.evaluate import evaluation_of
from workflows.governance.bias import bias_of
from workflows.governance.standing import records_of, safety_of
from workflows.plan import all_within_reach, definitions, within_reach

FIRST: dict[Verdict | None, int] = {"scale": 0, "stop": 1, "extend": 2, "cannot_tell": 3, None: 4}
"""What asks for a decision first, then what can wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotView:
    """One pilot as people may see it.

    kpis: the definitions that the plan names. demo_truth: true effect by KPI on the plan's scale, where the
    data are simulated. baseline: of a pilot that has not started. safety: what is recorded of its governance.
    due: signatures that have run out or soon will.
    """

    pilot: RegisteredPilot
    evaluation: PublishedEvaluation
    decision: Disclosed[Decision]
    kpis: dict[str, Kpi]
    safety: Safety
    due: tuple[Due, ...]
    data_until: date
    demo_truth: dict[str, float] | None = None
    baseline: Baseline | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the data are simulated."""
        return self.demo_truth is not None


def portfolio(viewer: Viewer, workspace: Workspace) -> tuple[PilotView, ...]:
    """The pilots that the viewer may see, what asks for a decision first."""
    reach = require(viewer, "see_pilots")
    return _views(workspace, reach)


def analysed(viewer: Viewer, workspace: Workspace) -> tuple[PilotView, ...]:
    """The pilots whose effects the viewer may see in full, what asks for a decision first."""
    reach = require(viewer, "see_effects")
    return _views(workspace, reach)


def pilot_view(viewer: Viewer, workspace: Workspace, pilot: str) -> PilotView:
    """One pilot; raises UnknownName where there is none or it is not the viewer's."""
    reach = require(viewer, "see_pilots")
    return view_of(workspace.within(reach), within_reach(workspace, reach, pilot))


def view_of(workspace: Workspace, registered: RegisteredPilot) -> PilotView:
    """The same for a plan that was looked up."""
    return _view(workspace, registered, definitions(workspace), repository.true_effects(workspace))


def _views(workspace: Workspace, reach: Reach) -> tuple[PilotView, ...]:
    plans, narrowed = all_within_reach(workspace, reach), workspace.within(reach)
    kpis, truth = definitions(workspace), repository.true_effects(workspace)
    return tuple(sorted((_view(narrowed, plan, kpis, truth) for plan in plans), key=_urgency))


def _view(
    workspace: Workspace,
    registered: RegisteredPilot,
    kpis: dict[str, Kpi],
    truth: Mapping[tuple[str, str], str],
) -> PilotView:
    policy, pilot, today = policy_of(workspace), registered.pilot, workspace.today()
    evaluation = published(evaluation_of(workspace, registered), policy, kpis)
    safety = safety_of(workspace, pilot.id, today)
    return PilotView(
        pilot=registered,
        evaluation=evaluation,
        decision=decision_on(
            evaluation, pilot, kpis, policy, today, safety, bias_of(workspace, registered).alike
        ),
        kpis={result.kpi: kpis[result.kpi] for result in evaluation.results},
        safety=safety,
        due=due(records_of(workspace, pilot.id), today),
        data_until=evaluation.as_of,
        demo_truth=_truth(pilot.id, truth),
        baseline=of(workspace, registered, today) if min(pilot.starts.values()) > today else None,
    )


def _truth(pilot: str, stored: Mapping[tuple[str, str], str]) -> dict[str, float] | None:
    effects = {kpi: json.loads(content)["effect"] for (one, kpi), content in stored.items() if one == pilot}
    return effects or None


def _urgency(view: PilotView) -> tuple[int, str]:
    decision = view.decision.value
    return FIRST[decision.verdict if decision else None], view.pilot.pilot.id
