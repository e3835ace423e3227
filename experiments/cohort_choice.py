"""Several starts where the design for few departments cannot judge: which design of cohorts can?"""

from experiments import cohort_rule
from experiments.adoption import Adoption, adopt
from experiments.contrast import MIN_CONTROLS, MIN_DEPARTMENTS
from experiments.estimators.staggered import MIN_PERIODS
from experiments.options import DesignName, Options
from experiments.panel import Panel


def design_of_cohorts(panel: Panel, options: Options) -> DesignName | None:
    """The design that `auto` takes instead of `staggered` and `before-after`; None where it keeps to those.

    Departments that all start, in waves: those that start last are the comparison of the others until they
    start, by `imputation`, which refuses where too few start orders can judge: a comparison that is there is
    never given up for before/after. Years or quarters of many departments: too short a side to read
    anybody's noise, and enough departments for an error from large samples, by `callaway-santanna`.
    """
    if options.family != "gaussian" or panel.exposure is not None or panel.dose is not None:
        return None
    if panel.treated.all():
        return "imputation" if _compared(panel, options) else None
    sides = [min(start, len(panel.periods) - start - options.run_in) for start in panel.starts]
    if min(sides) >= MIN_PERIODS or panel.subgroups or panel.covariates:
        return None
    found = adopt(panel, options)
    many = isinstance(found, Adoption) and not cohort_rule.few(found)
    return "callaway-santanna" if many else None


def _compared(panel: Panel, options: Options) -> bool:
    """Whether those that start last are enough to compare with."""
    found = adopt(panel, options)
    if not isinstance(found, Adoption):
        return False
    others = int((~found.treated).sum())
    return others >= MIN_CONTROLS and len(found.treated) >= MIN_DEPARTMENTS
