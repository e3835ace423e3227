"""Versions of the model, the prompt and the software behind a pilot, by the day they came into use."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.language.text import N_

Part = Literal["model", "prompt", "software"]
PARTS: dict[Part, str] = {"model": N_("model"), "prompt": N_("prompt"), "software": N_("software")}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A part of a tool came into use in another version on a day."""

    at: datetime
    by: str
    tool: str
    part: Part
    version: str
    day: date
    note: str = ""
