"""What a number rests on in a definition: when any of it changes, the definition is another version."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from kpis.kpi import Kpi

_ADAPTER = TypeAdapter(Kpi)

PRESENTATION = (
    "label",
    "question",
    "unit",
    "digits",
    "display_scale",
    "target",
    "owner",
    "source",
    "smallest_change",
    "smallest_change_scale",
    "smallest_change_source",
    "minimum_cell",
    "theme",
    "sensitive",
)
"""Keys that say how a number is shown or judged, not what it is; they may change within a version."""


def meaning(kpi: Kpi) -> str:
    """The same for definitions that give the same numbers."""
    content = {name: value for name, value in asdict(kpi).items() if name not in PRESENTATION}
    return _sha256(content)


def fingerprint(kpi: Kpi) -> str:
    """The same for definitions that are the same in every word."""
    return _sha256(asdict(kpi))


def as_json(kpi: Kpi) -> str:
    """The definition as text that `from_json` reads back."""
    return _ADAPTER.dump_json(kpi).decode()


def from_json(text: str) -> Kpi:
    """A stored definition."""
    return _ADAPTER.validate_json(text)


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
