"""What a control chart says, as codes and numbers; reports/words_chart.py has the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from experiments.monitoring.anhoej import Runs
from experiments.monitoring.autocorrelation import Autocorrelation
from experiments.monitoring.choice import ChartType, Choice
from experiments.monitoring.false_signals import FalseSignals
from experiments.monitoring.icons import Assurance, Better, Variation
from experiments.monitoring.rules import SpecialCause
from experiments.monitoring.series import Every

RuleSet = Literal["making-data-count", "anhoej"]
WarningCode = Literal[
    "autocorrelated",
    "short_part",
    "no_limits",
    "zero_denominators",
    "missing_points",
    "too_few_crossings",
]
NoChartCode = Literal["no_values", "too_few_points", "no_limits", "residuals_need_points", "few_rounds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something the reader must know, as a code with its numbers."""

    code: WarningCode
    values: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period. None where there is no number; `value` is what is plotted.

    part: 1, 2, ... side: -1 or 1, what a rule marks the point for. in_limits: whether centre and limits stand
    on it. observed: the value in its own unit, where `value` is a residual of it. judged: whether any rule
    looks at it.
    """

    order: str
    value: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    centre: float | None
    part: int
    special_cause: SpecialCause | None
    side: int
    in_limits: bool
    observed: float | None
    judged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """A chart. centre: that of the last part. runs: of each part. residual: whether points are residuals."""

    type: ChartType
    choice: Choice
    centre: float
    points: tuple[Point, ...]
    variation: Variation
    assurance: Assurance
    better: Better
    target: float | None
    rules: RuleSet
    every: Every | None
    residual: bool
    runs: tuple[Runs, ...]
    autocorrelation: Autocorrelation | None
    false_signals: FalseSignals | None
    warnings: tuple[Warned, ...]

    @property
    def last(self) -> Point:
        """The last point that has a value; the icons speak of it."""
        return next(point for point in reversed(self.points) if point.value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChart:
    """A series of which no chart can be made: why, and no number."""

    type: ChartType
    code: NoChartCode
    values: Mapping[str, float | int] = field(default_factory=dict)


Charted = ControlChart | NoChart
