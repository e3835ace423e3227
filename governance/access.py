"""Who is looking, and what they may do. Rights are decided here and read again on every call."""

from dataclasses import dataclass
from typing import Literal

from core.errors import NotPermitted

Role = Literal["manager", "lead", "analyst", "privacy", "auditor", "administrator"]
Action = Literal[
    "see_departments",
    "see_pilots",
    "see_effects",
    "load_data",
    "edit_pilots",
    "edit_kpis",
    "rebase_charts",
    "see_log",
    "administer",
]

PERMITTED: dict[Role, frozenset[Action]] = {
    "manager": frozenset({"see_departments", "see_pilots"}),
    "lead": frozenset({"see_departments", "see_pilots", "see_effects", "edit_pilots", "rebase_charts"}),
    "analyst": frozenset(
        {
            "see_departments",
            "see_pilots",
            "see_effects",
            "edit_pilots",
            "load_data",
            "edit_kpis",
            "rebase_charts",
        }
    ),
    "privacy": frozenset({"see_log"}),
    "auditor": frozenset({"see_log"}),
    "administrator": frozenset({"administer"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in person. `departments` None means every department."""

    name: str
    roles: frozenset[Role]
    departments: frozenset[str] | None = None

    def may(self, action: Action) -> bool:
        """Whether one of the roles permits the action."""
        return any(action in PERMITTED[role] for role in self.roles)

    def sees(self, department: str) -> bool:
        """Whether the department is in this viewer's scope."""
        return self.departments is None or department in self.departments


ANONYMOUS = Viewer(name="", roles=frozenset(), departments=frozenset())
LOCAL_OPERATOR = Viewer(
    name="local operator",
    roles=frozenset({"manager", "lead", "analyst", "auditor", "administrator"}),
    departments=None,
)


def require(viewer: Viewer, action: Action) -> None:
    """Raise NotPermitted unless the viewer may do this; the first line of every workflow with data."""
    if not viewer.may(action):
        raise NotPermitted(
            "You have no right to do this ({action}).",
            remedy="Sign in, or ask your administrator for the role.",
            action=action,
        )


def require_department(viewer: Viewer, department: str) -> None:
    """Raise NotPermitted unless the department is in the viewer's scope."""
    if not viewer.sees(department):
        raise NotPermitted(
            "You may not see department '{department}'.",
            remedy="Ask your administrator to add it to your departments.",
            department=department,
        )
