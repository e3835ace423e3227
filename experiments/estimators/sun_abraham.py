"""Sun and Abraham: a saturated event study, its cohorts averaged by their size."""

from core.language.text import N_, Text
from experiments.cohort_effects import cohort_design
from experiments.cohort_method import AGAINST_NEVER, FOR_NEVER, Method, by_cluster
from experiments.saturating import saturated_fit

ESTIMATOR = cohort_design(
    Method(
        name="sun-abraham",
        estimand=Text(
            N_(
                "Average over pilot departments and their periods with the tool, each period against the "
                "last one before the start and against departments that never start (or start last)."
            )
        ),
        assumptions=AGAINST_NEVER,
        applies=FOR_NEVER,
        reference="Sun and Abraham 2021 (Journal of Econometrics 225)",
        settings=("comparison", "anticipation", "aggregate", "cluster"),
        comparisons=("never-treated",),
        fit=saturated_fit,
        errors=by_cluster("cr1"),
    )
)
