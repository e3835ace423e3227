"""Additive sufficient statistics: any roll-up over days, departments or segments is a sum."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.period import Period

MEASURES = (
    "n",
    "total",
    "squares",
    "log_n",
    "log_total",
    "log_squares",
    "numerator",
    "denominator",
    "numerator_squares",
    "denominator_squares",
    "cross",
    "uncapped",
    "open",
    "expected",
)
"""Columns of a cell. n rows of the population with a value, or still open; total of the value, squares of its
distance to the KPI's fixed offset; the same of its natural logarithm over the log_n positive values
(durations); numerator and denominator of the KPI with their squares and cross product over rows (for
delta-method errors); the total before the cap; rows still open; rows that could have been measured."""

GRAIN = ("kpi", "day", "department", "segment", "exposed")
"""Keys of a cell of the cube."""

STAFF_KEYS = ("kpi", "day", "department", "clinician")
STAFF_MEASURES = ("numerator", "denominator")
"""Cells of KPIs that count clinicians: rows of each side per clinician and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A KPI in one unit over one period, with everything that must stand beside it.

    value: None where nothing can be said (no rows, or denominator 0); missing is not zero.
    standard_error: of the value over its rows, days or clinicians; None where there are too few.
    geometric_mean: of the positive values, for durations only.
    companions: what else the rows say, by name (median, p90, top_box, within, uncapped, open ...).
    measured_share: n over what could have been measured; None where that is not declared or not known.
    excluded_hidden: reasons whose count of rows is too small to show; filled by disclosure control.
    complete: False where the period is not over, not mature, or too little of it was measured;
    incomplete_because says which (not_over, too_few_measured).
    """

    kpi: str
    kpi_version: int
    unit: str
    period: Period
    n: int
    value: float | None
    geometric_mean: float | None
    numerator: float
    denominator: float
    excluded: dict[str, int]
    complete: bool
    standard_error: float | None = None
    companions: Mapping[str, float] = field(default_factory=dict)
    measured_share: float | None = None
    incomplete_because: tuple[str, ...] = ()
    excluded_hidden: tuple[str, ...] = ()
