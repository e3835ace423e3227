"""Read, verify and hand out the audit log; that somebody did stands in the log itself."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import AuditUnavailable, InputError, system_reason
from core.language.text import N_
from core.quoting import plain_cell
from governance.access import Viewer, require
from governance.audit import NAMES, AuditRecord, Fault, Head, chain_faults
from governance.audit_anchor import Anchor, anchor_faults
from storage import audit_anchors, audit_log
from storage.audit_log import EVERYTHING, Wanted
from storage.workspace import Workspace
from workflows.anchoring import anchor_now
from workflows.auditing import record
from workflows.whole_file import whole_file

__all__ = ["Wanted"]

AT_ONCE = 50
FORMATS = {"csv": "text/csv", "jsonl": "application/jsonl"}
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What verifying found. anchored: the newest event that an anchor proves. unread: lines of the file with
    anchors that are none. logged: whether the log could hold that it was verified.
    """

    events: int
    head: Head | None
    faults: tuple[Fault, ...]
    anchors: int
    anchored: Anchor | None
    unread: int
    logged: bool

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Some events, newest first, and how many there are that meet the filter."""

    records: tuple[AuditRecord, ...]
    count: int


def verify(viewer: Viewer, workspace: Workspace, anchors: Path | None = None) -> Verification:
    """Recompute every hash, and hold the log against its anchors: those of a file, or where they are set."""
    require(viewer, "see_log")
    read = tuple(audit_anchors.read(workspace, anchors))
    known = tuple(one for one in read if isinstance(one, Anchor))
    hashes = dict.fromkeys(one.seq for one in known)
    level = {"isolation_level": "REPEATABLE READ"} if _postgresql(workspace) else {}
    with workspace.engine.connect().execution_options(**level) as connection:
        head = audit_log.head(connection)
        last = [0]
        found = list(chain_faults(_noting(audit_log.records(connection), hashes, last), head))
        if not audit_log.guarded(connection):
            found.append(Fault(code="unguarded", first=0, last=0))
    if known:
        found += anchor_faults(known, hashes.get, last[0], audit_anchors.key(workspace))
    real = [one for one in known if hashes[one.seq] == one.hash]
    return Verification(
        events=last[0],
        head=head,
        faults=tuple(found[:MOST_FAULTS]),
        anchors=len(known),
        anchored=max(real, key=lambda one: one.seq, default=None),
        unread=len(read) - len(known),
        logged=_logged(viewer, workspace, intact=not found),
    )


def shown(viewer: Viewer, workspace: Workspace, wanted: Wanted = EVERYTHING, skip: int = 0) -> Shown:
    """A page of the log; opening it is logged by `opened`."""
    require(viewer, "see_log")
    return Shown(
        records=audit_log.newest(workspace, wanted, AT_ONCE, skip), count=audit_log.count(workspace, wanted)
    )


def people(viewer: Viewer, workspace: Workspace) -> tuple[str, ...]:
    """Everybody who stands in the log, for its filter."""
    require(viewer, "see_log")
    return audit_log.users(workspace)


def export(viewer: Viewer, workspace: Workspace, path: Path, wanted: Wanted = EVERYTHING) -> int:
    """Write events to a .csv or .jsonl file, whole or not at all; how many. The export is the last of them.

    A line of JSON holds what is hashed, so anybody can verify it: hash = sha256(prev + fields as canonical
    JSON). Raises InputError for another kind of file or a place that cannot be written.
    """
    require(viewer, "see_log")
    if path.suffix[1:] not in FORMATS:
        raise InputError(
            N_("The audit log is written as .csv or .jsonl, not as '{suffix}'."),
            where=path.name,
            remedy=N_("Give the file one of these endings."),
            suffix=path.suffix,
        )
    record(viewer, workspace, "log_exported", "log", format=path.suffix[1:])
    with whole_file(path) as unfinished, workspace.engine.connect() as connection:
        return _write(unfinished, audit_log.records(connection, wanted), path.suffix == ".csv")


def exported(viewer: Viewer, workspace: Workspace, format: str, wanted: Wanted = EVERYTHING) -> bytes:
    """The content of such a file, for a download."""
    require(viewer, "see_log")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"audit-log.{format}"
        export(viewer, workspace, path, wanted)
        return path.read_bytes()


def anchored(viewer: Viewer, workspace: Workspace) -> Anchor | None:
    """Write an anchor now; None where there is no event yet. Raises InputError where its place is away."""
    require(viewer, "see_log")
    try:
        return anchor_now(workspace)
    except OSError as error:
        raise InputError(
            N_("The anchor cannot be written: {error}."),
            where=str(audit_anchors.place(workspace) or workspace.settings.audit_anchor),
            remedy=N_("Check the setting audit_anchor, and whether its place can be reached."),
            error=system_reason(error),
        ) from None


def as_row(record: AuditRecord) -> dict[str, Any]:
    """A record under the names of the norm."""
    fields = {name: getattr(record.event, field) for field, name in NAMES.items()}
    return {"seq": record.seq, "prev": record.prev, "hash": record.hash, **fields}


def _write(path: Path, records: Iterable[AuditRecord], as_csv: bool) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ("seq", "prev", "hash", *NAMES.values()))
        if as_csv:
            table.writeheader()
        for one in records:
            count += 1
            row = as_row(one)
            if as_csv:
                table.writerow({name: plain_cell(value) for name, value in row.items()})
            else:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _noting(
    records: Iterable[AuditRecord], hashes: dict[int, str | None], last: list[int]
) -> Iterator[AuditRecord]:
    """The records as they pass, with the hashes that anchors ask for and the last number written down."""
    for one in records:
        if one.seq in hashes:
            hashes[one.seq] = one.hash
        last[0] = one.seq
        yield one


def _logged(viewer: Viewer, workspace: Workspace, *, intact: bool) -> bool:
    """A log that is broken may not take what says so; who verifies is told."""
    try:
        record(viewer, workspace, "log_verified", "log", intact=intact)
    except AuditUnavailable:
        return False
    return True


def _postgresql(workspace: Workspace) -> bool:
    return workspace.engine.dialect.name == "postgresql"
