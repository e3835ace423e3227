"""Register, show and list plans of pilots."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from core.errors import InputError, NotPermitted, UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_
from experiments.pilot import Pilot, RegisteredPilot
from experiments.plan import read
from governance.access import EVERYTHING, Reach, Viewer, require
from governance.audit import AuditEvent
from governance.audit_events import EventName
from kpis.kpi import Kpi
from kpis.parts import tables_of
from storage import cube, department_history, repository
from storage.definition_files import read_text
from storage.definitions import active
from storage.department_history import History
from storage.repository import Registration
from storage.workspace import Workspace
from workflows.auditing import event
from workflows.governance.functions import checklist_of, functions_of

LARGEST_PLAN = 1_000_000


def add(viewer: Viewer, workspace: Workspace, file: Path) -> tuple[Registration, tuple[Issue, ...]]:
    """Register the plan in a TOML file; returns what that did, with warnings.

    Raises InputError where the file cannot be read, DefinitionError that lists every problem of the plan.
    """
    require(viewer, "edit_pilots")
    return add_text(viewer, workspace, _text(file), file.name)


def add_text(
    viewer: Viewer, workspace: Workspace, text: str, name: str
) -> tuple[Registration, tuple[Issue, ...]]:
    """Register the plan in a TOML text; `name` stands in front of its problems."""
    reach = require(viewer, "edit_pilots")
    known = definitions(workspace)
    pilot, issues = read(text, name, kpis=known, departments=_departments(workspace))
    raise_errors(issues, name)
    if pilot is None:
        raise AssertionError(f"{name} gave no pilot and no error")
    if not _may_register(workspace, reach, pilot, known):
        raise NotPermitted(
            N_("You may not register pilot '{pilot}'."),
            remedy=N_("Ask your administrator for the right to lead it, or for its standard tables."),
            pilot=pilot.id,
        )
    _refuse_signatures(viewer, workspace, reach, pilot)

    def logged(done: Registration) -> AuditEvent:
        name: EventName = "plan_registered" if done.status == "new" else "plan_changed"
        plan = done.pilot
        return event(
            viewer, workspace, name, "pilot", plan.pilot.id, version=plan.version, plan=plan.plan_sha256
        )

    return repository.register(workspace.within(reach), pilot, text, logged), issues


def _may_register(workspace: Workspace, reach: Reach, pilot: Pilot, kpis: Mapping[str, Kpi]) -> bool:
    """Whether a plan is within reach, and so is the one whose place it takes."""
    history, today = department_history.read(workspace.root), workspace.today()
    before = repository.find(workspace.within(EVERYTHING), pilot.id)
    plans = [pilot] if before is None else [pilot, before.pilot]
    return all(_covers(reach, plan, kpis, history, today) for plan in plans)


def _refuse_signatures(viewer: Viewer, workspace: Workspace, reach: Reach, pilot: Pilot) -> None:
    """A plan may declare signed what was declared before, and what who registers it may sign."""
    known = {one.pilot.id: one.pilot for one in repository.registered(workspace.within(reach))}
    before = known[pilot.id].governance if pilot.id in known else ()
    mine = functions_of(viewer, workspace) if viewer.may("sign_checklist") else frozenset()
    signers = {item.id: item.signers for item in checklist_of(workspace).items}
    new = [one for one in pilot.governance if one.state == "signed" and one not in before]
    others = [one.id for one in new if not mine.intersection(signers.get(one.id, ()))]
    if others:
        raise NotPermitted(
            N_("The plan declares signed what you may not sign: {items}."),
            remedy=N_("Write these as open; who holds the function signs them on the page Checklist."),
            items=", ".join(others),
        )


def show(viewer: Viewer, workspace: Workspace, pilot: str) -> RegisteredPilot:
    """The current plan of a pilot; raises UnknownName where there is none or it is not the viewer's."""
    reach = require(viewer, "see_pilots")
    return within_reach(workspace, reach, pilot)


def text(viewer: Viewer, workspace: Workspace, pilot: str) -> str:
    """The TOML text that the current plan was registered from; raises as `show` does."""
    reach = require(viewer, "see_pilots")
    found = within_reach(workspace, reach, pilot)
    return repository.plan_text(workspace.within(reach), found.pilot.id) or ""


def listed(viewer: Viewer, workspace: Workspace) -> tuple[RegisteredPilot, ...]:
    """The current plans of the pilots that the viewer may see, in order of id."""
    reach = require(viewer, "see_pilots")
    return all_within_reach(workspace, reach)


def within_reach(workspace: Workspace, reach: Reach, pilot: str) -> RegisteredPilot:
    """One pilot that an action reaches; for another it raises UnknownName, as if there were none."""
    found = {one.pilot.id: one for one in all_within_reach(workspace, reach)}
    if pilot not in found:
        raise UnknownName(N_("pilot"), pilot, found)
    return found[pilot]


def all_within_reach(workspace: Workspace, reach: Reach) -> tuple[RegisteredPilot, ...]:
    """The pilots that an action reaches, in order of id."""
    kpis, history = definitions(workspace), department_history.read(workspace.root)
    known, today = repository.registered(workspace.within(reach)), workspace.today()
    return tuple(one for one in known if _covers(reach, one.pilot, kpis, history, today))


def _covers(reach: Reach, pilot: Pilot, kpis: Mapping[str, Kpi], history: History, today: date) -> bool:
    """Whether a pilot is within reach; one whose definition is gone needs the right to every table."""
    known = [kpis[name] for name in named(pilot) if name in kpis]
    gone = {""} if len(known) < len(named(pilot)) else set()
    departments = history.in_force(pilot.starts, today)
    return reach.covers(departments=departments, pilot=pilot.id, tables={*tables_of(known), *gone})


def named(pilot: Pilot) -> frozenset[str]:
    """The KPIs that a plan names, in whatever role."""
    others = (pilot.use.kpi if pilot.use else None, pilot.negative_control, pilot.unannounced)
    guarded = (one.kpi for one in pilot.guardrails)
    return frozenset((pilot.primary.kpi, *guarded, *pilot.secondary, *(name for name in others if name)))


def definitions(workspace: Workspace) -> dict[str, Kpi]:
    """Every KPI that a plan may name: ours and the hospital's own."""
    return active(workspace)


def _departments(workspace: Workspace) -> frozenset[str]:
    version = cube.current(workspace)
    return frozenset(version.departments()) if version is not None else frozenset()


def _text(file: Path) -> str:
    with suppress(OSError):
        if file.stat().st_size > LARGEST_PLAN:
            raise InputError(
                "This file is too large for a plan.", where=str(file), remedy="Give a TOML file with a plan."
            )
    return read_text(file)
