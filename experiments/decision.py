"""The verdict and its reasons, as codes and numbers; reports/wording.py writes the sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["scale", "extend", "stop", "cannot_tell"]
State = Literal["met", "not_met", "undecided", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing the rule looked at. `about` names the KPI or the checklist items it concerns."""

    code: str
    state: State
    about: str = ""
    value: float | None = None
    interval: tuple[float, float] | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would lead to another verdict: a code and its number."""

    code: str
    value: float | None
    about: str = ""
    leads_to: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one pilot. `provided`: criteria not assessed that a scale verdict leans on."""

    pilot: str
    verdict: Verdict
    criteria: tuple[Criterion, ...]
    reasons: tuple[str, ...]
    would_change_it: tuple[Change, ...]
    provided: tuple[str, ...]
    plan_sha256: str
    as_of: date
