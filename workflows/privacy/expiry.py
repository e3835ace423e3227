"""Retention: what may no longer be kept leaves with every load, once a day and whenever somebody asks."""

from dataclasses import dataclass
from datetime import date, timedelta

from governance.access import Viewer, require
from governance.audit import AuditEvent
from governance.retention import Retention, retention
from kpis.tables import TABLES
from storage import cube_build, erasure, quarantine, sync_log
from storage.one_at_a_time import only_one
from storage.workspace import Workspace
from workflows.auditing import event, recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What left, or would leave: rows by standard table, files of rows set aside, runs in the log."""

    rows: dict[str, int]
    quarantine: int
    runs: int
    dry_run: bool = False

    @property
    def anything(self) -> bool:
        """Whether something left."""
        return bool(self.rows or self.quarantine or self.runs)


NOTHING = Expired(rows={}, quarantine=0, runs=0)


def expire(
    viewer: Viewer, workspace: Workspace, *, dry_run: bool = False, today: date | None = None
) -> Expired:
    """Remove what is older than the settings allow, and count everything anew where rows left."""
    require(viewer, "forget_persons")
    chosen = retention(workspace.settings.retention, TABLES)
    return _expired(viewer, workspace, chosen, today or workspace.today(), dry_run=dry_run)


def expire_with_a_load(viewer: Viewer, workspace: Workspace) -> Expired:
    """The same as part of a load, whose right is enough: the settings decided, not the person."""
    require(viewer, "load_data")
    chosen = retention(workspace.settings.retention, TABLES)
    return _expired(viewer, workspace, chosen, workspace.today(), dry_run=False)


def _expired(
    viewer: Viewer, workspace: Workspace, chosen: Retention, today: date, *, dry_run: bool
) -> Expired:
    if chosen == Retention():
        return NOTHING
    days = {name: day for name in TABLES if (day := chosen.first_day(name, today)) is not None}
    moments = _moment(chosen.quarantine, today), _moment(chosen.logs, today)

    def logged(done: erasure.Erased) -> AuditEvent:
        return event(viewer, workspace, "days_removed", "facts", rows=done.total, files=done.files)

    with only_one(workspace.root):
        rows = erasure.expire(workspace, days, logged, dry_run=True).rows
        lists, runs = quarantine.before(workspace, moments[0]), sync_log.before(workspace, moments[1])
        if rows and not dry_run:
            erasure.expire(workspace, days, logged)
            cube_build.build(workspace)
        if (lists or runs) and not dry_run:
            with recorded(
                viewer, workspace, "days_removed", "batch", lists=len(lists), runs=len(runs)
            ) as connection:
                quarantine.remove(connection, lists)
                sync_log.remove(connection, runs)
            quarantine.delete_files(workspace, lists)
    return Expired(rows=rows, quarantine=len(lists), runs=len(runs), dry_run=dry_run)


def _moment(days: int | None, today: date) -> str | None:
    """The first moment that may be kept, as the state database writes it."""
    return None if days is None else (today - timedelta(days=days)).isoformat()
