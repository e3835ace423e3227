"""From eligible visits to signed drafts, per department and period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.period import Every, Period
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed
from kpis.measurements import Measurement
from kpis.quality.use_funnel import ELIGIBLE, STAGES, FunnelStage, use_funnel
from kpis.roll_up import Slice
from storage.workspace import Workspace
from workflows.measure import Measured, released
from workflows.quality.scope import Asked, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """The stages of one department and period. over: the period is over in the data."""

    department: str
    period: Period
    over: bool
    stages: Disclosed[tuple[FunnelStage, ...]]


def funnels(
    viewer: Viewer, workspace: Workspace, asked: Asked, every: Every = "month"
) -> tuple[FunnelRow, ...]:
    """Every department with eligible visits, period by period; the KPIs of `asked` do not matter."""
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, replace(asked, kpis=tuple(STAGES.values())))
    if found is None:
        return ()
    first, last = found.span
    chosen = Slice(every=every, first=first, last=last, details=False)
    measured = released(workspace, found.published, found.kpis, found.departments, chosen)
    by_cell: dict[tuple[str, Period], dict[str, Measured]] = {}
    for one in measured:
        by_cell.setdefault((one.unit, one.period), {})[one.kpi.id] = one
    logged = _logged(measured)
    return tuple(
        _row(department, period, cell, logged.get(department, set()))
        for (department, period), cell in sorted(by_cell.items())
    )


def _logged(measured: Sequence[Measured]) -> dict[str, set[str]]:
    """Per department the stages of which any row is known."""
    stage_of = {kpi: stage for stage, kpi in STAGES.items()}
    found: dict[str, set[str]] = {}
    for one in measured:
        value = one.measurement.value
        if value is not None and value.numerator > 0:
            found.setdefault(one.unit, set()).add(stage_of[one.kpi.id])
    return found


def _row(department: str, period: Period, cell: dict[str, Measured], logged: set[str]) -> FunnelRow:
    counts = {stage: _rows(cell, kpi, "numerator") for stage, kpi in STAGES.items()}
    counts[ELIGIBLE] = max(_rows(cell, kpi, "denominator") for kpi in STAGES.values())
    any_ = next(iter(cell.values()))
    gate = any_.measurement
    stages = use_funnel(counts, logged, gate.policy.minimum_patients)
    return FunnelRow(
        department=department,
        period=period,
        over=any_.complete,
        stages=gate.beside(stages),
    )


def _rows(cell: dict[str, Measured], kpi: str, side: str) -> int:
    value: Measurement | None = cell[kpi].measurement.value if kpi in cell else None
    return round(getattr(value, side)) if value is not None else 0
