"""Which periods of a KPI of a department there are numbers to explain of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.period import Every, Period
from governance.access import Viewer, require
from storage import cube, cube_build
from storage.definitions import active
from storage.workspace import Workspace
from workflows.explain import measured_name
from workflows.measure import Measured, measure, visible_departments

REACH: dict[Every, int] = {"week": 26 * 7, "month": 365}
"""Days back from the last day of data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainable:
    """Weeks and then months with rows, each newest first; usual: the one to begin with, None without any."""

    periods: tuple[Period, ...]
    usual: Period | None


def explainable(viewer: Viewer, workspace: Workspace, kpi: str, unit: str) -> Explainable:
    """The last half year of weeks and year of months with rows, suppressed ones too.

    The usual one is the newest that is complete and has a value. Nothing for a department that is not there
    or not the viewer's; raises UnknownName for a KPI that is not there.
    """
    reach = require(viewer, "see_departments")
    cube_build.build(workspace)
    published = cube.current(workspace)
    span = published.span() if published is not None else None
    if published is None or span is None or unit not in visible_departments(reach, published):
        return Explainable(periods=(), usual=None)
    name = measured_name(active(workspace), kpi)
    found = [
        one for every in REACH for one in reversed(_with_rows(viewer, workspace, name, unit, span[1], every))
    ]
    periods = tuple(one.period for one in found)
    usual = next((one.period for one in found if _has_value(one)), next(iter(periods), None))
    return Explainable(periods=periods, usual=usual)


def _with_rows(
    viewer: Viewer, workspace: Workspace, kpi: str, unit: str, until: date, every: Every
) -> Sequence[Measured]:
    first = until - timedelta(days=REACH[every])
    return [one for one in measure(viewer, workspace, [kpi], unit, first, until, every) if _has_rows(one)]


def _has_rows(one: Measured) -> bool:
    found = one.measurement.value
    return found is None or bool(found.n or found.excluded or found.excluded_hidden)


def _has_value(one: Measured) -> bool:
    found = one.measurement.value
    return one.complete and found is not None and found.value is not None
