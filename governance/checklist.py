"""The governance checklist: 28 items, which gate each guards, and what a pilot declared for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.language.text import N_

Gate = Literal["start", "scale"]
State = Literal["signed", "open", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One rule: its id, its name (an English key) and the gate it guards."""

    id: str
    name: str
    gate: Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistEntry:
    """What was declared for one item of one pilot."""

    id: str
    state: State
    signer: str = ""
    evidence: str = ""
    signed_on: date | None = None
    expires_on: date | None = None

    def state_on(self, day: date) -> State:
        """The state on a day: a signature that has expired, or that was yet to be given, is open."""
        expired = self.expires_on is not None and self.expires_on < day
        given_later = self.signed_on is not None and self.signed_on > day
        return "open" if self.state == "signed" and (expired or given_later) else self.state


def _item(id_: str, gate: Gate, name: str) -> ChecklistItem:
    return ChecklistItem(id=id_, name=name, gate=gate)


CHECKLIST: tuple[ChecklistItem, ...] = (
    _item("g01", "start", N_("Intended use and non-use written")),
    _item("g02", "start", N_("MDR qualification and class")),
    _item("g03", "start", N_("AI Act role and risk class")),
    _item("g04", "start", N_("AI literacy measures")),
    _item("g05", "scale", N_("Deployer duties: overseer, logs, monitoring")),
    _item("g06", "start", N_("Transparency to patients and staff")),
    _item("g07", "start", N_("DPIA done, residual risk accepted")),
    _item("g08", "start", N_("Record of processing updated")),
    _item("g09", "start", N_("Data processing agreement signed")),
    _item("g10", "start", N_("Legal basis and purpose of the evaluation")),
    _item("g11", "start", N_("Consent to recording and opt-out")),
    _item("g12", "start", N_("Retention and deletion of audio proved")),
    _item("g13", "start", N_("Data location and transfer assessed")),
    _item("g14", "start", N_("Information security certificates")),
    _item("g15", "start", N_("Access logging")),
    _item("g16", "start", N_("Clinical risk analysis with controls")),
    _item("g17", "start", N_("Human oversight: nothing is filed unsigned")),
    _item("g18", "start", N_("Local validation before go-live")),
    _item("g19", "scale", N_("Bias check over groups with margins")),
    _item("g20", "start", N_("Incident route")),
    _item("g21", "scale", N_("Monitoring plan after go-live")),
    _item("g22", "start", N_("Staff measurement agreed")),
    _item("g23", "start", N_("Ethics or research-law statement")),
    _item("g24", "start", N_("Pre-registered evaluation plan")),
    _item("g25", "scale", N_("Exit plan")),
    _item("g26", "scale", N_("Business case with use of freed time")),
    _item("g27", "scale", N_("Works for patients: experience and client council")),
    _item("g28", "scale", N_("Environmental and funding check")),
)


def open_items(entries: Sequence[ChecklistEntry], gate: Gate, day: date) -> tuple[str, ...]:
    """Ids of the gate's items that are not signed on a day; an item nobody declared counts as open."""
    states = {entry.id: entry.state_on(day) for entry in entries}
    return tuple(item.id for item in CHECKLIST if item.gate == gate and states.get(item.id) != "signed")


def red_items(entries: Sequence[ChecklistEntry]) -> tuple[str, ...]:
    """Ids of the items declared red: each blocks the pilot."""
    return tuple(entry.id for entry in entries if entry.state == "red")
