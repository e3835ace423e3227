"""Can each source be reached, what may it read, what changed in it, and is it as fresh as was promised?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from core.errors import UnknownName, UserError
from core.language.text import N_, Text
from data_connectors.pulling import Finding
from governance.access import Viewer, require
from storage import sync_log
from storage.working_folder import working_folder
from storage.workspace import Workspace
from workflows.configured_sources import Configured, configured, names
from workflows.count import in_the_way, not_counted
from workflows.mapping_changes import read_otherwise

Change = Literal["added", "removed", "retyped", "new_table", "gone_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """What differs from the columns that were last accepted."""

    change: Change
    subject: str
    column: str = ""
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """last_done: end of the newest run that succeeded. hours: since then. broken: older than was promised."""

    last_done: datetime | None
    hours: float | None
    promised_hours: float | None
    broken: bool
    last_state: str = ""
    last_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """Everything that is known of one source. error: why it could not even be asked."""

    source: str
    kind: str = ""
    findings: tuple[Finding, ...] = ()
    changes: tuple[ColumnChange, ...] = ()
    freshness: Freshness | None = None
    error: UserError | None = None

    @property
    def sound(self) -> bool:
        """Nothing failed, nothing changed, nothing late."""
        late = self.freshness is not None and self.freshness.broken
        failed = any(finding.state == "failed" for finding in self.findings)
        return self.error is None and not failed and not self.changes and not late


def check(
    viewer: Viewer, workspace: Workspace, chosen: Sequence[str] = (), *, accept: bool = False
) -> tuple[SourceCheck, ...]:
    """Look at some sources, or all; nothing is read into the workspace.

    Raises UnknownName for a source that is not configured.
    accept: take the columns as they are now for the ones to compare with. Those of a first look are taken.
    """
    require(viewer, "see_sources")
    there = names(workspace)
    for name in chosen:
        if name not in there:
            raise UnknownName(N_("source"), name, there)
    return tuple(_one(workspace, name, accept=accept) for name in chosen or there)


def known(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """The names of the sources that are configured."""
    require(viewer, "see_sources")
    return names(workspace)


def freshness(
    viewer: Viewer, workspace: Workspace, now: datetime | None = None
) -> dict[str, Freshness | UserError]:
    """Of every source, without asking any of them; what is wrong with the file of one stands in its place."""
    require(viewer, "see_sources")
    moment = now or datetime.now(UTC)
    return {name: _fresh_or_wrong(workspace, name, moment) for name in names(workspace)}


def _fresh_or_wrong(workspace: Workspace, name: str, now: datetime) -> Freshness | UserError:
    try:
        return _fresh(workspace, configured(workspace, name), now)
    except UserError as error:
        return error


def _one(workspace: Workspace, name: str, *, accept: bool) -> SourceCheck:
    try:
        source = configured(workspace, name)
        with working_folder(workspace.root) as folder:
            pulling = source.pulling(workspace, folder)
            found = (
                *source.kind.check(source.options, pulling),
                *in_the_way(workspace, source),
                *not_counted(workspace, source),
                *read_otherwise(workspace, source),
            )
    except UserError as error:
        return SourceCheck(source=name, error=error)
    now = {finding.subject: dict(finding.columns) for finding in found if finding.columns}
    failed = {finding.subject for finding in found if finding.state == "failed"}
    before = sync_log.accepted_columns(workspace, name)
    if now and (accept or not before):
        sync_log.accept_columns(workspace, name, now)
        before = now
    return SourceCheck(
        source=name,
        kind=source.file.kind,
        findings=found,
        changes=tuple(one for one in _changes(before, now) if one.subject not in failed) if now else (),
        freshness=_fresh(workspace, source, datetime.now(UTC)),
    )


def _changes(
    before: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]
) -> Iterator[ColumnChange]:
    for subject in sorted({*before, *now}):
        if subject not in now:
            yield ColumnChange(change="gone_table", subject=subject)
        elif subject not in before:
            yield ColumnChange(change="new_table", subject=subject)
        else:
            yield from _of_table(subject, before[subject], now[subject])


def _of_table(subject: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[ColumnChange]:
    for column in sorted({*before, *now}):
        old, new = before.get(column, ""), now.get(column, "")
        if old != new:
            change: Change = "added" if not old else "removed" if not new else "retyped"
            yield ColumnChange(change=change, subject=subject, column=column, before=old, now=new)


def _fresh(workspace: Workspace, source: Configured, now: datetime) -> Freshness:
    done, newest = sync_log.last(workspace, source.name, "done"), sync_log.last(workspace, source.name)
    ended = done.ended_at if done is not None else None
    hours = None if ended is None else (now - ended).total_seconds() / 3600
    promise = source.file.promise
    promised = None if promise is None else promise.total_seconds() / 3600
    return Freshness(
        last_done=ended,
        hours=hours,
        promised_hours=promised,
        broken=promised is not None and (hours is None or hours > promised),
        last_state=newest.state if newest is not None else "",
        last_message=newest.message if newest is not None else "",
    )


def in_words(found: Freshness) -> Text:
    """One line on how fresh a source is."""
    if found.hours is None:
        return Text(NEVER)
    values = {"hours": found.hours, "promised": found.promised_hours or 0.0}
    if found.promised_hours is None:
        return Text(READ, values)
    return Text(LATE if found.broken else FRESH, values)


NEVER = N_("Never read with success.")
READ = N_("Read {hours:.1} hours ago.")
FRESH = N_("Read {hours:.1} hours ago; at most {promised:.0} were promised.")
LATE = N_("Too old: read {hours:.1} hours ago, at most {promised:.0} were promised.")
