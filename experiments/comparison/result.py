"""What a comparison gives: an effect, or reasons; never a number for neither."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.language.text import Text
from experiments.comparison.arm import Arm, Pair
from experiments.estimate import Reason

OutcomeType = Literal["mean", "ratio", "proportion", "rate", "median", "ordinal", "duration"]
Better = Literal["lower", "higher"]
Form = Literal["unit", "share", "fraction", "ratio", "probability"]
NonInferiorityVerdict = Literal["superior", "non_inferior", "inconclusive", "inferior"]

FORMS: dict[str, Form] = {
    "difference": "unit",
    "relative difference": "fraction",
    "risk difference": "share",
    "risk ratio": "ratio",
    "rate difference": "unit",
    "rate ratio": "ratio",
    "difference in medians": "unit",
    "relative difference in medians": "fraction",
    "probability of superiority": "probability",
    "win odds": "ratio",
    "difference in restricted means": "unit",
    "ratio of restricted means": "ratio",
    "ratio of finishing rates": "ratio",
}
"""How each estimand is counted."""
NO_EFFECT: dict[Form, float] = {"unit": 0.0, "share": 0.0, "fraction": 0.0, "ratio": 1.0, "probability": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOptions:
    """How to compare.

    margin: how much worse is still acceptable, above zero: in the outcome's unit (of 1 for shares and
    probabilities), a fraction for relative effects and ratios. allocation: parts of the rows that each arm
    was meant to get; empty: equal parts. horizon: up to where durations count; None: as far as every arm is
    known.
    """

    type: OutcomeType | Literal["auto"] = "auto"
    relative: bool = False
    level: float = 0.95
    seed: int = 1
    margin: float | None = None
    better: Better | None = None
    allocation: Mapping[str, float] = field(default_factory=dict)
    horizon: float | None = None

    @property
    def alpha(self) -> float:
        """One minus the level, without the noise of the subtraction."""
        return round(1 - self.level, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An estimand by one inference; p_value (of no effect) and interval come from one inversion.

    standard_error: of the logarithm for ratios and win odds, else of the effect; None where
    there is none. p_value NaN: this method gives an interval only.
    """

    estimand: str
    inference: str
    effect: float
    standard_error: float | None
    interval: tuple[float, float]
    p_value: float
    degrees_of_freedom: float | None = None

    @property
    def form(self) -> Form:
        """How the effect is counted."""
        return FORMS[self.estimand]

    @property
    def no_effect(self) -> float:
        """The value that means no effect."""
        return NO_EFFECT[self.form]


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInferiority:
    """A verdict from the interval. limit: the effect that is the margin worse than none."""

    margin: float
    limit: float
    verdict: NonInferiorityVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An arm against the control. also: other methods and other estimands. p_holm: with several arms."""

    arm: str
    main: Line
    also: tuple[Line, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    non_inferiority: NonInferiority | None = None
    p_holm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """No number, and why. upper_bounds: where no event was seen, what the share or rate may still be."""

    arm: str
    reasons: tuple[Reason, ...]
    upper_bounds: Mapping[str, float] = field(default_factory=dict)


PairResult = Compared | NotCompared


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """Whether the arms are as large as drawn. expected: rows (or whole clusters) per arm."""

    chi2: float
    p_value: float
    passed: bool
    counted: Literal["rows", "clusters"]
    expected: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that was found. results: one per arm beside the control, in the order of the arms."""

    type: OutcomeType
    why: Text
    control: str
    arms: tuple[Arm, ...]
    given: frozenset[str]
    excluded: tuple[tuple[str, int], ...]
    options: ComparisonOptions
    results: tuple[PairResult, ...]
    assumptions: tuple[Text, ...]
    reference: str
    sample_ratio: SampleRatio | None = None
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of outcome.

    reads, needs: which of denominator, covariate, cluster, strata and event it takes, and cannot do without.
    needs_rows: sums are not enough. least_rows: in each arm.
    """

    name: OutcomeType
    fit: Callable[[Pair, ComparisonOptions], PairResult]
    assumptions: Sequence[Text]
    reference: str
    reads: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    needs_rows: bool = False
    least_rows: int = 2
