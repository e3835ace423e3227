"""Imputation: what would have been is filled in from untreated cells, and taken from what was."""

from core.language.text import N_, Text
from experiments.cohort_effects import JACKKNIFE, Method, cohort_effects
from experiments.estimate import Estimator, Result
from experiments.imputing import by_imputation
from experiments.options import Options
from experiments.panel import Panel

NAME = "imputation"
ASSUMPTIONS = (
    Text(N_("Without the tool all departments would have moved in parallel, in every period.")),
    Text(N_("Departments without the tool, or not yet with it, were not affected by it.")),
    Text(N_("Departments did not change earlier than the anticipation says.")),
)


def fit(panel: Panel, options: Options) -> Result:
    """Against all cells without the tool, with the conservative error of Borusyak et al."""
    method = Method(
        design=NAME,
        large_sample="analytic",
        comparisons=("not-yet-treated",),
        fit=by_imputation,
        assumptions=ASSUMPTIONS,
        every_cell=False,
    )
    return cohort_effects(panel, options, method)


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average over pilot departments and their periods with the tool of what was minus what the cells "
            "without the tool foretell."
        )
    ),
    assumptions=ASSUMPTIONS,
    reference="Borusyak, Jaravel and Spiess 2024 (Review of Economic Studies 91)",
    inferences=("analytic", JACKKNIFE),
    fit=fit,
    settings=("comparison", "anticipation", "aggregate", "covariates", "cluster"),
)
