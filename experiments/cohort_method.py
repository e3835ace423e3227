"""One description for every design that has an effect for each cohort of starters in each period."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.language.text import N_, Text
from experiments.adoption import Adoption, adopt
from experiments.cohort_errors import CohortFit, LargeSample, Linear, jackknife
from experiments.cohort_rule import JACKKNIFE
from experiments.estimate import Reason
from experiments.judged import Errors
from experiments.options import Comparison, Options
from experiments.panel import Panel

Fit = TypeVar("Fit", bound=Linear)
ByCohort = TypeVar("ByCohort", bound=CohortFit)

PARALLEL = Text(N_("Without the tool all departments would have moved in parallel, in every period."))
UNAFFECTED = Text(N_("Departments without the tool, or not yet with it, were not affected by it."))
SAME_CHANGE = Text(N_("Without the tool the pilot departments would have changed as the others did."))
ORDINARY_PERIOD = Text(N_("The last period before each start (before the anticipation) was an ordinary one."))
COMPARISON_UNAFFECTED = Text(
    N_("The comparison departments did not use the tool and were not affected by it.")
)
NOT_EARLIER = Text(N_("Departments did not change earlier than the anticipation says."))
FOR_NEVER = Text(
    N_("Pilot departments start at different times; departments that never start are the comparison.")
)
FOR_ALL = Text(
    N_(
        "Pilot departments start at different times; every department without the tool, or not yet with it,"
        " says what would have been."
    )
)
REFUSES = Text(
    N_(
        "Fewer than 2 pilot or 3 comparison departments (those that start last, where all start), fewer "
        "than 5 in all, or so few of them that no error holds."
    )
)
AGAINST_ALL = (PARALLEL, UNAFFECTED, NOT_EARLIER)
AGAINST_NEVER = (SAME_CHANGE, ORDINARY_PERIOD, COMPARISON_UNAFFECTED, NOT_EARLIER)


def _none(panel: Panel, adoption: Adoption, options: Options) -> tuple[Reason, ...]:
    del panel, adoption, options
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Generic[Fit]):
    """What one design adds.

    fit: under options whose comparison is one of `comparisons`; raises ValueError where the effects cannot be
    told apart. errors: ways to work out uncertainty, for large samples first, by name; each may raise
    `Undefined`. comparisons: the default first. faults: more reasons to refuse. many_only: whether errors for
    large samples are refused with few departments. every_cell: whether each effect is shown.
    """

    name: str
    estimand: Text
    assumptions: Sequence[Text]
    applies: Text
    reference: str
    settings: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    fit: Callable[[Adoption, Options], Fit]
    errors: Mapping[str, Callable[[Adoption, Fit, Options], Errors]]
    adopt: Callable[[Panel, Options], Adoption | tuple[Reason, ...]] = field(default=adopt)
    faults: Callable[[Panel, Adoption, Options], tuple[Reason, ...]] = field(default=_none)
    many_only: bool = False
    every_cell: bool = True

    @property
    def large_sample(self) -> str:
        """The default for many departments."""
        return next(iter(self.errors))


def by_cluster(large_sample: str) -> dict[str, Callable[[Adoption, CohortFit, Options], Errors]]:
    """Squared influences summed by cluster under the name given, and the jackknife."""
    return {
        large_sample: lambda adoption, fit, options: LargeSample(
            adoption=adoption, fit=fit, level=options.level
        ),
        JACKKNIFE: lambda adoption, fit, options: jackknife(adoption, fit, options.level),
    }
