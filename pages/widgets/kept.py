"""Finished views, kept while nothing they are made from has changed.

The whole viewer (name, roles, departments) is part of the key: no argument starts with an underscore, which
Streamlit would leave out of it. What is kept is shared and only read.
"""

import streamlit as st

from governance.access import Viewer
from pages.widgets.session import Session
from workflows.department import DepartmentView, department_view
from workflows.opening import Workspace, data_version


def kept_department(session: Session, department: str) -> DepartmentView:
    """The view of a department, made anew when the viewer's rights, the data or a plan changed."""
    return _department(session.viewer, session.workspace, department, data_version(session.workspace))


def _workspace_key(workspace: Workspace) -> str:
    return str((workspace.root, workspace.settings))


def _viewer_key(viewer: Viewer) -> str:
    departments = None if viewer.departments is None else sorted(viewer.departments)
    return str((viewer.name, sorted(viewer.roles), departments))


@st.cache_resource(
    max_entries=200, show_spinner=False, hash_funcs={Workspace: _workspace_key, Viewer: _viewer_key}
)
def _department(
    viewer: Viewer,
    workspace: Workspace,
    department: str,
    version: str,  # noqa: ARG001 - a part of the key alone
) -> DepartmentView:
    return department_view(viewer, workspace, department)
