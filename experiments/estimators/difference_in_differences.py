"""Difference-in-differences with one common start: change against change, department by department."""

from dataclasses import replace
from typing import get_args

import numpy as np

from core.language.text import N_, Text
from experiments import answer, fixed_effects, reasons
from experiments.contrast import (
    MIN_CONTROLS,
    MIN_DEPARTMENTS,
    MIN_PERIODS,
    change,
    constant,
    contrast,
)
from experiments.estimate import Alternative, Estimator, Reason, Result
from experiments.inference import detectable
from experiments.inference.collapse_t import collapse_t, pooled_variance
from experiments.inference.cr2 import cr2_changes
from experiments.inference.jackknife_t import jackknife_t
from experiments.inference.randomisation import randomisation, smallest_p
from experiments.inference.randomisation_t import randomisation_t
from experiments.inference.scaled_ewc import ScaledEwc, relative_noise, scaled_ewc
from experiments.inference.student import Inference
from experiments.options import InferenceName, Options
from experiments.panel import Floats, Panel
from experiments.window import OneStart, Window, coverage, one_start, prepare

NAME = "difference-in-differences"
REGRESSION = ("cr1", "cr2", "iid")
NEEDS_COSINES = ("scaled-ewc-t", "randomisation-t")
QUIET = 0.7
SHORT = 26


def fit(panel: Panel, options: Options) -> Result:
    """Unweighted mean change of the pilot departments minus that of the comparison departments."""
    if options.inference in REGRESSION or options.weighting == "encounters" or _grouped(panel):
        return fixed_effects.result(panel, options)
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, options)
    name = "scaled-ewc-t" if options.inference == "auto" else options.inference
    faults = _faults(window, name, options)
    if faults:
        return answer.not_estimable(
            faults,
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
    first = _infer(name, data, values, options)
    if not np.isfinite(first.interval).all():
        smallest = reasons.too_few_assignments(smallest_p(data.treated))
        return answer.not_estimable((smallest,), NAME, options, coverage=coverage(window))
    beside = {line: _infer(line, data, values, options) for line in _beside(window, name, options.level)}
    quiet = _must_also_collapse(data, scaled)
    made = answer.estimate(name, first, options, design=NAME, estimand="ATT", coverage=coverage(window))
    return replace(
        made,
        also=_lines(beside, options) + _by_encounters(window, options),
        agreement=_agreement(first, beside, quiet),
        diagnostics=_diagnostics(scaled, first, options),
        warnings=window.warnings + _warnings(data, scaled if name == "scaled-ewc-t" else None, quiet),
        assumptions=tuple(ESTIMATOR.assumptions),
        why=_why(data, name),
    )


def _infer(name: str, data: OneStart, values: Floats, options: Options) -> Inference:
    treated, level = data.treated, options.level
    if name == "scaled-ewc-t":
        return scaled_ewc(data.y, treated, data.n_before, level).inference
    if name == "randomisation-t":
        noise = relative_noise(data.y, data.n_before)
        return randomisation_t(values, treated, noise, level, options.seed)
    if name == "randomisation":
        return randomisation(values, treated, level, options.seed)
    plain = {"collapse-t": collapse_t, "cr2": cr2_changes, "jackknife-t": jackknife_t}
    return plain[name](values, treated, level)


def _beside(window: Window, first: str, level: float) -> tuple[str, ...]:
    """Names of the other inferences, the second line first."""
    treated = window.treated
    cosines = not _faults_of_cosines(window)
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
    found = fixed_effects.fixed_effects(window.panel, replace(options, weighting="encounters"), "cr2")
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


def _faults(window: Window, name: str, options: Options) -> tuple[Reason, ...]:
    if name not in ESTIMATOR.inferences:
        return (reasons.unknown_inference(name, NAME),)
    if len(window.starts) > 1:
        return (reasons.several_starts(),)
    treated = window.treated
    ours, others = int(treated.sum()), int((~treated).sum())
    found = _faults_of_groups(ours, others)
    if not others:
        return found
    if name in NEEDS_COSINES:
        found += _faults_of_cosines(window)
    else:
        found += _faults_of_series(window)
    if name == "jackknife-t" and ours < 2:
        found += (reasons.too_few_treated(ours, 2),)
    if name.startswith("randomisation") and not found and smallest_p(treated) > round(1 - options.level, 12):
        found = (reasons.too_few_assignments(smallest_p(treated)),)
    return found


def _faults_of_groups(ours: int, others: int) -> tuple[Reason, ...]:
    if ours + others == 1:
        return (reasons.one_unit(),)
    if not others:
        return (reasons.never_treated_missing(),)
    few_controls = (reasons.too_few_controls(others, MIN_CONTROLS),) if others < MIN_CONTROLS else ()
    few = ours + others < MIN_DEPARTMENTS
    return few_controls + ((reasons.too_few_departments(ours + others, MIN_DEPARTMENTS),) if few else ())


def _faults_of_cosines(window: Window) -> tuple[Reason, ...]:
    """What the scaled EWC t needs of the series: ten periods a side, and variation in every department."""
    found = _faults_of_length(window, MIN_PERIODS)
    if not found and constant(window).any():
        names = np.asarray(window.panel.units)[constant(window)]
        found = (reasons.no_variation(", ".join(names)),)
    return found


def _faults_of_series(window: Window) -> tuple[Reason, ...]:
    found = _faults_of_length(window, 1)
    if not found and np.ptp(contrast(window, change(window))[~window.treated]) == 0:
        found = (reasons.no_variation(", ".join(window.panel.units)),)
    return found


def _faults_of_length(window: Window, needed: int) -> tuple[Reason, ...]:
    start = window.starts[0]
    before, after = len(window.before(start)), len(window.after(start))
    return (reasons.too_few_periods(before, after, needed),) if min(before, after) < needed else ()


def _smallest_detectable(window: Window, level: float) -> float | None:
    treated = window.treated
    ours, others = int(treated.sum()), int((~treated).sum())
    if len(window.starts) != 1 or not others or ours + others < 4 or _faults_of_length(window, 2):
        return None
    values = contrast(window, change(window))
    spread = pooled_variance(values, treated) ** 0.5
    return detectable.multiple(ours, others, level) * spread if spread > 0 else None


def _scaled(window: Window, data: OneStart, level: float) -> ScaledEwc | None:
    if _faults_of_cosines(window):
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


def _grouped(panel: Panel) -> bool:
    return len(set(panel.clusters)) not in (0, len(panel.units))


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
        name
        for name in get_args(InferenceName)
        if name in {*REGRESSION, *NEEDS_COSINES, "collapse-t", "jackknife-t", "randomisation"}
    ),
    fit=fit,
    settings=("violations",),
)
