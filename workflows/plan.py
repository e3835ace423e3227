"""Register, show and list plans of pilots."""

from pathlib import Path

from core.errors import InputError, NotPermitted, UnknownName
from core.issue import Issue, raise_errors
from core.language.text import N_
from experiments.pilot import RegisteredPilot
from experiments.plan import read
from governance.access import Viewer, require
from governance.audit import AuditEvent
from governance.audit_events import EventName
from kpis.kpi import Kpi
from storage import cube, repository
from storage.definitions import active
from storage.repository import Registration
from storage.workspace import Workspace
from workflows.auditing import event

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
    require(viewer, "edit_pilots")
    pilot, issues = read(text, name, kpis=definitions(workspace), departments=_departments(workspace))
    raise_errors(issues, name)
    if pilot is None:
        raise AssertionError(f"{name} gave no pilot and no error")

    def logged(done: Registration) -> AuditEvent:
        name: EventName = "plan_registered" if done.status == "new" else "plan_changed"
        plan = done.pilot
        return event(
            viewer, workspace, name, "pilot", plan.pilot.id, version=plan.version, plan=plan.plan_sha256
        )

    return repository.register(workspace, pilot, text, logged), issues


def show(viewer: Viewer, workspace: Workspace, pilot: str) -> RegisteredPilot:
    """The current plan of a pilot; raises UnknownName, or NotPermitted outside the viewer's departments."""
    require(viewer, "see_pilots")
    found = repository.find(workspace, pilot)
    if found is None:
        raise UnknownName(N_("pilot"), pilot, [one.pilot.id for one in listed(viewer, workspace)])
    if not in_scope(viewer, found):
        raise NotPermitted(
            "You may not see pilot '{pilot}': none of its departments is yours.",
            remedy="Ask your administrator to add one to your departments.",
            pilot=pilot,
        )
    return found


def text(viewer: Viewer, workspace: Workspace, pilot: str) -> str:
    """The TOML text that the current plan was registered from; raises as `show` does."""
    show(viewer, workspace, pilot)
    return repository.plan_text(workspace, pilot) or ""


def listed(viewer: Viewer, workspace: Workspace) -> tuple[RegisteredPilot, ...]:
    """The current plans of the pilots in the viewer's departments, in order of id."""
    require(viewer, "see_pilots")
    return tuple(one for one in repository.registered(workspace) if in_scope(viewer, one))


def in_scope(viewer: Viewer, registered: RegisteredPilot) -> bool:
    """Whether one of the pilot's departments is the viewer's."""
    return any(viewer.sees(department) for department in registered.pilot.starts)


def definitions(workspace: Workspace) -> dict[str, Kpi]:
    """Every KPI that a plan may name: ours and the hospital's own."""
    return active(workspace)


def _departments(workspace: Workspace) -> frozenset[str]:
    version = cube.current(workspace)
    return frozenset(version.departments()) if version is not None else frozenset()


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_PLAN:
            raise InputError(
                "This file is too large for a plan.", where=str(file), remedy="Give a TOML file with a plan."
            )
        return file.read_text("utf-8")
    except OSError as error:
        raise InputError(
            "This file cannot be read: {error}.",
            where=str(file),
            remedy="Check the name and the folder.",
            error=error.strerror or "",
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            "This file is not UTF-8 text.", where=str(file), remedy="Save it as UTF-8."
        ) from None
