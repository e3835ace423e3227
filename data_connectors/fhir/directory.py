"""Resources that others refer to, such as the organisation of an encounter."""

from collections.abc import Iterable
from typing import Any


class Directory:
    """Resources by reference: Organization/12 or Organization?identifier=system|value."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, resources: Iterable[Any]) -> None:
        """Remember resources that have a type and an id."""
        for resource in resources:
            if not isinstance(resource, dict):
                continue
            kind, known_as = resource.get("resourceType"), resource.get("id")
            if isinstance(kind, str) and isinstance(known_as, str):
                self._known[f"{kind}/{known_as}"] = resource
                for key in _identifiers(resource):
                    self._known[f"{kind}?{key}"] = resource

    def lookup(self, reference: str) -> dict[str, Any] | None:
        """The resource, where it is known."""
        return self._known.get(reference)


def _identifiers(resource: dict[str, Any]) -> Iterable[str]:
    found = resource.get("identifier")
    for identifier in found if isinstance(found, list) else ():
        if isinstance(identifier, dict) and identifier.get("value"):
            yield f"{identifier.get('system', '')}|{identifier['value']}"
