"""Ask every configured source for what is new: one run at a time, tried again, accounted for, resumable."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from random import SystemRandom
from time import monotonic, sleep
from typing import Literal
from uuid import uuid4

from core.errors import OurFault, UserError
from core.language.text import N_
from core.stopping import raise_if_stopped
from data_connectors.archive import SUFFIX, unpacked
from data_connectors.batch import FileReport
from data_connectors.pulling import Delivered, Finding, Unreachable
from governance.access import Reach, Viewer, require, require_tables
from storage import cube_build, sync_log
from storage.one_at_a_time import Busy, only_one
from storage.working_folder import working_folder
from storage.workspace import Workspace
from workflows.configured_sources import Configured, configured, names
from workflows.count import counted
from workflows.intake_run import Handed, Intake, require_file, take_file
from workflows.privacy.expiry import expire_with_a_load

ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds before the second attempt at most, doubled each time."""

Progress = Callable[[str, int], None]
"""Called with the source and the number of rows read so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What became of one source. busy: another run of it was at work, so there was nothing to do here.

    left: what there is that nothing was made of.
    """

    source: str
    state: Literal["done", "failed", "busy"]
    files: tuple[FileReport, ...] = ()
    left: tuple[Finding, ...] = ()
    attempts: int = 1
    error: UserError | None = None

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return sum(report.rows_read for report in self.files)

    @property
    def gone(self) -> int:
        """Rows that count no more because the source no longer has them."""
        return sum(report.rows_gone or 0 for report in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How sources are asked."""

    progress: Progress
    pause: Callable[[float], None]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A run of one source: for whom, and where to. whole: all that it has, not only what is new."""

    viewer: Viewer
    workspace: Workspace
    source: Configured
    whole: bool


def sync(
    viewer: Viewer,
    workspace: Workspace,
    chosen: Sequence[str] = (),
    progress: Progress = lambda _source, _rows: None,
    pause: Callable[[float], None] = sleep,
    *,
    whole: bool = False,
) -> tuple[SyncReport, ...]:
    """Ask some sources, or all. What is wrong with one is in its report and does not stop the others.

    Whatever was committed stays when a run fails, and the next one goes on from there. whole: everything
    again, so that rows that a source no longer has are noticed.
    """
    reach = require(viewer, "load_data")
    manner = _Manner(progress=progress, pause=pause, whole=whole)
    reports = tuple(_one(viewer, workspace, reach, name, manner) for name in chosen or names(workspace))
    expire_with_a_load(viewer, workspace)
    # done without rows, too: the run before may have been killed before it came to this
    if any(report.state == "done" or report.rows or report.gone for report in reports):
        cube_build.build(workspace)
    return reports


def _one(
    viewer: Viewer,
    workspace: Workspace,
    reach: Reach,
    name: str,
    manner: _Manner,
) -> SyncReport:
    try:
        source = configured(workspace, name)
        require_tables(reach, [table.name for table in source.tables])
        with only_one(workspace.root, wait=0.0, name=f"sync-{name}"):
            run = sync_log.start(workspace, name)
            taking = Taking(viewer=viewer, workspace=workspace, source=source, whole=manner.whole)
            try:
                report = _until_done(taking, lambda rows: manner.progress(name, rows), manner.pause)
            except BaseException:
                sync_log.finish(workspace, run, "failed", 0, sync_log.STOPPED)
                raise
            message = report.error.render("en") if report.error else ""
            sync_log.finish(workspace, run, "failed" if report.error else "done", report.rows, message)
            return report
    except Busy:
        return SyncReport(source=name, state="busy")
    except UserError as error:
        return SyncReport(source=name, state="failed", error=error)


def _until_done(
    taking: Taking, progress: Callable[[int], None], pause: Callable[[float], None]
) -> SyncReport:
    source = taking.source
    done: list[FileReport] = []
    deadline = monotonic() + 60 * source.file.minutes
    for attempt in range(1, ATTEMPTS + 1):
        try:
            left = _fetch(taking, done, progress)
        except Unreachable as error:
            wait = SystemRandom().uniform(0, min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))
            if attempt == ATTEMPTS or monotonic() + wait > deadline:
                return _failed(source, done, attempt, error)
            pause(wait)
        except UserError as error:
            return _failed(source, done, attempt, error)
        except Exception:
            raise_if_stopped()
            return _failed(source, done, attempt, _logged())
        else:
            return SyncReport(
                source=source.name, state="done", files=tuple(done), left=left, attempts=attempt
            )
    raise AssertionError("every attempt returns or goes on")


def _logged() -> OurFault:
    """The rest of what happened, in the log; other sources go on."""
    incident = uuid4().hex[:8]
    logging.getLogger("meetlat").exception("internal error %s", incident)
    return OurFault(incident)


def _failed(source: Configured, done: list[FileReport], attempts: int, error: UserError) -> SyncReport:
    return SyncReport(source=source.name, state="failed", files=tuple(done), attempts=attempts, error=error)


def _fetch(taking: Taking, done: list[FileReport], progress: Callable[[int], None]) -> tuple[Finding, ...]:
    """Take in what one attempt delivers, file by file, and add the reports to those that are done.

    Gives what there is that nothing was made of.
    """
    workspace, source = taking.workspace, taking.source
    if source.file.mode == "push-down":
        done += counted(taking.viewer, workspace, source, progress)
        return ()
    with working_folder(workspace.root) as folder:
        pulling = source.pulling(workspace, folder, progress, whole=taking.whole)
        for delivered in source.kind.pull(source.options, pulling):
            done += _taken(taking, delivered)
            if monotonic() > pulling.deadline:
                raise _too_late(source)
        return source.kind.left(source.options, pulling)


def _too_late(source: Configured) -> UserError:
    return UserError(
        N_("Not everything was read within {minutes} minutes; what was read is kept."),
        where=source.name,
        remedy=N_("The next run goes on from there. Set minutes in its file to give it longer."),
        minutes=source.file.minutes,
    )


def _taken(taking: Taking, delivered: Delivered) -> tuple[FileReport, ...]:
    """Take in what was delivered: a file, or each member of an archive that a table takes by its name."""
    if delivered.path.suffix.lower() != SUFFIX:
        return (_file_taken(taking, delivered),)
    with working_folder(taking.workspace.root) as folder:
        delivery = unpacked([delivered.path], folder)
        members = (
            replace(delivered, path=path, table=table.name)
            for path in delivery.files
            for table in taking.source.tables
            if fnmatchcase(path.name, table.files)
        )
        return (*delivery.refused, *(delivery.named(_file_taken(taking, member)) for member in members))


def _file_taken(taking: Taking, delivered: Delivered) -> FileReport:
    workspace, source = taking.workspace, taking.source
    table = next(one for one in source.tables if one.name == delivered.table)
    require_file(delivered.path)
    handed = Handed(
        path=delivered.path,
        table=table,
        source=source.name,
        watermark=delivered.watermark,
        rejected=delivered.rejected,
        first_rejected=delivered.first_rejected,
        gone_at_most=delivered.gone_at_most,
        whole_by=delivered.whole_by,
        again=taking.whole,
    )
    with only_one(workspace.root):
        intake = Intake(viewer=taking.viewer, workspace=workspace, key=workspace.secret(), file=source.format)
        return take_file(intake, handed)
