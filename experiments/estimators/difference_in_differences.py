"""Difference-in-differences with one common start: change against change, department by department."""

from dataclasses import replace
from typing import get_args

from core.language.text import N_, Text
from experiments import (
    answer,
    family_values,
    fixed_effects,
    fixed_effects_result,
    one_start_result,
    ratio_result,
)
from experiments.estimate import Estimate, Estimator, Result
from experiments.one_start_inference import INFERENCES
from experiments.options import InferenceName, Options
from experiments.panel import Panel

NAME = "difference-in-differences"


def fit(panel: Panel, options: Options) -> Result:
    """Unweighted mean change of the pilot departments minus that of the comparison departments.

    By two-way fixed effects on all cells where counts, regression errors, groups of departments or weighting
    by encounters are asked for.
    """
    wrong = family_values.faults(panel, options)
    if wrong:
        return answer.not_estimable(wrong, NAME, options)
    found = _by(panel, options)
    return replace(found, assumptions=tuple(ESTIMATOR.assumptions)) if isinstance(found, Estimate) else found


def _by(panel: Panel, options: Options) -> Result:
    if options.family != "gaussian":
        return ratio_result.result(panel, options, NAME)
    by_cells = options.inference in fixed_effects.REGRESSION
    if by_cells or options.weighting == "encounters" or panel.grouped:
        return fixed_effects_result.result(panel, options)
    return one_start_result.result(panel, options, NAME)


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_("Average change in the pilot departments minus the change in the comparison departments.")
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The comparison departments did not use the tool and were not affected by it.")),
        Text(N_("Nothing else that lasts began in the pilot departments at the start.")),
        Text(N_("Departments did not change because they knew that the tool would come.")),
    ),
    applies=Text(N_("All pilot departments start at the same time, and others do not start.")),
    refuses=Text(
        N_(
            "Fewer than 3 comparison departments, fewer than 5 departments in all, fewer than 10 complete "
            "periods on a side, or a department whose values never change."
        )
    ),
    reference="Donald and Lang 2007; scaled EWC t: docs/methods",
    inferences=tuple(
        name for name in get_args(InferenceName) if name in {*fixed_effects.REGRESSION, *INFERENCES}
    ),
    fit=fit,
    settings=("violations", "family", "exposure", "cluster", "subgroup"),
)
