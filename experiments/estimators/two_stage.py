"""Two-stage: effects of departments and periods from untreated cells first, the effect of the tool second."""

from core.language.text import N_, Text
from experiments.cohort_effects import cohort_design
from experiments.cohort_method import AGAINST_ALL, FOR_ALL, Method, by_cluster
from experiments.imputing import in_two_stages

ESTIMATOR = cohort_design(
    Method(
        name="two-stage",
        estimand=Text(
            N_(
                "Average over pilot departments and their periods with the tool, once the effects of "
                "departments and periods that untreated cells show are taken out."
            )
        ),
        assumptions=AGAINST_ALL,
        applies=FOR_ALL,
        reference="Gardner 2022, Two-stage differences in differences",
        settings=("comparison", "anticipation", "aggregate", "covariates", "cluster"),
        comparisons=("not-yet-treated",),
        fit=in_two_stages,
        errors=by_cluster("analytic"),
        every_cell=False,
    )
)
