"""Goodman-Bacon: the comparisons inside two-way fixed effects, as a warning; it estimates nothing new."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, fixed_effects_result, reasons, reasons_staggered
from experiments.details import BaconComparison, BaconDetails
from experiments.estimate import Estimator, NotEstimable, Result
from experiments.inference.bacon import Bacon, TwoByTwo, bacon
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import log_if_relative

NAME = "bacon"


def fit(panel: Panel, options: Options) -> Result:
    """The two-way fixed-effects coefficient with its errors, and what it is made of."""
    if options.inference not in ("auto", *ESTIMATOR.inferences):
        reason = reasons.unknown_inference(options.inference, NAME)
    elif options.run_in:
        reason = reasons.setting_not_available("run-in", NAME)
    elif np.isnan(panel.outcome).any():
        reason = reasons_staggered.unbalanced()
    else:
        return _decomposed(panel, replace(options, weighting="departments"))
    return answer.not_estimable((reason,), NAME, options)


def _decomposed(panel: Panel, options: Options) -> Result:
    found, working = fixed_effects_result.result(panel, options), log_if_relative(panel, options)
    if isinstance(found, NotEstimable) or not isinstance(working, Panel):
        return replace(found, design=NAME)
    parts = bacon(working.outcome, working.first_treated)
    return replace(
        found,
        design=NAME,
        details=BaconDetails(comparisons=tuple(_shown(one, parts, working, options) for one in parts.pairs)),
        diagnostics={**found.diagnostics, "already_treated_weight": parts.forbidden},
        assumptions=tuple(ESTIMATOR.assumptions),
        why=Text(WHY, {"comparisons": len(parts.pairs)}),
    )


def _shown(one: TwoByTwo, parts: Bacon, panel: Panel, options: Options) -> BaconComparison:
    treated, control = (_label(int(parts.first[number]), panel) for number in (one.treated, one.control))
    return BaconComparison(
        comparison=parts.kind(one),
        treated=treated,
        control=control,
        weight=one.weight,
        effect=answer.shown(one.effect, options.scale),
    )


def _label(first: int, panel: Panel) -> str:
    """The start of a group: a period, "always" or "never"."""
    if first <= 0:
        return "always"
    return panel.periods[first] if first < len(panel.periods) else "never"


WHY = N_(
    "Two-way fixed effects, taken apart into {comparisons} comparisons of two groups: their weighted sum is "
    "the effect (on the logarithmic scale when relative)."
)

ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_(
            "A weighted average of comparisons of two groups of departments; some of them compare with "
            "departments that already use the tool."
        )
    ),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have changed as the others did.")),
        Text(N_("The effect is the same in every department and does not grow or fade.")),
    ),
    applies=Text(
        N_("A warning, not an answer: what plain two-way fixed effects is made of with several start dates.")
    ),
    refuses=Text(
        N_(
            "A department without a value in some period, or use of the tool that cannot be told apart from"
            " departments and periods."
        )
    ),
    reference="Goodman-Bacon 2021 (Journal of Econometrics 225)",
    inferences=("cr1", "cr2"),
    fit=fit,
    settings=("cluster",),
)
