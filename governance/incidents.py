"""The register of incidents with a tool: what happened, how bad it was, and what that asks of its pilot.

Modelled on the safe reporting of incidents (VIM). No patient is named: the texts are scanned for numbers of
citizens, e-mail addresses and telephone numbers before they are kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.language.text import N_

Severity = Literal["none", "mild", "moderate", "severe", "death"]
Category = Literal[
    "wrong_text",
    "missing_text",
    "wrong_patient",
    "unsafe_advice",
    "wrong_code",
    "privacy",
    "failure",
    "other",
]
Asks = Literal["nothing", "review", "stop"]

SEVERITIES: dict[Severity, tuple[str, Asks]] = {
    "none": (N_("no harm"), "nothing"),
    "mild": (N_("mild harm"), "nothing"),
    "moderate": (N_("moderate harm"), "review"),
    "severe": (N_("severe harm"), "stop"),
    "death": (N_("death"), "stop"),
}
"""Its name, and what an incident of it asks of the pilot while it is open."""
CATEGORIES: dict[Category, str] = {
    "wrong_text": N_("wrong text"),
    "missing_text": N_("text left out"),
    "wrong_patient": N_("wrong patient"),
    "unsafe_advice": N_("unsafe advice"),
    "wrong_code": N_("wrong code"),
    "privacy": N_("privacy"),
    "failure": N_("tool did not work"),
    "other": N_("something else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """An incident as it was recorded or changed; the newest record of a number says how it stands.

    happened: what, in words without a patient. action: what was done about it. why: of a change.
    """

    number: int
    at: datetime
    by: str
    day: date
    department: str
    category: Category
    severity: Severity
    tool: str
    happened: str
    action: str = ""
    closed: bool = False
    why: str = ""

    @property
    def asks(self) -> Asks:
        """What it asks of the pilot now; one that was dealt with asks nothing."""
        return "nothing" if self.closed else SEVERITIES[self.severity][1]


def by_number(records: Iterable[IncidentRecord]) -> dict[int, tuple[IncidentRecord, ...]]:
    """Everything that was recorded of every incident, the first record first."""
    found: dict[int, tuple[IncidentRecord, ...]] = {}
    for record in sorted(records, key=lambda one: (one.number, one.at.timestamp())):
        found[record.number] = (*found.get(record.number, ()), record)
    return found


def current(records: Iterable[IncidentRecord]) -> tuple[IncidentRecord, ...]:
    """How every incident stands, by number."""
    return tuple(history[-1] for history in by_number(records).values())


def asking(incidents: Iterable[IncidentRecord], asks: Asks) -> tuple[str, ...]:
    """Numbers of the incidents that ask for this."""
    return tuple(str(one.number) for one in incidents if one.asks == asks)


CANDIDATE = re.compile(r"(?<!\d)\d(?:[ .-]?\d){7,8}(?!\d)")
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


REACHED_AT = re.compile(
    r"[^@\s]+@[^@\s]+\.[^\W\d_]{2,}"  # an e-mail address
    r"|(?<!\d)(?:(?:\+|00)31[ -]?(?:\(0\))?|0)6(?:[ -]?\d){8}(?!\d)"  # a mobile telephone
    r"|(?<!\d)(?:\+|00)31[ -]?(?:\(0\))?(?:[ -]?\d){9}(?!\d)"  # from abroad
    r"|(?<!\d)(?=(?:[ -]?\d){10}(?!\d))0\d{2,3}[ -]\d{2,4}(?: ?\d{2,4}){1,3}(?!\d)"  # with an area code
)


def holds_contact(text: str) -> bool:
    """Whether somebody could be reached by what stands in the text."""
    return REACHED_AT.search(text) is not None


def holds_citizen_number(text: str) -> bool:
    """Whether a number in the text passes the test of a BSN, with or without blanks, dots and hyphens."""
    return any(_passes_eleven(re.sub(r"\D", "", found)) for found in CANDIDATE.findall(text))


def _passes_eleven(digits: str) -> bool:
    number = digits.zfill(9)
    weighed = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=True))
    return int(number) > 0 and weighed % 11 == 0
