"""A pilot is measured once its items for the start have all been signed; before, nothing is computed."""

from datetime import date
from math import nan

from core.language.text import N_, Text
from experiments.estimate import NotEstimable, Reason
from experiments.evaluation import Evaluation, GroupSeries, KpiResult
from experiments.pilot import RegisteredPilot
from governance.checklist.gates import gates
from storage import cube
from storage.workspace import Workspace
from workflows.asked import Asked, asked
from workflows.governance.standing import checklist_of, records_of, today
from workflows.plan import definitions

NOTHING = GroupSeries(periods=(), treated=(), comparison=(), n_treated=(), n_comparison=())


def may_be_measured(workspace: Workspace, pilot: str, as_of: date | None = None) -> bool:
    """Whether the items for the start have all been signed on some day up to this one."""
    return gates(records_of(workspace, pilot), checklist_of(workspace), as_of or today()).may_be_measured


def unmeasured(workspace: Workspace, registered: RegisteredPilot, as_of: date | None) -> Evaluation:
    """The evaluation of a pilot that may not be measured yet: the reason, and no number."""
    pilot, version = registered.pilot, cube.current(workspace)
    missing = gates(records_of(workspace, pilot.id), checklist_of(workspace), as_of or today()).start
    questions = asked(pilot, definitions(workspace))
    return Evaluation(
        pilot=pilot.id,
        as_of=as_of or today(),
        plan_sha256=registered.plan_sha256,
        cube_version=version.name if version is not None else "",
        results=tuple(_unmeasured(one, missing) for one in questions),
    )


def _unmeasured(one: Asked, missing: tuple[str, ...]) -> KpiResult:
    reason = Reason(
        code="start_gate_open",
        message=Text(
            N_("Not measured yet: {count} items that are needed before the start are not signed ({items})."),
            {"count": len(missing), "items": ", ".join(missing)},
        ),
        remedy=Text(N_("Let them be signed; meetlat governance show says by whom.")),
    )
    return KpiResult(
        kpi=one.kpi.id,
        kpi_version=one.kpi.version,
        role=one.role,
        scale=one.scale,
        threshold=one.threshold,
        result=None if one.role == "use" else NotEstimable(reasons=(reason,), design="auto", scale=one.scale),
        series=NOTHING,
        n=0,
        excluded={},
        patients=None,
        staff=None,
        completeness=nan,
    )
