"""The panel of a pilot as a file that an analyst takes along from the app, to estimate again elsewhere."""

from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import InputError
from core.language.text import N_
from governance.access import Viewer, require
from storage.workspace import Workspace
from workflows.measure import measure
from workflows.panel_export import export_panel, pilot_of

SHORTEST_PURPOSE = 5


def panel_file(viewer: Viewer, workspace: Workspace, pilot: str, kpi: str, purpose: str) -> bytes:
    """The weekly panel of a KPI of a pilot as CSV, as `evaluate` reads it; who takes it and why is logged.

    Raises InputError without a purpose, NotPermitted and UnknownName.
    """
    require(viewer, "export_panels")
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise InputError(
            N_("It is not said what the panel is for."),
            remedy=N_("Write its purpose in a few words; it is kept in the audit log."),
        )
    plan = pilot_of(viewer, workspace, pilot)
    found = measure(viewer, workspace, [kpi], every="week")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "panel.csv"
        export_panel(viewer, workspace, path, found, plan, purpose=purpose, about=(kpi, "week", pilot))
        return path.read_bytes()
