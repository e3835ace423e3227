"""ETWFE: two-way fixed effects with an effect of its own for every cohort in every period with the tool."""

from core.language.text import N_, Text
from experiments.cohort_effects import JACKKNIFE, Method, cohort_effects
from experiments.estimate import Estimator, Result
from experiments.options import Options
from experiments.panel import Panel
from experiments.saturating import saturated_fit

NAME = "etwfe"
ASSUMPTIONS = (
    Text(N_("Without the tool all departments would have moved in parallel, in every period.")),
    Text(N_("Departments without the tool, or not yet with it, were not affected by it.")),
    Text(N_("Departments did not change earlier than the anticipation says.")),
)


def fit(panel: Panel, options: Options) -> Result:
    """Against never-treated and not yet treated departments, or against never-treated ones alone."""
    method = Method(
        design=NAME,
        large_sample="cr1",
        comparisons=("not-yet-treated", "never-treated"),
        fit=saturated_fit,
        assumptions=ASSUMPTIONS,
        every_cell=True,
    )
    return cohort_effects(panel, options, method)


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "Average over pilot departments and their periods with the tool, against all departments that do "
            "not have it yet."
        )
    ),
    assumptions=ASSUMPTIONS,
    reference="Wooldridge 2021 (published 2025, Empirical Economics 69)",
    inferences=("cr1", JACKKNIFE),
    fit=fit,
    settings=("comparison", "anticipation", "aggregate", "cluster"),
)
