"""How the governance of a pilot stands: its items with their records, its gates, incidents and phase."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from experiments.pilot import Pilot, RegisteredPilot
from governance.access import Viewer, require
from governance.checklist import Checklist, ChecklistItem, Phase
from governance.checklist.gates import Due, Gates, due, gates
from governance.checklist.history import ItemRecord, history, newest
from governance.checklist.states import Status
from governance.incidents import IncidentRecord, asking, by_number, current
from governance.phases import PhaseRecord, in_the_way, phase_of, suggested
from governance.safety import Safety
from governance.tool_versions import VersionRecord
from storage import governance_records
from storage.workspace import Workspace
from workflows.governance.functions import checklist_of
from workflows.governance.reach import reaching
from workflows.plan import all_within_reach


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item as it stands on a day. records: all of it, the first one first."""

    item: ChecklistItem
    status: Status
    records: tuple[ItemRecord, ...]

    @property
    def newest(self) -> ItemRecord | None:
        """What was recorded last; None where nothing was."""
        return self.records[-1] if self.records else None

    @property
    def has_expired(self) -> bool:
        """Whether it was done and is open only because its last day has passed."""
        return self.newest is not None and self.newest.status != self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotGovernance:
    """Everything that is recorded for the governance of a pilot, as it stands on a day.

    blocked_by: what keeps it out of the next phase: ids of items, and "incident N". judged: all that was
    recorded of each incident, by number, where `incidents` holds how it stands.
    """

    pilot: RegisteredPilot
    day: date
    checklist: Checklist
    items: tuple[ItemView, ...]
    gates: Gates
    due: tuple[Due, ...]
    incidents: tuple[IncidentRecord, ...]
    judged: Mapping[int, tuple[IncidentRecord, ...]]
    versions: tuple[VersionRecord, ...]
    phase: Phase
    phases: tuple[PhaseRecord, ...]
    blocked_by: tuple[str, ...]

    @property
    def next_phase(self) -> Phase | None:
        """The phase after this one; None after the last."""
        place = self.checklist.phases.index(self.phase) + 1
        return self.checklist.phases[place] if place < len(self.checklist.phases) else None


def governance(viewer: Viewer, workspace: Workspace, pilot: str, day: date | None = None) -> PilotGovernance:
    """The governance of a pilot on a day, today where none is named; raises UnknownName, NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist") as (registered, within):
        return governance_of(within, registered, day or workspace.today())


def governances(viewer: Viewer, workspace: Workspace, department: str = "") -> Mapping[str, PilotGovernance]:
    """The governance of every pilot that the viewer sees, or of those of one department, by pilot."""
    reach = require(viewer, "see_checklist")
    within = workspace.within(reach)
    return {
        one.pilot.id: governance_of(within, one, workspace.today())
        for one in all_within_reach(workspace, reach)
        if not department or department in one.pilot.starts
    }


def governance_of(workspace: Workspace, registered: RegisteredPilot, day: date) -> PilotGovernance:
    """The same for a plan that was looked up."""
    plan, checklist = registered.pilot, checklist_of(workspace)
    records = records_of(workspace, plan.id)
    found = gates(records, checklist, day)
    reported = governance_records.of(workspace, plan.id, IncidentRecord)
    incidents = current(reported)
    phases = governance_records.of(workspace, plan.id, PhaseRecord)
    phase = _phase(checklist, plan, phases, found, day)
    following = checklist.phases[checklist.phases.index(phase) + 1 :][:1]
    gate = following[0].gate if following else ""
    return PilotGovernance(
        pilot=registered,
        day=day,
        checklist=checklist,
        items=tuple(_item(item, records, day) for item in checklist.items),
        gates=found,
        due=due(records, day),
        incidents=incidents,
        judged=by_number(reported),
        versions=governance_records.of(workspace, plan.id, VersionRecord),
        phase=phase,
        phases=phases,
        blocked_by=in_the_way(gate, found, asking(incidents, "stop")),
    )


def safety_of(workspace: Workspace, pilot: str, day: date) -> Safety:
    """What a decision on a pilot reads, as it was known on a day."""
    known = [one for one in governance_records.of(workspace, pilot, IncidentRecord) if one.at.date() <= day]
    incidents = current(known)
    return Safety(
        gates=gates(records_of(workspace, pilot), checklist_of(workspace), day),
        stopping=asking(incidents, "stop"),
        reviewed=asking(incidents, "review"),
        incidents=len(incidents),
    )


def due_everywhere(
    viewer: Viewer, workspace: Workspace, day: date | None = None
) -> Mapping[str, tuple[Due, ...]]:
    """Signatures that have run out or soon will, by pilot, of the pilots that the viewer sees."""
    reach = require(viewer, "see_checklist")
    within = workspace.within(reach)
    found = {
        one.pilot.id: due(records_of(within, one.pilot.id), day or workspace.today())
        for one in all_within_reach(workspace, reach)
    }
    return {pilot: running_out for pilot, running_out in found.items() if running_out}


def records_of(workspace: Workspace, pilot: str) -> tuple[ItemRecord, ...]:
    """Every record of a pilot's items, what its plans declared first."""
    return history(
        governance_records.declarations(workspace, pilot),
        governance_records.of(workspace, pilot, ItemRecord),
    )


def latest(records: tuple[ItemRecord, ...], item: str) -> ItemRecord | None:
    """The newest record of an item."""
    return newest(records).get(item)


def _item(item: ChecklistItem, records: tuple[ItemRecord, ...], day: date) -> ItemView:
    mine = tuple(record for record in records if record.item == item.id)
    return ItemView(item=item, status=mine[-1].standing.on(day) if mine else "open", records=mine)


def _phase(
    checklist: Checklist, plan: Pilot, records: tuple[PhaseRecord, ...], found: Gates, day: date
) -> Phase:
    name = phase_of(
        records, suggested(min(plan.starts.values()), plan.run_in_weeks, found.may_be_measured, day)
    )
    return checklist.phase(name) or checklist.phases[0]
