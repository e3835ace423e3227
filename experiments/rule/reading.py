"""An effect read so that up is good: one scale on which every part of the rule compares."""

from dataclasses import dataclass, replace
from math import expm1, inf, log1p, sqrt

from scipy.special import stdtrit

from experiments.estimate import Coverage, Estimate
from experiments.panel import Scale
from kpis.kpi import Direction

CENTRAL = 0.8
"""The share of possible later estimates that an extension is hoped on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Turns effects in a KPI's unit into positions where up is good (logarithms when relative), and back."""

    scale: Scale
    sign: int

    @classmethod
    def of(cls, direction: Direction, scale: Scale) -> "Ruler":
        """The ruler of a KPI; one whose direction is neutral reads as higher is better."""
        return cls(scale=scale, sign=-1 if direction == "lower" else 1)

    def position(self, effect: float) -> float:
        """Where an effect lies; a bound of -100 % or an open one lies at infinity."""
        if self.scale == "absolute":
            return self.sign * effect
        return self.sign * (log1p(effect) if effect > -1 else -inf)

    def effect(self, position: float) -> float:
        """The effect at a position: the inverse of `position`."""
        return expm1(self.sign * position) if self.scale == "relative" else self.sign * position

    def better_by(self, size: float) -> float:
        """The effect that is better by a positive size."""
        return self.sign * size

    def worse_by(self, size: float) -> float:
        """The effect that is worse by a positive size."""
        return -self.sign * size


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An estimate and its interval as positions on a ruler."""

    ruler: Ruler
    estimate: float
    low: float
    high: float
    level: float
    degrees_of_freedom: float | None
    coverage: Coverage

    @classmethod
    def of(cls, estimate: Estimate, direction: Direction) -> "Reading":
        """Read an estimate in the direction of its KPI."""
        ruler = Ruler.of(direction, estimate.scale)
        low, high = sorted(ruler.position(bound) for bound in estimate.interval)
        return cls(
            ruler=ruler,
            estimate=ruler.position(estimate.effect),
            low=low,
            high=high,
            level=estimate.level,
            degrees_of_freedom=estimate.degrees_of_freedom,
            coverage=estimate.coverage,
        )

    def moved(self, to: float) -> "Reading":
        """The same width around another estimate."""
        by = to - self.estimate
        return replace(self, estimate=to, low=self.low + by, high=self.high + by)

    def projected(self, weeks: int, departments: int) -> "Reading":
        """The interval that more weeks after the start and more pilot departments would leave.

        The estimate stays where it is. Both half-widths are multiplied by
        sqrt((1/n1 + 1/n2') / (1/n1 + 1/n2)), for a difference of two means over n1 and n2 weeks with short
        memory, by sqrt((1/N1' + 1/N0) / (1/N1 + 1/N0)), that of a difference between N1 pilot and N0
        comparison departments (1/N0 = 0 without comparison), and by the ratio of the t quantiles, with one
        degree of freedom more for every department. It is a planning figure: months-long drift shrinks more
        slowly, and new departments are counted as if they had run as long as the others.
        """
        by = _weeks_factor(self.coverage, weeks) * _departments_factor(self.coverage, departments)
        by *= _quantile_factor(self.level, self.degrees_of_freedom, departments)
        return replace(
            self,
            low=self.estimate - by * (self.estimate - self.low),
            high=self.estimate + by * (self.high - self.estimate),
        )

    def landing(self, later: "Reading") -> tuple[float, float]:
        """Where the estimate may lie once this reading has become `later`: the central 80 % of it.

        The later estimate differs from today's with variance se^2 - se'^2, because today's data are part of
        the later ones; standard errors are taken in proportion to the half-widths.
        """
        freedom = inf if self.degrees_of_freedom is None else self.degrees_of_freedom
        share = _quantile(freedom, CENTRAL) / _quantile(freedom, self.level)
        below = sqrt(max((self.estimate - self.low) ** 2 - (self.estimate - later.low) ** 2, 0.0))
        above = sqrt(max((self.high - self.estimate) ** 2 - (later.high - self.estimate) ** 2, 0.0))
        return self.estimate - share * below, self.estimate + share * above


def _weeks_factor(coverage: Coverage, weeks: int) -> float:
    before, after = coverage.periods_before, coverage.periods_after
    if before < 1 or after < 1:
        return 1.0
    return sqrt((1 / before + 1 / (after + weeks)) / (1 / before + 1 / after))


def _departments_factor(coverage: Coverage, departments: int) -> float:
    pilots = coverage.n_treated_units
    if pilots < 1:
        return 1.0
    comparison = coverage.n_units - pilots
    fixed = 1 / comparison if comparison > 0 else 0.0
    return sqrt((1 / (pilots + departments) + fixed) / (1 / pilots + fixed))


def _quantile_factor(level: float, degrees_of_freedom: float | None, departments: int) -> float:
    if degrees_of_freedom is None or departments == 0:
        return 1.0
    return _quantile(degrees_of_freedom + departments, level) / _quantile(degrees_of_freedom, level)


def _quantile(degrees_of_freedom: float, level: float) -> float:
    """Half-width of the central `level` of a t distribution, in standard errors."""
    return float(stdtrit(degrees_of_freedom, (1 + level) / 2))
