"""The reference page of the audit log: its events, its fields and what they mean."""

from collections.abc import Iterator

from governance.audit import NAMES
from governance.audit_events import EVENTS, OBJECTS
from reports.words_audit import FAULTS, TYPES

HEAD = """# The audit log
Printed from `governance/audit_events.py` and `governance/audit.py`. How to read, verify and anchor it:
[the how-to](../how-to/audit-log.md); why it is made so: [decision 18](../decisions/0018-audit-log.md).

The fields carry the names of NEN 7513. That norm is about records of patients; Meetlat holds none that names
one, and claims no compliance. Codes of action, outcome, object and life cycle are those of the audit event of
FHIR and DICOM.

## Events
| event | group | action | life cycle | what |
|---|---|---|---|---|"""
FIELDS_HEAD = """
## Fields
| field | column | holds |
|---|---|---|
| seq | seq | number, from 1 without a gap |
| prev | prev | hash of the event before; 64 zeros before the first |
| hash | hash | SHA-256 of `prev` and the fields below as JSON: keys sorted, no white space, no escapes |"""
HOLDS = {
    "event_id": "the event, as above",
    "event_action_code": "C create, R read, U update, D delete, E execute",
    "event_date_time": "UTC, ISO 8601 with microseconds",
    "event_outcome_indicator": "0 succeeded, 4 refused, 8 failed",
    "event_type_code": "the group",
    "user_id": "who, as the provider of identities names the person; empty for somebody unknown",
    "alternate_user_id": "the account on the machine that ran Meetlat",
    "user_name": "the name",
    "user_is_requestor": "true",
    "role_id_code": "roles at that moment",
    "purpose_of_use": "`evaluation`",
    "network_access_point_type_code": "1 name of a machine, 2 IP address",
    "network_access_point_id": "where the person was",
    "participant_object_type_code": "1 person, 2 system object, 3 organisation",
    "participant_object_type_code_role": "role of the object, see below",
    "participant_object_data_life_cycle": "what happened to the object",
    "participant_object_id_type_code": "kind of object",
    "participant_object_permission_policy_set": "`meetlat`: the table of rights of this version",
    "participant_object_sensitivity": "`aggregated`: no record of one patient is shown",
    "participant_object_id": "name of the object; seven digits in a row or more are masked",
    "participant_object_name": "empty: the name is the id",
    "participant_object_detail": "JSON with codes and numbers, never a sentence",
    "audit_enterprise_site_id": "the hospital, from the settings",
    "audit_source_id": "the machine",
    "audit_source_type_code": "4, an application server",
    "authorisation_protocol": "`role`",
    "treatment_relation": "`not_applicable`",
    "consent_profile": "`not_applicable`",
}


def page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    for name, kind in EVENTS.items():
        yield f"| `{name}` | {TYPES[kind.type]} | {kind.action} | {kind.life_cycle} | {kind.words} |"
    yield FIELDS_HEAD
    for field, label in NAMES.items():
        yield f"| {label} | {field} | {HOLDS[field]} |"
    yield "\n## Objects\n| kind | type | role |\n|---|---|---|"
    for kind_of, (type_, role) in OBJECTS.items():
        yield f"| `{kind_of}` | {type_} | {role} |"
    yield "\n## What verifying may find\n| code | sentence |\n|---|---|"
    for code, sentence in FAULTS.items():
        yield f"| `{code}` | {sentence} |"
