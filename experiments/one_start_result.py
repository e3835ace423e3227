"""Change against change by department around one common start: the estimate, other methods, its notes."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, fixed_effects, reasons
from experiments.contrast import change, contrast
from experiments.estimate import Alternative, Result
from experiments.inference import detectable
from experiments.inference.cluster_residuals import CarriedByOne
from experiments.inference.collapse_t import pooled_variance
from experiments.inference.randomisation import smallest_p
from experiments.inference.scaled_ewc import ScaledEwc, scaled_ewc
from experiments.inference.student import Inference
from experiments.measured_sizes import too_often
from experiments.one_start_faults import faults, of_cosines, of_length
from experiments.one_start_inference import infer
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import OneStart, Window, coverage, one_start, prepare

DEFAULT = "scaled-ewc-t"
QUIET = 0.7
SHORT = 26


def result(panel: Panel, options: Options, design: str) -> Result:
    """Unweighted mean change of the treated departments minus that of the others, by the inference asked for.

    Refusals carry the smallest effect that could have been seen, where that can be said.
    """
    window = prepare(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, design, options)
    name = DEFAULT if options.inference == "auto" else options.inference
    against = faults(window, name, options, design)
    if against:
        return answer.not_estimable(
            against,
            design,
            options,
            coverage=coverage(window),
            smallest_detectable=_smallest_detectable(window, options.level),
        )
    return _estimate(window, name, options, design)


def _estimate(window: Window, name: str, options: Options, design: str) -> Result:
    data = one_start(window)
    values = contrast(window, change(window))
    scaled = _scaled(window, data, options.level)
    first = infer(name, data, values, options)
    if not np.isfinite(first.interval).all():
        smallest = reasons.too_few_assignments(smallest_p(data.treated))
        return answer.not_estimable((smallest,), design, options, coverage=coverage(window))
    beside = {line: infer(line, data, values, options) for line in _beside(window, name, options.level)}
    quiet = _must_also_collapse(data, scaled)
    made = answer.estimate(name, first, options, design=design, estimand="ATT", coverage=coverage(window))
    return replace(
        made,
        also=_lines(beside, options, design) + _by_encounters(window, options, design),
        agreement=_agreement(first, beside, quiet),
        diagnostics=_diagnostics(scaled, first, options),
        warnings=window.warnings
        + too_often(name, int(min(window.treated.sum(), (~window.treated).sum())))
        + _warnings(data, scaled if name == DEFAULT else None, quiet),
        why=_why(data, name),
    )


def _beside(window: Window, first: str, level: float) -> tuple[str, ...]:
    """Names of the other inferences, the second line first."""
    treated = window.treated
    cosines = not of_cosines(window)
    order = (
        ("randomisation-t", cosines and smallest_p(treated) <= round(1 - level, 12)),
        (DEFAULT, cosines),
        ("collapse-t", True),
        ("cr2", treated.sum() > 1),
    )
    return tuple(name for name, possible in order if possible and name != first)


def _lines(beside: dict[str, Inference], options: Options, design: str) -> tuple[Alternative, ...]:
    return tuple(
        answer.alternative(name, found, options.scale, design=design) for name, found in beside.items()
    )


def _by_encounters(window: Window, options: Options, design: str) -> tuple[Alternative, ...]:
    """The encounter average beside the department average: another estimand, so never part of agreement."""
    if window.treated.sum() < 2 or not fixed_effects.encounter_weights_differ(window.panel.weights):
        return ()
    try:
        found = fixed_effects.fixed_effects(window.panel, replace(options, weighting="encounters"), "cr2")
    except CarriedByOne:
        return ()
    return (
        answer.alternative(
            "cr2", found.inference, options.scale, design=design, warning=Text(WEIGHTED_BY_ENCOUNTERS)
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
    template = WHY if name == DEFAULT else WHY_ASKED
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
