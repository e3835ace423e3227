"""Sun and Abraham: a saturated event study, its cohorts averaged by their size."""

from core.language.text import N_, Text
from experiments.cohort_effects import JACKKNIFE, Method, cohort_effects
from experiments.estimate import Estimator, Result
from experiments.options import Options
from experiments.panel import Panel
from experiments.saturating import saturated_fit

NAME = "sun-abraham"
ASSUMPTIONS = (
    Text(N_("Without the tool the pilot departments would have changed as the others did.")),
    Text(N_("The last period before each start (before the anticipation) was an ordinary one.")),
    Text(N_("The comparison departments did not use the tool and were not affected by it.")),
    Text(N_("Departments did not change earlier than the anticipation says.")),
)


def fit(panel: Panel, options: Options) -> Result:
    """Against never-treated departments; against those that start last where there are none."""
    method = Method(
        design=NAME,
        large_sample="cr1",
        comparisons=("never-treated",),
        fit=saturated_fit,
        assumptions=ASSUMPTIONS,
        every_cell=True,
    )
    return cohort_effects(panel, options, method)


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average over pilot departments and their periods with the tool, each period against the last "
            "one before the start and against departments that never start (or start last)."
        )
    ),
    assumptions=ASSUMPTIONS,
    reference="Sun and Abraham 2021 (Journal of Econometrics 225)",
    inferences=("cr1", JACKKNIFE),
    fit=fit,
    settings=("comparison", "anticipation", "aggregate", "cluster"),
)
