"""How firm an effect is, as part of its `details`."""

from dataclasses import asdict
from typing import Any

from experiments.robustness import Robustness
from reports.details_json import sensitivity_json


def robustness_json(found: Robustness | None, language: str) -> dict[str, Any]:
    """Intervals under departures from parallel trends with their notes, and the effect computed otherwise."""
    if found is None:
        return {}
    return {
        **sensitivity_json(found.sensitivity),
        "sensitivity_notes": [note.render(language) for note in found.notes],
        "specifications": [asdict(one) for one in found.specifications],
    }
