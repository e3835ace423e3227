"""Names of columns in a resource: a small part of FHIRPath, always giving one text or nothing.

period.start                                   a value; of a list its first element that has one
identifier[system=http://hospital/nr].value    only the elements for which this holds
participant[type=PPRF|ATND].individual         of a code or several, any of them; a|b: one of these
[docStatus=final].date                         only when the resource itself is so
subject.Patient.id                             the id in a reference to a Patient; of elsewhere its address
serviceProvider.Organization.name              a value of the resource that is referred to
authored.date                                  the calendar day of a moment, in the hospital's time zone
item.answer.value                              value[x], whichever it is; of a code or amount its value
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import DefinitionError
from core.language.text import N_
from data_connectors.fhir.bases import Bases

_STEP = re.compile(r"([A-Za-z_]\w*)?(?:\[([A-Za-z]\w*)=([^\]]*)\])?(?:\.|$)")
_REFERENCE = re.compile(
    r"(?:^|/)([A-Z][A-Za-z]+)(?:/([A-Za-z0-9.-]{1,64})(?:/_history/.*)?|\?identifier=(.+))$"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNTS = ("code", "value")
SCORES = tuple(
    f"http://hl7.org/fhir/StructureDefinition/{name}"
    for name in ("ordinalValue", "itemWeight", "iso21090-CO-value")
)
"""Extensions by which a coded answer says which number it counts as, whatever its code is."""

Lookup = Callable[[str], dict[str, Any] | None]
"""The resource of a reference such as Organization/12, where it is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """One name between dots, with a condition."""

    name: str
    key: str = ""
    value: str = ""

    @property
    def is_type(self) -> bool:
        """A name with a capital is that of a resource type: follow a reference."""
        return self.name[:1].isupper()


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises DefinitionError when it is none."""
    found, at = [], 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or match.end() == at or not (match[1] or match[2]):
            raise DefinitionError(
                N_("'{path}' is not a name of something in a FHIR resource."),
                remedy=N_("Write for instance period.start or identifier[system=http://...].value."),
                path=path,
            )
        found.append(Step(match[1] or "", match[2] or "", match[3] or ""))
        at = match.end()
    return tuple(found)


def looked_up(path: str) -> tuple[str, ...]:
    """The types of resource that a path needs beside its own."""
    return tuple(step.name for step, after in pairwise(steps(path)) if step.is_type and after.name != "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What is known where a resource stands: others, the hospital's time zone, addresses of the server."""

    lookup: Lookup
    zone: ZoneInfo
    bases: Bases


def text(resource: dict[str, Any], path: str, here: Here) -> str | None:
    """The value at a path, as text."""
    if "contained" in resource:
        here = replace(here, lookup=_within(resource, here.lookup))
    found = _descend(resource, steps(path), here)
    return next((value for value in map(_written, found) if value is not None), None)


def _within(resource: dict[str, Any], elsewhere: Lookup) -> Lookup:
    """What also finds the resources that this one brings along itself, by #id."""
    inside = {f"#{one.get('id')}": one for one in resource["contained"]}

    def lookup(key: str) -> dict[str, Any] | None:
        return inside.get(key) or elsewhere(key)

    return lookup


def reference(text: object, bases: Bases) -> tuple[str, str, str]:
    """(type, id, key to look it up by) of a literal or a conditional reference; empty when unreadable.

    On another server the same id is somebody else: that goes by its whole address and is not looked up.
    """
    match = _REFERENCE.search(text) if isinstance(text, str) else None
    if match is None:
        return "", "", ""
    base = match.string[: match.start()]
    if not bases.is_own(base):
        named = f"/{match[2]}" if match[2] else f"?identifier={match[3]}"
        return match[1], f"{base.rstrip('/')}/{match[1]}{named}", ""
    if match[2]:
        return match[1], match[2], f"{match[1]}/{match[2]}"
    return match[1], match[3].rpartition("|")[2], f"{match[1]}?{match[3]}"


def _descend(node: Any, rest: tuple[Step, ...], here: Here) -> Iterator[Any]:
    if isinstance(node, list):
        for element in node:
            yield from _descend(element, rest, here)
    elif not rest:
        yield node
    elif isinstance(node, str):
        if rest == (Step("date"),):
            yield _day(node, here.zone)
    elif isinstance(node, dict):
        step = rest[0]
        child = _followed(node, step, rest[1:], here) if step.is_type else _child(node, step.name)
        if step.key:
            child = [one for one in _listed(child) if _holds(one, step)]
        yield from _descend(child, rest[1:], here)


def _child(node: dict[str, Any], name: str) -> Any:
    if not name:
        return node
    if name == "value" and name not in node:
        return next((node[key] for key in node if key.startswith("value") and key[5:6].isupper()), None)
    return node.get(name)


def _followed(node: dict[str, Any], step: Step, rest: tuple[Step, ...], here: Here) -> Any:
    by_id = rest == (Step("id"),)
    written = node.get("reference") or _by_number(node, "" if by_id else step.name)
    if isinstance(written, str) and written.startswith("#"):  # its id is known in here alone: it is nobody's
        found = None if by_id else here.lookup(written)
        return found if found and found.get("resourceType") == step.name else None
    kind, known_as, key = reference(written, here.bases)
    if kind != step.name:
        return None
    return {"id": known_as} if by_id else here.lookup(key)


def _by_number(node: dict[str, Any], kind: str) -> str:
    """A reference with nothing but an identifier, as a conditional one; kind: where it names no type."""
    identifier = node.get("identifier")
    named = str(node.get("type") or kind).rpartition("/")[2]
    if not named or not isinstance(identifier, dict) or not identifier.get("value"):
        return ""
    return f"{named}?identifier={identifier.get('system', '')}|{identifier['value']}"


def _listed(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]


def _holds(node: Any, step: Step) -> bool:
    if not isinstance(node, dict):
        return False
    wanted = step.value.split("|")
    return any(name in wanted for one in _listed(node.get(step.key)) for name in _names(one))


def _names(node: Any) -> Iterator[str | None]:
    """What it goes by: a value, a code, or of a concept its text and all its codes."""
    yield _written(node)
    if isinstance(node, dict):
        yield node.get("text")
        yield from (coding.get("code") for coding in node.get("coding", ()))


def _written(node: Any) -> str | None:
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, dict):
        return _amount(node)
    return str(node) if isinstance(node, str | int | float) else None


def _amount(node: dict[str, Any]) -> str | None:
    """Of a code its score, else itself; of an amount its value, which with < or > before it is no number."""
    scores = (one.get("valueDecimal") for one in node.get("extension", ()) if one.get("url") in SCORES)
    found = next((_written(one) for one in (*scores, *map(node.get, _AMOUNTS)) if one is not None), None)
    return found if found is None else f"{node.get('comparator', '')}{found}"


def _day(moment: str, zone: ZoneInfo) -> str | None:
    if _DAY.fullmatch(moment):
        return moment
    try:
        return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError):
        return moment
