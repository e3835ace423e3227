"""The checklist of this hospital, and who holds which function that signs its items."""

from collections.abc import Mapping

from governance.access import LOCAL_OPERATOR, Viewer, require
from governance.checklist import Checklist, with_own
from governance.checklist.signers import FILE_NAME, read_signers
from storage.workspace import Workspace

FOLDER = "checklist"
"""Of the workspace: a hospital's own items."""


def checklist_of(workspace: Workspace) -> Checklist:
    """Our checklist with the hospital's own items; raises DefinitionError for a mistake in a file."""
    return with_own(workspace.root / FOLDER)


def functions_of(viewer: Viewer, workspace: Workspace) -> frozenset[str]:
    """The functions that the viewer holds; the person of a single-user installation acts for all."""
    require(viewer, "see_checklist")
    if viewer == LOCAL_OPERATOR:
        return frozenset(checklist_of(workspace).functions)
    return held(workspace).get(viewer.subject or viewer.name, frozenset())


def held(workspace: Workspace) -> Mapping[str, frozenset[str]]:
    """The functions that each person holds, by subject."""
    file = workspace.root / FILE_NAME
    return read_signers(file.read_text("utf-8"), checklist_of(workspace)) if file.exists() else {}
