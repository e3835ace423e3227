"""A registered pilot: what is tried where, how it will be judged, and what it stands on."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from experiments.evidence_grade import Grade
from experiments.options import InferenceName, Weighting
from experiments.panel import Scale
from governance.checklist import ChecklistEntry

Selection = Literal["drawn", "volunteered", "worst", "best", "quiet", "other"]
"""How the pilot departments were chosen: by lot, by themselves, or for how they stood before the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKpi:
    """The one KPI that carries the verdict.

    smallest_change: the smallest change that matters, as a positive size in the KPI's unit (absolute) or as a
    fraction (relative); the KPI's direction says which way is better.
    """

    kpi: str
    smallest_change: float
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """A KPI that may not get worse by more than a margin (positive size; fraction when relative)."""

    kpi: str
    margin: float
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The use KPI and the use at which the tool pays for itself (a share)."""

    kpi: str
    break_even: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What a longer pilot may cost: extra weeks and extra departments that can be afforded."""

    weeks: int = 0
    departments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedDepartment:
    """A department kept out of the comparison, and why."""

    department: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """The plan. `name_nl` and `name_en` are what people call it; `id` is its handle everywhere.

    negative_control: a KPI that the tool cannot change; unannounced: one that nobody was told is watched.
    minimum_grade: the least evidence grade to scale on; None: the grade informs.
    """

    id: str
    name_nl: str
    name_en: str
    use_case: str
    vendor: str
    starts: dict[str, date]
    comparison: tuple[str, ...]
    primary: PrimaryKpi
    guardrails: tuple[Guardrail, ...]
    secondary: tuple[str, ...]
    use: Use | None
    window: tuple[date, date]
    run_in_weeks: int = 6
    weighting: Weighting = "departments"
    inference: InferenceName = "auto"
    level: float = 0.95
    completeness_floor: float = 0.9
    extension: Extension = Extension()
    excluded: tuple[ExcludedDepartment, ...] = ()
    monthly_cost: float | None = None
    governance: tuple[ChecklistEntry, ...] = ()
    seed: int = 1
    selection: Selection | None = None
    negative_control: str | None = None
    unannounced: str | None = None
    minimum_grade: Grade | None = None

    def name(self, language: str) -> str:
        """The name in a language."""
        return self.name_nl if language == "nl" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPilot:
    """A pilot as it was locked: version, fingerprint (sha256 of its canonical JSON) and when."""

    pilot: Pilot
    version: int
    plan_sha256: str
    registered_at: str
