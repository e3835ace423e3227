"""What changed in the rows themselves: definitions, templates, versions, clocks, units, volume, case mix."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from governance.access import Viewer, require
from governance.disclosure_control import Disclosed, Persons, release
from kpis.quality.drift.detect import Observed, Wanted, detect, everything
from kpis.quality.drift.finding import Finding, Reason, Status, Subject
from kpis.quality.measurement_change import (
    MeasurementChange,
    concerning,
    measurement_change,
    of_the_ruler,
)
from kpis.tables import TABLES
from storage.ruler import observe, persons_behind
from storage.scan import open_facts
from storage.workspace import Workspace
from workflows.disclosing import policy_of
from workflows.quality.scope import Asked, Scope, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRow:
    """One finding. Whether and when something changed tells nothing of persons; how much passes the gate."""

    subject: Subject
    status: Status
    since: date | None
    reason: Reason | None
    finding: Disclosed[Finding]


def drift(viewer: Viewer, workspace: Workspace, asked: Asked) -> tuple[DriftRow, ...]:
    """Every finding on the tables of some KPIs over a year or the days asked; none before there are data."""
    reach = require(viewer, "see_quality")
    found = scope(workspace, reach, asked)
    return () if found is None else drift_rows(workspace, found)


def drift_rows(workspace: Workspace, found: Scope) -> tuple[DriftRow, ...]:
    """The findings of a scope that was checked."""
    findings, policy = _findings(workspace, found), policy_of(workspace)
    behind = _behind(workspace, found, findings)
    return tuple(
        DriftRow(
            subject=one.subject,
            status=one.status,
            since=one.since,
            reason=one.reason,
            finding=release(
                one, behind[one.subject.table, one.subject.column][one.subject.department], policy
            ),
        )
        for one in findings
    )


def ruler_changes(
    workspace: Workspace, found: Scope, kpi: str, around: date, within_weeks: int = 8
) -> tuple[MeasurementChange, ...]:
    """Per department whether the ruler of a KPI changed around a day, for an analysis and not for display."""
    findings = concerning(found.kpis[kpi], _findings(workspace, found))
    return measurement_change(findings, around, within_weeks)


def ruler_findings(workspace: Workspace, found: Scope) -> tuple[Finding, ...]:
    """The findings on the ruler of a scope's KPIs alone, for an analysis and not for display."""
    wanted = of_the_ruler(tuple(found.kpis.values()))
    return detect(_observed(workspace, found, wanted), workspace.settings.timezone)


def _findings(workspace: Workspace, found: Scope) -> tuple[Finding, ...]:
    return detect(_observed(workspace, found), workspace.settings.timezone)


def _observed(workspace: Workspace, found: Scope, wanted: Wanted = everything) -> Observed:
    tables = _looked_at(found)
    with open_facts(workspace, tables) as connection:
        return observe(connection, tables, found.departments, found.span, wanted)


def _looked_at(found: Scope) -> tuple[str, ...]:
    """Rows about a department as a whole come in other rhythms and say nothing about a ruler."""
    return tuple(table for table in found.tables if not TABLES[table].about_departments)


def _behind(
    workspace: Workspace, found: Scope, findings: tuple[Finding, ...]
) -> Mapping[tuple[str, str], Mapping[str, Persons]]:
    asked = {(one.subject.table, one.subject.column) for one in findings}
    with open_facts(workspace, _looked_at(found)) as connection:
        return {
            (table, column): persons_behind(connection, table, column, found.departments, found.span)
            for table, column in sorted(asked)
        }
