"""Which pilot somebody may do something to: the one place where these workflows ask."""

from collections.abc import Iterator
from contextlib import contextmanager

from experiments.pilot import RegisteredPilot
from governance.access import Action, Viewer, require
from governance.audit_events import ObjectKind
from storage.workspace import Workspace
from workflows.auditing import denials
from workflows.plan import within_reach


@contextmanager
def reaching(
    viewer: Viewer, workspace: Workspace, pilot: str, action: Action, kind: ObjectKind = "pilot"
) -> Iterator[tuple[RegisteredPilot, Workspace]]:
    """The plan of a pilot on which the viewer may do this, and the workspace as far as that reaches.

    Raises UnknownName and NotPermitted. What is refused, here or within, stands in the audit log.
    """
    with denials(viewer, workspace, kind, pilot):
        reach = require(viewer, action)
        yield within_reach(workspace, reach, pilot), workspace.within(reach)
