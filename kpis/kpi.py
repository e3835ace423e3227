"""A KPI as data: what is counted over what, for whom, and when a difference matters."""

from dataclasses import dataclass
from typing import Literal

StatisticName = Literal["duration", "mean", "proportion", "ratio"]
Direction = Literal["lower", "higher", "neutral"]
MissingRule = Literal["exclude", "zero", "fail"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "missing", "present"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition on a row. `column` may be minutes between two time columns: "due_from..final_at"."""

    column: str
    operator: Operator
    value: str | float | int | tuple[str | float | int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows left out on purpose, counted under a reason code."""

    reason: str
    where: Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something summed over the rows of one table.

    value: "" counts rows; a column name sums it; "a..b" sums the minutes between two times.
    scale: multiplies the value into the KPI's unit. where: rows that count (others give 0, or are not in
    the population when this is the denominator).
    """

    table: str
    value: str = ""
    scale: float = 1.0
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One definition; a change of meaning is a new version.

    statistic: duration, mean: the numerator's value per row of the population, averaged.
        proportion: rows of the population that also meet numerator.where. ratio: sum over sum.
    plausible: values outside are left out of the KPI and counted as `implausible`.
    smallest_change, its scale and source: the default a plan starts from.
    """

    id: str
    version: int
    label: dict[str, str]
    question: dict[str, str]
    unit: dict[str, str]
    direction: Direction
    statistic: StatisticName
    numerator: Quantity
    denominator: Quantity
    exclusions: tuple[Exclusion, ...]
    missing: MissingRule
    plausible: tuple[float, float] | None
    smallest_change: float
    smallest_change_scale: Literal["absolute", "relative"]
    smallest_change_source: str
    digits: int
    display_scale: float
    target: float | None
    owner: str
    source: str
    matures_after_days: int = 0
    counts_tool_time: bool | None = None
