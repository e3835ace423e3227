"""The audit log as rules: what an event holds, how events are chained, and how a chain is verified.

The fields carry the names of NEN 7513. That norm is about records of patients, and Meetlat holds none that
names one: the names make the log readable for who knows the norm, and are no claim to meet it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from governance.access import Viewer
from governance.audit_events import EVENTS, OBJECTS, OUTCOME_CODES, EventName, ObjectKind, Outcome

GENESIS = "0" * 64
"""What stands before the first event."""
LONGEST_NAME = 200
DIGITS = re.compile(r"\d{7,}")
CODE = re.compile(r"[A-Za-z0-9_.:@/+-]{0,128}")
Detail = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One event, with every field of the norm; one that does not apply holds a fixed word or nothing."""

    event_id: str
    event_action_code: str
    event_date_time: str
    event_outcome_indicator: str
    event_type_code: str
    user_id: str
    alternate_user_id: str
    user_name: str
    user_is_requestor: bool
    role_id_code: str
    purpose_of_use: str
    network_access_point_type_code: str
    network_access_point_id: str
    participant_object_type_code: str
    participant_object_type_code_role: str
    participant_object_data_life_cycle: str
    participant_object_id_type_code: str
    participant_object_permission_policy_set: str
    participant_object_sensitivity: str
    participant_object_id: str
    participant_object_name: str
    participant_object_detail: str
    audit_enterprise_site_id: str
    audit_source_id: str
    audit_source_type_code: str
    authorisation_protocol: str
    treatment_relation: str
    consent_profile: str


NAMES = {
    field.name: "".join("ID" if word == "id" else word.capitalize() for word in field.name.split("_"))
    for field in fields(AuditEvent)
} | {
    "authorisation_protocol": "Autorisatieprotocol",
    "treatment_relation": "Behandelrelatie",
    "consent_profile": "Toestemmingsprofiel",
}
"""What each field is called in the norm, in the hashed text and in exports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where events come from: the hospital, this machine, the account that runs it, the visitor's address."""

    hospital: str
    machine: str
    account: str
    address: str = ""


def made(
    viewer: Viewer,
    place: Place,
    at: datetime,
    name: EventName,
    kind: ObjectKind,
    object_id: str = "",
    outcome: Outcome = "success",
    details: Mapping[str, Detail] | None = None,
) -> AuditEvent:
    """The event. `at` has a zone. Details are codes and numbers; a sentence raises ValueError."""
    what, (object_type, object_role) = EVENTS[name], OBJECTS[kind]
    return AuditEvent(
        event_id=name,
        event_action_code=what.action,
        event_date_time=at.isoformat(timespec="microseconds"),
        event_outcome_indicator=OUTCOME_CODES[outcome],
        event_type_code=what.type,
        user_id=one_line(viewer.subject or viewer.name),
        alternate_user_id=one_line(place.account),
        user_name=one_line(viewer.name),
        user_is_requestor=True,
        role_id_code=",".join(sorted(viewer.roles)),
        purpose_of_use="evaluation",
        network_access_point_type_code="2" if place.address else "1",
        network_access_point_id=one_line(place.address or place.machine),
        participant_object_type_code=object_type,
        participant_object_type_code_role=object_role,
        participant_object_data_life_cycle=what.life_cycle,
        participant_object_id_type_code=kind,
        participant_object_permission_policy_set="meetlat",
        participant_object_sensitivity="aggregated",
        participant_object_id=without_numbers(object_id),
        participant_object_name="",
        participant_object_detail=_detail(details or {}),
        audit_enterprise_site_id=one_line(place.hospital),
        audit_source_id=one_line(place.machine),
        audit_source_type_code="4",
        authorisation_protocol="role",
        treatment_relation="not_applicable",
        consent_profile="not_applicable",
    )


def one_line(text: str) -> str:
    """A name without control characters, cut at its length."""
    return "".join(char for char in text if char.isprintable())[:LONGEST_NAME]


def without_numbers(text: str) -> str:
    """A name in which no number can be that of a person: seven digits in a row or more are masked."""
    return DIGITS.sub("#", one_line(text))


def code(text: str) -> str:
    """A name as a detail may hold it."""
    return re.sub(r"[^A-Za-z0-9_.:@/+-]", "_", without_numbers(text))[:128]


def _detail(details: Mapping[str, Detail]) -> str:
    for key, value in details.items():
        if isinstance(value, str) and not CODE.fullmatch(value):
            raise ValueError(f"detail {key} of an audit event is no code")
    return json.dumps(dict(details), sort_keys=True, separators=(",", ":")) if details else ""


def canonical(event: AuditEvent) -> str:
    """The text that is hashed: JSON with sorted keys, no white space and no escapes."""
    content = {name: getattr(event, field) for field, name in NAMES.items()}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def chained(previous: str, event: AuditEvent) -> str:
    """The hash of an event that follows the one with hash `previous`."""
    return hashlib.sha256((previous + canonical(event)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """An event in its place: number, hash of the one before, own hash."""

    seq: int
    prev: str
    hash: str
    event: AuditEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Number and hash of the newest event; 0 and GENESIS before the first."""

    seq: int
    hash: str


FaultCode = Literal[
    "changed", "missing", "link", "head", "no_head", "cut", "rewritten", "anchor_forged", "unguarded"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was written, and the numbers of the events it lies in."""

    code: FaultCode
    first: int
    last: int


def chain_faults(records: Iterable[AuditRecord], head: Head | None) -> Iterator[Fault]:
    """Every place where the events and the head are not as they were written, in order of number."""
    last = Head(seq=0, hash=GENESIS)
    for record in records:
        if record.seq != last.seq + 1:
            yield Fault(
                code="missing", first=min(last.seq + 1, record.seq), last=max(record.seq - 1, last.seq)
            )
        elif record.prev != last.hash:
            yield Fault(code="link", first=last.seq, last=record.seq)
        if record.hash != chained(record.prev, record.event):
            yield Fault(code="changed", first=record.seq, last=record.seq)
        last = Head(seq=record.seq, hash=record.hash)
    if head is None:
        yield Fault(code="no_head", first=last.seq, last=last.seq)
    elif head != last:
        yield Fault(code="head", first=min(head.seq, last.seq + 1), last=max(head.seq, last.seq))
