"""What a design gives beside its effect: each kind of result its own type."""

from dataclasses import dataclass
from typing import Literal

from core.language.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTime:
    """ATT(g, t) of Callaway and Sant'Anna 2021: the effect of starting in `cohort`, in `period`."""

    cohort: str
    period: str
    effect: float
    standard_error: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregatePart:
    """One part of an aggregate: an event time, a cohort or a calendar period. `band`: all parts together."""

    label: str
    effect: float
    standard_error: float | None
    interval: tuple[float, float] | None
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Group-time effects averaged in one way: `name` is simple, dynamic, group or calendar."""

    name: str
    effect: float
    standard_error: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    parts: tuple[AggregatePart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaggeredDetails:
    """The group-time effects behind an average, and the other averages of the same effects."""

    group_time: tuple[GroupTime, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaconComparison:
    """One two-by-two comparison inside two-way fixed effects (Goodman-Bacon 2021).

    comparison: treated_vs_never, earlier_vs_later, later_vs_earlier (already treated as controls) or
    treated_vs_always.
    """

    comparison: str
    treated: str
    control: str
    weight: float
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BaconDetails:
    """The comparisons whose weighted sum is the two-way fixed-effects coefficient."""

    comparisons: tuple[BaconComparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The weight of a comparison department (or of a period before the start)."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticDetails:
    """A weighted comparison: unit and period weights, the fit before the start, and the placebo ranks.

    rmspe_before, rmspe_after: root mean squared gap. rank of of_units by the ratio after / before, the pilot
    among the placebos; 1 is the largest.
    """

    units: tuple[Weight, ...]
    periods: tuple[Weight, ...]
    rmspe_before: float
    rmspe_after: float
    rank: int | None = None
    of_units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A named coefficient of a regression, on the scale the model works on."""

    name: str
    estimate: float
    standard_error: float
    interval: tuple[float, float]
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPeriod:
    """One period of a segmented regression: observed, fitted, and what the model expects without the tool."""

    period: str
    observed: float
    fitted: float
    without: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionDetails:
    """The coefficients of a regression and, for a time series, its fitted line."""

    coefficients: tuple[Coefficient, ...]
    fitted: tuple[FittedPeriod, ...] = ()


SensitivityAbout = Literal["average", "first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityInterval:
    """The interval that still holds when trends may depart by `m` (Rambachan and Roth 2023).

    about: the average over the periods after the start, or the first bin of them; both against the last bin
    before the start. method: c-lf and flci as published; t-bounds and flci-t for few departments. m: for
    smoothness on the scale that was estimated on (log points when relative), per bin per bin.
    """

    kind: str
    m: float
    interval: tuple[float, float]
    about: SensitivityAbout
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The largest departure `m` at which no effect is still excluded; None where it never is."""

    kind: str
    about: SensitivityAbout
    m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Intervals for growing departures, and how far the exclusion of no effect holds."""

    intervals: tuple[SensitivityInterval, ...]
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupEffect:
    """The effect in one declared subgroup, and what is left of it drawn towards the average of all."""

    name: str
    n_treated_units: int
    n_comparison_units: int
    effect: float
    standard_error: float
    interval: tuple[float, float]
    p_value: float
    p_holm: float
    shrunk: float
    shrunk_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupDifference:
    """The first of two subgroups minus the second (relative: ratio minus 1)."""

    effect: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Effects by subgroup; p_value: of no difference between any of them. left_out: without a comparison."""

    note: Text
    effects: tuple[SubgroupEffect, ...] = ()
    p_value: float | None = None
    difference: SubgroupDifference | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePoint:
    """Weeks of pilot departments with use in one range: an association, not an effect.

    effect: mean difference with the comparison, against the weeks before. interval: over departments; None
    with fewer than three.
    """

    lowest: float
    highest: float
    mean_dose: float
    effect: float
    interval: tuple[float, float] | None
    n_observations: int
    n_units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectOfUse:
    """The effect per unit of use among those who used the tool because it came, by Anderson and Rubin 1949.

    p_value: of no effect, that of intention to treat. regions: the values that the data do not exclude, as
    intervals from low to high; where nothing bounds them the ends are infinite (-1 for a fraction). bounded:
    they are one interval with two ends.
    """

    effect: float
    p_value: float
    regions: tuple[tuple[float, float], ...]
    inference: str
    bounded: bool

    @property
    def interval(self) -> tuple[float, float] | None:
        """The one interval with two ends, or None."""
        return self.regions[0] if self.bounded else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseDetails:
    """How much more the pilot departments used the tool, the effect of use, and the outcome by dose.

    first_stage_t: over its error by departments; None where that has no spread. curve, line: associations;
    line: the outcome's change on the dose over all units, linear and with a square.
    """

    first_stage: float
    first_stage_t: float | None
    effect_of_use: EffectOfUse
    curve: tuple[DosePoint, ...]
    line: tuple[Coefficient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A mean over departments; without an error where there is one department, or no spread."""

    effect: float
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerDetails:
    """Users against colleagues of the same department: confounded, as users chose themselves.

    change: users' change minus that of colleagues. before: how far users stood from colleagues already.
    departments: those that have both.
    """

    users: int
    colleagues: int
    departments: int
    change: Difference
    before: Difference


Details = (
    StaggeredDetails | BaconDetails | SyntheticDetails | RegressionDetails | DoseDetails | VolunteerDetails
)
