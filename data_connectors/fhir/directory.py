"""Resources that others refer to, such as the organisation of an encounter."""

from collections.abc import Iterable
from typing import Any

from data_connectors.fhir.resources import KINDS, Rejections, validator


class Directory:
    """Resources by reference: Organization/12 or Organization?identifier=system|value."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, resources: Iterable[Any]) -> None:
        """Remember sound resources; what refers to one that is not finds nothing."""
        for resource in resources:
            kind = resource.get("resourceType") if isinstance(resource, dict) else None
            if kind in KINDS and validator(kind)(resource, kind, Rejections()):
                self._known[f"{kind}/{resource['id']}"] = resource
                for key in _identifiers(resource):
                    self._known[f"{kind}?{key}"] = resource

    def lookup(self, reference: str) -> dict[str, Any] | None:
        """The resource, where it is known."""
        return self._known.get(reference)


def _identifiers(resource: dict[str, Any]) -> Iterable[str]:
    for identifier in resource.get("identifier", ()):
        if identifier.get("value"):
            yield f"{identifier.get('system', '')}|{identifier['value']}"
