"""Finished views, kept while nothing they are made from has changed.

The rights as they are at this moment are part of the key, and what is kept was made with those and no other.
No argument starts with an underscore, which Streamlit would leave out of the key. What is kept is shared
among viewers with the same rights, and only read.
"""

import streamlit as st

from experiments.monitoring.charted_kpi import Event
from governance.access import Viewer
from pages.widgets.session import Session
from workflows.department import DepartmentView, department_view
from workflows.events import ruler_events
from workflows.governance.bias import BiasCheck, bias_check
from workflows.opening import Workspace, data_version
from workflows.quality.data_quality import DataQuality, data_quality
from workflows.quality.scope import Asked


def kept_department(session: Session, department: str) -> DepartmentView:
    """The view of a department, made anew when the viewer's rights, the data or a plan changed."""
    return _department(
        session.viewer.as_now(), session.workspace, department, data_version(session.workspace)
    )


def kept_quality(session: Session, department: str | None) -> DataQuality:
    """The quality of the numbers of a department, or of all that the viewer sees."""
    return _quality(session.viewer.as_now(), session.workspace, department, data_version(session.workspace))


def kept_bias(session: Session, pilot: str) -> BiasCheck:
    """The comparison of groups of a pilot."""
    return _bias(session.viewer.as_now(), session.workspace, pilot, data_version(session.workspace))


def kept_ruler(session: Session, kpi: str, department: str) -> tuple[Event, ...]:
    """Changes of the rows behind a KPI of a department that detectors found."""
    return _ruler(
        session.viewer.as_now(), session.workspace, kpi, department, data_version(session.workspace)
    )


def _workspace_key(workspace: Workspace) -> str:
    return str((workspace.root, workspace.settings))


def _viewer_key(viewer: Viewer) -> str:
    return str(sorted((grant.role, sorted(grant.objects)) for grant in viewer.rights()))


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


@st.cache_resource(
    max_entries=50, show_spinner=False, hash_funcs={Workspace: _workspace_key, Viewer: _viewer_key}
)
def _quality(
    viewer: Viewer,
    workspace: Workspace,
    department: str | None,
    version: str,  # noqa: ARG001 - a part of the key alone
) -> DataQuality:
    return data_quality(viewer, workspace, Asked(unit=department))


@st.cache_resource(
    max_entries=500, show_spinner=False, hash_funcs={Workspace: _workspace_key, Viewer: _viewer_key}
)
def _ruler(
    viewer: Viewer,
    workspace: Workspace,
    kpi: str,
    department: str,
    version: str,  # noqa: ARG001 - a part of the key alone
) -> tuple[Event, ...]:
    return ruler_events(viewer, workspace, kpi, department)


@st.cache_resource(
    max_entries=50, show_spinner=False, hash_funcs={Workspace: _workspace_key, Viewer: _viewer_key}
)
def _bias(
    viewer: Viewer,
    workspace: Workspace,
    pilot: str,
    version: str,  # noqa: ARG001 - a part of the key alone
) -> BiasCheck:
    return bias_check(viewer, workspace, pilot)
