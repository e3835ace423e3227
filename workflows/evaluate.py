"""Evaluate a registered pilot: every KPI of its plan, computed once per plan and cube."""

from datetime import date
from functools import cache

from pydantic import ConfigDict, TypeAdapter

from experiments.evaluation import Evaluation, KpiResult, PublishedEvaluation
from experiments.pilot import RegisteredPilot
from governance.access import Viewer, require
from storage import cube, cube_build, repository
from storage.workspace import Workspace
from workflows.asked import Evidence, asked
from workflows.disclosing import policy_of, published
from workflows.governance.measuring import refusal, unmeasured
from workflows.kpi_result import kpi_result
from workflows.panel import weekly_of
from workflows.plan import definitions, within_reach
from workflows.series import behind
from workflows.surroundings import surroundings

METHODS = 10
"""Raised whenever an estimator, an inference or a check changes: what older ones stored is computed anew."""
KIND = f"evaluation {METHODS}"


def evaluate(
    viewer: Viewer, workspace: Workspace, pilot: str, as_of: date | None = None
) -> PublishedEvaluation:
    """All results of a pilot as this viewer may see them; as_of looks back at what was known on a day.

    Raises UnknownName where there is no such pilot or it is not the viewer's.
    """
    reach = require(viewer, "see_pilots")
    registered = within_reach(workspace, reach, pilot)
    found = evaluation_of(workspace.within(reach), registered, as_of)
    return published(found, policy_of(workspace), definitions(workspace))


def evaluation_of(workspace: Workspace, registered: RegisteredPilot, as_of: date | None = None) -> Evaluation:
    """The evaluation before disclosure control, for use inside workflows; read back when it was computed.

    A pilot whose items for the start were never all signed is not measured.
    """
    refused = refusal(workspace, registered.pilot.id, as_of)
    if refused is not None:
        questions = asked(registered.pilot, definitions(workspace))
        nothing = tuple(unmeasured(one, refused) for one in questions)
        return _evaluation(registered, cube.current(workspace), as_of, nothing)
    cube_build.build(workspace)
    version = cube.current(workspace)
    name = version.name if version is not None else ""
    stored = repository.result(workspace, registered, name, KIND) if as_of is None else None
    if stored is not None:
        return from_json(stored)
    made = computed(workspace, registered, version, as_of)
    if version is not None and as_of is None:
        repository.store_result(workspace, registered, name, KIND, to_json(made))
    return made


def computed(
    workspace: Workspace, registered: RegisteredPilot, version: cube.Cube | None, as_of: date | None
) -> Evaluation:
    """The evaluation anew, from a cube that is published; None where there is none yet."""
    pilot = registered.pilot
    kpis = definitions(workspace)
    questions = asked(pilot, kpis)
    estimated = {one.kpi.id: one.kpi for one in questions if one.role != "use"}
    named = {*(one.kpi.id for one in questions), pilot.negative_control, pilot.unannounced}
    weekly = weekly_of(workspace, version, [kpi for kpi in kpis.values() if kpi.id in named], pilot, as_of)
    evidence = Evidence(
        workspace=workspace,
        cube=version,
        as_of=as_of,
        kpis=kpis,
        surroundings=surroundings(workspace, version, pilot, estimated, as_of),
        weekly=weekly,
        people=behind(workspace, weekly.values(), pilot),
    )
    return _evaluation(
        registered, version, as_of, tuple(kpi_result(one, pilot, evidence) for one in questions)
    )


def _evaluation(
    registered: RegisteredPilot,
    version: cube.Cube | None,
    as_of: date | None,
    results: tuple[KpiResult, ...],
) -> Evaluation:
    return Evaluation(
        pilot=registered.pilot.id,
        as_of=as_of or data_until(version) or registered.pilot.window[0],
        plan_sha256=registered.plan_sha256,
        cube_version=version.name if version is not None else "",
        results=results,
    )


def data_until(version: cube.Cube | None) -> date | None:
    """The last day that any table holds; None before there are data."""
    return max(version.last_days().values(), default=None) if version is not None else None


def to_json(evaluation: Evaluation) -> str:
    """An evaluation as JSON from which `from_json` makes it again."""
    return _adapter().dump_json((evaluation,)).decode()


def from_json(content: str) -> Evaluation:
    """The evaluation that `to_json` wrote."""
    return _adapter().validate_json(content)[0]


@cache
def _adapter() -> TypeAdapter[tuple[Evaluation]]:
    # Missing points are NaN, for which plain JSON has no word; the tuple passes the setting on to its parts.
    return TypeAdapter(tuple[Evaluation], config=ConfigDict(ser_json_inf_nan="constants"))
