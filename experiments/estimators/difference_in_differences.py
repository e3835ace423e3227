"""Difference-in-differences with one common start: change against change, department by department."""

from dataclasses import replace
from typing import get_args

import numpy as np

from core.language.text import N_, Text
from experiments import (
    answer,
    family_values,
    fixed_effects,
    fixed_effects_result,
    ratio_result,
    reasons,
    reasons_regression,
)
from experiments.contrast import change, contrast
from experiments.estimate import Alternative, Estimate, Estimator, Result
from experiments.inference import detectable
from experiments.inference.cluster_residuals import CarriedByOne
from experiments.inference.collapse_t import pooled_variance
from experiments.inference.randomisation import smallest_p
from experiments.inference.scaled_ewc import ScaledEwc, scaled_ewc
from experiments.inference.student import Inference
from experiments.measured_sizes import too_often
from experiments.one_start_faults import faults, of_cosines, of_length
from experiments.one_start_inference import INFERENCES, infer
from experiments.options import InferenceName, Options
from experiments.panel import Panel
from experiments.window import OneStart, Window, coverage, one_start, prepare

NAME = "difference-in-differences"
QUIET = 0.7
SHORT = 26


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
    if options.family == "negative-binomial":
        return answer.not_estimable((reasons_regression.negative_binomial_by_department(),), NAME, options)
    if options.family != "gaussian":
        return ratio_result.result(panel, options, NAME)
    by_cells = options.inference in fixed_effects.REGRESSION
    if by_cells or options.weighting == "encounters" or panel.grouped:
        return fixed_effects_result.result(panel, options)
    return _by_changes(panel, options)


def _by_changes(panel: Panel, options: Options) -> Result:
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    name = "scaled-ewc-t" if options.inference == "auto" else options.inference
    against = faults(window, name, options, NAME)
    if against:
        return answer.not_estimable(
            against,
            NAME,
            options,
            coverage=coverage(window),
            smallest_detectable=_smallest_detectable(window, options.level),
        )
    return _estimate(window, name, options)


def _estimate(window: Window, name: str, options: Options) -> Result:
    data = one_start(window)
    values = contrast(window, change(window))
    scaled = _scaled(window, data, options.level)
    first = infer(name, data, values, options)
    if not np.isfinite(first.interval).all():
        smallest = reasons.too_few_assignments(smallest_p(data.treated))
        return answer.not_estimable((smallest,), NAME, options, coverage=coverage(window))
    beside = {line: infer(line, data, values, options) for line in _beside(window, name, options.level)}
    quiet = _must_also_collapse(data, scaled)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATT", coverage=coverage(window))
    return replace(
        made,
        also=_lines(beside, options) + _by_encounters(window, options),
        agreement=_agreement(first, beside, quiet),
        diagnostics=_diagnostics(scaled, first, options),
        warnings=window.warnings
        + too_often(name, int(min(window.treated.sum(), (~window.treated).sum())))
        + _warnings(data, scaled if name == "scaled-ewc-t" else None, quiet),
        why=_why(data, name),
    )


def _beside(window: Window, first: str, level: float) -> tuple[str, ...]:
    """Names of the other inferences, the second line first."""
    treated = window.treated
    cosines = not of_cosines(window)
    order = (
        ("randomisation-t", cosines and smallest_p(treated) <= round(1 - level, 12)),
        ("scaled-ewc-t", cosines),
        ("collapse-t", True),
        ("cr2", treated.sum() > 1),
    )
    return tuple(name for name, possible in order if possible and name != first)


def _lines(beside: dict[str, Inference], options: Options) -> tuple[Alternative, ...]:
    return tuple(
        answer.alternative(name, found, options.scale, design=NAME) for name, found in beside.items()
    )


def _by_encounters(window: Window, options: Options) -> tuple[Alternative, ...]:
    """The encounter average beside the department average: another estimand, so never part of agreement."""
    if window.treated.sum() < 2 or not fixed_effects.encounter_weights_differ(window.panel.weights):
        return ()
    try:
        found = fixed_effects.fixed_effects(window.panel, replace(options, weighting="encounters"), "cr2")
    except CarriedByOne:
        return ()
    return (
        answer.alternative(
            "cr2", found.inference, options.scale, design=NAME, warning=Text(WEIGHTED_BY_ENCOUNTERS)
        ),
    )


def _agreement(first: Inference, beside: dict[str, Inference], quiet: bool) -> bool | None:
    """Of the second line with the first; None where there is no second line."""
    if not beside:
        return None
    agreed = answer.agree(first, next(iter(beside.values())))
    return agreed and (not quiet or "collapse-t" not in beside or answer.agree(first, beside["collapse-t"]))


def _smallest_detectable(window: Window, level: float) -> float | None:
    treated = window.treated
    ours, others = int(treated.sum()), int((~treated).sum())
    if len(window.starts) != 1 or not others or ours + others < 4 or of_length(window, 2):
        return None
    values = contrast(window, change(window))
    spread = pooled_variance(values, treated) ** 0.5
    return detectable.multiple(ours, others, level) * spread if spread > 0 else None


def _scaled(window: Window, data: OneStart, level: float) -> ScaledEwc | None:
    if of_cosines(window):
        return None
    return scaled_ewc(data.y, data.treated, data.n_before, level)


def _must_also_collapse(data: OneStart, scaled: ScaledEwc | None) -> bool:
    return scaled is not None and data.treated.sum() == 1 and scaled.noise_ratio < QUIET


def _diagnostics(scaled: ScaledEwc | None, first: Inference, options: Options) -> dict[str, float]:
    found = {}
    if scaled is not None:
        found = {"noise_ratio": scaled.noise_ratio, "drift": scaled.drift, "noise_shape": scaled.shape}
    if first.degrees_of_freedom is not None:
        size = detectable.from_error(first.standard_error, first.degrees_of_freedom, options.level)
        found["smallest_detectable"] = answer.shown(size, options.scale)
    return found


def _warnings(data: OneStart, scaled: ScaledEwc | None, quiet: bool) -> tuple[Text, ...]:
    alone = data.treated.sum() == 1
    candidates = (
        (DIFFERENT_SHAPE, scaled is not None and scaled.flagged),
        (QUIET_PILOT, quiet),
        (SHORT_SERIES, scaled is not None and alone and data.y.shape[1] <= SHORT),
    )
    return tuple(Text(message) for message, holds in candidates if holds)


def _why(data: OneStart, name: str) -> Text:
    ours = int(data.treated.sum())
    template = WHY if name == "scaled-ewc-t" else WHY_ASKED
    return Text(template, {"treated": ours, "controls": len(data.treated) - ours, "inference": name})


WEIGHTED_BY_ENCOUNTERS = N_("Weighted by encounters: busy departments count more, which is another question.")
DIFFERENT_SHAPE = N_(
    "The pilot departments' noise has a different shape: it lasts longer than elsewhere. "
    "The larger p-value and the wider interval of two versions are shown."
)
QUIET_PILOT = N_(
    "The pilot department is much quieter than the others; the collapse t must give the same answer as well."
)
SHORT_SERIES = N_(
    "With one pilot department and so few periods this assumes that the pilot department's ups and downs "
    "last as long as elsewhere."
)
WHY = N_(
    "One common start, {treated} pilot and {controls} comparison departments: change against change, with an "
    "interval made for few departments that may differ in noise."
)
WHY_ASKED = N_(
    "One common start, {treated} pilot and {controls} comparison departments: change against change, with "
    "the inference that was asked for ({inference})."
)

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
    reference="Donald and Lang 2007; scaled EWC t: docs/methods",
    inferences=tuple(
        name for name in get_args(InferenceName) if name in {*fixed_effects.REGRESSION, *INFERENCES}
    ),
    fit=fit,
    settings=("violations", "family", "exposure", "cluster", "subgroup"),
)
