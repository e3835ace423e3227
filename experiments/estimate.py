"""What an estimator gives: an Estimate, or NotEstimable with its reasons. Never a number for neither."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.language.text import Text
from experiments.details import Details, Sensitivity, Subgroups
from experiments.options import Options
from experiments.panel import Panel, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something could not be estimated, as a code with a sentence and what to do."""

    code: str
    message: Text
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of an assumption. `passed` None: for information only."""

    name: str
    passed: bool | None
    message: Text
    statistic: float | None = None
    p_value: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The same estimand by another inference, shown beside the first."""

    inference: str
    effect: float
    standard_error: float | None
    interval: tuple[float, float] | None
    p_value: float | None
    degrees_of_freedom: float | None = None
    design: str = ""
    warning: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTime:
    """One bin of an event study; `interval` pointwise, `band` simultaneous over all bins."""

    event_time: int
    first: int
    last: int
    effect: float
    standard_error: float | None
    interval: tuple[float, float] | None
    band: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the estimate stands on."""

    n_observations: int
    n_units: int
    n_treated_units: int
    n_clusters: int
    first_period: str
    last_period: str
    periods_before: int
    periods_after: int
    periods_left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An effect with its uncertainty. p_value and interval come from the same inversion.

    effect, interval: in the outcome's unit on the absolute scale; a fraction (−0.09 is 9 % lower) on the
    relative scale. standard_error: of the effect on the scale it was estimated on (log points when relative).
    method_note: what is our own about the method and how it was judged. options: what was asked.
    """

    estimand: str
    design: str
    inference: str
    scale: Scale
    effect: float
    standard_error: float
    interval: tuple[float, float]
    level: float
    p_value: float
    degrees_of_freedom: float | None
    coverage: Coverage
    also: tuple[Alternative, ...] = ()
    agreement: bool | None = None
    checks: tuple[CheckResult, ...] = ()
    event_study: tuple[EventTime, ...] = ()
    details: Details | None = None
    sensitivity: Sensitivity | None = None
    subgroups: Subgroups | None = None
    diagnostics: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    assumptions: tuple[Text, ...] = ()
    why: Text = Text("")
    method_note: Text = Text("")
    options: Options | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEstimable:
    """No number, and why. `smallest_detectable` is given where a planning figure can be had."""

    reasons: tuple[Reason, ...]
    design: str
    scale: Scale
    coverage: Coverage | None = None
    checks: tuple[CheckResult, ...] = ()
    event_study: tuple[EventTime, ...] = ()
    details: Details | None = None
    smallest_detectable: float | None = None
    options: Options | None = None


Result = Estimate | NotEstimable


class Fit(Protocol):
    """Fit a panel under the options."""

    def __call__(self, panel: Panel, options: Options) -> Result:
        """A result, never an exception for data that cannot carry one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """A design: what it estimates, what that rests on, and how.

    applies, refuses: when it is meant, and what it gives no number for. settings: the optional settings that
    it reads, of `experiments.settings.OPTIONAL`. departments: the panel that checks and event study look at,
    where the units of the design's panel are not departments.
    """

    name: str
    estimand: Text
    assumptions: Sequence[Text]
    applies: Text
    refuses: Text
    reference: str
    inferences: Sequence[str]
    fit: Fit
    settings: Sequence[str] = ()
    departments: Callable[[Panel], Panel] | None = None


class RunCheck(Protocol):
    """Run one check on a panel."""

    def __call__(self, panel: Panel, options: Options) -> CheckResult:
        """The outcome; `passed` None where the check cannot judge."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check and the designs it applies to."""

    designs: Sequence[str]
    run: RunCheck
