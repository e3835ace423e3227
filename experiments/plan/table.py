"""The shape of a pilot's plan as a TOML file: its keys and their types."""

from datetime import date
from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from experiments.evidence_grade import Grade
from experiments.options import Weighting
from experiments.panel import Scale
from experiments.pilot import Selection
from governance.checklist import State

EXACT = ConfigDict(extra="forbid", strict=True)

PlannedInference = Literal[
    "auto", "scaled-ewc-t", "randomisation-t", "randomisation", "collapse-t", "jackknife-t", "cr2", "blocks-t"
]
"""What a verdict may stand on: iid, hac and cr1 reject a true null far too often with few departments."""


@with_config(EXACT)
class NameTable(TypedDict):
    """[name]"""

    nl: str
    en: str


@with_config(EXACT)
class PrimaryTable(TypedDict):
    """[primary]; smallest change and scale come from the KPI where the plan leaves both out."""

    kpi: str
    smallest_change: NotRequired[float]
    scale: NotRequired[Scale]


@with_config(EXACT)
class GuardrailTable(TypedDict):
    """[[guardrails]]"""

    kpi: str
    margin: float
    scale: Scale


@with_config(EXACT)
class UseTable(TypedDict):
    """[use]"""

    kpi: str
    break_even: float
    target: float


@with_config(EXACT)
class ExtensionTable(TypedDict):
    """[extension]"""

    weeks: NotRequired[int]
    departments: NotRequired[int]


@with_config(EXACT)
class ExcludedTable(TypedDict):
    """[[excluded]]"""

    department: str
    reason: str


@with_config(EXACT)
class CostsTable(TypedDict):
    """[costs], in euros"""

    monthly: NotRequired[float]


@with_config(EXACT)
class EntryTable(TypedDict):
    """One line under [governance]"""

    state: State
    signer: NotRequired[str]
    evidence: NotRequired[str]
    signed_on: NotRequired[date]
    expires_on: NotRequired[date]


@with_config(EXACT)
class PlanTable(TypedDict):
    """The whole file."""

    id: str
    name: NameTable
    use_case: NotRequired[str]
    vendor: NotRequired[str]
    starts: dict[str, date]
    comparison: NotRequired[list[str]]
    primary: PrimaryTable
    guardrails: NotRequired[list[GuardrailTable]]
    secondary: NotRequired[list[str]]
    use: NotRequired[UseTable]
    window: list[date]
    run_in_weeks: NotRequired[int]
    weighting: NotRequired[Weighting]
    inference: NotRequired[PlannedInference]
    level: NotRequired[float]
    completeness_floor: NotRequired[float]
    extension: NotRequired[ExtensionTable]
    excluded: NotRequired[list[ExcludedTable]]
    costs: NotRequired[CostsTable]
    governance: NotRequired[dict[str, EntryTable]]
    seed: NotRequired[int]
    selection: NotRequired[Selection]
    negative_control: NotRequired[str]
    unannounced: NotRequired[str]
    minimum_grade: NotRequired[Grade]
