"""A difference-in-differences of counts or shares: a ratio of rates or of odds by two-way fixed effects."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, ratio_model, reasons, reasons_regression, reasons_series
from experiments.estimate import Coverage, Estimate, Result
from experiments.family_values import with_exposure
from experiments.fixed_effects_result import carried_by_one
from experiments.inference import detectable
from experiments.inference.cluster_residuals import CarriedByOne
from experiments.inference.cr1 import cr1, iid
from experiments.inference.cr2 import cr2
from experiments.inference.cr3 import cr3, influences
from experiments.inference.generalised_linear import MEAN
from experiments.inference.leave_one_out import leave_one_out
from experiments.inference.student import Inference, student
from experiments.inference.two_way_ratio import Counts, Ratio, two_way_ratio
from experiments.measured_sizes import too_often
from experiments.naming import listed
from experiments.options import Options
from experiments.panel import Panel
from experiments.ratio_model import RatioModel
from experiments.segmented.sentences import VOLUME
from experiments.window import Window, prepare

ESTIMANDS = {"poisson": "ATT, ratio of rates minus 1", "binomial": "ATT, ratio of odds minus 1"}
DEFAULT, SECOND = "jackknife-t", "cr2"

InferenceOf = Callable[[Ratio, RatioModel, float], Inference]


def result(panel: Panel, options: Options, design: str) -> Result:
    """The ratio with its error by department; the jackknife t unless another is asked for."""
    shown = replace(options, scale="relative")
    if options.family == "negative-binomial":
        return answer.not_estimable((reasons_series.negative_binomial_by_department(),), design, shown)
    window = prepare(with_exposure(panel), replace(options, scale="absolute"))
    if not isinstance(window, Window):
        return answer.not_estimable(window, design, shown)
    name = DEFAULT if options.inference == "auto" else options.inference
    if name not in INFERENCES:
        return answer.not_estimable((reasons.unknown_inference(name, design),), design, shown)
    model = ratio_model.ratio_model(window.panel, options)
    stands_on = ratio_model.coverage(model, window.panel, options)
    against = ratio_model.faults(model, stands_on, name, options)
    if against:
        return answer.not_estimable(against, design, shown, coverage=stands_on)
    try:
        made = _estimate(model, name, shown, design, stands_on)
    except CarriedByOne as fault:
        against = (carried_by_one(model.panel, np.isfinite(model.data.y), fault),)
    except ValueError:
        against = (reasons_regression.no_settling(),)
    else:
        return replace(made, warnings=window.warnings + _warnings(model, name))
    return answer.not_estimable(against, design, shown, coverage=stands_on)


def _estimate(model: RatioModel, name: str, options: Options, design: str, stands_on: Coverage) -> Estimate:
    ratio = two_way_ratio(model.data)
    first = INFERENCES[name](ratio, model, options.level)
    made = answer.estimate(
        name, first, options, design=design, estimand=ESTIMANDS[model.data.family], coverage=stands_on
    )
    made = replace(
        made, diagnostics=_diagnostics(model, ratio, first, options), why=Text(WHY, {"inference": name})
    )
    if model.pilots.sum() < 2:
        return made
    line = SECOND if name == DEFAULT else DEFAULT
    second = INFERENCES[line](ratio, model, options.level)
    beside = answer.alternative(line, second, "relative", design=design)
    return replace(made, also=(beside,), agreement=answer.agree(first, second))


def _jackknife_t(ratio: Ratio, model: RatioModel, level: float) -> Inference:
    """Stratified by pilot and comparison; departments with many cases leave fewer degrees of freedom."""
    fit = ratio.fit
    without = ratio.effect - influences(fit, model.clusters)
    load = np.bincount(model.clusters[fit.unit], fit.direction**2)
    sides = (np.where(group, load, 0.0)[:, None] for group in (model.pilots, ~model.pilots))
    error, df = leave_one_out(np.array([ratio.effect]), without[:, None], *sides)
    return student(ratio.effect, float(error[0]), float(df[0]), level)


INFERENCES: dict[str, InferenceOf] = {
    "jackknife-t": _jackknife_t,
    "iid": lambda ratio, _, level: iid(ratio.fit, level),
    "cr1": lambda ratio, model, level: cr1(ratio.fit, model.clusters, level)[0],
    "cr2": lambda ratio, model, level: cr2(ratio.fit, model.clusters, level),
    "cr3": lambda ratio, model, level: cr3(ratio.fit, model.clusters, level),
}


def _diagnostics(model: RatioModel, ratio: Ratio, first: Inference, options: Options) -> dict[str, float]:
    fit = ratio.fit
    left = len(fit.residuals) - fit.n_effects - fit.n_units
    measured = {"dispersion": float(fit.residuals @ fit.residuals) / left} if left > 0 else {}
    if first.degrees_of_freedom is not None:
        size = detectable.from_error(first.standard_error, first.degrees_of_freedom, options.level)
        measured["smallest_detectable"] = answer.shown(size, "relative")
    if model.data.family == "binomial":
        measured["difference_in_shares"] = _difference_in_shares(model.data, ratio)
    return measured


def _difference_in_shares(data: Counts, ratio: Ratio) -> float:
    """What the ratio of odds comes to in the treated cells, over all their cases together."""
    cells = ratio.used & (data.on > 0)
    share = MEAN["binomial"]
    saved = share(ratio.linear[cells]) - share(ratio.linear[cells] - ratio.effect)
    return float(np.average(saved, weights=data.exposure[cells]))


def _warnings(model: RatioModel, name: str) -> tuple[Text, ...]:
    poisson = model.data.family == "poisson"
    said = tuple(
        Text(sentence, {"departments": listed(model.silent)})
        for sentence, holds in (
            (RATES if poisson else ODDS, True),
            (VOLUME, poisson and model.panel.exposure is None),
            (SILENT, bool(model.silent)),
            (CHECKED, True),
        )
        if holds
    )
    return said + too_often(name, model.fewest, counts=True)


RATES = N_(
    "The effect is a ratio of rates over all cases together, shown as the change in per cent: departments "
    "with more cases count more."
)
ODDS = N_(
    "The effect is a ratio of odds over all cases together, shown as the change in per cent: departments "
    "with more cases count more, and for common events the share itself changes less than its odds."
)
SILENT = N_("Left out, because they have no events, or only events: {departments}.")
CHECKED = N_(
    "The checks stand on each department's own rate, every department counting equally: an effect in them "
    "can differ from this one."
)
WHY = N_("Department and period effects in a model of counts or shares, with {inference} as inference.")
