"""The one table that says who may do what, and how far it reaches.

Checks (governance/access.py), the printed page (docs/reference/rights.md) and the tests are all made from it.
What does not stand here is denied. A new action is a new row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["manager", "lead", "analyst", "privacy", "auditor", "administrator"]
Action = Literal[
    "see_definitions",
    "see_departments",
    "see_quality",
    "see_pilots",
    "see_effects",
    "see_checklist",
    "see_sources",
    "see_log",
    "see_record",
    "see_what_is_measured",
    "load_data",
    "edit_pilots",
    "edit_kpis",
    "rebase_charts",
    "sign_checklist",
    "report_incidents",
    "judge_incidents",
    "export_panels",
    "use_own_files",
    "forget_persons",
    "manage_people",
    "administer",
]
Kind = Literal[
    "department", "pilot", "definition", "standard table", "own file", "person", "installation", "log"
]
Scope = Literal["own_departments", "led_pilots", "assigned_domains", "all", "none"]
"""own_departments, led_pilots, assigned_domains: those that the grant of the role names; domains are standard
tables. all: every one, whatever the grant names.
"""

OWN: Scope = "own_departments"
LED: Scope = "led_pilots"
DOMAINS: Scope = "assigned_domains"
ALL: Scope = "all"

ROLES: tuple[Role, ...] = get_args(Role)
NAMED_BY: dict[Role, Scope] = {"manager": OWN, "lead": LED, "analyst": DOMAINS}
"""What the grant of a role has to name; a grant of another role names nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: an action on a kind of object, and how far each role may go with it."""

    action: Action
    object: Kind
    manager: Scope = "none"
    lead: Scope = "none"
    analyst: Scope = "none"
    privacy: Scope = "none"
    auditor: Scope = "none"
    administrator: Scope = "none"

    def scope(self, role: Role) -> Scope:
        """How far a role may go."""
        found: Scope = getattr(self, role)
        return found


def _rules() -> Iterator[Rule]:
    yield Rule(action="see_definitions", object="definition", manager=ALL, lead=ALL, analyst=ALL, privacy=ALL)
    yield Rule(action="see_departments", object="department", manager=OWN, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="see_quality", object="department", manager=OWN, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="see_pilots", object="pilot", manager=OWN, lead=LED, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="see_effects", object="pilot", lead=LED, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="see_checklist", object="pilot", manager=OWN, lead=LED, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="see_sources", object="installation", analyst=ALL, privacy=ALL, administrator=ALL)
    yield Rule(action="see_log", object="log", privacy=ALL, auditor=ALL)
    yield Rule(action="see_record", object="installation", privacy=ALL, administrator=ALL)
    yield Rule(action="see_what_is_measured", object="installation", **dict.fromkeys(ROLES, ALL))
    yield Rule(action="load_data", object="standard table", analyst=DOMAINS)
    yield Rule(action="edit_pilots", object="pilot", lead=LED, analyst=DOMAINS)
    yield Rule(action="edit_kpis", object="definition", analyst=DOMAINS)
    yield Rule(action="rebase_charts", object="department", analyst=DOMAINS)
    yield Rule(action="sign_checklist", object="pilot", manager=OWN, lead=LED, privacy=ALL)
    yield Rule(action="report_incidents", object="pilot", manager=OWN, lead=LED, analyst=DOMAINS, privacy=ALL)
    yield Rule(action="judge_incidents", object="pilot", privacy=ALL)
    yield Rule(action="export_panels", object="department", analyst=DOMAINS)
    yield Rule(action="use_own_files", object="own file", lead=ALL, analyst=ALL)
    yield Rule(action="forget_persons", object="person", privacy=ALL)
    yield Rule(action="manage_people", object="person", administrator=ALL)
    yield Rule(action="administer", object="installation", administrator=ALL)


POLICY: dict[Action, Rule] = {rule.action: rule for rule in _rules()}


def actions_of(role: Role) -> tuple[Action, ...]:
    """What a role may do at all, in the order of the table."""
    return tuple(action for action, rule in POLICY.items() if rule.scope(role) != "none")
