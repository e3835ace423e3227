"""All results of one registered pilot at one moment."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from experiments.estimate import Result
from experiments.panel import Scale
from experiments.robustness import Robustness
from governance.disclosure_control import Disclosed, Persons

KpiRole = Literal["primary", "guardrail", "secondary", "use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeries:
    """Weekly value and n of the pilot and the comparison departments, department average; NaN where none.

    patients_*, staff_*: distinct persons behind each point (None where the table holds none).
    alike_*: whether all answers behind the point are the same, where that may not be shown.
    suppressed: labels of the periods whose points were taken out by disclosure control.
    """

    periods: tuple[str, ...]
    treated: tuple[float, ...]
    comparison: tuple[float, ...]
    n_treated: tuple[int, ...]
    n_comparison: tuple[int, ...]
    patients_treated: tuple[int | None, ...] = ()
    patients_comparison: tuple[int | None, ...] = ()
    staff_treated: tuple[int | None, ...] = ()
    staff_comparison: tuple[int | None, ...] = ()
    alike_treated: tuple[bool, ...] = ()
    alike_comparison: tuple[bool, ...] = ()
    suppressed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiResult:
    """One KPI of the plan: its role, its threshold and what was found.

    threshold: the smallest change that matters (primary), the margin (guardrail) or the break-even (use).
    patients, staff: distinct persons behind the number in the window; None where the table holds none.
    smallest: the fewest persons in one of its groups (pilot or comparison, before or after the start), which
        is what disclosure control goes by; None where that is the whole.
    use_value: the tool's use in the pilot departments after the run-in, for role "use" only.
    completeness: share of department-weeks of the window that hold data.
    """

    kpi: str
    kpi_version: int
    role: KpiRole
    scale: Scale
    threshold: float | None
    result: Result | None
    series: GroupSeries
    n: int
    excluded: dict[str, int]
    patients: int | None
    staff: int | None
    completeness: float
    use_value: float | None = None
    encounter_average: float | None = None
    robustness: Robustness | None = None
    smallest: Persons | None = None

    @property
    def persons(self) -> Persons:
        """The persons that decide whether the result may be shown."""
        return self.smallest or Persons(patients=self.patients, staff=self.staff)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Every KPI of a plan, the plan's fingerprint and the data it stands on."""

    pilot: str
    as_of: date
    plan_sha256: str
    cube_version: str
    results: tuple[KpiResult, ...]

    def by_role(self, role: KpiRole) -> tuple[KpiResult, ...]:
        """The results of one role, in the plan's order."""
        return tuple(result for result in self.results if result.role == role)

    @property
    def primary(self) -> KpiResult:
        """The KPI that carries the verdict."""
        return self.by_role("primary")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedResult:
    """One KPI result behind the disclosure gate; what the plan asked stays readable when it is suppressed."""

    kpi: str
    role: KpiRole
    scale: Scale
    threshold: float | None
    result: Disclosed[KpiResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEvaluation:
    """An evaluation as people may see it."""

    pilot: str
    as_of: date
    plan_sha256: str
    cube_version: str
    results: tuple[PublishedResult, ...]

    def by_role(self, role: KpiRole) -> tuple[PublishedResult, ...]:
        """The results of one role, in the plan's order."""
        return tuple(result for result in self.results if result.role == role)

    @property
    def primary(self) -> PublishedResult:
        """The KPI that carries the verdict."""
        return self.by_role("primary")[0]
