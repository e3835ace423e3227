"""A plan as JSON that is the same for the same content, and its fingerprint."""

import hashlib
import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from experiments.pilot import Pilot

LATER = ("selection", "negative_control", "unannounced", "minimum_grade")
"""Keys that plans did not always have: left out where absent, so that older fingerprints stay as they are."""


def content(pilot: Pilot) -> dict[str, Any]:
    """The plan as plain JSON values."""
    found: dict[str, Any] = _adapter().dump_python(pilot, mode="json")
    return {name: value for name, value in found.items() if value is not None or name not in LATER}


def canonical(pilot: Pilot) -> str:
    """The plan as JSON text: keys sorted, no blanks."""
    return json.dumps(content(pilot), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(pilot: Pilot) -> str:
    """sha256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(pilot).encode()).hexdigest()


def from_canonical(text: str) -> Pilot:
    """The plan that `canonical` wrote."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Pilot]:
    return TypeAdapter(Pilot)
