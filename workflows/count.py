"""Let a source count its own rows: only cells of measurements come in."""

from collections.abc import Callable
from pathlib import Path

from core.errors import ConfigurationError, InputError
from core.language.text import N_, Text
from data_connectors.batch import FileReport
from data_connectors.counting import Counted, Counting, FormerName
from data_connectors.pulling import Finding
from governance.access import Viewer, require
from governance.audit import AuditEvent, code
from kpis.in_source import not_in_source
from kpis.parts import tables_of
from storage import count_writer, department_history
from storage.definitions import active, every_version
from storage.ledger import Committed, Origin
from storage.one_at_a_time import only_one
from storage.workspace import Workspace
from workflows.auditing import event
from workflows.configured_sources import Configured


def counted(
    viewer: Viewer, workspace: Workspace, source: Configured, progress: Callable[[int], None]
) -> tuple[FileReport, ...]:
    """The counts of all tables of a source, kept; raises UserError, and then the last good ones stand."""
    require(viewer, "load_data")
    count = source.kind.count
    if count is None:
        raise ConfigurationError(
            N_("A source of kind '{kind}' cannot count its rows itself."),
            where=f"{source.name}.toml",
            remedy=N_('Leave mode = "push-down" out.'),
            kind=source.file.kind,
        )
    for table in source.tables:
        _refuse_beside(workspace, source, table.name)
    pulling = source.pulling(workspace, Path(), progress)
    found = count(source.options, pulling, _asked(workspace, source))
    with only_one(workspace.root):
        return tuple(_kept(viewer, workspace, source, one) for one in found)


def in_the_way(workspace: Workspace, source: Configured) -> tuple[Finding, ...]:
    """Why a run of this source would be refused, whatever it brings: what the workspace holds already."""
    found = []
    for table in source.tables:
        try:
            _refuse_beside(workspace, source, table.name)
        except InputError as error:
            found.append(Finding(subject=source.file.mode, state="failed", message=error))
    return tuple(found)


def _refuse_beside(workspace: Workspace, source: Configured, table: str) -> None:
    if source.file.mode == "push-down":
        count_writer.refuse_beside_rows(workspace, table)
    count_writer.refuse_beside_count(workspace, table, source.name)


def not_counted(workspace: Workspace, source: Configured) -> tuple[Finding, ...]:
    """The KPIs of a source's tables that it cannot count, by reason; none where it delivers rows."""
    if source.file.mode != "push-down":
        return ()
    tables = {table.name for table in source.tables}
    reasons: dict[str, list[str]] = {}
    for kpi in active(workspace).values():
        reason = not_in_source(kpi)
        if reason is not None and tables & set(tables_of([kpi])):
            reasons.setdefault(reason, []).append(kpi.id)
    return tuple(
        Finding(
            subject=source.file.mode,
            state="warning",
            message=InputError(
                N_("Not counted in the source, because {reason}: {kpis}."),
                reason=Text(reason),
                kpis=", ".join(found),
            ),
        )
        for reason, found in reasons.items()
    )


def _asked(workspace: Workspace, source: Configured) -> Counting:
    history = department_history.read(workspace.root)
    return Counting(
        kpis=tuple(every_version(workspace).values()),
        file=source.format,
        zone=workspace.settings.timezone,
        today=workspace.today(),
        departments=tuple(
            FormerName(name=former.name, first=former.first, last=former.last, department=department)
            for former, department in history.names
        ),
    )


def _kept(viewer: Viewer, workspace: Workspace, source: Configured, one: Counted) -> FileReport:
    report = FileReport(
        file=one.origin,
        sha256="",
        status="loaded",
        rows_read=one.rows_read,
        rows_loaded=one.rows_loaded,
        rows_quarantined=sum(one.set_aside.values()),
        rows_not_data=one.rows_not_data,
        quarantine=dict(one.set_aside),
        dialect=Text(N_("counted in the source")),
        departments_alike=dict(one.departments_alike),
        tables={one.table: one.rows_loaded},
    )
    origin = Origin(table=one.table, source=source.name)

    def logged(done: Committed) -> AuditEvent:
        return event(
            viewer,
            workspace,
            "data_loaded",
            "batch",
            str(done.batch),
            table=one.table,
            source=code(source.name),
            rows=done.report.rows_loaded,
            set_aside=done.report.rows_quarantined,
        )

    if count_writer.store(workspace, origin, one, report, logged):
        return report
    return FileReport(file=one.origin, sha256="", status="unchanged")
