"""What stands around an estimate and is not in its panel: the plan, the events, the ruler and other KPIs."""

from dataclasses import dataclass
from typing import Protocol

from experiments.estimate import CheckResult, Estimate, Result
from experiments.occurrences import Occurrence
from experiments.options import Options
from experiments.panel import Floats, Panel
from experiments.pilot import Pilot


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """The sums of a KPI per kind of case, (S, U, T): S kinds, the units and the periods of the panel.

    logarithms: the numerator sums the logarithms of the values, so that numerator over denominator is the
    logarithm of a geometric mean.
    """

    names: tuple[str, ...]
    numerator: Floats
    denominator: Floats
    logarithms: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherKpi:
    """Another KPI by the same design.

    result: None where too few persons stand behind it to show it. display_scale: what people multiply its
    absolute values by.
    """

    kpi: str
    result: Result | None
    display_scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StayedOn:
    """The same estimate from the rows of those clinicians who worked there before and after the start alone.

    clinicians: how many they are; share: of the rows.
    """

    result: Result
    clinicians: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An estimate of a pilot with all that is known around it.

    smallest_change: the size from which a change of this KPI matters, on the scale of the options; None where
    none is known. tool_time_known: whether the KPI says if it counts time inside the tool, or need not.
    ruler: changes of the way of measuring within the window; None where no detector could look at any pilot
    department. events: what departments told of within the window. strata: None where
    the definition names no case mix or the KPI cannot be standardised. The other KPIs: None where the plan
    names none, or where another KPI than the primary is looked at.
    """

    pilot: Pilot
    panel: Panel
    options: Options
    estimate: Estimate
    smallest_change: float | None = None
    tool_time_known: bool = True
    ruler: tuple[Occurrence, ...] | None = None
    events: tuple[Occurrence, ...] = ()
    strata: Strata | None = None
    negative_control: OtherKpi | None = None
    unannounced: OtherKpi | None = None
    stayed_on: StayedOn | None = None


class RunContextCheck(Protocol):
    """Run one check on an estimate in its context."""

    def __call__(self, context: Context) -> CheckResult | None:
        """The outcome; `passed` None where the check cannot judge, None where there is nothing to say."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextCheck:
    """A check that needs more than the panel."""

    run: RunContextCheck
