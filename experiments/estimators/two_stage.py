"""Two-stage: effects of departments and periods from untreated cells first, the effect of the tool second."""

from core.language.text import N_, Text
from experiments.cohort_effects import JACKKNIFE, Method, cohort_effects
from experiments.estimate import Estimator, Result
from experiments.imputing import in_two_stages
from experiments.options import Options
from experiments.panel import Panel

NAME = "two-stage"
ASSUMPTIONS = (
    Text(N_("Without the tool all departments would have moved in parallel, in every period.")),
    Text(N_("Departments without the tool, or not yet with it, were not affected by it.")),
    Text(N_("Departments did not change earlier than the anticipation says.")),
)


def fit(panel: Panel, options: Options) -> Result:
    """The estimate of imputation, with the error of two moment conditions."""
    method = Method(
        design=NAME,
        large_sample="analytic",
        comparisons=("not-yet-treated",),
        fit=in_two_stages,
        assumptions=ASSUMPTIONS,
        every_cell=False,
    )
    return cohort_effects(panel, options, method)


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average over pilot departments and their periods with the tool, once the effects of departments "
            "and periods that untreated cells show are taken out."
        )
    ),
    assumptions=ASSUMPTIONS,
    reference="Gardner 2022, Two-stage differences in differences",
    inferences=("analytic", JACKKNIFE),
    fit=fit,
    settings=("comparison", "anticipation", "aggregate", "covariates", "cluster"),
)
