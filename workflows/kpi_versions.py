"""The versions of a definition, and what each of them makes of the same months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.period import Every, Period, containing
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed
from kpis.explanation import DefinitionVersion
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from storage import cube, cube_build
from storage.definitions import active, every_version, history
from storage.workspace import Workspace
from workflows.explain import measured_name, version_of
from workflows.measure import measure

MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """What every version makes of one department and month, by version; absent where it has no rows."""

    unit: str
    period: Period
    by_version: Mapping[int, Disclosed[Measurement]]


def versions(viewer: Viewer, workspace: Workspace, kpi: str) -> tuple[DefinitionVersion, ...]:
    """Every version that numbers were made with, newest first; raises UnknownName."""
    require(viewer, "see_definitions")
    every_version(workspace)
    return history(workspace, kpi)


def definition(viewer: Viewer, workspace: Workspace, name: str) -> DefinitionVersion:
    """The definition of an id, or of id@version; raises UnknownName with the nearest."""
    require(viewer, "see_definitions")
    return version_of(workspace, name)


def every_definition(viewer: Viewer, workspace: Workspace) -> dict[str, Kpi]:
    """Every KPI by its id, ours and the hospital's own; raises DefinitionError where one breaks a rule."""
    require(viewer, "see_definitions")
    return active(workspace)


def side_by_side(
    viewer: Viewer, workspace: Workspace, kpi: str, unit: str | None = None, months: int = MONTHS
) -> tuple[SideBySide, ...]:
    """The last months by every version, per department in order; unit: one department alone.

    An older number keeps its definition: what was published stays what it was.
    """
    require(viewer, "see_departments")
    found = versions(viewer, workspace, kpi)
    names = {measured_name(active(workspace), one.kpi.key): one.kpi.version for one in found}
    cube_build.build(workspace)
    published = cube.current(workspace)
    span = published.span() if published is not None else None
    if span is None:
        return ()
    first = max(span[0], _months_before(span[1], months - 1))
    every: Every = "month"
    rows: dict[tuple[str, Period], dict[int, Disclosed[Measurement]]] = {}
    for one in measure(viewer, workspace, list(names), unit, first, span[1], every):
        rows.setdefault((one.unit, one.period), {})[names[one.kpi.id]] = one.measurement
    return tuple(
        SideBySide(unit=department, period=period, by_version=rows[department, period])
        for department, period in sorted(rows)
    )


def _months_before(day: date, months: int) -> date:
    start = containing(day, "month").start
    years, month = divmod(start.month - 1 - months, 12)
    return date(start.year + years, month + 1, 1)
