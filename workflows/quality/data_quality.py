"""The whole question at once: what was measured, what is late, what drifted."""

from dataclasses import dataclass

from governance.access import Viewer, require
from storage.workspace import Workspace
from workflows.quality.completeness import CoverageRow, coverage_rows
from workflows.quality.drift import DriftRow, drift_rows
from workflows.quality.lateness import NOTHING, LateRows, late_rows_of
from workflows.quality.scope import Asked, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuality:
    """Everything that is known of the quality of some numbers: shares per month, delays, and findings."""

    measured: tuple[CoverageRow, ...]
    late: LateRows
    drifted: tuple[DriftRow, ...]


def data_quality(viewer: Viewer, workspace: Workspace, asked: Asked) -> DataQuality:
    """The quality of the numbers that the viewer may see; empty before there are data."""
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, asked)
    if found is None:
        return DataQuality(measured=(), late=NOTHING, drifted=())
    return DataQuality(
        measured=coverage_rows(workspace, found, "month"),
        late=late_rows_of(workspace, found, "week"),
        drifted=drift_rows(workspace, found),
    )
