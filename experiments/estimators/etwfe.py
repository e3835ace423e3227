"""ETWFE: two-way fixed effects with an effect of its own for every cohort in every period with the tool."""

from core.language.text import N_, Text
from experiments.cohort_effects import cohort_design
from experiments.cohort_method import AGAINST_ALL, FOR_ALL, Method, by_cluster
from experiments.saturating import saturated_fit

ESTIMATOR = cohort_design(
    Method(
        name="etwfe",
        estimand=Text(
            N_(
                "Average over pilot departments and their periods with the tool, against all departments "
                "that do not have it yet."
            )
        ),
        assumptions=AGAINST_ALL,
        applies=FOR_ALL,
        reference="Wooldridge 2021 (published 2025, Empirical Economics 69)",
        settings=("comparison", "anticipation", "aggregate", "cluster"),
        comparisons=("not-yet-treated", "never-treated"),
        fit=saturated_fit,
        errors=by_cluster("cr1"),
    )
)
