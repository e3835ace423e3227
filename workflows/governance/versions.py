"""Record that a tool came into use in another version, and list what was recorded."""

from datetime import date

from core.errors import InputError
from core.language.text import N_, Text
from experiments.monitoring.charted_kpi import Event
from experiments.pilot import Pilot
from governance.access import Viewer
from governance.tool_versions import PARTS, Part, VersionRecord
from storage import governance_records
from storage.workspace import Workspace
from workflows.auditing import recorded
from workflows.governance.plain_text import plain
from workflows.governance.reach import reaching


def add_version(
    viewer: Viewer,
    workspace: Workspace,
    pilot: str,
    *,
    part: Part,
    version: str,
    day: date,
    tool: str = "",
    note: str = "",
) -> VersionRecord:
    """Record a version of a part of a pilot's tool; raises UnknownName, NotPermitted and InputError."""
    with reaching(viewer, workspace, pilot, "edit_pilots", "tool") as (registered, within):
        plan = registered.pilot
    record = VersionRecord(
        at=governance_records.now(),
        by=viewer.name,
        tool=plain(tool or plan.vendor or plan.id, N_("tool"), 100),
        part=part,
        version=plain(version, N_("version"), 60),
        day=day,
        note=plain(note, N_("note"), 500),
    )
    if day > workspace.today():
        raise InputError(
            "A version cannot have come into use on {day}, a day to come.",
            remedy="Record it on the day itself.",
            day=day,
        )
    if not record.version:
        raise InputError("No version is named.", remedy="Give the version as the vendor calls it.")
    with recorded(viewer, within, "tool_changed", "tool", pilot, part=part) as connection:
        governance_records.add(connection, pilot, record)
    return record


def versions(viewer: Viewer, workspace: Workspace, pilot: str) -> tuple[VersionRecord, ...]:
    """The versions of a pilot's tool in order of day; raises UnknownName and NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist", "tool") as (_, within):
        return versions_of(within, pilot)


def versions_of(workspace: Workspace, pilot: str) -> tuple[VersionRecord, ...]:
    """The same inside workflows."""
    found = governance_records.of(workspace, pilot, VersionRecord)
    return tuple(sorted(found, key=lambda one: one.day))


def version_events(
    workspace: Workspace, pilots: tuple[Pilot, ...], first: date, until: date
) -> tuple[Event, ...]:
    """The versions of some pilots' tools as marks for a chart, in order of day."""
    found = [
        Event(day=one.day, word=version_word(one))
        for pilot in pilots
        for one in versions_of(workspace, pilot.id)
        if first <= one.day <= until
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def version_word(one: VersionRecord) -> Text:
    """A version as a mark on a chart."""
    return Text(N_("{part} {version}"), {"part": Text(PARTS[one.part]), "version": one.version})
