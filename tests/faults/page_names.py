"""What each subject may see on the pages, worked out from the policy table; the hospital is that of
rights_matrix.py.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from app import AUDIENCES
from governance.access import LOCAL_OPERATOR
from governance.policy import POLICY, Action, Kind
from pages.everyone import what_we_measure
from pages.widgets.page import pages_for
from pages.widgets.viewing import Kind as Parameter
from tests.faults.rights_matrix import EVERY, HISTORY, MINE, PILOTS, SITUATIONS, SUBJECTS, reached

RIGHTS: Mapping[str, Action] = {
    page.url_path: page.audience for page in pages_for(LOCAL_OPERATOR, AUDIENCES, what_we_measure.PAGE)
}
"""The pages, and the right that each asks for."""
PAGES = tuple(RIGHTS)
READS: Mapping[str, tuple[Action, Parameter]] = {
    "checklist": ("see_checklist", "pilot"),
    "effect": ("see_effects", "pilot"),
    "this-week": ("see_departments", "department"),
    "data-quality": ("see_quality", "department"),
    "kpis": ("see_departments", "department"),
}
"""The right to what a page reads from its address, and what that is; the other pages read nothing."""
PILOT_OF: Mapping[str, str] = {
    "own": "p-own",
    "other": "p-other",
    "merged": "p-merged",
    "renamed": "p-renamed",
    "archived": "p-archived",
    "empty": "p-empty",
    "not there": "p-nowhere",
}
"""The pilot that is asked for beside the department. Nothing ran in the empty department, so that one is not
there; the lead holds a grant for the last one, which is not there either."""
COMPARED = "heart"
FORMER = {was["name"]: now["name"] for now in tomllib.loads(HISTORY)["department"] for was in now["was"]}
NAMES = {*EVERY, *PILOTS, *FORMER, *PILOTS.values()}
OWN_PILOTS = {PILOTS[name] for name in MINE | set(FORMER) if name in PILOTS}
LED_PILOTS = set((SUBJECTS["lead"] or ("lead", []))[1]) & set(PILOTS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A page, asked by a subject for the department and the pilot of a situation."""

    subject: str
    page: str
    situation: str

    @property
    def asked(self) -> dict[str, str]:
        """The department and the pilot; neither where all are asked for."""
        department = SITUATIONS[self.situation]
        if department is None:
            return {}
        return {"department": department, "pilot": PILOT_OF[self.situation]}

    @property
    def query(self) -> str:
        """As it stands in the address."""
        return urlencode(self.asked)

    @property
    def nonsense(self) -> str:
        """Equally long names of what does not exist, so that nothing but the names differs."""
        return urlencode({"department": f"z{self.asked['department'][1:]}", "pilot": _third(self.asked)})

    @property
    def opens(self) -> bool:
        """Whether the page is one of theirs."""
        return may_open(self.subject, self.page)

    @property
    def is_read(self) -> bool:
        """Whether the page reads its address for them: the page of KPIs does for who may see departments."""
        return self.opens and self.page in READS and within(self.subject, *READS[self.page]) is not None

    @property
    def reach(self) -> set[str]:
        """Which of the objects in the page's address are theirs."""
        return (within(self.subject, *READS[self.page]) or set()) if self.is_read else set()

    @property
    def object(self) -> str:
        """What the page reads from the address; nothing where it reads none."""
        return self.asked.get(READS[self.page][1], "") if self.page in READS else ""

    @property
    def in_vain(self) -> bool:
        """Whether the page is theirs, and what it is asked for is not."""
        return self.is_read and bool(self.object) and self.object not in self.reach


def _third(asked: Mapping[str, str]) -> str:
    return f"p-z{asked['pilot'][3:]}"


def within(subject: str, action: Action, kind: Kind) -> set[str] | None:
    """Which departments or pilots the table gives for an action; None where it gives no right."""
    if kind == "pilot":
        return reached(subject, action, set(PILOTS.values()), OWN_PILOTS, LED_PILOTS)
    return reached(subject, action, EVERY, MINE, set())


def may_open(subject: str, page: str) -> bool:
    """Whether the table lets a subject open a page."""
    return reached(subject, RIGHTS[page], {""}, {""}, {""}) is not None


@cache
def may_see(subject: str) -> frozenset[str]:
    """Every name that may stand on a subject's pages. The log says which departments and pilots were asked
    for, and nothing about them.
    """
    if within(subject, "see_log", "log") is not None:
        return frozenset(NAMES)
    found: set[str] = set()
    for action, rule in POLICY.items():
        if rule.object in ("department", "pilot"):
            found |= within(subject, action, rule.object) or set()
    running = {name for name, pilot in PILOTS.items() if pilot in found}
    found |= running | ({COMPARED} if running else set())
    found |= {now for was, now in FORMER.items() if was in found}
    return frozenset(found | {was for was, now in FORMER.items() if now in found})
