"""How to estimate: the names and settings of `meetlat estimate`, part of the registered plan."""

from dataclasses import dataclass
from typing import Literal

from experiments.panel import Scale

DesignName = Literal[
    "auto",
    "before-after",
    "interrupted-time-series",
    "comparative-its",
    "difference-in-differences",
    "event-study",
    "staggered",
    "callaway-santanna",
    "sun-abraham",
    "imputation",
    "two-stage",
    "etwfe",
    "synthetic-control",
    "synthetic-did",
    "stepped-wedge",
    "cluster-randomised",
    "bacon",
    "rare-events",
    "dose-response",
    "volunteers",
]
InferenceName = Literal[
    "auto",
    "scaled-ewc-t",
    "iid",
    "hc1",
    "hc2",
    "hc3",
    "hac",
    "blocks-t",
    "waves-t",
    "arima",
    "structural",
    "cr1",
    "cr2",
    "cr3",
    "wild-bootstrap",
    "randomisation",
    "randomisation-t",
    "collapse-t",
    "pre-scaled-t",
    "placebo-rank",
    "placebo-t",
    "jackknife-t",
    "kenward-roger-t",
    "between-within-t",
    "analytic",
    "multiplier-bootstrap",
    "exact-conditional",
    "mid-p-conditional",
]
Weighting = Literal["departments", "encounters"]
Family = Literal["gaussian", "poisson", "negative-binomial", "binomial"]
SegmentedModel = Literal["step", "slope", "both", "transfer", "forecast"]
Comparison = Literal["auto", "never-treated", "not-yet-treated"]
BasePeriod = Literal["universal", "varying"]
ClusterCorrelation = Literal["decay", "exchangeable"]
Aggregation = Literal["simple", "dynamic", "group", "calendar"]
COUNTS: tuple[Family, ...] = ("poisson", "negative-binomial")
SensitivityKind = Literal["relative-magnitudes", "smoothness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violations:
    """Sizes M of departures from parallel trends to try (Rambachan and Roth 2023)."""

    kind: SensitivityKind
    sizes: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to estimate.

    run_in: first treated periods that are shown, left out of the effect. anticipation: last periods before
    the start in which departments may already have changed. season: "none", "month" or "fourier:K" with K
    pairs of yearly waves. family other than gaussian: the outcome is a count (poisson, negative-binomial) or
    a share (binomial) of the panel's exposure. its_model: what a segmented regression lets change at the
    start; transfer: a level that is reached gradually; forecast: nothing, the line before is carried on and
    held against what came. comparison: auto is the design's own: never-treated, for etwfe also those not
    yet treated. correlation: how periods of a department resemble each other in a mixed model: less the
    further apart, or every two of them equally.
    """

    design: DesignName = "auto"
    inference: InferenceName = "auto"
    scale: Scale = "absolute"
    run_in: int = 0
    weighting: Weighting = "departments"
    level: float = 0.95
    seed: int = 1
    family: Family = "gaussian"
    its_model: SegmentedModel = "step"
    season: str = "none"
    comparison: Comparison = "auto"
    base: BasePeriod = "universal"
    anticipation: int = 0
    aggregate: Aggregation = "simple"
    correlation: ClusterCorrelation = "decay"
    violations: tuple[Violations, ...] = ()
