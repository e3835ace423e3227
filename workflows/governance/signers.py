"""Who holds which function of the checklist, and what somebody may do to the governance of a pilot."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import UnknownName
from governance.access import Action, Viewer, require
from governance.checklist import ChecklistItem
from storage import people
from storage.workspace import Workspace
from workflows.governance.functions import functions_of, held
from workflows.governance.reach import reaching
from workflows.plan import within_reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What somebody may do, for buttons; every workflow asks again.

    functions: those that they sign as for this pilot. sign, report, judge, edit: whether they may change its
    checklist at all, report an incident, judge one, and change its phase and versions.
    """

    functions: frozenset[str]
    sign: bool
    report: bool
    judge: bool
    edit: bool

    def acts_for(self, item: ChecklistItem) -> tuple[str, ...]:
        """As which of an item's functions they may sign it, in the item's order."""
        return tuple(one for one in item.signers if self.sign and one in self.functions)


def powers(viewer: Viewer, workspace: Workspace, pilot: str) -> Powers:
    """What the viewer may do to the governance of a pilot; raises UnknownName and NotPermitted."""
    with reaching(viewer, workspace, pilot, "see_checklist"):
        functions = functions_of(viewer, workspace)
    return Powers(
        functions=functions,
        sign=_reaches(viewer, workspace, pilot, "sign_checklist"),
        report=_reaches(viewer, workspace, pilot, "report_incidents"),
        judge=_reaches(viewer, workspace, pilot, "judge_incidents"),
        edit=_reaches(viewer, workspace, pilot, "edit_pilots"),
    )


def holders(viewer: Viewer, workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    """The names of the people who hold each function, so that others know whom to ask."""
    require(viewer, "see_checklist")
    names = {one.subject: one.name for one in people.listed(workspace) if one.withdrawn_at is None}
    found: dict[str, list[str]] = {}
    for person, functions in held(workspace).items():
        for function in functions:
            found.setdefault(function, []).append(names.get(person) or person)
    return {function: tuple(sorted(persons)) for function, persons in found.items()}


def _reaches(viewer: Viewer, workspace: Workspace, pilot: str, action: Action) -> bool:
    if not viewer.may(action):
        return False
    try:
        within_reach(workspace, require(viewer, action), pilot)
    except UnknownName:
        return False
    return True
