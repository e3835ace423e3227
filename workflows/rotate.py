"""Rotate the pseudonym key, with everything that is stored."""

from governance.access import Viewer, require
from storage import cube_build, key_rotation
from storage.one_at_a_time import only_one
from storage.workspace import Workspace
from workflows.auditing import event


def rotate(viewer: Viewer, workspace: Workspace) -> int:
    """A new secret on top of the key; how many files of facts followed. No number changes."""
    require(viewer, "administer")
    with only_one(workspace.root):
        files = key_rotation.rotate(
            workspace, lambda files: event(viewer, workspace, "key_rotated", "key", files=files)
        )
        cube_build.build(workspace)
    return files
