"""Which share of what could have been measured was measured, per KPI, department and period."""

from dataclasses import dataclass

from core.period import Every, Period
from governance.access import Viewer, require
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from kpis.quality.measured import Coverage, coverage
from kpis.roll_up import Slice
from storage.workspace import Workspace
from workflows.measure import Measured, released
from workflows.quality.scope import Asked, Scope, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The measured share of one KPI in a department and period. over: the period is over and mature."""

    kpi: Kpi
    department: str
    period: Period
    over: bool
    coverage: Disclosed[Coverage]


def completeness(
    viewer: Viewer, workspace: Workspace, asked: Asked, every: Every = "month"
) -> tuple[CoverageRow, ...]:
    """A row per KPI that says what was expected, department and period; none before there are data."""
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, asked)
    return () if found is None else coverage_rows(workspace, found, every)


def coverage_rows(workspace: Workspace, found: Scope, every: Every) -> tuple[CoverageRow, ...]:
    """The rows of a scope that was checked."""
    kpis = {name: kpi for name, kpi in found.kpis.items() if kpi.expected is not None}
    if not kpis:
        return ()
    first, last = found.span
    measured = released(
        workspace,
        found.published,
        kpis,
        found.departments,
        Slice(every=every, first=first, last=last, details=False),
    )
    return tuple(_row(one, row) for one in measured if (row := disclosed_coverage(one)) is not None)


def _row(one: Measured, found: Disclosed[Coverage]) -> CoverageRow:
    value = one.measurement.value
    over = one.complete or (value is not None and "not_over" not in value.incomplete_because)
    return CoverageRow(kpi=one.kpi, department=one.unit, period=one.period, over=over, coverage=found)


def disclosed_coverage(one: Measured) -> Disclosed[Coverage] | None:
    """The coverage beside a measurement, suppressed where that is; None where nothing is expected."""
    gate, value = one.measurement, one.measurement.value
    if one.kpi.expected is None:
        return None
    found = coverage(one.kpi, value) if value is not None else None
    shown = found or Coverage(
        share=None, at_least=one.kpi.expected.at_least, status="unknown", is_response=False
    )
    return gate.beside(shown)
