"""The policy table as a page of the documentation."""

from collections.abc import Iterator

from governance.policy import NAMED_BY, POLICY, ROLES, Role, Scope

HEAD = """# Who may do what
Printed from `governance/policy.py`, the one table that the checks and the tests are made from too. What does
not stand here is denied. Rights are read again on every call: a role that is withdrawn stops working at the
next click, also inside a page that is open. Grant and withdraw with `meetlat people`
([command line](command-line.md)); why it is built so: [decision 19](../decisions/0019-rights.md).
"""
ABOUT: dict[Role, str] = {
    "manager": "heads departments; sees their numbers and the pilots that run there",
    "lead": "leads pilots; sees their results, in total and never per department",
    "analyst": "works with the standard tables that are assigned, of every department",
    "privacy": "privacy or quality officer; sees every released number, signs, judges, erases",
    "auditor": "reads and verifies the log; sees no data",
    "administrator": "names people and keeps the installation; sees no data",
}
SCOPES: dict[Scope, str] = {
    "own_departments": "own departments",
    "led_pilots": "led pilots",
    "assigned_domains": "assigned tables",
    "all": "all",
    "none": "-",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    yield "| role | who | is held for |\n|---|---|---|"
    for role in ROLES:
        named = SCOPES[NAMED_BY[role]] if role in NAMED_BY else "nothing in particular"
        yield f"| {role} | {ABOUT[role]} | {named} |"
    yield "\n| action | on | " + " | ".join(ROLES) + " |\n|---|---|" + "---|" * len(ROLES)
    for rule in POLICY.values():
        cells = (SCOPES[rule.scope(role)] for role in ROLES)
        yield f"| {rule.action} | {rule.object} | " + " | ".join(cells) + " |"
