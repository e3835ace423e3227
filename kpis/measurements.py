"""Additive sufficient statistics: any roll-up over days, departments or segments is a sum."""

from dataclasses import dataclass

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
)
"""Columns of a cell. n rows of the population with a value; total and squares of the value; the same of its
natural logarithm over the log_n positive values (durations); numerator and denominator of the KPI with their
squares and cross product over rows (for delta-method errors)."""

GRAIN = ("kpi", "day", "department", "segment", "exposed")
"""Keys of a cell of the cube."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A KPI in one unit over one period, with everything that must stand beside it.

    value: None where nothing can be said (no rows, or denominator 0); missing is not zero.
    geometric_mean: of the positive values, for durations only.
    excluded_hidden: reasons whose count of rows is too small to show; filled by disclosure control.
    complete: False where the period is not over or not mature in the data.
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
    excluded_hidden: tuple[str, ...] = ()
