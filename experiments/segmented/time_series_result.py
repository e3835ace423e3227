"""From a time series model to the estimate: its effect, coefficients, lines and warnings."""

from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer, reasons_regression
from experiments.details import Coefficient, RegressionDetails
from experiments.estimate import Alternative, Estimate, Reason
from experiments.inference.student import student
from experiments.options import Options
from experiments.segmented.coefficients import coefficients
from experiments.segmented.fitted_lines import fitted_lines
from experiments.segmented.model import Model
from experiments.segmented.time_series import NotSettled, TimeSeriesFit, arima, structural
from experiments.window import Window, coverage

MODELS = {"arima": arima, "structural": structural}


def faults(options: Options) -> tuple[Reason, ...]:
    """What only a time series model, or no time series model, can do."""
    gradual, model = options.its_model == "gradual", options.inference in MODELS
    if model and options.family != "gaussian":
        return (reasons_regression.averages_only(options.inference),)
    return (reasons_regression.gradual_by_arima(),) if gradual and options.inference != "arima" else ()


def estimate(window: Window, model: Model, options: Options, design: str, estimand: str) -> Estimate | Reason:
    """The effect by the model that `options.inference` names, or why it did not settle."""
    try:
        fit, found = MODELS[options.inference](model, options)
    except NotSettled:
        return reasons_regression.no_settling()
    made = answer.estimate(
        options.inference, found, options, design=design, estimand=estimand, coverage=coverage(window)
    )
    return replace(
        made,
        details=RegressionDetails(
            coefficients=_coefficients(fit, options),
            fitted=fitted_lines(fit.model, fit.coefficients, window.panel.periods, options),
        ),
        diagnostics=_diagnostics(fit),
        why=Text(WHY[options.inference]),
    )


def beside(lines: tuple[Alternative, ...], options: Options) -> tuple[Alternative, ...]:
    """The second line is of a step at once; a gradual effect has none."""
    return () if options.its_model == "gradual" else lines


def _coefficients(fit: TimeSeriesFit, options: Options) -> tuple[Coefficient, ...]:
    left = len(fit.model.y) - fit.parameters
    lines = {}
    for name, place in fit.model.names.items():
        error = float(np.sqrt(fit.covariance[place, place]))
        lines[name] = student(float(fit.coefficients[place]), error, left, options.level)
    return coefficients(lines)


def _diagnostics(fit: TimeSeriesFit) -> dict[str, float]:
    found = {"log_likelihood": fit.log_likelihood, "parameters": float(fit.parameters)}
    if fit.order is not None:
        found |= {"ar_terms": float(fit.order[0]), "ma_terms": float(fit.order[1])}
    return found | ({"speed": fit.speed} if fit.speed else {})


WHY = {
    "arima": N_(
        "The line before the start is carried on as what would have been; what periods remember is a model "
        "of its own (ARIMA), chosen by AICc."
    ),
    "structural": N_(
        "The line before the start is carried on as what would have been, on a level that may wander by "
        "itself (local level)."
    ),
}
