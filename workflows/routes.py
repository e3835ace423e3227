"""Every design on the primary KPI of a pilot: tried once when somebody asks, and kept."""

from dataclasses import replace
from functools import cache

from pydantic import ConfigDict, TypeAdapter

from experiments.estimate import Result
from experiments.pilot import RegisteredPilot
from experiments.router import Route, routes
from governance.access import Viewer, require
from storage import cube, repository
from storage.workspace import Workspace
from workflows.asked import asked, options
from workflows.evaluate import METHODS
from workflows.governance.measuring import refusal
from workflows.overview import PilotView
from workflows.panel import panel, weekly
from workflows.plan import definitions, within_reach

KIND = f"routes {METHODS}"


def known_routes(viewer: Viewer, workspace: Workspace, view: PilotView) -> tuple[Route, ...] | None:
    """What was found before on a pilot that this viewer sees; None before anybody asked.

    Also None where the primary KPI may not be shown. Raises NotPermitted.
    """
    reach = require(viewer, "see_effects")
    within_reach(workspace, reach, view.pilot.pilot.id)
    if view.evaluation.primary.result.suppressed:
        return None
    stored = repository.result(workspace.within(reach), view.pilot, view.evaluation.cube_version, KIND)
    return None if stored is None else _adapter().validate_json(stored)[0]


def try_routes(viewer: Viewer, workspace: Workspace, view: PilotView) -> tuple[Route, ...]:
    """Try every design and keep what each finds, which takes a while; raises as `known_routes` does.

    Nothing is tried for a pilot that is not measured yet.
    """
    reach = require(viewer, "see_effects")
    within_reach(workspace, reach, view.pilot.pilot.id)
    within = workspace.within(reach)
    if view.evaluation.primary.result.suppressed or refusal(within, view.pilot.pilot.id) is not None:
        return ()
    found = _found(workspace, view.pilot)
    kept = _adapter().dump_json((found,)).decode()
    repository.store_result(within, view.pilot, view.evaluation.cube_version, KIND, kept)
    return found


def _found(workspace: Workspace, registered: RegisteredPilot) -> tuple[Route, ...]:
    pilot = registered.pilot
    primary = asked(pilot, definitions(workspace))[0]
    cells = panel(weekly(workspace, cube.current(workspace), primary.kpi, pilot), pilot, primary.scale)
    tried = routes(cells, options(pilot, primary.scale), drawn=pilot.selection == "drawn")
    return tuple(replace(route, result=_in_short(route)) for route in tried)


def _in_short(route: Route) -> Result:
    return replace(route.result, event_study=(), details=None)


@cache
def _adapter() -> TypeAdapter[tuple[tuple[Route, ...]]]:
    # As for evaluations: an interval may have an open end, for which plain JSON has no word.
    return TypeAdapter(tuple[tuple[Route, ...]], config=ConfigDict(ser_json_inf_nan="constants"))
