"""The quick check is never more lenient than fhir.resources, and says yes to the usual resource."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data_connectors.fhir.compiled import compiled
from data_connectors.fhir.resources import KINDS, model
from tests.hypothesis_profiles import examples
from tests.servers.fhir import encounters

USUAL: dict[str, dict[str, Any]] = {
    "Encounter": encounters(1)[0]
    | {
        "meta": {"lastUpdated": "2026-01-01T00:00:00.123Z", "profile": ["http://hospital/profile"]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
        "identifier": [{"use": "official", "system": "http://hospital", "value": "1"}],
        "participant": [{"individual": {"reference": "Practitioner/1"}, "period": {"start": "2026-01-05"}}],
        "length": {"value": 20.5, "unit": "min"},
    },
    "QuestionnaireResponse": {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "authored": "2026-01-05T10:00:00+01:00",
        "item": [{"linkId": "1", "item": [{"linkId": "1.1", "answer": [{"valueInteger": 4}]}]}],
        "extension": [{"url": "http://hospital/x", "valueBoolean": True}],
    },
    "Appointment": {
        "resourceType": "Appointment",
        "id": "a",
        "status": "booked",
        "start": "2026-01-05T10:00:00Z",
        "minutesDuration": 20,
        "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}],
    },
    "AuditEvent": {
        "resourceType": "AuditEvent",
        "id": "u",
        "type": {"code": "rest"},
        "recorded": "2026-01-05T10:00:00Z",
        "agent": [{"requestor": True}],
        "source": {"observer": {"reference": "Organization/1"}},
        "entity": [{"detail": [{"type": "task", "valueString": "letter"}]}],
    },
}
ODD = st.sampled_from(
    [
        None, True, 0, -1, 1.5, 10**30, "", " ", "x", "a  b", "a\n", "\x00", "2026-02-30", "2026-02-28",
        "2026-02", "2026-01-05T10:00:00", "2026-01-05T24:00:00Z", "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2026-01-05T10:00:00+14:30", "2026-01-05T10:00:00.1234567Z", [], {},
        [None], [[]], [{}], {"x": 1}, ["a"],
        {"extension": []}, {"reference": "Patient/1"}, {"start": "2026-01-05T10:00:00Z"}, {"value": "NaN"},
        "x" * 65, "é", "1", "true",
    ]
)  # fmt: skip
NAMES = (
    "value",
    "valueInteger",
    "valueString",
    "id",
    "extension",
    "_status",
    "contained",
    "text",
    "nonsense",
)


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inside:
        found += places(value, (*at, key))
    return found


def accepts(kind: str, resource: Any) -> bool:
    try:
        model(kind).model_validate(resource)
    except (ValidationError, ValueError, TypeError):
        return False
    return True


@pytest.mark.parametrize("kind", USUAL)
def test_the_usual_resource_passes_quickly(kind: str) -> None:
    assert compiled(kind).isinstance_python(USUAL[kind])
    assert accepts(kind, USUAL[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_compiles_and_refuses_another(kind: str) -> None:
    assert not compiled(kind).isinstance_python({"resourceType": "Patient", "id": "1"})


@examples(80)
@given(data=st.data(), kind=st.sampled_from(sorted(USUAL)), changes=st.integers(1, 3))
def test_what_passes_quickly_passes_in_full(data: st.DataObject, kind: str, changes: int) -> None:
    resource = copy.deepcopy(USUAL[kind])
    for _ in range(changes):
        place = data.draw(st.sampled_from(places(resource)))
        node: Any = resource
        for key in place[:-1]:
            node = node[key]
        key = place[-1]
        if isinstance(node, dict) and data.draw(st.booleans()):
            key = data.draw(st.sampled_from((*NAMES, key)))
        if data.draw(st.booleans()) and isinstance(node, dict) and len(resource) > 2:
            node.pop(key, None)
        else:
            node[key] = copy.deepcopy(data.draw(ODD))
    if resource.get("resourceType") == kind and compiled(kind).isinstance_python(resource):
        assert accepts(kind, resource), resource
