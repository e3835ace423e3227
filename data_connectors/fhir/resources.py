"""Whether a resource is FHIR R4, and if not: where it is wrong and why, without what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from data_connectors.batch import FIRST, SetAside
from data_connectors.fhir.compiled import TURNS, compiled

Kind = Literal[
    "Encounter",
    "Appointment",
    "DocumentReference",
    "QuestionnaireResponse",
    "Task",
    "AuditEvent",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "HealthcareService",
    "Location",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_PLACE = 200
MALFORMED = object()
"""Stands for a line that is no JSON."""
_TIMES = ("Date", "DateTime", "Instant", "Time")


@dataclass(slots=True)
class Rejections:
    """Resources that were received and cannot stand in a row: how many by reason, the first few by place."""

    counts: dict[str, int] = field(default_factory=dict)
    first: list[SetAside] = field(default_factory=list)

    def add(self, code: str, place: str) -> None:
        """Count one."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if len(self.first) < FIRST:
            self.first.append(SetAside(line=None, reason=code, place=place[:LONGEST_PLACE]))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def model(kind: str) -> type[BaseModel]:
    """The class of fhir.resources for R4 (R4B: the same for these resources); the default ones are R5."""
    found: type[BaseModel] = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    return found


@lru_cache(maxsize=64)
def validator(kind: str) -> Callable[[Any, str, Rejections], bool]:
    """A function that says whether a resource is sound, and notes why not."""
    quick, check = compiled(kind), model(kind)

    def valid(resource: Any, where: str, rejections: Rejections) -> bool:
        name = named(resource, where)
        if resource is MALFORMED:
            rejections.add("malformed_json", where)
            return False
        if not isinstance(resource, dict) or resource.get("resourceType") != kind:
            rejections.add("unparseable", name)
            return False
        if not isinstance(resource.get("id"), str):
            rejections.add("missing_value", f"{name}: id")
            return False
        if quick.isinstance_python(resource):
            return True
        try:
            check.model_validate(resource)
        except ValidationError as error:
            rejections.add(*_first(error, name))
            return False
        except (ValueError, TypeError, RecursionError, OverflowError):
            rejections.add("unparseable", name)
            return False
        if _turned(resource):
            rejections.add("unparseable", f"{name}: {TURNS}")
            return False
        return True

    return valid


def _turned(node: Any) -> bool:
    """Whether something in it turns its meaning, which only who knows that extension may read."""
    if isinstance(node, dict):
        return TURNS in node or any(map(_turned, node.values()))
    return isinstance(node, list) and any(map(_turned, node))


def named(resource: Any, where: str) -> str:
    """What people know a resource by; its id is no patient's."""
    if isinstance(resource, dict) and isinstance(resource.get("id"), str):
        return f"{str(resource.get('resourceType'))[:40]}/{resource['id'][:64]}"
    return where


def _first(error: ValidationError, name: str) -> tuple[str, str]:
    found = error.errors(include_url=False, include_context=False)[0]
    place = f"{name}: {'.'.join(str(part) for part in found['loc']) or 'resource'}"
    kind, said = found["type"], found["msg"].removeprefix("Value error, ")
    if "missing" in kind:
        return "missing_value", place
    if said.startswith(_TIMES) or kind.startswith(("date", "time")):
        return "invalid_time", place
    return "unparseable", place
