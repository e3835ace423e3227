"""Imputation: what would have been is filled in from untreated cells, and taken from what was."""

from core.language.text import N_, Text
from experiments.cohort_effects import cohort_design
from experiments.cohort_method import AGAINST_ALL, FOR_ALL, Method, by_cluster
from experiments.imputing import by_imputation

ESTIMATOR = cohort_design(
    Method(
        name="imputation",
        estimand=Text(
            N_(
                "Average over pilot departments and their periods with the tool of what was minus what the "
                "cells without the tool foretell."
            )
        ),
        assumptions=AGAINST_ALL,
        applies=FOR_ALL,
        reference="Borusyak, Jaravel and Spiess 2024 (Review of Economic Studies 91)",
        settings=("comparison", "anticipation", "aggregate", "covariates", "cluster"),
        comparisons=("not-yet-treated",),
        fit=by_imputation,
        errors=by_cluster("analytic"),
        every_cell=False,
    )
)
