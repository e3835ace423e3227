"""Record an incident with a pilot's tool, change how it stands, and list the register."""

from dataclasses import dataclass, replace
from datetime import date

from core.errors import InputError, UnknownName
from core.language.text import N_, Text
from governance.access import Viewer, require
from governance.incidents import Category, IncidentRecord, Severity, current, holds_contact
from storage import governance_records
from storage.audit_log import append
from storage.database import writing
from storage.workspace import Workspace
from workflows.auditing import event
from workflows.governance.plain_text import plain
from workflows.governance.reach import reaching
from workflows.plan import listed

SHORTEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What somebody reports. tool: the vendor's name where nothing is given."""

    day: date
    department: str
    category: Category
    severity: Severity
    happened: str
    action: str = ""
    tool: str = ""


def report(viewer: Viewer, workspace: Workspace, pilot: str, what: Happening) -> IncidentRecord:
    """Add an incident to the register of a pilot, under the next number.

    Raises UnknownName, NotPermitted, and InputError for words that are missing or may name a patient.
    """
    with reaching(viewer, workspace, pilot, "report_incidents", "incident") as (registered, within):
        plan = registered.pilot
        if what.department not in plan.starts:
            raise UnknownName(N_("department of this pilot"), what.department, plan.starts)
    if what.day > workspace.today():
        raise InputError("An incident cannot have happened on {day}, a day to come.", day=what.day)
    record = IncidentRecord(
        number=0,
        at=governance_records.now(),
        by=viewer.name,
        day=what.day,
        department=what.department,
        category=what.category,
        severity=what.severity,
        tool=plain(what.tool or plan.vendor or plan.id, N_("tool"), 100),
        happened=_told(what.happened, N_("description")),
        action=_of_nobody(what.action, N_("action")),
    )
    return _kept(viewer, within, pilot, record)


def change(
    viewer: Viewer,
    workspace: Workspace,
    pilot: str,
    number: int,
    why: str,
    *,
    severity: Severity | None = None,
    action: str | None = None,
    closed: bool | None = None,
) -> IncidentRecord:
    """Judge an incident anew or close it, with a reason; how it stood before stays in the register."""
    with reaching(viewer, workspace, pilot, "judge_incidents", "incident") as (_, within):
        known = {one.number: one for one in current(governance_records.of(within, pilot, IncidentRecord))}
        if number not in known:
            raise UnknownName(N_("incident"), str(number), map(str, known))
    before = known[number]
    record = replace(
        before,
        at=governance_records.now(),
        by=viewer.name,
        why=_told(why, N_("reason")),
        severity=severity or before.severity,
        action=before.action if action is None else _of_nobody(action, N_("action")),
        closed=before.closed if closed is None else closed,
    )
    return _kept(viewer, within, pilot, record)


def register(viewer: Viewer, workspace: Workspace, pilot: str) -> tuple[IncidentRecord, ...]:
    """How every incident of a pilot stands, by number; raises UnknownName and NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist", "incident") as (_, within):
        return current(governance_records.of(within, pilot, IncidentRecord))


def registers(viewer: Viewer, workspace: Workspace) -> dict[str, tuple[IncidentRecord, ...]]:
    """The registers of all pilots that the viewer sees, by pilot."""
    require(viewer, "see_checklist")
    return {one.pilot.id: register(viewer, workspace, one.pilot.id) for one in listed(viewer, workspace)}


def _told(text: str, what: str) -> str:
    words = _of_nobody(text, what)
    if len(words) < SHORTEST:
        raise InputError(
            "The {what} is too short to follow: at least {shortest} characters.",
            remedy="Say what happened, without naming a patient.",
            what=Text(what),
            shortest=SHORTEST,
        )
    return words


def _of_nobody(text: str, what: str) -> str:
    words = plain(text, what, 1_000)
    if holds_contact(words):
        raise InputError(
            "The {what} holds an e-mail address or a telephone number, so it was not kept.",
            remedy="Leave it out; say what happened without naming anybody.",
            what=Text(what),
        )
    return words


def _kept(viewer: Viewer, workspace: Workspace, pilot: str, record: IncidentRecord) -> IncidentRecord:
    with writing(workspace.engine) as connection:
        governance_records.one_at_a_time(connection)
        known = governance_records.listed(connection, pilot, IncidentRecord)
        number = record.number or max((one.number for one in known), default=0) + 1
        made = replace(record, number=number)
        governance_records.add(connection, pilot, made)
        append(
            connection,
            event(
                viewer,
                workspace,
                "incident_changed",
                "incident",
                f"{pilot}/{number}",
                severity=made.severity,
                closed=made.closed,
            ),
        )
    return made
